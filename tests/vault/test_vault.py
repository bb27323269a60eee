import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.vault.made import PASSPHRASE, Made, drafts, put_draft, refused
from tests.vault.places import read_only, small_disk
from wor_tui.vault import failed_unlocks
from wor_tui.vault.errors import (
    AlreadyRunning,
    DiskFault,
    DiskFull,
    KeyfileDamaged,
    KeyfileMissing,
    PassphraseEmpty,
    ReadOnly,
    RecoveryCodeMistyped,
    VaultExists,
    VaultMismatch,
    VaultMissing,
    WrongSecret,
)
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create, exists, open_vault, unlock


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_was_saved_is_there_after_unlocking_with_either_secret(made: Made) -> None:
    with open_vault(made.home, made.key) as vault, vault.database.write() as connection:
        put_draft(connection, "first")
    for secret in ({"passphrase": PASSPHRASE}, {"recovery_code": made.recovery_code}):
        key = unlock(made.home, **secret)
        with open_vault(made.home, key) as vault, vault.database.read() as connection:
            assert drafts(connection) == ["first"]


def test_a_home_is_made_with_its_parents(tmp_path: Path) -> None:
    home = tmp_path / "één map" / "with spaces ?&#%" / "home"
    assert not exists(home)
    with create(home, PASSPHRASE, FLOOR).vault as vault, vault.database.write() as connection:
        put_draft(connection, "first")
    assert exists(home)
    assert sorted(path.name for path in home.iterdir()) == ["vault.db", "vault.key", "vault.lock"]


def test_the_recovery_code_does_not_show_by_accident(tmp_path: Path) -> None:
    created = create(tmp_path / "home", PASSPHRASE, FLOOR)
    created.vault.close()
    assert created.recovery_code not in repr(created)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_only_the_owner_can_read_the_files_also_when_they_were_wider(made: Made) -> None:
    made.database.chmod(0o644)
    made.keyfile.chmod(0o666)
    with open_vault(made.home, made.key) as vault:
        with vault.database.write() as connection:
            put_draft(connection, "first")
        names = sorted(path.name for path in made.home.iterdir())
        assert names == ["vault.db", "vault.db-shm", "vault.db-wal", "vault.key", "vault.lock"]
        assert {path.stat().st_mode & 0o777 for path in made.home.iterdir()} == {0o600}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_files_are_made_for_the_owner_alone_whatever_the_umask_was(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with create(tmp_path / "home", PASSPHRASE, FLOOR).vault as vault:
            with vault.database.write() as connection:
                put_draft(connection, "first")
            assert {path.stat().st_mode & 0o777 for path in (tmp_path / "home").iterdir()} == {0o600}
        assert os.umask(0o077) == 0o077
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_a_new_folder_and_those_above_it_are_the_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create(tmp_path / "above" / "more" / "home", PASSPHRASE, FLOOR).vault.close()
    finally:
        os.umask(before)
    made = [tmp_path / "above", tmp_path / "above" / "more", tmp_path / "above" / "more" / "home"]
    assert [oct(path.stat().st_mode & 0o777) for path in made] == ["0o700"] * 3


def test_unlocking_imports_nothing_heavy(made: Made) -> None:
    script = """
        import sys
        from pathlib import Path
        from wor_tui.vault.vault import exists, unlock
        assert exists(Path(sys.argv[1]))
        unlock(Path(sys.argv[1]), passphrase=sys.argv[2])
        heavy = {"sqlalchemy", "sqlmodel", "pydantic", "sqlcipher3", "httpx", "textual", "filelock"} & set(sys.modules)
        sys.exit(", ".join(sorted(heavy)) or 0)
    """
    done = run(script, made.home, PASSPHRASE)
    assert done.returncode == 0, done.stderr


def test_unlocking_writes_nothing_but_when_it_failed(made: Made) -> None:
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in made.home.iterdir()}
    unlock(made.home, recovery_code=made.recovery_code)
    with pytest.raises(WrongSecret):
        unlock(made.home, passphrase="wrong")
    [when] = failed_unlocks.noted(made.home)
    assert (made.home / failed_unlocks.NAME).read_text("ascii") == f"{when}\n"
    failed_unlocks.forget(made.home)
    assert before == {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in made.home.iterdir()}


