"""PostgreSQL is truly tested on, an earlier version's tables are brought up to date, and nodes may start at once."""

import importlib.machinery
import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect

from sync.server.app import make_app
from sync.server.models import SCHEMA_VERSION, ServerTable
from sync.server.settings import Settings
from sync.server.store.database import Database
from tests import postgresql


@pytest.mark.skipif((sys.platform, platform.machine()) != ("linux", "x86_64"), reason="elsewhere it may be missing")
def test_on_linux_there_is_a_postgresql_to_test_on() -> None:
    assert postgresql.why_not() is None


_AS_ANYBODY = """
import os, psycopg
from tests import postgresql
os.setgroups([])
user, group = postgresql.nobody()
os.setgid(group)
os.setuid(user)
assert not postgresql.is_root()
with postgresql.cluster() as one:
    print(one.run("SELECT 1 + 1"))
"""


def test_it_runs_for_an_ordinary_user_as_well_as_for_root(cluster: postgresql.Cluster, tmp_path: Path) -> None:
    assert cluster.run("SHOW server_version_num")[0][0].startswith("18")
    if not postgresql.is_root():
        return
    # This run is root's. The same as an ordinary user, once what root alone may read is loaded.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        environment = {**os.environ, "TMPDIR": folder, "HOME": folder}
        command = [sys.executable, "-B", "-c", _AS_ANYBODY]
        ran = subprocess.run(
            command, cwd=Path(__file__).parents[2], env=environment, capture_output=True, text=True, check=False
        )
    assert (ran.returncode, ran.stdout) == (0, "[(2,)]\n"), ran.stderr


def test_its_programs_are_copied_where_only_root_may_read_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not postgresql.is_root():
        pytest.skip("only root's run needs it")
    found = importlib.util.find_spec(postgresql.PACKAGE)
    assert found is not None
    assert found.origin is not None
    hidden = tmp_path / "hidden"
    hidden.mkdir(0o700)
    for name in (postgresql.PACKAGE, f"{postgresql.PACKAGE}.libs"):
        (hidden / name).symlink_to(Path(found.origin).parents[1] / name)
    spec = importlib.machinery.ModuleSpec(postgresql.PACKAGE, None, origin=str(hidden / postgresql.PACKAGE / "x.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: spec)
    with postgresql.cluster() as one:
        assert one.programs.is_relative_to(one.folder)
        assert one.run("SELECT 1 + 1") == [(2,)]


def start(settings: Settings) -> None:
    make_app(settings).state.central.database.close()


def test_tables_of_the_first_version_are_brought_up_to_date(cluster: postgresql.Cluster, tmp_path: Path) -> None:
    with cluster.database() as name:
        settings = Settings(data=tmp_path, database_url=cluster.url(name))
        make_app(settings).state.central.database.close()
        cluster.run(
            "DROP TABLE attempt; DROP TABLE attemptwindow; DROP TABLE nonce; DROP TABLE snapshot;"
            "DROP TABLE snapshotpart; ALTER TABLE scope DROP COLUMN covered;"
            "DROP TABLE audittrail; DROP TABLE auditsealed;"
            "DROP TABLE escrow; DROP TABLE revocation; DROP TABLE keywish; ALTER TABLE scope DROP COLUMN due_epoch;"
            "ALTER TABLE device DROP COLUMN unsent;"
            "ALTER TABLE invite DROP COLUMN made_by;"
            "DROP INDEX device_predecessor; ALTER TABLE device DROP COLUMN vault_seq;"
            "ALTER TABLE device DROP COLUMN predecessor; UPDATE installation SET schema_version = 1;"
            "INSERT INTO device VALUES ('o', 'd', 'u', 'enrolled', '', '', 3, '', 'g', 5);"
            "INSERT INTO scope VALUES ('o', 's', 'team', 7, '', 1, '')",
            name,
        )
        # By two nodes at once.
        both = [threading.Thread(target=start, args=(settings,)) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert cluster.run("SELECT last_n, vault_seq, predecessor FROM device", name) == [(3, 0, "")]
        assert cluster.run("SELECT head, covered FROM scope", name) == [(7, 0)]
        assert cluster.run("SELECT schema_version FROM installation", name) == [(SCHEMA_VERSION,)]
        database = Database(settings.url, 20)
        with database.reading() as connection:
            looked = inspect(connection)
            for table in ServerTable.metadata.tables.values():
                assert {column["name"] for column in looked.get_columns(table.name)} == set(table.columns.keys())
                assert {index["name"] for index in looked.get_indexes(table.name)} >= {
                    one.name for one in table.indexes
                }
        database.close()


def test_nodes_that_start_at_once_make_the_tables_once(cluster: postgresql.Cluster, tmp_path: Path) -> None:
    with cluster.database() as name:
        failed: list[BaseException] = []
        together = threading.Barrier(4)

        def start() -> None:
            database = Database(cluster.url(name), 20)
            together.wait()
            try:
                database.prepare()
            except BaseException as error:  # noqa: BLE001 # told in the test's own thread
                failed.append(error)
            database.close()

        nodes = [threading.Thread(target=start) for _ in range(4)]
        for node in nodes:
            node.start()
        for node in nodes:
            node.join()
        assert not failed
        assert cluster.run("SELECT id, schema_version FROM installation", name) == [(1, SCHEMA_VERSION)]
