"""Who was sent away is served nothing at any route, from then on; nothing that it sends is used up."""

import threading
import time

from sqlalchemy import select

from sync import seal, wipe_order, wire
from sync.codes import Code
from sync.identifiers import uuid7
from sync.seal import DeviceKeys
from sync.server.models import DEVICE, INVITE, KEY_GRANT, MEMBER
from sync.wire import (
    DevicesAnswer,
    DevicesRequest,
    DeviceState,
    InvitationRequest,
    Membered,
    OrganisationRequest,
    Problem,
    RevocationAnswer,
    RevocationRequest,
    SuccessionRequest,
    WipeSigned,
)
from tests.server.conftest import POSTGRESQL_IN_SOAK, World
from tests.server.device import Device, joined
from tests.server.routes import AFTERWARDS, SIGNED
from tests.server.test_key_holder import grant

PATH = "/v1/revocation"


def revoke(by: Device, *devices: Device, user: str = "", orders: list[WipeSigned] | None = None) -> RevocationAnswer:
    answer = by.post(PATH, RevocationRequest([one.id for one in devices], user, orders or []))
    assert answer.status_code == 200, answer.text
    return wire.decode(answer.content, RevocationAnswer)


def problem(device: Device, path: str, message: object) -> Problem:
    answer = device.post(path, message)
    assert answer.status_code != 200
    return wire.decode(answer.content, Problem)


def listed(by: Device) -> dict[str, DeviceState]:
    answer = by.post("/v1/devices", DevicesRequest())
    assert answer.status_code == 200, answer.text
    return {one.id: one for one in wire.decode(answer.content, DevicesAnswer).devices}


def successor(old: Device) -> Device:
    new = Device(old.client, old.organisation, old.user, incarnation=old.incarnation)
    asked = SuccessionRequest(new.id, new.keys.signing_public, new.keys.sealing_public)
    assert old.post("/v1/succession", asked).status_code == 200
    new.scope_keys, new.cursors = dict(old.scope_keys), dict(old.cursors)
    return new


def invitation(by: Device, user: str, scope: str) -> Code:
    code = Code.new()
    package = seal.seal_package(code.package_key, code.lookup, {})
    asked = InvitationRequest(code.lookup, code.proof_hash, user, "coach", package, [Membered(scope)])
    assert by.post("/v1/invitations", asked).status_code == 200
    return code


def test_who_was_sent_away_is_refused_at_every_route(world: World) -> None:
    coach, other = world.coach(), world.coach()
    coach.exchange(coach.op(world.team, uuid7(), {"a": 1}))
    assert world.coordinator.post("/v1/organisation", OrganisationRequest(grants=[grant(world, coach)])).is_success
    told = revoke(world.coordinator, coach)
    assert told.devices == [coach.id]
    assert told.scopes == dict.fromkeys(world.organisation.scopes.values(), 1)
    for route in SIGNED:
        message = route.asks(coach, world.team, uuid7())
        assert route.path in AFTERWARDS or problem(coach, route.path, message).name == "revoked", route.path
    pushed = coach.request(coach.op(world.team, uuid7(), {"a": 2}))
    assert problem(coach, "/v1/exchange", pushed).name == "revoked"
    with world.central.database.reading() as connection:
        assert connection.execute(select(DEVICE.c.last_n).where(DEVICE.c.device_id == coach.id)).scalar_one() == 1
        assert not connection.execute(select(KEY_GRANT).where(KEY_GRANT.c.device_id == coach.id)).all()
    assert [op.n for op in other.exchange().changes[world.team].ops] == [1], "what it made stays"


def test_who_waits_hears_it_at_once(world: World) -> None:
    coach = world.coach()
    coach.exchange()
    answers: list[tuple[str, float]] = []

    def wait() -> None:
        found = problem(coach, "/v1/exchange", coach.request(wait_s=20))
        answers.append((found.name, time.monotonic()))

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not world.central.wakes.scopes():
        time.sleep(0.01)
    revoke(world.coordinator, coach)
    waiting.join(10)
    assert [name for name, _ in answers] == ["revoked"]


@POSTGRESQL_IN_SOAK
def test_predecessors_and_successors_go_too_and_nobody_else(world: World) -> None:
    first = world.coach()
    second = successor(first)
    copy, third = successor(first), successor(second)
    elsewhere = world.coach()
    told = revoke(world.coordinator, third)
    assert set(told.devices) == {one.id for one in (first, second, copy, third)}
    states = listed(world.coordinator)
    assert {one.id for one in states.values() if one.state == "revoked"} == set(told.devices)
    assert states[third.id].predecessor == second.id
    elsewhere.exchange()
    again = revoke(world.coordinator, first)
    assert (again.devices, again.scopes) == (told.devices, told.scopes)


