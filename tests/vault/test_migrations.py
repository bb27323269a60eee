from pathlib import Path
from typing import Any

import pytest

from tests.vault.made import Made
from wor_tui.vault import migrations
from wor_tui.vault.connection import driver, opened
from wor_tui.vault.declared import declared_sql
from wor_tui.vault.errors import VaultDamaged, VaultNewer
from wor_tui.vault.vault import Vault


def test_all_steps_together_come_to_the_declared_tables(vault: Vault) -> None:
    """A model that changed needs a further step; `python -m wor_tui.vault.declared` prints what it has to come to."""
    plain = driver.connect(":memory:")
    plain.executescript(declared_sql())
    query = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    with vault.database.read() as connection:
        found = connection.exec_driver_sql(query).all()
        assert connection.exec_driver_sql("PRAGMA user_version").scalar() == migrations.newest()
    assert [tuple(row) for row in found] == plain.execute(query).fetchall()
    assert {"draft", "audit", "case_summary", "vault_state"} <= {row[1] for row in found}


def test_the_steps_are_numbered_without_gaps() -> None:
    numbers = [int(step.name[:4]) for step in migrations.steps()]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "steps"
    made.mkdir()
    (made / "0001_one.sql").write_text("CREATE TABLE one (x); INSERT INTO one VALUES (1);")
    (made / "0002_two.sql").write_text("CREATE TABLE two (x);\nINSERT INTO one VALUES (2)")
    return made


def version(connection: Any) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]


def test_only_the_steps_that_are_lacking_run(folder: Path) -> None:
    connection = driver.connect(":memory:", isolation_level=None)
    second = folder / "0002_two.sql"
    later = second.read_text()
    second.unlink()
    migrations.bring_up_to_date(connection, folder)
    assert version(connection) == 1
    second.write_text(later)
    migrations.bring_up_to_date(connection, folder)
    migrations.bring_up_to_date(connection, folder)
    assert version(connection) == 2
    assert connection.execute("SELECT x FROM one").fetchall() == [(1,), (2,)]


def test_a_step_that_fails_leaves_the_vault_as_it_was(folder: Path) -> None:
    connection = driver.connect(":memory:", isolation_level=None)
    connection.executescript((folder / "0001_one.sql").read_text() + "PRAGMA user_version=1")
    (folder / "0002_two.sql").write_text("DELETE FROM one; CREATE TABLE two (x); CREATE TABLE one (x);")
    with pytest.raises(driver.OperationalError):
        migrations.bring_up_to_date(connection, folder)
    assert version(connection) == 1
    assert not connection.in_transaction
    assert connection.execute("SELECT x FROM one").fetchall() == [(1,)]
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_all_steps_that_are_lacking_are_one_transaction(folder: Path) -> None:
    connection = driver.connect(":memory:", isolation_level=None)
    (folder / "0003_three.sql").write_text("CREATE TABLE one (x);")
    with pytest.raises(driver.OperationalError):
        migrations.bring_up_to_date(connection, folder)
    assert version(connection) == 0
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_a_step_that_leaves_a_reference_to_nothing_is_undone(folder: Path) -> None:
    connection = driver.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys=ON")
    (folder / "0003_three.sql").write_text("CREATE TABLE three (x REFERENCES two (x)); INSERT INTO three VALUES (9);")
    (folder / "0002_two.sql").write_text("CREATE TABLE two (x PRIMARY KEY)")
    with pytest.raises(VaultDamaged):
        migrations.bring_up_to_date(connection, folder)
    assert version(connection) == 0
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_vault_with_more_steps_than_we_know_is_refused(folder: Path, made: Made) -> None:
    connection = opened(made.database, made.key)
    migrations.refuse_newer(connection)
    connection.execute("PRAGMA user_version=3")
    with pytest.raises(VaultNewer):
        migrations.refuse_newer(connection, folder)
    connection.close()