def test_a_second_vault_in_the_same_folder_is_refused_and_changes_nothing(made: Made) -> None:
    before = made.database.read_bytes(), made.keyfile.read_bytes()
    with refused(VaultExists, made):
        create(made.home, PASSPHRASE, FLOOR)
    made.keyfile.rename(made.home / "elsewhere")
    with refused(VaultExists, made):  # a lost key file is no reason to overwrite the database
        create(made.home, PASSPHRASE, FLOOR)
    assert before == (made.database.read_bytes(), (made.home / "elsewhere").read_bytes())


def test_an_empty_passphrase_is_refused(tmp_path: Path, original: Made) -> None:
    with refused(PassphraseEmpty, original):
        create(tmp_path / "home", "", FLOOR)
    assert not (tmp_path / "home").exists()


def test_wrong_and_mistyped_secrets_are_told_apart(made: Made) -> None:
    with refused(WrongSecret, made):
        unlock(made.home, passphrase=PASSPHRASE[:-1])
    with refused(WrongSecret, made):
        unlock(made.home)
    with refused(RecoveryCodeMistyped, made):
        unlock(made.home, recovery_code=made.recovery_code[:-1] + "-")


def test_missing_files_are_told_apart(made: Made, tmp_path: Path) -> None:
    with refused(VaultMissing, made):
        unlock(tmp_path / "nowhere", passphrase=PASSPHRASE)
    with refused(VaultMissing, made):
        open_vault(tmp_path / "nowhere", made.key)
    made.keyfile.rename(tmp_path / "key")
    with refused(KeyfileMissing, made):
        unlock(made.home, passphrase=PASSPHRASE)
    (tmp_path / "key").rename(made.keyfile)
    made.database.unlink()
    with refused(VaultMissing, made):
        unlock(made.home, passphrase=PASSPHRASE)
    with refused(VaultMissing, made):
        open_vault(made.home, made.key)
    assert not made.database.exists(), "a missing database was made anew"


def test_a_damaged_key_file_leaves_the_database_alone(made: Made) -> None:
    before = made.database.read_bytes()
    made.keyfile.write_bytes(made.keyfile.read_bytes()[:-10])
    with refused(KeyfileDamaged, made):
        unlock(made.home, passphrase=PASSPHRASE)
    assert made.database.read_bytes() == before


def test_a_foreign_key_file_is_known_as_such(made: Made, tmp_path: Path) -> None:
    other = create(tmp_path / "other", PASSPHRASE, FLOOR)
    other.vault.close()
    (tmp_path / "other" / "vault.key").replace(made.keyfile)
    key = unlock(made.home, passphrase=PASSPHRASE)
    before = made.database.read_bytes()
    with refused(VaultMismatch, made):
        open_vault(made.home, key)
    assert made.database.read_bytes() == before


def test_a_second_instance_is_refused_and_the_first_goes_on(made: Made) -> None:
    script = """
        import sys
        from pathlib import Path
        from wor_tui.vault.errors import AlreadyRunning
        from wor_tui.vault.keyfile import UnlockedKey
        from wor_tui.vault.vault import open_vault
        try:
            open_vault(Path(sys.argv[1]), UnlockedKey(*(bytes.fromhex(part) for part in sys.argv[2:])))
        except AlreadyRunning:
            sys.exit(7)
    """
    parts = (made.key.vault.hex(), made.key.salt.hex(), made.key.root.hex())
    with open_vault(made.home, made.key) as vault:
        with refused(AlreadyRunning, made):
            open_vault(made.home, made.key)
        assert run(script, made.home, *parts).returncode == 7
        with vault.database.write() as connection:
            put_draft(connection, "still mine")
    assert run(script, made.home, *parts).returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="sends SIGKILL")
