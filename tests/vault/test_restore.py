import os
import shutil
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.client import state
from tests.vault.made import PASSPHRASE, Made, drafts, put_draft, refused
from wor_tui.vault import backup, recovery_code, rewriting
from wor_tui.vault.backup import Backup
from wor_tui.vault.connection import driver, reading_connection
from wor_tui.vault.errors import AlreadyRunning, BackupDamaged, BrokenOff, RecoveryCodeMistyped, VaultNewer, WrongSecret
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.restore import Restored, restore, unlocked
from wor_tui.vault.vault import open_vault, unlock

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
OTHER = "een heel andere wachtzin"


def saved(made: Made, form: str) -> None:
    with open_vault(made.home, made.key) as vault, vault.database.write() as connection:
        put_draft(connection, form)


def backed_up(made: Made, now: datetime = NOW) -> Backup:
    source = reading_connection(made.database, made.key)
    try:
        return backup.take(source, made.home, made.key, made.home / "backups", now)
    finally:
        source.close()


@pytest.fixture
def taken(made: Made) -> Backup:
    """A backup with `before`; the vault has `after` too."""
    saved(made, "before")
    taken = backed_up(made)
    saved(made, "after")
    return taken


def put_back(made: Made, taken: Backup, passphrase: str = PASSPHRASE) -> Restored:
    return restore(made.home, taken, unlocked(made.home, taken, passphrase=passphrase), NOW + timedelta(hours=1))


def held_by(home: Path, passphrase: str = PASSPHRASE) -> list[str]:
    with (
        open_vault(home, unlock(home, passphrase=passphrase)) as vault,
        vault.database.read() as connection,
    ):
        return drafts(connection)


def names(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir())


def test_what_the_backup_had_is_back_and_what_it_replaced_is_backed_up(made: Made, taken: Backup) -> None:
    done = put_back(made, taken)
    assert held_by(made.home) == ["before"]
    assert names(made.home) == ["backups", "vault.db", "vault.key", "vault.lock"]
    assert done.kept == made.home / "backups" / "20261122T103000Z-restore"
    put_back(made, backup.at(made.home / "backups" / "20261122T103000Z-restore"))
    assert held_by(made.home) == ["after", "before"]


def test_a_restored_vault_says_so_to_the_next_exchange(made: Made, taken: Backup) -> None:
    put_back(made, taken)
    with open_vault(made.home, made.key) as vault, vault.database.read() as connection:
        assert state.get(connection, "restored") == "2026-11-22T10:30:00Z"


def test_a_passphrase_changed_since_stays_the_newer_one(made: Made, taken: Backup) -> None:
    rewriting.set_passphrase(made.home, made.key, OTHER, FLOOR)
    put_back(made, taken, OTHER)
    assert held_by(made.home, OTHER) == ["before"]
    with refused(WrongSecret, made):
        unlock(made.home, passphrase=PASSPHRASE)


def test_the_passphrase_of_then_opens_the_backup_when_the_one_of_now_is_lost(made: Made, taken: Backup) -> None:
    rewriting.set_passphrase(made.home, made.key, OTHER, FLOOR)
    done = put_back(made, taken)
    assert held_by(made.home) == ["before"]
    assert done.kept is not None
    assert (done.kept / "vault.db").exists()


def test_the_recovery_code_will_do(made: Made, taken: Backup) -> None:
    restore(made.home, taken, unlocked(made.home, taken, recovery_code=made.recovery_code), NOW)
    assert held_by(made.home) == ["before"]


def test_a_wrong_passphrase_changes_nothing(made: Made, taken: Backup) -> None:
    with refused(WrongSecret, made):
        put_back(made, taken, "wrong")
    assert held_by(made.home) == ["after", "before"]


