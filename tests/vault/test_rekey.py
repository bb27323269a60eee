import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.vault.made import PASSPHRASE, Made, drafts, put_draft, refused
from tests.vault.places import small_disk
from wor_tui.vault import escrow, failed_unlocks, files, keyfile, recovery_code, rewriting, slots
from wor_tui.vault import rekey as rekeying
from wor_tui.vault.connection import opened
from wor_tui.vault.errors import AlreadyRunning, BrokenOff, CopyFailed, DiskFull, VaultMismatch, WrongSecret
from wor_tui.vault.keyfile import Slot, UnlockedKey
from wor_tui.vault.rekey import rekey
from wor_tui.vault.vault import open_vault, unlock

SECRET = bytes(range(20))


@pytest.fixture
def filled(made: Made) -> Made:
    with open_vault(made.home, made.key) as vault, vault.database.write() as connection:
        for row in range(300):
            put_draft(connection, f"form {row:03}", "x" * 1000)
    return made


def held_by(home: Path, *, passphrase: str | None = None, recovery_code: str | None = None) -> int:
    key = unlock(home, passphrase=passphrase, recovery_code=recovery_code)
    with open_vault(home, key) as vault, vault.database.read() as connection:
        return len(drafts(connection))


def names(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir())


def test_everything_is_there_under_another_key(filled: Made) -> None:
    before = filled.database.read_bytes()
    with open_vault(filled.home, filled.key) as vault:
        seq = vault.database.vault_seq()
    done = rekey(filled.home, PASSPHRASE, SECRET)
    assert (done.lost, done.key.vault) == ((), filled.key.vault)
    assert done.key.root != filled.key.root
    assert done.key.salt != filled.key.salt
    assert held_by(filled.home, passphrase=PASSPHRASE) == 300
    assert held_by(filled.home, recovery_code=recovery_code.written(SECRET)) == 300
    assert names(filled.home) == ["vault.db", "vault.key", "vault.lock"]
    with open_vault(filled.home, done.key) as vault:
        assert vault.database.vault_seq() == seq
    pages = {before[at : at + 4096] for at in range(0, len(before), 4096)}
    after = filled.database.read_bytes()
    assert not pages & {after[at : at + 4096] for at in range(0, len(after), 4096)}


def test_what_opened_it_before_opens_nothing_any_more(filled: Made) -> None:
    rekey(filled.home, PASSPHRASE, SECRET)
    with refused(WrongSecret, filled):
        unlock(filled.home, recovery_code=filled.recovery_code)
    with refused(VaultMismatch, filled):
        open_vault(filled.home, filled.key)


def test_the_key_file_counts_on_and_a_guess_stays_as_dear(filled: Made) -> None:
    before = keyfile.read(filled.keyfile)
    rekey(filled.home, PASSPHRASE, SECRET)
    after = keyfile.read(filled.keyfile)
    assert after.generation == before.generation + 1
    costs = [
        slots.cost_of(slot.parameters) for read in (before, after) for slot in read.slots if slot.kind == "passphrase"
    ]
    assert costs[0] == costs[1]


def test_the_organisations_way_in_comes_along(filled: Made) -> None:
    organisation = escrow.new_organisation_key()
    slot = escrow.escrow_slot(filled.key, organisation.public)
    rewriting.rewrite(filled.home, filled.key, lambda before: slots.replaced(before, slot))
    done = rekey(filled.home, PASSPHRASE, SECRET)
    assert done.lost == ()
    assert escrow.opened_by_organisation_key(keyfile.read(filled.keyfile), organisation.code) == done.key


def test_a_slot_that_cannot_come_along_is_named(filled: Made) -> None:
    slot = keyfile.wrapped(filled.key, "smartcard", {}, bytes(32))
    rewriting.rewrite(filled.home, filled.key, lambda before: slots.replaced(before, slot))
    assert rekey(filled.home, PASSPHRASE, SECRET).lost == ("smartcard",)


def test_a_wrong_passphrase_changes_nothing(filled: Made) -> None:
    before = filled.database.read_bytes(), filled.keyfile.read_bytes()
    with refused(WrongSecret, filled):
        rekey(filled.home, "wrong", SECRET)
    assert (filled.database.read_bytes(), filled.keyfile.read_bytes()) == before


def test_a_vault_that_is_open_keeps_its_key(filled: Made) -> None:
    with open_vault(filled.home, filled.key), refused(AlreadyRunning, filled):
        rekey(filled.home, PASSPHRASE, SECRET)


def test_it_tells_how_far_it_is_and_can_be_broken_off(filled: Made) -> None:
    told: list[tuple[int, int]] = []
    asked = iter([False, False, True])
    with refused(BrokenOff, filled):
        rekey(filled.home, PASSPHRASE, SECRET, lambda *far: told.append(far), lambda: next(asked))
    assert names(filled.home) == ["vault.db", "vault.key", "vault.lock"]
    assert held_by(filled.home, recovery_code=filled.recovery_code) == 300
    rekey(filled.home, PASSPHRASE, SECRET, lambda *far: told.append(far))
    assert told == sorted(told[:1]) + told[1:]
    assert all(0 <= done <= whole == 100 for done, whole in told)


