"""Exchanges with the real central API: trouble on the way, what is kept, and what must stop."""

import pytest

from sync import seal
from sync.client import keyring, scopes, state
from sync.client.changes import Change
from sync.client.errors import BrokenAnswer, Busy, NotHeld, NotTheServer, Slow, TooLarge, Unanswered, Unreachable
from sync.client.outbox import ARCHIVE_MS, drop, next_batch, prune
from sync.client.quarantine import try_again
from sync.client.replica import base_of
from sync.client.status import held, outbox, quarantine, status
from sync.identifiers import uuid7
from sync.schema import ScopeKind
from tests.sync_client.at_work import names, save
from tests.sync_model.faults import FAULTS
from tests.sync_model.machine import canonical
from tests.sync_model.world import World


@pytest.mark.parametrize("fault", FAULTS)
def test_trouble_on_the_way_never_touches_the_outbox(world: World, fault: str) -> None:
    device = world.device(0)
    save(device, "Bep")
    before = device.outbox_bytes()
    if fault == "duplicate":
        device.exchange(fault)
    else:
        with pytest.raises(Unanswered):
            device.exchange(fault)
        assert device.outbox_bytes() == before
        assert device.status().last_exchange is None
    device.until_done()
    world.device(1).until_done()
    assert names(world.device(1)) == {"Bep"}
    assert device.status().unsent == 0


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("drop_before", Unreachable),
        ("drop_after", BrokenAnswer),
        ("stall", Slow),
        ("truncate", BrokenAnswer),
        ("200", NotTheServer),
        ("302", NotTheServer),
        ("401", NotTheServer),
        ("403", NotTheServer),
        ("408", Slow),
        ("413", TooLarge),
        ("429", Busy),
        ("500", Busy),
        ("502", Busy),
    ],
)
def test_each_trouble_has_its_own_error(world: World, fault: str, error: type[Unanswered]) -> None:
    with pytest.raises(error):
        world.device(0).exchange(fault)


def test_a_retry_sends_the_same_bytes(world: World) -> None:
    device = world.device(0)
    save(device, "Bep")
    bodies: list[bytes] = []
    for fault in ("drop_before", "drop_after"):
        with pytest.raises(Unanswered):
            device.exchange(fault)
        with device.database.read() as connection:
            bodies.append(connection.exec_driver_sql("SELECT body FROM op").scalar_one())
    assert bodies[0] == bodies[1]
    assert device.exchange().pushed == 1


def test_too_much_is_halved(world: World) -> None:
    device = world.device(0)
    for fault in ("413", "stall"):
        with pytest.raises(Unanswered):
            device.exchange(fault)
    assert (device.limits.push, device.limits.page) == (100, 500)


def test_a_save_is_sent_whole(world: World) -> None:
    device = world.device(0)
    for size in (2, 3, 1):
        with device.database.write() as connection:
            device.replica.save(
                connection, [Change("client", uuid7(), device.team, {"name": "x"}) for _ in range(size)], 1
            )
    with device.database.read() as connection:
        for limit, taken in ((1, 2), (2, 2), (4, 2), (5, 5), (200, 6)):
            assert len(next_batch(connection, device.id, 0, limit, 10**6)) == taken
    while device.exchange(push=1).more:
        pass
    assert (device.status().held, device.status().unsent) == (0, 0)


def test_an_accepted_change_stays_on_the_screen_until_the_cursor_passes_it(world: World) -> None:
    writer, device = world.device(0), world.device(1)
    record = save(writer, "shared")
    writer.until_done()
    device.until_done()
    for field in ("colour", "aspects/1.1", "aspects/1.2"):
        with writer.database.write() as connection:
            base = base_of(connection, writer.team)
            writer.replica.save(connection, [Change("client", record, writer.team, {field: "theirs"}, base)], 1)
        writer.until_done()
    with device.database.write() as connection:
        base = base_of(connection, device.team)
        device.replica.save(connection, [Change("client", record, device.team, {"phone": "mine"}, base)], 1)
    more = True
    while more:
        # Each page writes the record again, before the one that holds the own change.
        more = device.exchange(page=1).more
        assert device.rows("client")[record]["phone"] == "mine"
    assert device.status().unsent == 0


def test_two_forms_open_at_once_leave_no_device_behind(world: World) -> None:
    author, colleague, watcher = (world.device(number) for number in range(3))
    record = save(author, "first")
    for device in (author, colleague, watcher):
        device.until_done()
    early = author.base()
    save(colleague, "theirs", record)
    for device in (colleague, author, watcher):
        device.until_done()
    for name, base in (("knowing", author.base()), ("from the older form", early)):
        with author.database.write() as connection:
            author.replica.save(connection, [Change("client", record, author.team, {"name": name}, base)], 2)
    # The watcher has "theirs", and never gets "knowing", which replaced it: only what replaced that in turn.
    for device in (author, watcher, colleague):
        device.until_done()
    assert names(watcher) == {"from the older form"}
    assert watcher.conflicts() == []
    assert canonical(watcher) == canonical(author) == canonical(colleague)