@pytest.mark.parametrize("lost", ["both", "key", "database", "damaged", "log"])
def test_a_vault_that_does_not_open_is_replaced_and_set_aside(made: Made, taken: Backup, lost: str) -> None:
    if lost in {"both", "key"}:
        made.keyfile.unlink()
    if lost in {"both", "database"}:
        made.database.unlink()
    if lost == "damaged":
        made.database.write_bytes(made.database.read_bytes()[:4096] + bytes(4096 * 30))
    if lost == "log":
        made.database.write_bytes(bytes(10))
        (made.home / "vault.db-wal").write_bytes(b"what was written last")
    there = {
        name: (made.home / name).read_bytes()
        for name in ("vault.db", "vault.db-wal", "vault.key")
        if (made.home / name).exists()
    }
    done = put_back(made, taken)
    assert held_by(made.home) == ["before"]
    assert not (made.home / "vault.db-wal").exists()
    if lost == "both":
        assert done.kept is None
    else:
        assert done.kept is not None
        assert done.kept == made.home / "replaced" / "20261122T103000Z"
        assert {path.name: path.read_bytes() for path in done.kept.iterdir()} == there


def test_a_backup_makes_a_vault_where_there_was_none(made: Made, taken: Backup, tmp_path: Path) -> None:
    shutil.copytree(taken.folder, tmp_path / "stick" / "any name")
    home = tmp_path / "new" / "home"
    found = backup.at(tmp_path / "stick" / "any name")
    restore(home, found, unlocked(home, found, passphrase=PASSPHRASE), NOW)
    assert held_by(home) == ["before"]
    assert names(home) == ["vault.db", "vault.key", "vault.lock"]


