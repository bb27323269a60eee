"""A database that was put back, lost its newest commits, or was copied: it goes on, and nothing is lost or doubled."""

import shutil
from pathlib import Path

import pytest

from sync.client import enrolment, keyring, state
from sync.client.changes import Change
from sync.client.errors import CopiedDatabase, NotAdmitted, Unreachable
from sync.client.status import held, status
from sync.client.succession import Reason
from sync.client.transport import Declined
from sync.identifiers import uuid7
from sync.seal import wrap
from sync.wire import Problem, ProblemType
from tests.sync_client.at_work import erase, everything, names, save
from tests.sync_model.machine import canonical
from tests.sync_model.world import Device, World, now_ms


def kept(device: Device, name: str = "kept") -> Path:
    """A copy of the folder, as whoever copies files makes one."""
    device.database.close()
    to = device.folder.with_name(name)
    shutil.copytree(device.folder, to)
    device.open()
    return to


def put_back(device: Device, copy: Path) -> None:
    """The folder as it was."""
    device.database.close()
    shutil.rmtree(device.folder)
    shutil.copytree(copy, device.folder)
    device.open()


def append(device: Device, client: str, note: str) -> str:
    entry = uuid7()
    with device.database.write() as connection:
        change = Change("entry", entry, device.team, {"client_id": client, "note": note})
        device.replica.save(connection, [change], 1)
    return entry


def notes(device: Device) -> list[str]:
    return sorted(row["note"] for row in device.rows("entry").values())


def ops(world: World) -> int:
    with world.central.app.state.central.database.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM op").scalar()


def quiet(device: Device) -> None:
    stands = device.status()
    assert (stands.unsent, stands.held, stands.quarantined, stands.conflicts) == (0, 0, 0, 0)
    assert (stands.stopped, stands.complete) == (None, True)


def agree(*devices: Device) -> None:
    for _ in range(2):
        for device in devices:
            device.until_done()
    for device in devices:
        quiet(device)
        assert canonical(device) == canonical(devices[0])


def test_an_older_copy_goes_on_and_gets_back_what_it_had_sent(world: World) -> None:
    device, other = world.device(1), world.device(0)
    record = save(device, "before")
    device.until_done()
    copy, old = kept(device), device.id
    save(device, "later")
    append(device, record, "signed")
    device.until_done()
    put_back(device, copy)
    save(device, "after it was put back")
    device.until_done()
    assert device.id != old
    assert names(device) == {"before", "later", "after it was put back"}
    agree(device, other)
    assert notes(other) == ["signed"]
    assert ops(world) == 4
    assert device.status().older == (Reason.OLDER, device.status().older[1], False)


def test_what_was_unsent_in_the_copy_and_sent_since_is_not_sent_twice(world: World) -> None:
    device, other = world.device(1), world.device(0)
    record = save(device, "unsent then")
    append(device, record, "signed")
    copy = kept(device)
    device.until_done()
    save(device, "sent since", record)
    device.until_done()
    put_back(device, copy)
    save(device, "made after")
    device.until_done()
    agree(device, other)
    assert (names(other), notes(other), ops(world)) == ({"sent since", "made after"}, ["signed"], 4)


def test_the_same_copy_put_back_twice_sends_nothing_twice(world: World) -> None:
    device, other = world.device(1), world.device(0)
    record = save(device, "one")
    device.until_done()
    save(device, "unsent", record)
    append(device, record, "signed")
    copy = kept(device)
    with device.database.write() as connection:
        state.put(connection, restored=now_ms())
    device.until_done()
    first = device.id
    put_back(device, copy)
    with device.database.write() as connection:
        state.put(connection, restored=now_ms())
    device.until_done()
    agree(device, other)
    assert device.id != first
    assert (names(other), notes(other), ops(world)) == ({"unsent"}, ["signed"], 3)


def test_an_older_copy_with_a_change_of_what_was_erased_since_goes_on(world: World) -> None:
    device, other = world.device(1), world.device(0)
    record = save(device, "canary")
    note = append(device, save(device, "stays"), "signed")
    copy = kept(device)
    device.until_done()
    erase(device, record)
    device.until_done()
    put_back(device, copy)
    for _ in range(2):
        device.until_done()
        other.until_done()
    assert canonical(device) == canonical(other)
    assert (names(device), set(device.rows("entry"))) == ({"stays"}, {note})
    assert b"canary" not in everything(device)
    with device.database.read() as connection:
        assert [item.code for item in held(connection)] == ["erased"]


