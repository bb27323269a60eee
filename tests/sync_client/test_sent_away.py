"""Leaving what isn't sent: killed at any statement, with a central API that was put back, and from two copies."""

import shutil

import pytest
from sqlalchemy import update

from sync.client import enrolment, escrow, sent_away, state
from sync.client.changes import Change
from sync.client.errors import CopiedDatabase, NotAdmitted
from sync.client.replica import base_of
from sync.server.models import DEVICE, ESCROW, MEMBER
from sync.wire import Rights
from tests.sync_client.at_work import names, save
from tests.sync_model.world import Device, Killed, World


def send_away(world: World, device: Device) -> None:
    """As `store.revoking` leaves it; who may send away is another test's matter."""
    with world.central.database.writing() as connection:
        connection.execute(update(DEVICE).where(DEVICE.c.device_id == device.id).values(state="revoked"))
    with pytest.raises(NotAdmitted):
        device.exchange()


def leave(device: Device, *, die_after: int | None = None) -> None:
    transport = enrolment.connect(device.database, device.clock_ms, http=device.http)
    device._statements_left = die_after
    try:
        sent_away.deposit(device.database, device.replica, transport, device.clock_ms())
    finally:
        device._statements_left = None


def there(world: World, device: Device) -> list[int]:
    """The numbers of the device's ops in escrow."""
    with world.central.database.reading() as connection:
        found = connection.execute(ESCROW.select().where(ESCROW.c.device_id == device.id).order_by(ESCROW.c.n))
        return [row.n for row in found]


def lead(world: World, device: Device) -> None:
    """Let the device's user lead the team, and hear what waits."""
    with world.central.database.writing() as connection:
        user = connection.execute(DEVICE.select().where(DEVICE.c.device_id == device.id)).one().user_id
        mine = (MEMBER.c.user_id == user, MEMBER.c.scope_id == device.team)
        connection.execute(update(MEMBER).where(*mine).values(rights=Rights.LEAD))
    device.until_done()


def test_dying_at_any_statement_leaves_each_change_there_once(world: World) -> None:
    device = world.device(0)
    save(device, "sent")
    device.until_done()
    for number in range(4):
        save(device, f"unsent {number}")
    send_away(world, device)
    statement, died = 0, True
    while died:
        try:
            leave(device, die_after=statement)
            died = False
        except Killed:
            device.kill()
        statement += 1
    assert statement > 5
    assert there(world, device) == [2, 3, 4, 5]
    with device.database.read() as connection:
        assert sent_away.in_escrow(connection) == 4
        found = sent_away.standing(connection)
    assert found is not None
    assert not found.ordered
    assert device.status().unsent == 0
    assert names(device) == {"sent", *(f"unsent {number}" for number in range(4))}


def test_a_central_api_that_was_put_back_gets_what_it_lost_too(world: World) -> None:
    device, other = world.device(0), world.device(1)
    save(device, "kept")
    for one in (device, other):
        one.until_done()
    world.central.back_up(world.folder / "backup")
    save(device, "lost")
    device.until_done()
    save(device, "unsent")
    world.central.put_back(world.folder / "backup")
    send_away(world, device)
    leave(device)
    assert there(world, device) == [2, 3]
    lead(world, other)
    transport = enrolment.connect(other.database, other.clock_ms, http=other.http)
    for left in escrow.fetched(other.database, transport):
        with other.database.write() as connection:
            escrow.accept(connection, other.replica, left)
    other.until_done()
    escrow.settle(other.database, transport)
    assert names(other) == {"kept", "lost", "unsent"}
    assert there(world, device) == []


def test_served_again_it_goes_on_as_if_nothing_was(world: World) -> None:
    device, other = world.device(0), world.device(1)
    device.until_done()
    world.central.back_up(world.folder / "backup")
    save(device, "unsent")
    send_away(world, device)
    leave(device)
    # The escrow is gone with the history in which the device was sent away.
    world.central.put_back(world.folder / "backup")
    device.until_done()
    with device.database.read() as connection:
        assert sent_away.standing(connection) is None
    other.until_done()
    assert names(other) == {"unsent"}


def test_of_two_copies_the_second_keeps_what_it_has(world: World) -> None:
    device = world.device(0)
    device.until_done()
    copy = world.folder / "copy"
    shutil.copytree(device.folder, copy)
    save(device, "here")
    send_away(world, device)
    leave(device)
    device.database.close()
    shutil.rmtree(device.folder)
    shutil.copytree(copy, device.folder)
    device.open()
    save(device, "in the copy")
    with pytest.raises(CopiedDatabase):
        leave(device)
    assert device.status().unsent == 1
    assert there(world, device) == [1]


def test_what_is_accepted_replaces_what_its_maker_knew_and_nothing_else(world: World) -> None:
    device, leader = world.device(0), world.device(1)
    record = save(device, "before")
    for one in (device, leader):
        one.until_done()
    with device.database.read() as connection:
        base = base_of(connection, device.team)
    for name in ("first", "last"):
        with device.database.write() as connection:
            device.replica.save(connection, [Change("client", record, device.team, {"name": name}, base)], 1)
    send_away(world, device)
    leave(device)
    lead(world, leader)
    save(leader, "of the leader", record)
    transport = enrolment.connect(leader.database, leader.clock_ms, http=leader.http)
    [left] = escrow.fetched(leader.database, transport)
    assert [op.values for op in left.ops] == [{"name": "first"}, {"name": "last"}]
    with leader.database.write() as connection:
        escrow.accept(connection, leader.replica, left)
    assert escrow.fetched(leader.database, transport) == []
    [conflict] = leader.conflicts()
    assert {option.value for option in conflict.options} == {"last", "of the leader"}
    leader.until_done()
    [conflict] = leader.conflicts()
    assert {option.value for option in conflict.options} == {"last", "of the leader"}
    escrow.settle(leader.database, transport)
    with leader.database.read() as connection:
        assert state.get(connection, state.ESCROW_TAKEN) is None
    assert there(world, device) == []
