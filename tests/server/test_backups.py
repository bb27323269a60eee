"""The central API's database, copied while it serves and put back: devices hear of it, no place is used twice."""

import sqlite3
import stat
from pathlib import Path

import httpx
import pytest

from sync import wire
from sync.identifiers import uuid7
from sync.server.app import make_app
from sync.server.checks import examine
from sync.server.models import SCHEMA_VERSION
from sync.server.settings import DATABASE_FILE, Settings
from sync.server.store.backups import BackupError, back_up, mark_restored, restore
from sync.server.store.database import Database
from sync.server.store.incarnations import RAISED
from sync.wire import Cursor
from tests.server.conftest import POSTGRESQL_ONLY, SQLITE_ONLY, World
from tests.server.device import Device
from tests.server.served import ADDRESS, Served
from tests.server.test_exchange import edits, problem


def backed_up(world: World, tmp_path: Path) -> Path:
    target = tmp_path / "copy.db"
    back_up(world.data / DATABASE_FILE, target)
    return target


def accepted(device: Device, scope: str, count: int) -> int:
    """The place of the first of so many ops."""
    return device.exchange(*edits(device, scope, count)).accepted[0].seq


@SQLITE_ONLY
def test_a_backup_is_a_whole_private_file_made_while_the_server_runs(world: World, tmp_path: Path) -> None:
    coach = world.coach()
    accepted(coach, world.team, 3)
    target = backed_up(world, tmp_path)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["central", "copy.db"]
    with pytest.raises(BackupError, match="already"):
        back_up(world.data / DATABASE_FILE, target)
    accepted(coach, world.team, 2)
    with sqlite3.connect(target) as connection:
        assert connection.execute("SELECT count(*) FROM op").fetchone() == (3,)


@SQLITE_ONLY
def test_a_running_server_is_not_replaced(world: World, tmp_path: Path) -> None:
    coach = world.coach()
    target = backed_up(world, tmp_path)
    accepted(coach, world.team, 2)
    with pytest.raises(BackupError, match="running"):
        restore(world.data / DATABASE_FILE, target, 1)
    assert accepted(coach, world.team, 1) == 3


@SQLITE_ONLY
def test_after_a_restore_devices_hear_of_it_and_no_place_is_given_out_twice(world: World, tmp_path: Path) -> None:
    coach = world.coach()
    before = edits(coach, world.team, 3)
    assert coach.exchange(*before).accepted[0].seq == 1
    target, digest = backed_up(world, tmp_path), coach.digest
    lost = edits(coach, world.team, 2)
    assert coach.exchange(*lost).accepted[0].seq == 4

    done = restore(tmp_path / "fresh" / DATABASE_FILE, target, 1)
    assert (done.organisations, done.replaced) == (1, None)
    served = Served(make_app(Settings(data=tmp_path / "fresh")))
    with httpx.Client(transport=served, base_url=ADDRESS, timeout=60) as coach.client:
        found = problem(coach.post("/v1/exchange", coach.request()), 409, wire.ProblemType.RESTORED)
        assert found.last_n == 3
        assert found.incarnation != coach.incarnation
        coach.incarnation, coach.n, coach.digest = found.incarnation, 3, digest
        coach.cursors = {scope: Cursor(epoch=1) for scope in coach.cursors}
        (run,) = coach.exchange(*lost).accepted
        assert (run.n, run.scope, run.count) == (4, world.team, 2)
        assert run.seq > 3 + RAISED
    database = Database(f"sqlite:///{tmp_path / 'fresh' / DATABASE_FILE}", 1)
    assert all(finding.well for finding in examine(database))
    database.close()


@SQLITE_ONLY
def test_what_was_replaced_is_kept_with_what_its_log_held(world: World, tmp_path: Path) -> None:
    coach = world.coach()
    target = backed_up(world, tmp_path)
    accepted(coach, world.team, 2)
    home = tmp_path / "other"
    home.mkdir()
    for name in (DATABASE_FILE, DATABASE_FILE + "-wal"):
        (home / name).write_bytes((world.data / name).read_bytes())
    done = restore(home / DATABASE_FILE, target, 1)
    assert done.replaced is not None
    with sqlite3.connect(done.replaced / DATABASE_FILE) as connection:
        assert connection.execute("SELECT count(*) FROM op").fetchone() == (2,)
    with sqlite3.connect(home / DATABASE_FILE) as connection:
        assert connection.execute("SELECT count(*) FROM op").fetchone() == (0,)
    assert not (home / (DATABASE_FILE + ".new")).exists()


