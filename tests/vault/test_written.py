"""Vaults that earlier versions wrote open in this one with every row; so does one whose migration was cut short."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.vault.places import small_disk
from tests.vault.writing import FOLDER, PASSPHRASE, rows
from wor_tui.vault import backup, migrations
from wor_tui.vault.connection import driver, opened
from wor_tui.vault.copying import is_whole
from wor_tui.vault.errors import DiskFull, VaultNewer
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.vault import open_vault, unlock

RELEASED = {
    "0001_first_tables.sql": "126a53669db189813e88c114bba7953b1aeff33d5e776548bec5a42b4e6c6165",
    "0002_names_of_the_caseload.sql": "ab3c3878c5a821b758be4e37101818d7efc2ef95e15dbdd3419739c59326d10c",
    "0003_erasing.sql": "4dc1dbafb6535a81acbd493a693d9aa7fc2d11b66e84cf7d6203a7d40b71ce29",
    "0004_merged_persons.sql": "84198a17eecde8fc18d91d03a84c2ad892a04f193aaf5f78a766b41446f6c3f4",
    "0005_device_keys.sql": "b97beac7aadc4cf0f0070abfa1ce0a8ccb870b5d852fd763ea3a6961a1d680fe",
    "0006_audit_chain.sql": "88d28bb7cb88363a32bd45272af16551149e549c4787dfab98d815747ebe7eb4",
    "0007_practices.sql": "e69a6ecefda136885d18ddc456cfff10a46710a9f3fe79acea80d8ff5bd650ad",
}
"""The SHA-256 of each step that is never changed again."""
WRITTEN = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
LATER = """
CREATE TABLE later (x INTEGER PRIMARY KEY, said TEXT NOT NULL);
INSERT INTO later SELECT NULL, form FROM draft;
ALTER TABLE draft ADD COLUMN colour TEXT;
"""


def test_a_released_step_is_never_changed() -> None:
    found = {step.name: hashlib.sha256(step.read_bytes()).hexdigest() for step in migrations.steps()}
    assert {name: found.get(name) for name in RELEASED} == RELEASED


def copied(name: str, folder: Path) -> tuple[Path, UnlockedKey, dict[str, list[str]]]:
    home = folder / "home"
    home.mkdir()
    for file in ("vault.db", "vault.key"):
        shutil.copyfile(FOLDER / name / file, home / file)
    return home, unlock(home, passphrase=PASSPHRASE), json.loads((FOLDER / name / "rows.json").read_text())


def held(path: Path, key: UnlockedKey) -> tuple[int, dict[str, list[str]]]:
    connection = opened(path, key)
    try:
        return connection.execute("PRAGMA user_version").fetchone()[0], rows(connection)
    finally:
        connection.close()


@pytest.mark.parametrize("name", WRITTEN)
def test_a_vault_of_an_earlier_version_keeps_every_row(name: str, tmp_path: Path) -> None:
    home, key, there = copied(name, tmp_path)
    assert held(home / "vault.db", key) == (int(name), there)
    open_vault(home, key).close()
    version, after = held(home / "vault.db", key)
    assert version == migrations.newest()
    assert {table: len(after[table]) for table in there} == {table: len(content) for table, content in there.items()}
    assert (home / "backups").exists() == (int(name) < migrations.newest())


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A version of the program with one step more than the newest."""
    steps = tmp_path / "steps"
    steps.mkdir()
    for step in migrations.steps():
        shutil.copy(step, steps)
    (steps / f"{migrations.newest() + 1:04}_later.sql").write_text(LATER)
    monkeypatch.setattr(migrations, "FOLDER", steps)
    return steps


def test_a_migration_takes_a_verified_backup_first_and_keeps_every_row(later: Path, tmp_path: Path) -> None:
    del later
    home, key, there = copied("0001", tmp_path)
    open_vault(home, key).close()
    version, after = held(home / "vault.db", key)
    assert version == migrations.newest()
    # The audit lines got more columns.
    untouched = there.keys() - {"draft", "audit"}
    assert len(after["audit"]) == len(there["audit"])
    assert {table: after[table] for table in untouched} == {table: there[table] for table in untouched}
    assert (len(after["draft"]), len(after["later"])) == (2, 2)
    [copy] = backup.found(home / "backups")
    assert copy.why == backup.BEFORE_MIGRATION
    assert is_whole(copy.database, key)
    assert held(copy.database, key) == (1, there)
    open_vault(home, key).close()
    assert len(backup.found(home / "backups")) == 1