@POSTGRESQL_IN_SOAK
def test_a_user_goes_with_all_devices_rights_and_codes(world: World) -> None:
    coach = world.coach()
    waits = invitation(world.coordinator, coach.user, world.team)
    others = invitation(world.coordinator, uuid7(), world.team)
    told = revoke(world.coordinator, user=coach.user)
    assert told.devices == [coach.id]
    with world.central.database.reading() as connection:
        assert not connection.execute(select(MEMBER).where(MEMBER.c.user_id == coach.user)).all()
        left = set(connection.execute(select(INVITE.c.lookup)).scalars())
    assert waits.lookup not in left
    assert others.lookup in left


@POSTGRESQL_IN_SOAK
def test_a_coordinator_who_goes_takes_the_codes_along_that_they_made(world: World) -> None:
    second = invited_coordinator(world)
    made = invitation(second, uuid7(), world.team)
    revoke(world.coordinator, second)
    newcomer = Device(world.client, "")
    asked = wire.EnrolmentRequest(
        made.lookup, made.proof, newcomer.id, newcomer.keys.signing_public, newcomer.keys.sealing_public
    )
    assert newcomer.post("/v1/enrolment", asked, key_name="/" + newcomer.id).status_code == 404


def invited_coordinator(world: World) -> Device:
    return joined(world.coordinator, world.organisation, "organisation", "team", "desk", role="coordinator")


def test_of_two_coordinators_who_send_each_other_away_one_is_left(world: World) -> None:
    one, other = world.coordinator, invited_coordinator(world)
    answers: dict[str, int] = {}
    begin = threading.Barrier(2)

    def away(by: Device, whom: Device) -> None:
        begin.wait()
        answers[by.id] = by.post(PATH, RevocationRequest([whom.id])).status_code

    threads = [threading.Thread(target=away, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers.values()) == [200, 403]
    left = one if answers[one.id] == 200 else other
    assert [here.id for here in listed(left).values() if here.state == "enrolled"] == [left.id]


@POSTGRESQL_IN_SOAK
def test_only_a_coordinator_may_and_not_of_their_own_device(world: World) -> None:
    coach, other = world.coach(), world.coach()
    assert problem(coach, PATH, RevocationRequest([other.id])).name == "forbidden"
    assert problem(coach, "/v1/devices", DevicesRequest()).name == "forbidden"
    assert problem(world.coordinator, PATH, RevocationRequest([world.coordinator.id])).name == "forbidden"
    assert problem(world.coordinator, PATH, RevocationRequest(user=world.coordinator.user)).name == "forbidden"
    assert problem(world.coordinator, PATH, RevocationRequest([uuid7()])).name == "malformed"
    other.exchange()


def order(by: Device, device: str, at: int = 1_700_000_000_000) -> WipeSigned:
    return WipeSigned(device, at, wipe_order.sign(by.keys.signing, by.organisation, device, at))


@POSTGRESQL_IN_SOAK
def test_the_order_to_wipe_is_kept_and_told_to_that_device_alone(world: World) -> None:
    coach, other = world.coach(), world.coach()
    revoke(world.coordinator, coach)
    assert problem(coach, "/v1/exchange", coach.request()).wipe is None
    # Thought better of it: asked again, with the order.
    revoke(world.coordinator, coach, other, orders=[order(world.coordinator, coach.id)])
    told = problem(coach, "/v1/exchange", coach.request()).wipe
    assert told is not None
    assert (told.device, told.by, told.signing_key) == (
        coach.id, world.coordinator.id, world.coordinator.keys.signing_public,
    )  # fmt: skip
    assert wipe_order.is_signed(told.signing_key, told.signature, coach.organisation, told.device, told.at)
    assert problem(other, "/v1/exchange", other.request()).wipe is None
    forged = WipeSigned(coach.id, 1, wipe_order.sign(DeviceKeys.new().signing, coach.organisation, coach.id, 1))
    assert problem(world.coordinator, PATH, RevocationRequest([coach.id], orders=[forged])).name == "malformed"


@POSTGRESQL_IN_SOAK
def test_the_list_tells_what_is_unsent_and_when_it_was_here(world: World) -> None:
    coach = world.coach()
    assert listed(world.coordinator)[coach.id].unsent is None
    coach.exchange(coach.op(world.team, uuid7(), {"a": 1}), unsent=7)
    told = listed(world.coordinator)[coach.id]
    assert (told.unsent, told.state, told.user) == (7, "enrolled", coach.user)
    assert (told.signing_key, told.sealing_key) == (coach.keys.signing_public, coach.keys.sealing_public)
    assert abs(told.last_seen - world.central.clock_ms()) < 60_000


def test_an_order_is_for_one_device_of_one_organisation_at_one_moment() -> None:
    keys = DeviceKeys.new()
    signed = wipe_order.sign(keys.signing, "o", "d", 5)
    assert wipe_order.is_signed(keys.signing_public, signed, "o", "d", 5)
    for other in (("x", "d", 5), ("o", "x", 5), ("o", "d", 6)):
        assert not wipe_order.is_signed(keys.signing_public, signed, *other)
    assert not wipe_order.is_signed(bytes(32), signed, "o", "d", 5)
    assert not wipe_order.is_signed(b"", signed, "o", "d", 5)
