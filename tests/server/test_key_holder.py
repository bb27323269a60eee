"""Who holds a scope's keys without being a member hands them out, and neither reads nor writes there."""

from sync import seal, wire
from sync.codes import Code
from sync.identifiers import uuid7
from sync.wire import Cursor, InvitationRequest, Membered, Membership, NewGrant, OrganisationRequest, Rights
from tests.server.conftest import World
from tests.server.device import Device, joined
from tests.server.test_exchange import edits


def set_rights(world: World, user: str, scope: str, rights: str) -> None:
    asked = OrganisationRequest(members=[Membership(scope, user, rights)])
    assert world.coordinator.post("/v1/organisation", asked).status_code == 200


def key_holder(world: World) -> Device:
    """The first coordinator, who keeps only the keys of the team's scope."""
    holder = world.coordinator
    set_rights(world, holder.user, world.team, Rights.KEYS)
    del holder.cursors[world.team]
    return holder


def grant(world: World, device: Device, epoch: int = 1) -> NewGrant:
    place = {"organisation": device.organisation, "scope": world.team, "epoch": epoch, "device": device.id}
    wrapped = seal.wrap(world.organisation.keys[world.team].private, device.keys.sealing_public, **place)
    return NewGrant(world.team, epoch, device.id, wrapped)


def test_a_key_holder_is_handed_nothing_of_the_scope(world: World) -> None:
    coach, holder = world.coach(), key_holder(world)
    coach.exchange(*edits(coach, world.team, 3))
    for cursors in ({}, dict(holder.cursors), {**holder.cursors, world.team: Cursor(epoch=1)}):
        answer = holder.exchange(cursors=cursors, follow=False)
        assert world.team not in answer.changes
        assert world.team not in {scope.id for scope in answer.scopes.granted}
        assert answer.scopes.lost == [scope for scope in cursors if scope == world.team]
        (told,) = answer.scopes.keys_only
        assert (told.id, told.rights, told.key_epoch) == (world.team, Rights.KEYS, 1)


def test_a_key_holders_push_is_refused(world: World) -> None:
    holder = key_holder(world)
    answer = holder.exchange(holder.op(world.team, uuid7(), {"a": 1}), keys_only={world.team: 1})
    assert answer.refusals == [wire.Refusal(1, wire.RefusalCode.NOT_A_MEMBER)]
    assert not answer.accepted
    erased = holder.exchange(holder.op(world.team, uuid7(), {}, kind=wire.ERASE), keys_only={world.team: 1})
    assert erased.refusals == [wire.Refusal(2, wire.RefusalCode.NOT_A_MEMBER)]


def test_a_key_holder_hands_the_keys_to_whoever_is_invited(world: World) -> None:
    holder = key_holder(world)
    coach = joined(holder, world.organisation, "team")
    assert coach.exchange(*edits(coach, world.team, 1)).accepted
    late = joined(holder, world.organisation, "team")
    (change,) = late.exchange().changes[world.team].ops
    assert late.values(world.team, change) == {"phone": "06-0000"}


def test_a_key_holder_hands_the_keys_to_a_member_who_is_enrolled_already(world: World) -> None:
    holder, assistant = key_holder(world), world.assistant()
    asked = OrganisationRequest(members=[Membership(world.team, assistant.user)], grants=[grant(world, assistant)])
    assert holder.post("/v1/organisation", asked).status_code == 200
    answer = assistant.exchange()
    assert [scope.id for scope in answer.scopes.granted] == [world.team]
    assert [(given.scope, given.epoch) for given in answer.key_grants] == [(world.team, 1)]


def test_a_key_holder_gets_the_keys_that_are_newer_than_the_named_epoch(world: World) -> None:
    holder = key_holder(world)
    grants = [grant(world, holder, epoch) for epoch in (1, 2)]
    assert holder.post("/v1/organisation", OrganisationRequest(grants=grants)).status_code == 200
    for held, epochs in (({}, [1, 2]), ({world.team: 0}, [1, 2]), ({world.team: 1}, [2]), ({world.team: 2}, [])):
        answer = holder.exchange(keys_only=held)
        assert [given.epoch for given in answer.key_grants] == epochs
        assert bool(answer.scopes.keys_only) != bool(held)


def test_an_invited_coordinator_is_told_which_scopes_only_the_keys_are_for(world: World) -> None:
    code, user = Code.new(), uuid7()
    package = seal.seal_package(code.package_key, code.lookup, {})
    members = [wire.Membered(world.desk), wire.Membered(world.team, Rights.KEYS)]
    asked = wire.InvitationRequest(code.lookup, code.proof_hash, user, "coordinator", package, members)
    assert world.coordinator.post("/v1/invitations", asked).status_code == 200
    second = Device(world.client, "")
    enrolled = second.enrol(code)
    assert [scope.id for scope in enrolled.scopes] == [world.desk]
    assert [(scope.id, scope.rights) for scope in enrolled.keys_only] == [(world.team, Rights.KEYS)]
    assert not second.exchange(keys_only={world.team: 1}).scopes.keys_only


def test_keys_that_are_taken_away_are_told_and_a_key_holder_who_becomes_a_member_reads(world: World) -> None:
    coach, holder = world.coach(), key_holder(world)
    coach.exchange(*edits(coach, world.team, 2))
    named = {world.team: 1}
    set_rights(world, holder.user, world.team, Rights.WRITE)
    answer = holder.exchange(keys_only=named)
    assert ([scope.id for scope in answer.scopes.granted], answer.scopes.lost) == ([world.team], [])
    ended = Membership(world.team, holder.user, Rights.KEYS, until=world.central.clock_ms() - 1)
    assert holder.post("/v1/organisation", OrganisationRequest(members=[ended])).status_code == 200
    answer = holder.exchange(keys_only=named)
    assert (answer.scopes.lost, answer.scopes.keys_only) == ([world.team], [])


def test_a_key_holder_who_is_no_coordinator_sets_nothing_up(world: World) -> None:
    coach = world.coach()
    set_rights(world, coach.user, world.team, Rights.KEYS)
    code = Code.new()
    invitation = InvitationRequest(code.lookup, code.proof_hash, uuid7(), "coach", b"x", [Membered(world.team)])
    for path, asked in (("/v1/organisation", OrganisationRequest()), ("/v1/invitations", invitation)):
        answer = coach.post(path, asked)
        assert (answer.status_code, wire.decode(answer.content, wire.Problem).name) == (403, "forbidden")


def test_who_waits_is_not_woken_by_what_happens_in_a_scope_of_which_it_holds_the_keys(world: World) -> None:
    coach, holder = world.coach(), key_holder(world)
    holder.exchange(keys_only={world.team: 1})
    coach.exchange(*edits(coach, world.team, 1))
    answer = holder.exchange(keys_only={world.team: 1}, wait_s=0.2)
    assert not answer.changes
