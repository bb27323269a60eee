"""What was erased by law, or is no longer one's to read, leaves every row, op and list."""

import pytest

from sync.client import erasing, outbox, scopes, state
from sync.client.changes import Change
from sync.client.errors import BeingErased, ErasedRecord, Unanswered, WrongScope
from sync.client.replica import Replica
from sync.client.status import held
from sync.identifiers import uuid7
from tests.sync_client.at_work import erase, everything, names, role, save
from tests.sync_client.database import CipherDatabase
from tests.sync_client.kinds import SCHEMA
from tests.sync_model.world import World


def test_erasing_reaches_the_other_devices_rows_and_their_unsent_changes(world: World) -> None:
    leader, reader = world.device(0), world.device(1)
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


def test_what_was_taken_before_a_restore_and_is_refused_after_it_is_held_and_off_the_record(world: World) -> None:
    writer, eraser, backup = world.device(0), world.device(1), world.folder / "backup"
    gone, beside = save(eraser, "canary"), uuid7()
    eraser.until_done()
    writer.until_done()
    world.central.back_up(backup)
    together = [
        Change("client", beside, writer.team, {"name": "beside"}),
        Change("client", gone, writer.team, {"phone": "canary"}, writer.base()),
    ]
    with writer.database.write() as connection:
        writer.replica.save(connection, together, 1)
    writer.until_done()
    assert names(writer) == {"canary", "beside"}
    world.central.put_back(backup, said=True)
    erase(eraser, gone)
    eraser.until_done()
    writer.until_done()
    assert names(writer) == names(eraser) == set()
    with writer.database.read() as connection:
        refused = {item.record: item for item in held(connection)}
    assert {record: item.code for record, item in refused.items()} == {beside: "group", gone: "erased"}
    with writer.database.write() as connection:
        writer.replica.resend(connection, refused[beside].n, 1)
    writer.until_done()
    eraser.until_done()
    assert names(writer) == names(eraser) == {"beside"}


def test_what_is_asked_without_a_connection_waits_and_the_record_changes_no_more(world: World) -> None:
    asking, other = world.device(0), world.device(1)
    record = save(asking, "canary")
    asking.until_done()
    other.until_done()
    erase(asking, record)
    erase(asking, record)
    assert asking.status().unsent == 1, "asked twice, told once"
    assert names(asking) == {"canary"}
    with pytest.raises(BeingErased):
        save(asking, "changed", record)
    asking.kill()
    asking.open()
    with pytest.raises(Unanswered):
        asking.exchange("drop_after")
    asking.until_done()
    other.until_done()
    assert names(asking) == names(other) == set()
    with asking.database.read() as connection:
        assert erasing.waiting(connection) == 0
    with pytest.raises(ErasedRecord):
        save(asking, "again", record)


def test_two_who_ask_for_the_same_have_both_been_heard(world: World) -> None:
    one, other = world.device(0), world.device(1)
    record = save(one, "canary")
    one.until_done()
    other.until_done()
    erase(one, record)
    erase(other, record)
    one.until_done()
    other.until_done()
    assert names(other) == set()
    assert (other.status().unsent, other.status().held) == (0, 0)


def test_who_may_not_erase_is_told_and_may_let_it_go(world: World) -> None:
    device = world.device(1)
    record = save(device, "kept")
    device.until_done()
    role(world, 1, "assistant")
    erase(device, record)
    device.until_done()
    with device.database.read() as connection:
        (refused,) = held(connection)
    assert (refused.kind, refused.code, names(device)) == ("erase", "not_allowed", {"kept"})
    with device.database.write() as connection:
        device.replica.resend(connection, refused.n, 1)
    device.until_done()
    with device.database.write() as connection:
        outbox.drop(connection, held(connection)[0].n)
    save(device, "changed", record)
    device.until_done()
    assert (names(device), device.status().held) == ({"changed"}, 0)


@pytest.mark.parametrize("said", [True, False])
def test_a_central_api_that_was_put_back_hears_of_it_again_from_anybody_who_knows(world: World, said: bool) -> None:
    asking, other, late, backup = world.device(0), world.device(1), world.device(2), world.folder / "backup"
    record, kept = save(asking, "canary"), save(asking, "kept")
    asking.until_done()
    other.until_done()
    world.central.back_up(backup)
    erase(asking, record)
    asking.until_done()
    other.until_done()
    world.central.put_back(backup, said=said)
    # The one that asked never comes back.
    other.until_done()
    late.until_done()
    assert names(late) == {"kept"}
    assert set(other.rows("client")) == {kept}
    assert b"canary" not in everything(late)
    asking.until_done()
    assert [(one.status().unsent, one.status().held) for one in (asking, other)] == [(0, 0), (0, 0)]


def test_telling_it_again_is_nobodys_decision_where_it_is_refused(world: World) -> None:
    asking, other, backup = world.device(0), world.device(1), world.folder / "backup"
    record = save(asking, "canary")
    asking.until_done()
    world.central.back_up(backup)
    erase(asking, record)
    asking.until_done()
    other.until_done()
    world.central.put_back(backup, said=True)
    role(world, 1, "assistant")
    other.until_done()
    assert (other.status().unsent, other.status().held, names(other)) == (0, 0, set())
    asking.until_done()
    with world.central.database.reading() as connection:
        kinds = connection.exec_driver_sql("SELECT kind FROM op WHERE record_id = ?", (record,)).scalars().all()
    assert kinds == ["erase"]


def test_without_a_central_api_it_goes_at_once_and_is_told_when_there_is_one(database: CipherDatabase) -> None:
    replica, record = Replica(SCHEMA), uuid7()
    with database.write() as connection:
        replica.save(connection, [Change("client", record, "team", {"name": "canary"})], 1)
        replica.erase(connection, "team", [record], 1)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM client").scalar() == 0
        found = connection.exec_driver_sql("SELECT kind, state, content FROM op ORDER BY n").all()
        assert [tuple(row) for row in found] == [("client", "pending", '{"name":null}'), ("erase", "pending", "{}")]


def test_a_scope_that_is_only_handed_out_or_lost_has_nothing_to_erase(database: CipherDatabase) -> None:
    with database.write() as connection:
        scopes.hand_out(connection, "team")
    with pytest.raises(WrongScope), database.write() as connection:
        Replica(SCHEMA).erase(connection, "team", [uuid7()], 1)


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