@pytest.mark.parametrize("wrong", ["a row", "a bit", "the key file", "the recovery code"])
def test_what_came_out_wrong_takes_nobodys_place(filled: Made, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    """A row that is missing from the copy, a disk that writes something else, a slot that doesn't open."""
    plain_copied, plain_write, plain_slot = rekeying.copied, files.write_new, slots.recovery_slot

    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    def copies(source: object, target: Path, key: UnlockedKey, *more: Any) -> None:
        plain_copied(source, target, key, *more)
        if wrong == "a bit":
            damage(target)
        elif wrong == "a row":
            connection = opened(target, key)
            connection.execute("""UPDATE draft SET "values" = 'y' || substr("values", 2) WHERE form = 'form 150'""")
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.close()

    def writes(path: Path, content: bytes) -> None:
        plain_write(path, content)
        if wrong == "the key file":
            damage(path)

    def wraps(key: UnlockedKey, secret: bytes) -> Slot:
        return plain_slot(key, bytes(20) if wrong == "the recovery code" else secret)

    monkeypatch.setattr(rekeying, "copied", copies)
    monkeypatch.setattr(files, "write_new", writes)
    monkeypatch.setattr(slots, "recovery_slot", wraps)
    with refused(CopyFailed, filled):
        rekey(filled.home, PASSPHRASE, SECRET)
    assert names(filled.home) == ["vault.db", "vault.key", "vault.lock"]
    assert held_by(filled.home, recovery_code=filled.recovery_code) == 300


def test_a_full_disk_leaves_the_old_key(filled: Made, tmp_path: Path) -> None:
    size = (filled.database.stat().st_size + filled.keyfile.stat().st_size) // 1024
    with small_disk(tmp_path / "disk", size + 400) as disk:
        home = disk / "home"
        home.mkdir()
        for path in (filled.database, filled.keyfile):
            (home / path.name).write_bytes(path.read_bytes())
        with refused(DiskFull, filled):
            rekey(home, PASSPHRASE, SECRET)
        assert names(home) == ["vault.db", "vault.key", "vault.lock"]
        assert held_by(home, recovery_code=filled.recovery_code) == 300


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_killed_at_every_step_one_whole_vault_opens(tmp_path: Path) -> None:
    """At each file operation of a rekey a process dies; exactly one of the two recovery codes opens all rows then."""
    script = """
        import hashlib, shutil, sys
        from pathlib import Path
        from tests.vault.dying import at_each_step
        from tests.vault.made import drafts, put_draft
        from wor_tui.vault import declared, failed_unlocks, recovery_code, rekey, slots
        from wor_tui.vault.errors import WrongSecret
        from wor_tui.vault.passphrase_cost import FLOOR
        from wor_tui.vault.vault import create, open_vault, unlock

        # What is tried here is the order of writing, hundreds of times; a passphrase's price is tried elsewhere.
        slots.stretched = lambda passphrase, salt, cost: hashlib.sha256(passphrase.encode() + salt).digest()
        folder, secret = Path(sys.argv[1]), bytes(range(20))
        made = create(folder / "original", "passphrase", FLOOR)
        with made.vault as vault, vault.database.write() as connection:
            for row in range(100):
                put_draft(connection, f"form {row}", "x" * 1000)
        codes = {"old": made.recovery_code, "new": recovery_code.written(secret)}
        count = dict.fromkeys(codes, 0)
        for home in at_each_step(
            folder,
            lambda home: shutil.copytree(folder / "original", home),
            lambda home: rekey.rekey(home, "passphrase", secret),
        ):
            opens = []
            for name, code in codes.items():
                try:
                    key = unlock(home, recovery_code=code)
                except WrongSecret:
                    continue
                opens.append(name)
                assert unlock(home, passphrase="passphrase") == key
                with open_vault(home, key) as vault, vault.database.read() as connection:
                    assert len(drafts(connection)) == 100
                assert unlock(home, recovery_code=code) == key
            assert len(opens) == 1, (home.name, opens)
            count[opens[0]] += 1
            # The code that didn't open is noted beside the vault, and nothing else is there.
            assert len(failed_unlocks.noted(home)) == 1, home.name
            failed_unlocks.forget(home)
            assert sorted(path.name for path in home.iterdir()) == ["vault.db", "vault.key", "vault.lock"], home.name
        print(sum(count.values()), count["old"], count["new"])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    steps, old, new = map(int, done.stdout.split())
    print(
        f"rekey: {steps - 1} kills, each at another step; the old key opened {old} times, the new one {new - 1} times"
    )
    assert old > 10
    assert new > 5


@pytest.mark.soak
@pytest.mark.skipif(os.name != "posix", reason="sends SIGKILL")
def test_killed_at_random_times_one_whole_vault_opens(filled: Made, tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from wor_tui.vault import rekey
        print("ready", flush=True)
        sys.stdin.readline()
        rekey.rekey(Path(sys.argv[1]), sys.argv[2], bytes(range(20)), lambda *far: print(far, flush=True))
        print("done", flush=True)
    """)
    codes = (filled.recovery_code, recovery_code.written(SECRET))
    ends: list[int] = []
    for run in range(6):
        home = tmp_path / str(run)
        home.mkdir()
        for path in (filled.database, filled.keyfile):
            (home / path.name).write_bytes(path.read_bytes())
        with subprocess.Popen(
            [sys.executable, "-c", script, str(home), PASSPHRASE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdout.readline()
            process.stdin.write("go\n")
            process.stdin.flush()
            for _ in range(run * 4):  # it tells how far it is: each run dies somewhere else in between
                if process.stdout.readline() in {"", "done\n"}:
                    break
            process.send_signal(signal.SIGKILL)
        opened = [number for number, code in enumerate(codes) if opens(home, code)]
        assert len(opened) == 1
        ends += opened
        assert held_by(home, recovery_code=codes[opened[0]]) == 300
        assert len(failed_unlocks.noted(home)) == 1  # the code that didn't open
        failed_unlocks.forget(home)
        assert names(home) == ["vault.db", "vault.key", "vault.lock"]
    print(f"rekey: {len(ends)} kills at random; the old key opened {ends.count(0)} times, the new one {ends.count(1)}")


def opens(home: Path, code: str) -> bool:
    try:
        unlock(home, recovery_code=code)
    except WrongSecret:
        return False
    return True
