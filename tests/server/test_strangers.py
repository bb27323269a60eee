"""Somebody with a valid device of another organisation, or without rights in a scope, gets and changes nothing."""

import pytest
import zstandard

from sync import seal, signature, wire
from sync.codes import Code
from sync.identifiers import uuid7
from sync.server.store import invites
from sync.wire import Cursor, Membership, NewGrant, NewScope, NewUser, OrganisationRequest, PushedOp
from tests.server.conftest import World
from tests.server.device import Device, Organisation, found_organisation, joined
from tests.server.test_exchange import edits, problem

MOST = (1 << 53) - 1


@pytest.fixture
def neighbours(world: World) -> tuple[Device, Organisation]:
    """The coordinator of another organisation on the same server."""
    code = Code.new()
    with world.central.database.writing() as connection:
        invites.replace_first(connection, code.lookup, code.proof_hash)
    return found_organisation(world.client, code)


def test_a_scope_of_another_organisation_is_as_if_it_were_not_there(world: World, neighbours) -> None:
    spy, _ = neighbours
    coach = world.coach()
    coach.exchange(*edits(coach, world.team, 2))
    answers = [
        spy.exchange(spy.op(scope, uuid7(), {"a": 1}), cursors={**spy.cursors, scope: Cursor()}, keys_only={scope: 0})
        for scope in (world.team, uuid7())
    ]
    for answer, scope in zip(answers, (world.team, None), strict=True):
        assert [refused.code for refused in answer.refusals] == [wire.RefusalCode.NOT_A_MEMBER]
        assert (answer.changes, answer.key_grants, answer.scopes.granted, answer.scopes.keys_only) == ({}, [], [], [])
        assert scope is None or set(answer.scopes.lost) == {scope}


def test_a_coordinator_sets_nothing_up_in_another_organisation(world: World, neighbours) -> None:
    spy, _ = neighbours
    coach = world.coach()
    for asked in (
        OrganisationRequest(members=[Membership(world.team, spy.user)]),
        OrganisationRequest(members=[Membership(world.team, coach.user)]),
        OrganisationRequest(grants=[NewGrant(world.team, 1, coach.id, b"x")]),
        OrganisationRequest(grants=[NewGrant(world.team, 1, spy.id, b"x")]),
    ):
        problem(spy.post("/v1/organisation", asked), 400, wire.ProblemType.MALFORMED)
    # The same ids may be in use in two organisations: they are other scopes and users.
    same = OrganisationRequest(
        [NewScope(world.team, "team", seal.KeyPair.new().public)], [NewUser(coach.user, "coach")]
    )
    assert spy.post("/v1/organisation", same).status_code == 200
    assert coach.exchange(*edits(coach, world.team, 1)).accepted
    code = Code.new()
    invited = wire.InvitationRequest(code.lookup, code.proof_hash, uuid7(), "coach", b"x", [wire.Membered(world.desk)])
    problem(spy.post("/v1/invitations", invited), 400, wire.ProblemType.MALFORMED)


def test_a_key_of_one_organisation_opens_nothing_in_another(world: World, neighbours) -> None:
    spy, _ = neighbours
    coach = world.coach()
    for organisation, device in ((coach.organisation, spy.id), (coach.organisation, coach.id), (spy.organisation, "x")):
        name = signature.keyid(organisation, device)
        answer = spy.post("/v1/exchange", spy.request(), key_name=name)
        assert wire.decode(answer.content, wire.Problem).name in {"unknown-device", "wrong-signature"}
        assert answer.status_code == 401


def test_a_request_sent_twice_is_refused_and_its_signature_is_none_for_another_body(world: World) -> None:
    one = world.coach()
    body = wire.encode(one.request(*edits(one, world.team, 1)))
    signed = signature.sign(
        one.keys.signing,
        signature.keyid(one.organisation, one.id),
        method="POST",
        path="/v1/exchange",
        body=body,
        created=int(one.clock()),
    )
    assert world.client.post("/v1/exchange", content=body, headers=signed).status_code == 200
    problem(world.client.post("/v1/exchange", content=body, headers=signed), 401, wire.ProblemType.REPLAYED)
    problem(world.client.post("/v1/exchange", content=body + b" ", headers=signed), 401, wire.ProblemType.WRONG_DIGEST)


@pytest.mark.parametrize("first_n", [2, 200, MOST])
def test_numbers_ahead_take_nothing(world: World, first_n: int) -> None:
    one = world.coach()
    asked = one.request(*edits(one, world.team, 2))
    asked.first_n = first_n
    assert problem(one.post("/v1/exchange", asked), 409, wire.ProblemType.RESTORED).last_n == 0


def test_other_ops_under_used_numbers_are_a_fork_and_change_nothing(world: World) -> None:
    one = world.coach()
    first = one.request(*edits(one, world.team, 3))
    one.heard(first, wire.decode(one.post("/v1/exchange", first).content, wire.ExchangeAnswer), follow=False)
    for first_n, digest in ((1, bytes(32)), (2, bytes(32)), (4, bytes(32)), (3, b"\xff" * 32)):
        forged = wire.ExchangeRequest(one.id, first_n, digest, ops=edits(one, world.team, 2), cursors=one.cursors)
        problem(one.post("/v1/exchange", forged), 409, wire.ProblemType.FORKED)
    assert [op.n for op in world.coach().exchange().changes[world.team].ops] == [1, 2, 3]


@pytest.mark.parametrize("seq", [1, 5, MOST])
@pytest.mark.parametrize("chain", ["", "00" * 8, "zz"])
def test_a_cursor_that_the_server_never_gave_is_told_so(world: World, seq: int, chain: str) -> None:
    one = world.coach()
    one.exchange(*edits(one, world.team, 2), follow=False)
    asked = one.request(cursors={world.team: Cursor(seq, chain, 1)})
    problem(one.post("/v1/exchange", asked), 409, wire.ProblemType.RESTORED)