def test_a_killed_instance_holds_nothing_and_its_last_commit_stays(made: Made) -> None:
    script = """
        import sys, time
        from pathlib import Path
        from tests.vault.made import put_draft
        from wor_tui.vault.keyfile import UnlockedKey
        from wor_tui.vault.vault import open_vault
        vault = open_vault(Path(sys.argv[1]), UnlockedKey(*(bytes.fromhex(part) for part in sys.argv[2:])))
        with vault.database.write() as connection:
            put_draft(connection, "acknowledged")
        with vault.database.write() as connection:
            put_draft(connection, "not committed")
            print("ready", flush=True)
            time.sleep(60)
    """
    parts = (made.key.vault.hex(), made.key.salt.hex(), made.key.root.hex())
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(made.home), *parts], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)
    with open_vault(made.home, made.key) as vault:
        with vault.database.read() as connection:
            assert drafts(connection) == ["acknowledged"]
        assert vault.database.vault_seq() == 1


def test_closing_twice_is_harmless_and_leaves_no_wal(made: Made) -> None:
    vault = open_vault(made.home, made.key)
    vault.close()
    vault.close()
    assert sorted(path.name for path in made.home.iterdir()) == ["vault.db", "vault.key", "vault.lock"]


def test_a_folder_that_refused_to_open_is_let_go(made: Made) -> None:
    whole = made.database.read_bytes()
    made.database.write_bytes(b"")
    with pytest.raises(Exception, match="damaged"):
        open_vault(made.home, made.key)
    made.database.write_bytes(whole)
    open_vault(made.home, made.key).close()


def test_a_read_only_folder_says_so(made: Made, tmp_path: Path) -> None:
    before = made.database.read_bytes()
    with read_only(made.home):
        unlock(made.home, recovery_code=made.recovery_code)
        with refused(ReadOnly, made):
            open_vault(made.home, made.key)
    empty = tmp_path / "empty"
    empty.mkdir()
    with read_only(empty):
        with refused(ReadOnly, made):
            create(empty, PASSPHRASE, FLOOR)
        with refused(ReadOnly, made):
            create(empty / "deeper", PASSPHRASE, FLOOR)
    assert made.database.read_bytes() == before


def test_a_home_that_is_a_file_says_so(tmp_path: Path, original: Made) -> None:
    (tmp_path / "file").write_text("")
    with refused(DiskFault, original):
        create(tmp_path / "file", PASSPHRASE, FLOOR)
    with refused(DiskFault, original):
        create(tmp_path / "file" / "home", PASSPHRASE, FLOOR)
    with refused(VaultMissing, original):
        unlock(tmp_path / "file", passphrase=PASSPHRASE)


@pytest.mark.parametrize("kibibytes", [4, 64, 128, 256])
def test_a_vault_that_does_not_fit_is_not_half_made(kibibytes: int, tmp_path: Path, original: Made) -> None:
    with small_disk(tmp_path / "disk", kibibytes) as disk:
        with refused(DiskFull, original):
            create(disk / "home", PASSPHRASE, FLOOR)
        assert not exists(disk / "home")


@pytest.mark.soak
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_making_a_vault_killed_at_every_step_leaves_all_or_nothing(tmp_path: Path) -> None:
    """At each file operation of `create` a process dies; what is there then opens, or lets a vault be made."""
    script = """
        import sys
        from pathlib import Path
        from tests.vault.dying import at_each_step
        from wor_tui.vault.passphrase_cost import FLOOR
        from wor_tui.vault import database, declared, keyfile
        from wor_tui.vault.vault import create, exists, open_vault, unlock

        declared.declared_sql()  # imports before the first fork
        nothing = whole = 0
        for home in at_each_step(Path(sys.argv[1]), lambda _: None, lambda home: create(home, "passphrase", FLOOR)):
            if exists(home):
                open_vault(home, unlock(home, passphrase="passphrase")).close()
                whole += 1
            else:
                create(home, "passphrase", FLOOR).vault.close()
                nothing += 1
            assert sorted(path.name for path in home.iterdir()) == ["vault.db", "vault.key", "vault.lock"]
        print(nothing + whole - 1, nothing, whole)
    """
    done = run(script, tmp_path)
    assert done.returncode == 0, done.stderr
    steps, nothing, whole = map(int, done.stdout.split())
    print(f"{steps} kills: {nothing} times nothing was there yet, {whole} times a whole vault")
    assert steps >= 8
    assert nothing > 0
    assert whole > 1