def test_a_step_that_fails_leaves_the_vault_for_the_version_before(
    later: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = migrations.steps()[-1]
    last.write_text(LATER + "INSERT INTO nowhere VALUES (1);")  # noqa: S608 -- a step of the test's own
    home, key, there = copied("0001", tmp_path)
    with pytest.raises(driver.OperationalError):
        open_vault(home, key)
    assert held(home / "vault.db", key) == (1, there)
    # Who tries again and again doesn't fill the disk with the same.
    [copy] = backup.found(home / "backups")
    with pytest.raises(driver.OperationalError):
        open_vault(home, key)
    assert backup.found(home / "backups") == [copy]
    copy.database.write_bytes(copy.database.read_bytes()[:-1] + b"?")
    with pytest.raises(driver.OperationalError):
        open_vault(home, key)
    assert [is_whole(each.database, key) for each in backup.found(home / "backups")] == [True, False]
    monkeypatch.undo()
    with open_vault(home, key) as vault, vault.database.write() as connection:
        connection.exec_driver_sql("UPDATE draft SET saved_at = 'later'")
    monkeypatch.setattr(migrations, "FOLDER", later)
    with pytest.raises(driver.OperationalError):
        open_vault(home, key)
    assert len(backup.found(home / "backups")) == 3


def test_a_vault_of_the_later_version_is_refused_untouched(
    later: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, key, _there = copied("0001", tmp_path)
    open_vault(home, key).close()
    monkeypatch.undo()
    before = (home / "vault.db").read_bytes()
    with pytest.raises(VaultNewer):
        open_vault(home, key)
    assert (home / "vault.db").read_bytes() == before
    del later


@pytest.mark.parametrize("room", ["no backup", "no step"])
def test_a_full_disk_in_the_middle_leaves_the_vault_as_it_was(later: Path, tmp_path: Path, room: str) -> None:
    del later
    last = migrations.steps()[-1]
    heavy = "INSERT INTO later SELECT NULL, hex(randomblob(400000)) FROM draft a, draft b, draft c;"
    last.write_text(LATER + heavy)
    size = (FOLDER / "0001" / "vault.db").stat().st_size // 1024
    with small_disk(tmp_path / "disk", size + 200 if room == "no backup" else 2 * size + 1024) as disk:
        home, key, there = copied("0001", disk)
        with pytest.raises(DiskFull):
            open_vault(home, key)
        assert len(backup.found(home / "backups")) == (room == "no step")
        assert held(home / "vault.db", key) == (1, there)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_killed_in_the_middle_of_a_migration_it_is_all_or_nothing(tmp_path: Path) -> None:
    """A process dies at each file operation of the backup, and at several moments within the steps themselves."""
    home, key, there = copied("0001", tmp_path)
    steps = tmp_path / "steps"
    steps.mkdir()
    for step in migrations.steps():
        shutil.copy(step, steps)
    added = "INSERT INTO later (said) SELECT hex(randomblob(20000)) FROM draft; SELECT die(%d);"
    body = "".join(added % number for number in range(5))
    (steps / f"{migrations.newest() + 1:04}_later.sql").write_text(LATER + body)
    script = """
        import os, sys
        from pathlib import Path
        from wor_tui.vault import backup, migrations
        from wor_tui.vault import connection as connecting
        from wor_tui.vault.keyfile import UnlockedKey
        home, steps, wanted = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
        key = UnlockedKey(*(bytes.fromhex(part) for part in sys.argv[4:]))
        migrations.FOLDER = steps
        plain = connecting.opened
        def opened(*arguments, **named):
            made = plain(*arguments, **named)
            made.create_function("die", 1, lambda n: os._exit(9) if n == wanted - 100 else n)
            return made
        connecting.opened = opened
        left = wanted
        def hook(event, arguments):
            global left
            if event in {"open", "os.rename", "os.mkdir", "sqlite3.connect"} and "backups" in str(arguments[0]):
                if not left:
                    os._exit(9)
                left -= 1
        sys.addaudithook(hook)
        connecting.first_connection(home / "vault.db", key, new=False).close()
    """
    parts = (key.vault.hex(), key.salt.hex(), key.root.hex())
    old = new = 0
    for wanted in (*range(0, 8, 2), 100, 102, 104, 1000):
        run = tmp_path / f"run {wanted}"
        shutil.copytree(home, run)
        command = [sys.executable, "-c", textwrap.dedent(script), str(run), str(steps), str(wanted), *parts]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        assert ended.returncode == (0 if wanted == 1000 else 9), ended.stderr
        version, found = held_by_later(run / "vault.db", key)
        if version == 1:
            assert found == there
            old += 1
        else:
            assert len(found["later"]) == 2 + 5 * 2
            new += 1
        for copy in backup.found(run / "backups"):
            assert is_whole(copy.database, key)
    print(f"migration: {old + new - 1} kills; {old} times the vault was as before, {new} times it was migrated")
    assert (old, new) == (7, 1)


def held_by_later(path: Path, key: UnlockedKey) -> tuple[int, dict[str, list[str]]]:
    connection = driver.connect(str(path), isolation_level=None)
    try:
        connection.execute(f"PRAGMA key=\"x'{key.database_key()}'\"")
        return connection.execute("PRAGMA user_version").fetchone()[0], rows(connection)
    finally:
        connection.close()
