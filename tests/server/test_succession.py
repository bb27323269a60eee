"""A device that was put back or copied: it is told so, and goes on as its successor."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import update

from sync import wire
from sync.identifiers import uuid7
from sync.seal import DeviceKeys, wrap
from sync.server.app import make_app
from sync.server.models import DEVICE, SCHEMA_VERSION
from sync.server.settings import Settings
from sync.wire import Cursor, Made, ProblemType, SuccessionAnswer, SuccessionRequest
from tests.server.conftest import World
from tests.server.device import Device
from tests.server.test_exchange import edits, problem


def successor(of: Device) -> Device:
    return Device(of.client, of.organisation, of.user, scope_keys=of.scope_keys, incarnation=of.incarnation)


def asks(new: Device, **more: object) -> SuccessionRequest:
    return SuccessionRequest(new.id, new.keys.signing_public, new.keys.sealing_public, **more)  # pyright: ignore[reportArgumentType]


def told(answer: object) -> SuccessionAnswer:
    assert answer.status_code == 200, answer.text  # pyright: ignore[reportAttributeAccessIssue]
    return wire.decode(answer.content, SuccessionAnswer)  # pyright: ignore[reportAttributeAccessIssue]


def test_an_older_database_is_told_so_and_nothing_is_taken(world: World) -> None:
    one = world.coach()
    one.exchange(*edits(one, world.team, 1), vault_seq=7)
    one.exchange(vault_seq=9)
    asked = one.request(*edits(one, world.team, 1), vault_seq=8)
    assert problem(one.post("/v1/exchange", asked), 409, ProblemType.OLDER).last_n == 1
    assert one.exchange(vault_seq=9).accepted_through == 1
    # Who doesn't count is never older.
    assert one.exchange().accepted_through == 1


def test_what_was_told_with_a_push_is_known_after_a_restart_too(world: World) -> None:
    one = world.coach()
    one.exchange(*edits(one, world.team, 1), vault_seq=7)
    restarted = make_app(world.central.settings)
    import httpx  # noqa: PLC0415

    from tests.server.served import ADDRESS, Served  # noqa: PLC0415

    with httpx.Client(transport=Served(restarted), base_url=ADDRESS) as client:
        one.client = client
        problem(one.post("/v1/exchange", one.request(vault_seq=6)), 409, ProblemType.OLDER)
        assert one.exchange(vault_seq=7).accepted_through == 1


def test_a_successor_has_the_same_rights_and_its_own_numbers(world: World) -> None:
    one, other = world.coach(), world.coach()
    group = uuid7()
    first, second = one.op(world.team, uuid7(), {"a": 1}), one.op(world.team, uuid7(), {"a": 1}, n=2, group=group)
    one.exchange(first, second)
    new = successor(one)
    answer = told(one.post("/v1/succession", asks(new, first_n=2, through_n=5)))
    assert (answer.device, answer.user, answer.through_n) == (new.id, one.user, 5)
    assert answer.made == [Made(2, world.team, 2, second.record, group)]
    new.cursors = dict.fromkeys(one.cursors, Cursor(epoch=1))
    came = new.exchange(new.op(world.team, uuid7(), {"a": 1}))
    assert [run.n for run in came.accepted] == [1]
    # Its predecessor's ops come like anybody's, with their contents.
    assert [change.body is None for change in came.changes[world.team].ops] == [False, False, False]
    # The old identity goes on too: there may be a copy that lives.
    assert one.exchange(*edits(one, world.team, 1)).accepted[0].n == 3
    assert len(other.exchange().changes[world.team].ops) == 4


def test_a_repeat_gets_the_same_answer_and_nobody_else_gets_the_name(world: World) -> None:
    one, other = world.coach(), world.coach()
    new = successor(one)
    first = told(one.post("/v1/succession", asks(new)))
    again = told(one.post("/v1/succession", asks(new)))
    assert (first.device, first.user, first.made) == (again.device, again.user, again.made)
    problem(other.post("/v1/succession", asks(new)), 409, ProblemType.TAKEN)
    problem(one.post("/v1/succession", asks(other)), 409, ProblemType.TAKEN)
    new.keys = DeviceKeys.new()
    problem(one.post("/v1/succession", asks(new)), 409, ProblemType.TAKEN)


def test_what_an_earlier_successor_took_along_is_told(world: World) -> None:
    one = world.coach()
    new, group = successor(one), uuid7()
    told(one.post("/v1/succession", asks(new)))
    taken_along = new.op(world.team, uuid7(), {"a": 1}, group=group, base=0)
    new.exchange(taken_along)
    newer = successor(new)
    told(new.post("/v1/succession", asks(newer)))
    third = newer.op(world.team, uuid7(), {"a": 1}, base=0)
    newer.exchange(third)
    answer = told(one.post("/v1/succession", asks(successor(one), first_n=1, through_n=3)))
    assert {made.group for made in answer.made} == {group, third.group}


def test_refusals_and_keys_for_the_old_device_are_handed_on(world: World) -> None:
    one = world.coach()
    scope = world.organisation.scopes["team"]
    private = world.organisation.keys[scope].private
    wrapped = wrap(private, one.keys.sealing_public, organisation=one.organisation, scope=scope, epoch=1, device=one.id)
    granted = wire.OrganisationRequest(grants=[wire.NewGrant(scope, 1, one.id, wrapped)])
    assert world.coordinator.post("/v1/organisation", granted).status_code == 200
    one.exchange(one.op(uuid7(), uuid7(), {"a": 1}))
    answer = told(one.post("/v1/succession", asks(successor(one), first_n=1, through_n=1)))
    assert [(refused.n, refused.code, refused.digest) for refused in answer.refused] == [
        (1, "not_a_member", one.digest)
    ]
    assert [(grant.scope, grant.wrapped) for grant in answer.key_grants] == [(scope, wrapped)]
    held = told(one.post("/v1/succession", asks(successor(one), held={scope: 1})))
    assert held.key_grants == []


def test_a_stranger_and_a_revoked_device_get_no_successor(world: World) -> None:
    one = world.coach()
    stranger = Device(one.client, one.organisation)
    problem(stranger.post("/v1/succession", asks(successor(stranger))), 401, ProblemType.UNKNOWN_DEVICE)
    with world.central.database.writing() as connection:
        connection.execute(update(DEVICE).where(DEVICE.c.device_id == one.id).values(state="revoked"))
    problem(one.post("/v1/succession", asks(successor(one))), 403, ProblemType.REVOKED)


def test_a_database_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "central")
    make_app(settings).state.central.database.close()
    file = sqlite3.connect(settings.data / "central.db")
    for change in (
        "DROP TABLE attempt",
        "DROP TABLE attemptwindow",
        "DROP TABLE nonce",
        "DROP TABLE snapshot",
        "DROP TABLE snapshotpart",
        "DROP TABLE escrow",
        "DROP TABLE revocation",
        "DROP TABLE keywish",
        "DROP TABLE audittrail",
        "DROP TABLE auditsealed",
        "ALTER TABLE scope DROP COLUMN due_epoch",
        "ALTER TABLE device DROP COLUMN unsent",
        "ALTER TABLE invite DROP COLUMN made_by",
        "ALTER TABLE scope DROP COLUMN covered",
        "DROP INDEX device_predecessor",
        "ALTER TABLE device DROP COLUMN vault_seq",
        "ALTER TABLE device DROP COLUMN predecessor",
        "UPDATE installation SET schema_version = 1",
    ):
        file.execute(change)
    file.execute("INSERT INTO device VALUES ('o', 'd', 'u', 'enrolled', x'00', x'00', 3, x'00', 'g', 5)")
    file.execute("INSERT INTO scope VALUES ('o', 's', 'team', 7, x'00', 1, x'00')")
    file.commit()
    file.close()
    database = make_app(settings).state.central.database
    with database.reading() as connection:
        row = connection.exec_driver_sql("SELECT last_n, vault_seq, predecessor, unsent FROM device").one()
        scope = connection.exec_driver_sql("SELECT head, covered FROM scope").one()
        parts = connection.exec_driver_sql("SELECT count(*) FROM snapshotpart").scalar()
        version = connection.exec_driver_sql("SELECT schema_version FROM installation").scalar()
    database.close()
    assert (tuple(row), tuple(scope), parts, version) == ((3, 0, "", -1), (7, 0), 0, SCHEMA_VERSION)


@pytest.mark.parametrize("bad", [{"device": "x"}, {"first_n": 0}])
def test_what_is_malformed_is_refused(world: World, bad: dict[str, object]) -> None:
    one = world.coach()
    asked = asks(successor(one))
    for name, value in bad.items():
        setattr(asked, name, value)
    problem(one.post("/v1/succession", asked), 400, ProblemType.MALFORMED)


def test_waiting_tells_how_far_the_database_is_too(world: World) -> None:
    one = world.coach()
    one.exchange(wait_s=0.01, vault_seq=5)
    problem(one.post("/v1/exchange", one.request(vault_seq=4)), 409, ProblemType.OLDER)