@pytest.mark.parametrize("base", [1, MOST])
def test_a_base_out_of_the_blue_replaces_nothing_of_others(world: World, base: int) -> None:
    one, other, record = world.coach(), world.coach(), uuid7()
    one.exchange(one.op(world.team, record, {"a": 1}), follow=False)
    other.exchange(other.op(world.team, record, {"a": 2}, base=base if base > 1 else 2, at=-MOST), follow=False)
    assert [op.seq for op in world.coach().exchange().changes[world.team].ops] == [1, 2]


def test_the_same_id_in_another_scope_is_another_record(world: World) -> None:
    lead = joined(world.coordinator, world.organisation, "desk", rights="lead")
    coach, record = world.coach(), uuid7()
    coach.exchange(coach.op(world.team, record, {"a": 1}), coach.op(world.desk, record, {"a": 1}, n=2), follow=False)
    lead.exchange(lead.op(world.desk, record, {}, kind=wire.ERASE), follow=False)
    assert coach.exchange(coach.op(world.team, record, {"a": 2}), follow=False).accepted
    assert [op.fields for op in world.coach().exchange().changes[world.team].ops] == [("a",)]


def test_one_record_made_on_two_devices_is_handed_out_as_both_made_it(world: World) -> None:
    """Two people import one file: the server can't compare what is sealed, so everybody gets both and compares."""
    one, other, record = world.coach(), world.coach(), uuid7()
    for device in (one, other):
        assert device.exchange(device.op(world.team, record, {"note": "same"}, kind="contact"), follow=False).accepted
    for reader in (one, other, world.coach()):
        page = reader.exchange(cursors={world.team: Cursor(epoch=1)}, follow=False).changes[world.team]
        assert [(op.device, op.fields, op.reach) for op in page.ops] == [
            (one.id, ("note",), {}),
            (other.id, ("note",), {}),
        ]


def test_a_save_that_comes_in_pieces_within_a_push_is_taken_or_refused_by_each_piece(world: World) -> None:
    one = world.assistant()
    save, between = uuid7(), uuid7()
    ops = [
        one.op(world.desk, uuid7(), {"a": 1}, n=1, group=save),
        one.op(world.desk, uuid7(), {"a": 1}, n=2, group=between),
        one.op(world.team, uuid7(), {"a": 1}, n=3, group=save),
    ]
    answer = one.exchange(*ops, follow=False)
    assert answer.accepted_through == 3
    assert {refused.n for refused in answer.refusals} >= {3}


@pytest.mark.parametrize("words", ["\x00", "\n", "é", "\x7f"])
def test_unreadable_ids_are_refused_everywhere(world: World, words: str) -> None:
    bad = words * 36
    one = world.coach()
    op = one.op(world.team, uuid7(), {"a": 1})
    for name in ("record", "group", "kind"):
        given = {field: getattr(op, field) for field in PushedOp.__struct_fields__}
        answer = one.exchange(PushedOp(**(given | {name: bad})), follow=False)
        assert [refused.code for refused in answer.refusals] == [wire.RefusalCode.MALFORMED]
    public = seal.KeyPair.new().public
    for asked in (
        OrganisationRequest(scopes=[NewScope(bad, "team", public)]),
        OrganisationRequest(scopes=[NewScope(uuid7(), bad, public)]),
        OrganisationRequest(users=[NewUser(bad, "coach")]),
        OrganisationRequest(users=[NewUser(uuid7(), bad)]),
    ):
        problem(world.coordinator.post("/v1/organisation", asked), 400, wire.ProblemType.MALFORMED)
    code = Code.new()
    for user, role in ((bad, "coach"), (uuid7(), bad)):
        invited = wire.InvitationRequest(code.lookup, code.proof_hash, user, role, b"x")
        problem(world.coordinator.post("/v1/invitations", invited), 400, wire.ProblemType.MALFORMED)


def test_an_organisation_or_user_of_unreadable_name_is_not_founded(world: World) -> None:
    code = Code.new()
    with world.central.database.writing() as connection:
        invites.replace_first(connection, code.lookup, code.proof_hash)
    device = Device(world.client, "")
    for organisation, user in (("\x00" * 36, uuid7()), (uuid7(), "é" * 36)):
        asked = wire.EnrolmentRequest(
            code.lookup, code.proof, device.id, device.keys.signing_public, device.keys.sealing_public,
            organisation, user,
        )  # fmt: skip
        answer = device.post("/v1/enrolment", asked, key_name=signature.keyid("", device.id))
        problem(answer, 400, wire.ProblemType.MALFORMED)


def test_frames_that_lie_about_their_size_are_refused(world: World) -> None:
    one = world.coach()
    plain = wire.encode(one.request(*edits(one, world.team, 1)))
    long_window = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27, write_content_size=False)
    ).compress(b" " * (9 << 20))
    unsized = zstandard.ZstdCompressor(write_content_size=False).compress(b" " * (9 << 20))
    frame = zstandard.compress(plain)
    for body, names in (
        (long_window, {"malformed", "too-large"}),
        (unsized, {"too-large"}),
        (frame[:-3], {"malformed"}),
        (b"", {"malformed"}),
        (b"\x28\xb5\x2f\xfd" + b"\xff" * 40, {"malformed", "too-large"}),
    ):
        answer = one.post("/v1/exchange", body, headers={"content-encoding": "zstd"})
        assert answer.headers["content-type"] == wire.PROBLEM_JSON
        assert wire.decode(answer.content, wire.Problem).name in names