@SQLITE_ONLY
def test_the_log_of_a_damaged_database_is_not_played_into_the_backup(world: World, tmp_path: Path) -> None:
    coach = world.coach()
    target = backed_up(world, tmp_path)
    accepted(coach, world.team, 2)
    home = tmp_path / "other"
    home.mkdir()
    log = (world.data / (DATABASE_FILE + "-wal")).read_bytes()
    assert log
    (home / DATABASE_FILE).write_bytes(b"no database" * 500)
    (home / (DATABASE_FILE + "-wal")).write_bytes(log)
    done = restore(home / DATABASE_FILE, target, 1)
    assert done.replaced is not None
    assert sorted(path.name for path in home.iterdir() if path.is_file()) == [DATABASE_FILE]
    with sqlite3.connect(home / DATABASE_FILE) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM op").fetchone() == (0,)


@SQLITE_ONLY
def test_a_backup_that_was_killed_is_made_again(world: World, tmp_path: Path) -> None:
    (tmp_path / "copy.db.new").write_bytes(b"half of it")
    assert backed_up(world, tmp_path).is_file()
    assert not (tmp_path / "copy.db.new").exists()


@SQLITE_ONLY
def test_open_invitations_end_with_a_restore(world: World, tmp_path: Path) -> None:
    target = backed_up(world, tmp_path)
    with sqlite3.connect(target) as connection:
        [(organisation,)] = connection.execute("SELECT organisation_id FROM organisation").fetchall()
        connection.execute(
            "INSERT INTO invite (lookup, organisation_id, proof_hash, user_id, role, package, expires_at, tries,"
            " used_by, made_by) VALUES ('l', ?, x'00', 'u', 'coach', x'00', 9, 0, '', '')",
            (organisation,),
        )
    restore(tmp_path / "fresh" / DATABASE_FILE, target, 1)
    with sqlite3.connect(tmp_path / "fresh" / DATABASE_FILE) as connection:
        assert connection.execute("SELECT count(*) FROM invite WHERE lookup = 'l'").fetchone() == (0,)


@SQLITE_ONLY
@pytest.mark.parametrize("what", ["cut", "flipped", "another", "newer", "absent"])
def test_what_is_no_sound_backup_is_refused_and_changes_nothing(world: World, tmp_path: Path, what: str) -> None:
    target = backed_up(world, tmp_path)
    content = bytearray(target.read_bytes())
    if what == "cut":
        target.write_bytes(content[: len(content) // 2])
    elif what == "flipped":
        content[100:140] = bytes(40)
        target.write_bytes(content)
    elif what == "another":
        target.write_bytes(b"no database" * 500)
    elif what == "newer":
        with sqlite3.connect(target) as connection:
            connection.execute("UPDATE installation SET schema_version = ?", (SCHEMA_VERSION + 1,))
    else:
        target.unlink()
    home = tmp_path / "fresh"
    with pytest.raises(BackupError):
        restore(home / DATABASE_FILE, target, 1)
    assert not home.exists() or list(home.iterdir()) == []


@POSTGRESQL_ONLY
def test_a_postgresql_that_was_put_back_tells_its_devices(world: World) -> None:
    coach = world.coach()
    accepted(coach, world.team, 3)
    world.central.database.write(mark_restored)
    found = problem(coach.post("/v1/exchange", coach.request()), 409, wire.ProblemType.RESTORED)
    assert found.last_n == 3
    coach.incarnation = found.incarnation
    coach.cursors = dict.fromkeys(coach.cursors, Cursor())
    assert coach.exchange(coach.op(world.team, uuid7(), {"a": 1})).accepted[0].seq > 3 + RAISED
