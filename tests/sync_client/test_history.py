"""A record's history on a device: what it has itself, and all of it from the central API."""

import pytest

from sync.client import enrolment, keyring, state
from sync.client.errors import Unanswered
from sync.client.history import History, fetched, here
from sync.client.transport import Declined
from sync.history import Missing, steps
from tests.sync_client.at_work import erase, save
from tests.sync_model.world import Device, World


def asked(device: Device, record: str) -> History:
    transport = enrolment.connect(device.database, device.clock_ms, http=device.http)
    return fetched(device.database, transport, device.team, record)


def local(device: Device, record: str) -> History:
    with device.database.read() as connection:
        return here(connection, record)


def told(history: History) -> list[tuple[object, ...]]:
    return [(step.before, step.after) for step in steps(history.ops, whole=history.whole)]


def edited_by_two(world: World) -> tuple[Device, Device, str]:
    one, other = world.device(0), world.device(1)
    record = save(one, "Bep")
    one.until_done()
    for device, name in ((other, "Bea"), (other, "Ben"), (one, "Bob")):
        device.until_done()
        save(device, name, record)
        device.until_done()
    return one, other, record


WHOLE = [((), "Bep"), (("Bep",), "Bea"), (("Bea",), "Ben"), (("Ben",), "Bob")]


def test_all_of_it_comes_from_the_central_api_also_for_whoever_joined_late(world: World) -> None:
    one, _, record = edited_by_two(world)
    late = world.device(2)
    late.until_done()
    assert told(asked(one, record)) == told(asked(late, record)) == WHOLE
    assert told(local(late, record)) == [((Missing.ELSEWHERE,), "Bob")]
    assert not local(late, record).whole
    save(late, "Bas", record)
    assert told(asked(late, record)) == [*WHOLE, (("Bob",), "Bas")]
    with pytest.raises(Unanswered):
        late.exchange("drop_after")
    assert told(asked(late, record)) == [*WHOLE, (("Bob",), "Bas")]


def test_without_connection_there_are_the_own_changes_and_what_counts_now(world: World) -> None:
    one, other, record = edited_by_two(world)
    assert [value for _, value in told(local(one, record))] == ["Bep", "Bob"]
    assert [value for _, value in told(local(other, record))] == ["Bea", "Ben"]
    other.until_done()
    assert [value for _, value in told(local(other, record))] == ["Bea", "Ben", "Bob"]
    other.faults.fault = "drop_before"
    with pytest.raises(Unanswered):
        asked(other, record)


def test_what_was_sealed_with_a_key_that_isnt_here_is_told_without_its_value(world: World) -> None:
    one, _, record = edited_by_two(world)
    late = world.device(2)
    late.until_done()
    with late.database.write() as connection:
        connection.exec_driver_sql("UPDATE scope_key SET epoch = 7")
    assert told(asked(late, record)) == [((), Missing.UNREADABLE), *[((Missing.UNREADABLE,), Missing.UNREADABLE)] * 3]
    with one.database.read() as connection:
        keys = keyring.private_keys(connection, one.team)
    with late.database.write() as connection:
        keyring.keep(connection, late.team, 1, keys[1])
    assert told(asked(late, record)) == WHOLE


def test_whoever_left_the_team_gets_none(world: World) -> None:
    one, other, record = edited_by_two(world)
    with other.database.read() as connection:
        user = state.get(connection, state.USER)
    with world.central.app.state.central.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM member WHERE user_id = ?", (user,))
    with pytest.raises(Declined, match="forbidden"):
        asked(other, record)
    assert told(asked(one, record)) == WHOLE


def test_an_erased_record_has_no_history_here_nor_there(world: World) -> None:
    one, other, record = edited_by_two(world)
    erase(one, record)
    one.until_done()
    erased = History([], whole=True, erased=True)
    assert asked(other, record) == erased
    other.until_done()
    assert asked(other, record) == local(other, record) == erased


def test_the_ops_of_another_record_are_not_taken_for_its_history(world: World) -> None:
    one, _, record = edited_by_two(world)
    record_of_another = save(one, "Truus")
    one.until_done()
    with world.central.app.state.central.database.writing() as connection:
        connection.exec_driver_sql("UPDATE op SET record_id = ? WHERE record_id = ?", (record_of_another, record))
    history = asked(one, record_of_another)
    assert [step.after for step in steps(history.ops)].count(Missing.UNREADABLE) == 4
