"""Enrolment by one-time code, and what a coordinator sets up."""

from sqlalchemy import update

from sync import seal, signature, wire
from sync.codes import Code
from sync.identifiers import uuid7
from sync.server.first_code import first_code
from sync.server.models import INVITE
from sync.wire import EnrolmentRequest
from tests.server.conftest import POSTGRESQL_IN_SOAK, World
from tests.server.device import Device
from tests.server.test_exchange import problem


def invited(world: World, **options: object) -> tuple[Code, str]:
    code, user = Code.new(), uuid7()
    package = seal.seal_package(code.package_key, code.lookup, {"user": user})
    asked = wire.InvitationRequest(code.lookup, code.proof_hash, user, "coach", package, **options)  # type: ignore[arg-type]
    for _ in range(2):
        assert world.coordinator.post("/v1/invitations", asked).status_code == 200
    return code, user


def asks(device: Device, code: Code, proof: bytes | None = None) -> EnrolmentRequest:
    return EnrolmentRequest(
        code.lookup, proof or code.proof, device.id, device.keys.signing_public, device.keys.sealing_public
    )


def enrol(world: World, device: Device, code: Code, proof: bytes | None = None):
    return device.post("/v1/enrolment", asks(device, code, proof), key_name=signature.keyid("", device.id))


def fetch(world: World, code: Code):
    return world.client.post("/v1/enrolment/package", content=wire.encode(wire.PackageRequest(code.lookup)))


def test_a_code_is_used_once_and_a_lost_answer_is_given_again(world: World) -> None:
    code, user = invited(world)
    device = Device(world.client, "")
    first = wire.decode(enrol(world, device, code).content, wire.EnrolmentAnswer)
    again = wire.decode(enrol(world, device, code).content, wire.EnrolmentAnswer)
    assert first.user == again.user == user
    assert (first.organisation, first.role) == (world.organisation.id, "coach")
    problem(enrol(world, Device(world.client, ""), code), 410, wire.ProblemType.USED_CODE)
    problem(fetch(world, code), 410, wire.ProblemType.USED_CODE)


def test_five_wrong_proofs_kill_a_code_also_for_its_holder(world: World) -> None:
    code, _ = invited(world)
    for left in (4, 3, 2, 1, 0):
        found = problem(enrol(world, Device(world.client, ""), code, bytes(32)), 403, wire.ProblemType.WRONG_PROOF)
        assert found.tries_left == left
    problem(enrol(world, Device(world.client, ""), code), 429, wire.ProblemType.BLOCKED_CODE)
    problem(fetch(world, code), 429, wire.ProblemType.BLOCKED_CODE)


def test_an_unknown_code_is_unknown(world: World) -> None:
    problem(fetch(world, Code.new()), 404, wire.ProblemType.UNKNOWN_CODE)
    problem(enrol(world, Device(world.client, ""), Code.new()), 404, wire.ProblemType.UNKNOWN_CODE)


def test_a_code_expires(world: World) -> None:
    code, _ = invited(world, valid_s=60)
    with world.central.database.writing() as connection:
        connection.execute(update(INVITE).where(INVITE.c.lookup == code.lookup).values(expires_at=1))
    problem(enrol(world, Device(world.client, ""), code), 410, wire.ProblemType.EXPIRED_CODE)


def test_whoever_enrols_shows_that_the_keys_are_its_own(world: World) -> None:
    code, _ = invited(world)
    device, thief = Device(world.client, ""), Device(world.client, "")
    asked = asks(device, code)
    problem(thief.post("/v1/enrolment", asked, key_name=f"/{device.id}"), 401, wire.ProblemType.WRONG_SIGNATURE)
    problem(thief.post("/v1/enrolment", asked, key_name=f"/{thief.id}"), 401, wire.ProblemType.UNSIGNED)


def test_the_first_code_is_gone_once_used(world: World) -> None:
    settings = world.central.settings
    assert first_code(settings, world.central.database) is None
    assert not settings.code_file.exists()


def test_only_a_coordinator_sets_up(world: World) -> None:
    problem(world.coach().post("/v1/organisation", wire.OrganisationRequest()), 403, wire.ProblemType.FORBIDDEN)


def test_what_exists_is_not_made_into_something_else(world: World) -> None:
    scope = wire.NewScope(world.team, "desk", seal.KeyPair.new().public)
    problem(world.coordinator.post("/v1/organisation", wire.OrganisationRequest([scope])), 409, wire.ProblemType.TAKEN)
    user = wire.NewUser(world.coordinator.user, "coach")
    asked = wire.OrganisationRequest(users=[user])
    problem(world.coordinator.post("/v1/organisation", asked), 409, wire.ProblemType.TAKEN)


def test_a_member_of_nothing_is_refused(world: World) -> None:
    for member in (wire.Membership(uuid7(), world.coordinator.user), wire.Membership(world.team, uuid7())):
        asked = wire.OrganisationRequest(members=[member])
        problem(world.coordinator.post("/v1/organisation", asked), 400, wire.ProblemType.MALFORMED)


def test_the_coordinator_sees_what_there_is(world: World) -> None:
    coach = world.coach()
    answer = world.coordinator.post("/v1/organisation", wire.OrganisationRequest())
    told = wire.decode(answer.content, wire.OrganisationAnswer)
    assert {scope.id for scope in told.scopes} == set(world.organisation.scopes.values())
    assert {device.id for device in told.devices} == {coach.id, world.coordinator.id}
    assert {user.role for user in told.users} == {"coordinator", "coach"}


@POSTGRESQL_IN_SOAK
def test_anybody_invites_a_device_of_their_own_and_nobody_else(world: World) -> None:
    coach, other = world.coach(), world.coach()
    desk_only = world.assistant()

    def asked(user: str, scope: str, role: str = "coach") -> wire.InvitationRequest:
        code = Code.new()
        return wire.InvitationRequest(code.lookup, code.proof_hash, user, role, b"x", [wire.Membered(scope, "lead")])

    assert coach.post("/v1/invitations", asked(coach.user, world.team)).status_code == 200
    for by, message in (
        (coach, asked(other.user, world.team)),
        (coach, asked(uuid7(), world.team)),
        (coach, asked(coach.user, world.team, "coordinator")),
        (coach, asked(coach.user, uuid7())),
        (desk_only, asked(desk_only.user, world.team, "assistant")),
    ):
        assert by.post("/v1/invitations", message).status_code == 403
    told = wire.decode(coach.post("/v1/exchange", coach.request(cursors={})).content, wire.ExchangeAnswer)
    assert {one.rights for one in told.scopes.granted} == {"write"}, "inviting oneself raises nothing"