def test_a_lost_log_is_noticed_at_the_next_exchange(world: World) -> None:
    device, other = world.device(1), world.device(0)
    save(device, "before")
    device.until_done()
    assert device.database.checkpoint()
    copy, old = device.folder.with_name("log"), device.id
    save(device, "in the log")
    device.until_done()
    # The process dies and its log is gone: what the file holds is the last checkpoint.
    shutil.copytree(device.folder, copy)
    for name in ("vault.db-wal", "vault.db-shm"):
        (copy / name).unlink()
    put_back(device, copy)
    assert names(device) == {"before"}
    device.until_done()
    assert device.id != old
    assert names(device) == {"before", "in the log"}
    agree(device, other)
    assert ops(world) == 2


def test_a_lost_log_of_receiving_only_is_noticed_too(world: World) -> None:
    device, other = world.device(1), world.device(0)
    device.until_done()
    copy, old = kept(device), device.id
    save(other, "theirs")
    other.until_done()
    device.until_done()
    device.until_done()  # which tells that it has taken it in
    put_back(device, copy)
    device.until_done()
    assert (device.id != old, names(device)) == (True, {"theirs"})


@pytest.mark.parametrize("copy_first", [True, False])
def test_two_copies_that_both_live_on_keep_all_that_both_made(world: World, copy_first: bool) -> None:
    device, other = world.device(1), world.device(0)
    record = save(device, "before")
    device.until_done()
    save(device, "shared and unsent")
    append(device, record, "signed before the copy")
    copy = Device(kept(device), world.central, now_ms)
    save(device, "here")
    append(device, record, "signed here")
    save(copy, "there")
    append(copy, record, "signed there")
    for each in (copy, device) if copy_first else (device, copy):
        each.until_done()
    assert copy.id != device.id
    agree(device, copy, other)
    assert names(other) == {"before", "shared and unsent", "here", "there"}
    assert notes(other) == ["signed before the copy", "signed here", "signed there"]
    assert ops(world) == 7
    assert {device.status().older is None, copy.status().older is None} == {True, False}
    save(device, "here again")
    save(copy, "there again")
    agree(device, copy, other)
    assert ops(world) == 9
    copy.close()


def test_two_copies_that_change_the_same_field_differ_and_somebody_decides(world: World) -> None:
    device = world.device(1)
    record = save(device, "before")
    device.until_done()
    copy = Device(kept(device), world.central, now_ms)
    save(device, "here", record)
    save(copy, "there", record)
    for each in (device, copy, device):
        each.until_done()
    for each in (device, copy):
        (conflict,) = each.conflicts()
        assert {option.value for option in conflict.options} == {"here", "there"}
    copy.close()


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "truncate"])
def test_taking_another_identity_can_be_interrupted(world: World, fault: str) -> None:
    device, other = world.device(1), world.device(0)
    save(device, "before")
    device.until_done()
    copy = kept(device)
    save(device, "later")
    device.until_done()
    put_back(device, copy)
    save(device, "after")
    unsent, old = device.outbox_bytes(), device.id
    with pytest.raises((Unreachable, Exception)):
        device.exchange(fault, after=1)
    assert (device.outbox_bytes(), device.id) == (unsent, old)
    device.until_done()
    agree(device, other)
    with world.central.app.state.central.database.reading() as connection:
        followed = connection.exec_driver_sql("SELECT count(*) FROM device WHERE predecessor <> ''").scalar()
    assert (followed, ops(world)) == (1, 3)


@pytest.mark.parametrize("statement", range(0, 60, 4))
def test_dying_while_taking_another_identity_leaves_it_whole(world: World, statement: int) -> None:
    from tests.sync_model.world import Killed  # noqa: PLC0415

    device, other = world.device(1), world.device(0)
    record = save(device, "before")
    device.until_done()
    copy = kept(device)
    save(device, "later")
    device.until_done()
    put_back(device, copy)
    append(device, record, "after")
    try:
        device.exchange(die_after=statement)
    except Killed:
        device.kill()
    agree(device, other)
    assert (names(device), notes(other), ops(world)) == ({"before", "later"}, ["after"], 3)