def test_a_damaged_backup_is_refused_and_nothing_changes(made: Made, taken: Backup) -> None:
    content = bytearray(taken.database.read_bytes())
    content[len(content) // 2] ^= 1
    taken.database.write_bytes(content)
    with refused(BackupDamaged, made):
        put_back(made, taken)
    assert held_by(made.home) == ["after", "before"]
    assert names(made.home) == ["backups", "vault.db", "vault.key", "vault.lock"]


def test_a_backup_whose_key_file_is_damaged_comes_back_while_the_vaults_own_is_there(made: Made, taken: Backup) -> None:
    taken.keyfile.write_bytes(b"")
    put_back(made, taken)
    assert held_by(made.home) == ["before"]
    made.keyfile.unlink()
    with refused(BackupDamaged, made):
        put_back(made, taken)


def test_a_vault_that_is_open_is_not_replaced(made: Made, taken: Backup) -> None:
    with open_vault(made.home, made.key), refused(AlreadyRunning, made):
        put_back(made, taken)


def test_restoring_that_is_broken_off_changes_nothing(made: Made, taken: Backup) -> None:
    with refused(BrokenOff, made):
        restore(made.home, taken, unlocked(made.home, taken, passphrase=PASSPHRASE), NOW, cancelled=lambda: True)
    assert held_by(made.home) == ["after", "before"]
    assert names(made.home) == ["backups", "vault.db", "vault.key", "vault.lock"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("keeps", [True, False])
def test_killed_at_every_step_the_vault_is_the_old_or_the_restored_one(
    made: Made, taken: Backup, tmp_path: Path, keeps: bool
) -> None:
    """At each file operation of a restore a process dies; what is there then opens, whole."""
    script = """
        import shutil, sys
        from datetime import UTC, datetime
        from pathlib import Path
        from tests.vault.dying import at_each_step
        from tests.vault.made import drafts
        from wor_tui.vault import backup
        from wor_tui.vault.keyfile import UnlockedKey
        from wor_tui.vault.restore import Keys, restore
        from wor_tui.vault.vault import open_vault
        original, folder, name, keeps = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4] == "True"
        key = UnlockedKey(*(bytes.fromhex(part) for part in sys.argv[5:]))
        count = {1: 0, 2: 0}
        for home in at_each_step(
            folder,
            lambda home: shutil.copytree(original, home),
            lambda home: restore(home, backup.at(home / "backups" / name), Keys(key, key, keeps), datetime.now(UTC)),
        ):
            with open_vault(home, key) as vault, vault.database.read() as connection:
                found = drafts(connection)
            assert found in (["before"], ["after", "before"]), (home.name, found)
            count[len(found)] += 1
            there = sorted(path.name for path in home.iterdir())
            assert there == ["backups", "vault.db", "vault.key", "vault.lock"], (home.name, there)
        print(sum(count.values()) - 1, count[2], count[1] - 1)
    """
    parts = (made.key.vault.hex(), made.key.salt.hex(), made.key.root.hex())
    (tmp_path / "runs").mkdir()
    command = [sys.executable, "-c", textwrap.dedent(script), str(made.home), str(tmp_path / "runs"), taken.name]
    done = subprocess.run([*command, str(keeps), *parts], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kills, old, new = map(int, done.stdout.split())
    print(
        f"restore: {kills} kills, each at another step; {old} times the vault as it was, {new} times the restored one"
    )
    assert old > 10
    assert new > 1


@pytest.mark.parametrize("lost", ["nothing", "key", "backup's key"])
def test_a_typing_error_in_the_recovery_code_is_called_that(made: Made, taken: Backup, lost: str) -> None:
    if lost != "nothing":
        (made.keyfile if lost == "key" else taken.keyfile).write_bytes(b"")
    typed = made.recovery_code[:-1] + ("2" if made.recovery_code[-1] != "2" else "3")
    with refused(RecoveryCodeMistyped, made):
        unlocked(made.home, taken, recovery_code=typed)


def test_the_recovery_code_of_then_opens_the_backup(made: Made, taken: Backup) -> None:
    newer = recovery_code.fresh()
    rewriting.set_recovery_code(made.home, made.key, newer)
    made.keyfile.unlink()
    with refused(WrongSecret, made):
        unlocked(made.home, taken, recovery_code=newer)
    restore(made.home, taken, unlocked(made.home, taken, recovery_code=made.recovery_code), NOW)
    assert held_by(made.home) == ["before"]


def test_what_was_set_aside_comes_back_with_the_log_that_its_crash_left(
    made: Made, taken: Backup, tmp_path: Path
) -> None:
    """Somebody who forgot the passphrase put an older backup back, and remembers it afterwards."""
    home = tmp_path / "crashed"
    with open_vault(made.home, made.key) as vault:
        with vault.database.write() as connection:
            put_draft(connection, "last")
        shutil.copytree(made.home, home)
    (home / "vault.db-shm").unlink()
    rewriting.set_passphrase(home, made.key, OTHER, FLOOR)
    crashed = Made(home, made.key, made.recovery_code)
    done = put_back(crashed, backup.at(home / "backups" / taken.name))
    assert held_by(home) == ["before"]
    assert done.kept is not None
    aside = {path.name: path.read_bytes() for path in done.kept.iterdir()}
    assert aside["vault.db-wal"]
    put_back(crashed, backup.at(done.kept), OTHER)
    assert held_by(home, OTHER) == ["after", "before", "last"]
    assert {path.name: path.read_bytes() for path in done.kept.iterdir()} == aside
    assert names(home) == ["backups", "replaced", "vault.db", "vault.key", "vault.lock"]


def test_a_log_that_fits_nothing_is_passed_over(made: Made, taken: Backup) -> None:
    (taken.folder / "vault.db-wal").write_bytes(b"no log of changes" * 1000)
    put_back(made, taken)
    assert held_by(made.home) == ["before"]


def test_a_backup_of_a_newer_version_is_refused_and_nothing_changes(made: Made, taken: Backup) -> None:
    connection = driver.connect(str(taken.database), isolation_level=None)
    connection.execute(f"PRAGMA key=\"x'{made.key.database_key()}'\"")
    connection.execute("PRAGMA user_version=9999")
    connection.close()
    with refused(VaultNewer, made):
        put_back(made, taken)
    assert held_by(made.home) == ["after", "before"]
    assert names(made.home) == ["backups", "vault.db", "vault.key", "vault.lock"]
