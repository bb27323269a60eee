"""What is purged is gone from the disk: looked for in the bytes of a database that isn't encrypted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client import enrolment, scopes, state
from sync.client.changes import Change
from sync.client.errors import WrongScope
from sync.client.outbox import ARCHIVE_MS, prune
from sync.identifiers import uuid7
from tests.sync_client.at_work import erase, save
from tests.sync_model.world import Device, World, prepare

CANARY = "Zwaantje-canary"


@pytest.fixture
def plain(world: World) -> Iterator[Device]:
    """One more device of the team, whose files can be read."""
    first = world.device(0)
    device = prepare(world.folder / "plain", world.central, plain=True)
    transport = enrolment.connect(first.database, first.clock_ms, http=first.http)
    invitation = enrolment.invite(first.database, transport, [first.team], role="coach")
    enrolment.join(device.database, invitation, device.clock_ms, http=device.http)
    yield device
    device.close()


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def filled(world: World, plain: Device) -> str:
    """A record of a colleague's is here, and its changes are in the log as well as in the database."""
    writer = world.device(0)
    record = save(writer, CANARY)
    writer.until_done()
    plain.until_done()
    plain.database.checkpoint()
    save(writer, f"{CANARY} again", record)
    writer.until_done()
    plain.until_done()
    assert on_disk(plain.folder).count(CANARY.encode()) > 1
    return record


def test_a_lost_scope_leaves_no_byte(world: World, plain: Device) -> None:
    filled(world, plain)
    with plain.database.read() as connection:
        user, private = state.get(connection, state.USER), connection.exec_driver_sql("SELECT private FROM scope_key")
        key = bytes(private.scalars().first() or b"")
    with world.central.app.state.central.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM member WHERE user_id = ?", (user,))
    assert key in on_disk(plain.folder)
    plain.until_done()
    found = on_disk(plain.folder)
    assert CANARY.encode() not in found
    assert key not in found


def test_an_erased_record_leaves_no_byte(world: World, plain: Device) -> None:
    record = filled(world, plain)
    erase(world.device(0), record)
    world.device(0).until_done()
    plain.until_done()
    assert CANARY.encode() not in on_disk(plain.folder)


def test_a_purge_that_a_reader_kept_in_the_log_is_ended_at_the_next_exchange(world: World, plain: Device) -> None:
    record = filled(world, plain)
    erase(world.device(0), record)
    world.device(0).until_done()
    with plain.database.read() as reading:
        reading.exec_driver_sql("BEGIN")
        reading.exec_driver_sql("SELECT count(*) FROM client").scalar()
        plain.until_done()
        assert CANARY.encode() in on_disk(plain.folder)
        reading.exec_driver_sql("ROLLBACK")
    plain.exchange()
    assert CANARY.encode() not in on_disk(plain.folder)
    with plain.database.read() as connection:
        assert state.get(connection, state.UNWIPED) is None


def test_the_archive_is_tidied_once_a_day_by_an_exchange_that_ended_well(world: World) -> None:
    device = world.device(1)
    save(device, "old")
    device.until_done()

    def archived() -> int:
        with device.database.read() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM op").scalar_one())

    with device.database.write() as connection:
        connection.exec_driver_sql("UPDATE op SET acknowledged_at = acknowledged_at - ?", (ARCHIVE_MS + 1000,))
    save(device, "new")
    device.until_done()
    assert archived() == 2, "it was looked through today"
    with device.database.write() as connection:
        for fact in (state.PRUNED, state.LAST_EXCHANGE):
            state.put(connection, **{fact: state.get(connection, fact) - 86_400_000})
    device.until_done()
    assert archived() == 1
    assert {row["name"] for row in device.rows("client").values()} == {"old", "new"}


def test_a_clock_that_jumps_empties_no_archive(world: World) -> None:
    device = world.device(1)
    save(device, "one")
    device.until_done()
    device.skew_ms = 2 * ARCHIVE_MS
    save(device, "two")
    device.until_done()
    with device.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM op").scalar_one() == 2


def test_a_central_api_put_back_to_just_what_was_pruned_gets_the_rest(world: World) -> None:
    device, other, backup = world.device(1), world.device(2), world.folder / "backup"
    save(device, "old")
    device.until_done()
    with device.database.write() as connection:
        assert prune(connection, device.id, device.clock_ms() + 2 * ARCHIVE_MS) == 1
    world.central.back_up(backup)
    save(device, "new")
    device.until_done()
    world.central.put_back(backup)
    device.until_done()
    other.until_done()
    assert {row["name"] for row in other.rows("client").values()} == {"old", "new"}


def test_a_scope_whose_keys_are_only_handed_out_is_neither_read_nor_written(world: World, plain: Device) -> None:
    filled(world, plain)
    with plain.database.read() as connection:
        user, team = state.get(connection, state.USER), plain.team
    with world.central.app.state.central.database.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET rights = 'keys' WHERE user_id = ?", (user,))
    plain.until_done()
    assert CANARY.encode() not in on_disk(plain.folder)
    with plain.database.read() as connection:
        kept = scopes.by_id(connection)[team]
        keys = connection.exec_driver_sql("SELECT count(*) FROM scope_key WHERE scope = ?", (team,)).scalar()
    assert (kept.keys_only, kept.lost, keys) == (True, False, 1)
    assert plain.status().complete
    with pytest.raises(WrongScope), plain.database.write() as connection:
        plain.replica.save(connection, [Change("client", uuid7(), team, {"name": "x"})], 1)
    with world.central.app.state.central.database.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET rights = 'write' WHERE user_id = ?", (user,))
    plain.until_done()
    assert [row["name"] for row in plain.rows("client").values()] == [f"{CANARY} again"]


def test_what_is_unsent_in_a_lost_scope_stays_until_a_person_decides(world: World) -> None:
    device = world.device(1)
    with device.database.read() as connection:
        user = state.get(connection, state.USER)
    device.until_done()
    save(device, "unsent")
    with world.central.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM member WHERE user_id = ?", (user,))
    device.until_done()
    stands = device.status()
    assert (stands.unsent, stands.held, device.rows("client")) == (0, 1, {})
    with device.database.read() as connection:
        assert "unsent" in connection.exec_driver_sql("SELECT content FROM op").scalar_one()