def test_a_large_save_goes_in_several_groups(world: World) -> None:
    device = world.device(0)
    with device.database.write() as connection:
        device.replica.save(connection, [Change("client", uuid7(), device.team, {"name": "x"}) for _ in range(450)], 1)
    device.until_done()
    world.device(1).until_done()
    assert len(world.device(1).rows("client")) == 450


def test_an_op_in_a_scope_that_is_not_ones_own_is_held_and_shown(world: World) -> None:
    device = world.device(1)
    team = device.team
    with device.database.write() as connection:
        scopes.add(connection, "00000000-0000-7000-8000-000000000000", ScopeKind.TEAM, "elders")
        connection.exec_driver_sql(
            "INSERT INTO scope_key SELECT '00000000-0000-7000-8000-000000000000', 1, private FROM scope_key LIMIT 1"
        )
    save(device, "mine", scope=team)
    save(device, "not mine", scope="00000000-0000-7000-8000-000000000000")
    save(device, "mine too", scope=team)
    device.until_done()
    with device.database.read() as connection:
        assert [(item.n, item.code) for item in held(connection)] == [(2, "not_a_member")]
        assert outbox(connection) == []
    assert names(device) == {"mine", "mine too"}


def test_a_held_note_can_be_sent_again_or_dropped(world: World) -> None:
    device = world.device(1)
    team = device.team
    with device.database.write() as connection:
        for _ in range(2):
            device.replica.save(connection, [Change("entry", uuid7(), team, {"client_id": "c", "note": "n"})], 1)
    with device.database.write() as connection:
        acknowledged = connection.exec_driver_sql("SELECT record FROM op WHERE n <= 2").scalars().all()
        connection.exec_driver_sql("UPDATE op SET state = 'held', overlay = 0, code = 'test' WHERE n <= 2")
        device.replica.render_again(connection, acknowledged)
    assert device.rows("entry") == {}
    with device.database.write() as connection:
        assert device.replica.resend(connection, 1, 5).record == acknowledged[0]
        assert [item.n for item in outbox(connection)] == [3]
        drop(connection, 2)
        with pytest.raises(NotHeld):
            drop(connection, 2)
        assert held(connection) == []
    assert list(device.rows("entry")) == acknowledged[:1]


def test_what_cannot_be_opened_waits_for_its_key(world: World) -> None:
    writer, reader = world.device(0), world.device(1)
    save(writer, "Bep")
    writer.until_done()
    with reader.database.write() as connection:
        key = connection.exec_driver_sql("SELECT scope, epoch, private FROM scope_key").one()
        connection.exec_driver_sql("DELETE FROM scope_key")
    reader.until_done()
    with reader.database.read() as connection:
        assert [item.reason for item in quarantine(connection)] == ["no-key"]
        assert status(connection).complete
    with reader.database.write() as connection:
        keyring.keep(connection, key[0], key[1], key[2])
        organisation = state.get(connection, state.ORGANISATION)
        assert try_again(connection, reader.replica, organisation, [(key[0], key[1])]) == 1
    assert names(reader) == {"Bep"}
    assert canonical(reader) == canonical(writer)


def test_no_plaintext_on_the_wire_nor_at_the_central_api(world: World) -> None:
    canary = "Kanarie-van-Sint-Andreasberg"
    device = world.device(0)
    save(device, canary)
    device.until_done()
    world.device(1).until_done()
    assert names(world.device(1)) == {canary}
    stored = b"".join(path.read_bytes() for path in (world.folder / "central").iterdir())
    for place in (stored, bytes(device.faults.sent), bytes(device.faults.received)):
        assert canary.encode() not in place
    for path in (world.folder / "device0").iterdir():
        assert canary.encode() not in path.read_bytes()


def test_a_stale_key_is_fetched_and_what_was_not_taken_is_sealed_again(world: World) -> None:
    writer = world.device(1)
    writer.until_done()
    with writer.database.read() as connection:
        own, team = state.device_of(connection), writer.team
        private = keyring.private_keys(connection, team)[1]
        organisation = state.get(connection, state.ORGANISATION)
        public = keyring.device_keys(connection).sealing_public
    wrapped = seal.wrap(private, public, organisation=organisation, scope=team, epoch=2, device=own)
    with world.central.app.state.central.database.writing() as connection:
        connection.exec_driver_sql("UPDATE scope SET key_epoch = 2 WHERE scope_id = ?", (team,))
        connection.exec_driver_sql("INSERT INTO keygrant VALUES (?, ?, ?, 2, ?)", (organisation, own, team, wrapped))
    save(writer, "Bep")
    writer.until_done()
    with writer.database.read() as connection:
        assert connection.exec_driver_sql("SELECT key_epoch, state FROM op").all() == [(2, "accepted")]
    assert names(writer) == {"Bep"}


def test_only_durable_and_old_ops_leave_the_archive_and_they_come_back_with_contents(world: World) -> None:
    device = world.device(1)
    save(device, "old")
    device.until_done()
    save(device, "unsent")
    now = device.clock_ms() + ARCHIVE_MS
    with device.database.write() as connection:
        assert prune(connection, device.id, now - 60_000) == 0
        assert prune(connection, device.id, now + 60_000) == 1
        assert prune(connection, device.id, now + 60_000) == 0
        scopes.start_over(connection, {device.team: 0})
    device.until_done()
    assert names(device) == {"old", "unsent"}
