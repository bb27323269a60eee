import os
import shutil
import signal
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path

import pytest

from tests.vault.made import PASSPHRASE, Made, refused
from tests.vault.places import read_only, small_disk
from wor_tui.vault import failed_unlocks, keyfile, recovery_code, slots
from wor_tui.vault.errors import (
    AlreadyRunning,
    DiskFull,
    KeyfileTampered,
    PassphraseEmpty,
    ReadOnly,
    VaultMismatch,
    WrongSecret,
)
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.rewriting import alone, set_passphrase, set_recovery_code
from wor_tui.vault.vault import Vault, open_vault, unlock

OTHER = "een heel andere zin"


def fill(path: Path) -> None:
    """Take all the room that there is."""
    with path.open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(4096))


def test_another_passphrase_opens_and_the_one_before_no_more(made: Made) -> None:
    set_passphrase(made.home, made.key, OTHER, FLOOR)
    assert unlock(made.home, passphrase=OTHER) == made.key
    with refused(WrongSecret, made):
        unlock(made.home, passphrase=PASSPHRASE)
    assert unlock(made.home, recovery_code=made.recovery_code) == made.key


def test_it_touches_the_key_file_only(made: Made) -> None:
    before = {path.name: path.read_bytes() for path in made.home.iterdir()}
    set_passphrase(made.home, made.key, OTHER, FLOOR)
    after = {path.name: path.read_bytes() for path in made.home.iterdir()}
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == ["vault.key"]
    assert (made.keyfile.stat().st_mode & 0o077) == 0 or os.name != "posix"


def test_another_recovery_code_opens_and_the_one_before_no_more(made: Made) -> None:
    code = recovery_code.fresh()
    set_recovery_code(made.home, made.key, code)
    assert unlock(made.home, recovery_code=code) == made.key
    with refused(WrongSecret, made):
        unlock(made.home, recovery_code=made.recovery_code)


def test_each_change_is_a_next_generation(made: Made) -> None:
    first = keyfile.read(made.keyfile).generation
    set_passphrase(made.home, made.key, OTHER, FLOOR)
    set_recovery_code(made.home, made.key, recovery_code.fresh())
    assert keyfile.read(made.keyfile).generation == first + 2


def test_an_open_vault_changes_its_own_slots(vault: Vault, made: Made) -> None:
    vault.change_slots(lambda before: slots.replaced(before, slots.passphrase_slot(vault.key, OTHER, FLOOR)))
    assert unlock(made.home, passphrase=OTHER) == made.key


def test_an_empty_passphrase_is_refused(made: Made) -> None:
    with refused(PassphraseEmpty, made):
        set_passphrase(made.home, made.key, "", FLOOR)


@pytest.mark.parametrize("left_by", ["a swap", "a vault being made"])
def test_a_key_file_that_waits_after_a_kill_is_the_one_that_changes(made: Made, left_by: str) -> None:
    """Else it would take the place of the changed one at the next opening, and bring the old passphrase back."""
    if left_by == "a swap":
        (made.home / "vault.next").mkdir()
        shutil.copy(made.keyfile, made.home / "vault.next")
    else:
        made.keyfile.rename(made.home / "vault.key.new")
    key = unlock(made.home, passphrase=PASSPHRASE)
    with alone(made.home):
        set_passphrase(made.home, key, OTHER, FLOOR)
    for _ in range(2):
        assert unlock(made.home, passphrase=OTHER) == made.key
        with refused(WrongSecret, made):
            unlock(made.home, passphrase=PASSPHRASE)
        open_vault(made.home, key).close()
    assert len(failed_unlocks.noted(made.home)) == 2  # each time that the old one was tried
    failed_unlocks.forget(made.home)
    assert sorted(path.name for path in made.home.iterdir()) == ["vault.db", "vault.key", "vault.lock"]


def test_a_key_file_of_another_vault_is_not_overwritten(made: Made) -> None:
    before = made.keyfile.read_bytes()
    with refused(VaultMismatch, made):
        set_passphrase(made.home, keyfile.new_key(), OTHER, FLOOR)
    assert made.keyfile.read_bytes() == before


def test_a_key_file_that_somebody_changed_is_not_blessed_by_a_new_mac(made: Made) -> None:
    read = keyfile.read(made.keyfile)
    stranger = keyfile.UnlockedKey(read.vault, read.salt, bytes(32))
    content = keyfile.serialised(keyfile.successor(read, read.slots), stranger)
    made.keyfile.write_bytes(content)
    with refused(KeyfileTampered, made):
        set_recovery_code(made.home, made.key, recovery_code.fresh())
    assert made.keyfile.read_bytes() == content


def test_a_vault_that_is_open_elsewhere_is_left_alone(vault: Vault, made: Made) -> None:
    with refused(AlreadyRunning, made), alone(made.home):
        pytest.fail("held twice")


def test_the_folder_is_let_go_again(made: Made) -> None:
    with alone(made.home):
        pass
    open_vault(made.home, made.key).close()


def test_a_full_disk_leaves_the_old_key_file(made: Made, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 512) as folder:
        for name in ("vault.key", "vault.db"):
            (folder / name).write_bytes((made.home / name).read_bytes()[: 4096 if name == "vault.db" else None])
        filler = folder / "filler"
        fill(filler)
        before = (folder / "vault.key").read_bytes()
        with refused(DiskFull, made):
            set_passphrase(folder, made.key, OTHER, FLOOR)
        assert (folder / "vault.key").read_bytes() == before
        assert not (folder / "vault.key.new").exists()
        filler.unlink()
        set_passphrase(folder, made.key, OTHER, FLOOR)


def test_a_read_only_folder_leaves_the_old_key_file(made: Made) -> None:
    before = made.keyfile.read_bytes()
    with read_only(made.home), refused(ReadOnly, made):
        set_passphrase(made.home, made.key, OTHER, FLOOR)
    assert made.keyfile.read_bytes() == before


def test_a_kill_at_any_moment_leaves_one_that_opens(made: Made) -> None:
    program = f"""
        import sys
        from pathlib import Path
        from wor_tui.vault import recovery_code
        from wor_tui.vault.keyfile import UnlockedKey
        from wor_tui.vault.rewriting import set_recovery_code
        key = UnlockedKey(*(bytes.fromhex(sys.stdin.readline()) for _ in range(3)))
        while True:
            code = recovery_code.fresh()
            print("next", code, flush=True)
            set_recovery_code(Path({str(made.home)!r}), key, code)
            print("done", code, flush=True)
    """
    running = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write("".join(part.hex() + "\n" for part in (made.key.vault, made.key.salt, made.key.root)))
    running.stdin.flush()
    for _ in range(25):
        said = running.stdout.readline().split()
    running.send_signal(signal.SIGKILL)
    for line in running.communicate()[0].splitlines():
        said = line.split() if len(line.split()) == 2 else said
    # What was acknowledged holds; what was under way is whole or not there.
    last_done = said[1] if said[0] == "done" else None
    opened = []
    for code in filter(None, [said[1], last_done]):
        try:
            opened.append(unlock(made.home, recovery_code=code) == made.key)
        except WrongSecret:
            continue
    assert unlock(made.home, passphrase=PASSPHRASE) == made.key
    assert any(opened) or last_done is None
    with open_vault(made.home, made.key):
        assert not (made.home / "vault.key.new").exists()