def test_held_changes_go_along_and_can_still_be_decided_about(world: World) -> None:
    device = world.device(1)
    save(device, "before")
    device.until_done()
    with device.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO scope (id, kind, name, cursor, chain, complete, key_epoch, lost, keys_only)"
            " SELECT ?, kind, 'strange', 0, '', 0, 1, 0, 0 FROM scope WHERE id = ?",
            (strange := uuid7(), device.team),
        )
        keyring.keep(connection, strange, 1, next(iter(keyring.private_keys(connection, device.team).values())))
    save(device, "not allowed", scope=strange)
    device.until_done()
    with device.database.write() as connection:
        state.put(connection, restored=1)
    device.until_done()
    with device.database.read() as connection:
        (item,) = held(connection)
        own = state.device_of(connection)
    assert item.n < 0
    with device.database.write() as connection:
        from sync.client import outbox  # noqa: PLC0415

        assert outbox.take_held(connection, item.n, own, "dropped").scope == strange
        assert status(connection).held == 0
    save(device, "goes on")
    device.until_done()
    assert device.status().unsent == 0


def test_keys_that_came_for_the_old_identity_are_kept(world: World) -> None:
    device, first = world.device(1), world.device(0)
    copy = kept(device)
    transport = enrolment.connect(first.database, first.clock_ms, http=first.http)
    from sync.schema import ScopeKind  # noqa: PLC0415
    from sync.seal import KeyPair  # noqa: PLC0415
    from sync.wire import Membership, NewGrant, NewScope, OrganisationAnswer, OrganisationRequest  # noqa: PLC0415

    scope, pair = uuid7(), KeyPair.new()
    with device.database.read() as connection:
        keys, user = keyring.device_keys(connection), state.get(connection, state.USER)
        organisation = state.get(connection, state.ORGANISATION)
    wrapped = wrap(pair.private, keys.sealing_public, organisation=organisation, scope=scope, epoch=1, device=device.id)
    asked = OrganisationRequest(
        scopes=[NewScope(scope, ScopeKind.TEAM, pair.public)],
        members=[Membership(scope, user)],
        grants=[NewGrant(scope, 1, device.id, wrapped)],
    )
    transport.post("/v1/organisation", asked, OrganisationAnswer)
    device.until_done()
    save(device, "in the new team", scope=scope)
    device.until_done()
    put_back(device, copy)
    device.until_done()
    assert "in the new team" in names(device)
    quiet(device)


def test_a_restored_mark_is_enough(world: World) -> None:
    device, old = world.device(1), world.device(1).id
    save(device, "unsent")
    with device.database.write() as connection:
        state.put(connection, restored="2026-11-22T09:30:00Z")
    device.exchange()
    assert device.id != old
    assert device.status().older[0] == Reason.OLDER
    device.until_done()
    agree(device, world.device(0))
    assert ops(world) == 1


def test_who_was_revoked_or_meets_an_old_server_keeps_everything_and_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = world.device(1)
    save(device, "unsent")
    before = device.outbox_bytes()
    with device.database.write() as connection:
        state.put(connection, restored=1)
    monkeypatch.setattr("sync.client.succession.PATH", "/v1/no-such-route")
    for _ in range(2):
        with pytest.raises(CopiedDatabase):
            device.exchange()
    assert (device.status().stopped, device.outbox_bytes()) == ("copied", before)
    monkeypatch.undo()
    with world.central.app.state.central.database.writing() as connection:
        connection.exec_driver_sql("UPDATE device SET state = 'revoked' WHERE device_id = ?", (device.id,))
    with pytest.raises(NotAdmitted):
        device.exchange()
    assert device.outbox_bytes() == before
    with world.central.app.state.central.database.writing() as connection:
        connection.exec_driver_sql("UPDATE device SET state = 'enrolled'")
    device.until_done()
    quiet(device)


def test_an_older_copy_that_first_hears_of_a_stale_key_goes_on_as_well(world: World) -> None:
    device = world.device(1)
    save(device, "before")
    device.until_done()
    copy, old = kept(device), device.id
    save(device, "later")
    device.until_done()
    put_back(device, copy)
    device.engine()._react(Declined(Problem(type=ProblemType.STALE_KEY, title="", status=409)))
    device.until_done()
    assert device.id != old
    assert names(device) == {"before", "later"}
