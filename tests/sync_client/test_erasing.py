"""What was erased by law, or is no longer one's to read, leaves every row, op and list."""

import pytest

from sync.client import state
from sync.client.changes import Change
from sync.client.errors import Unanswered
from sync.client.status import held
from sync.identifiers import uuid7
from tests.sync_client.at_work import erase, everything, lead, names, save
from tests.sync_model.world import World


def test_erasing_reaches_the_other_devices_rows_and_their_unsent_changes(world: World) -> None:
    leader, reader = world.device(0), world.device(1)
    lead(world, 0)
    record = save(leader, "Zwaantje-canary")
    kept = save(leader, "Bep")
    leader.until_done()
    reader.until_done()
    save(reader, "Zwaantje-canary-again", record)
    erase(leader, record)
    leader.until_done()
    reader.until_done()
    assert names(leader) == names(reader) == {"Bep"}
    for device in (leader, reader):
        assert b"canary" not in everything(device)
        assert set(device.rows("client")) == {kept}
    with reader.database.read() as connection:
        assert [item.code for item in held(connection)] == ["erased"]


def test_a_sent_change_of_an_erased_record_is_sent_again_with_the_same_bytes(world: World) -> None:
    leader, reader = world.device(0), world.device(1)
    lead(world, 0)
    record = save(leader, "Bep")
    leader.until_done()
    reader.until_done()
    save(reader, "first")
    save(reader, "canary", record)
    with pytest.raises(Unanswered):
        reader.exchange("drop_after")
    erase(leader, record)
    leader.until_done()
    reader.exchange(push=1)
    reader.until_done()
    assert not reader.status().stopped
    assert names(reader) == {"first"}
    with reader.database.read() as connection:
        kept = connection.exec_driver_sql("SELECT body FROM op WHERE record = ?", (record,)).scalars().all()
    assert kept == [None]


def test_what_was_saved_with_an_erased_record_comes_back_to_a_central_api_that_was_put_back(world: World) -> None:
    writer, late, backup = world.device(0), world.device(2), world.folder / "backup"
    lead(world, 0)
    stays = save(writer, "Bep")
    writer.until_done()
    world.central.back_up(backup)
    gone = uuid7()
    changes = [
        Change("client", gone, writer.team, {"name": "canary"}),
        Change("client", stays, writer.team, {"phone": "1"}, writer.base()),
    ]
    with writer.database.write() as connection:
        writer.replica.save(connection, changes, 1)
    writer.until_done()
    erase(writer, gone)
    writer.until_done()
    world.central.put_back(backup)
    writer.until_done()
    late.until_done()
    assert {row["phone"] for row in late.rows("client").values()} == {"1"}
    assert writer.status().held == 0
    assert b"canary" not in everything(writer)


def test_a_lost_scope_leaves_nothing_but_what_is_unsent(world: World) -> None:
    reader, writer = world.device(1), world.device(0)
    save(writer, "Zwaantje-canary")
    save(reader, "Bep-canary")
    writer.until_done()
    reader.until_done()
    with reader.database.read() as connection:
        user = state.get(connection, state.USER)
    with world.central.app.state.central.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM member WHERE user_id = ?", (user,))
    reader.until_done()
    assert b"canary" not in everything(reader)
    assert reader.rows("client") == {}
    with reader.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM scope_key").scalar() == 0
