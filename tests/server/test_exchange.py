"""Push and pull: order, exactly once, whole groups, pages, and what is refused."""

import os

import msgspec
import pytest
from sqlalchemy import select

from sync import seal, wire
from sync.identifiers import uuid7
from sync.server.models import OP
from sync.wire import Cursor, Run
from tests.server.conftest import World
from tests.server.device import Device, joined


def problem(response: object, status: int, name: str) -> wire.Problem:
    assert response.status_code == status, response.text  # type: ignore[attr-defined]
    assert response.headers["content-type"] == wire.PROBLEM_JSON  # type: ignore[attr-defined]
    found = wire.decode(response.content, wire.Problem)  # type: ignore[attr-defined]
    assert (found.name, found.status) == (name, status)
    return found


def edits(device: Device, scope: str, count: int, record: str | None = None) -> list[wire.PushedOp]:
    return [
        device.op(scope, record or uuid7(), {"phone": f"06-{number:04}"}, n=device.n + 1 + number)
        for number in range(count)
    ]


def test_what_one_pushes_another_reads(world: World) -> None:
    one, other = world.coach(), world.coach()
    record = uuid7()
    pushed = one.exchange(one.op(world.team, record, {"given_name": "Sanne", "phone": "06-1"}))
    assert pushed.accepted == [Run(1, world.team, 1, 1)]
    assert pushed.accepted_through == pushed.durable_through == 1

    read = other.exchange()
    (change,) = read.changes[world.team].ops
    assert (change.seq, change.device, change.n, change.record) == (1, one.id, 1, record)
    assert other.values(world.team, change) == {"given_name": "Sanne", "phone": "06-1"}
    assert not other.exchange().changes


def test_own_ops_come_back_without_body_when_the_device_holds_them(world: World) -> None:
    one = world.coach()
    answer = one.exchange(*edits(one, world.team, 3), held_from_n=2)
    assert [change.body is None for change in answer.changes[world.team].ops] == [False, True, True]


def test_runs_name_the_place_of_each_op(world: World) -> None:
    one = world.coach()
    ops = [
        one.op(scope, uuid7(), {"a": 1}, n=n)
        for n, scope in enumerate([world.team, world.team, world.desk, world.team], start=1)
    ]
    assert one.exchange(*ops).accepted == [
        Run(1, world.team, 1, 2),
        Run(3, world.desk, 1, 1),
        Run(4, world.team, 3, 1),
    ]


def test_a_dropped_answer_is_given_again_and_nothing_is_done_twice(world: World) -> None:
    one, other = world.coach(), world.coach()
    good, bad = edits(one, world.team, 2), one.op(uuid7(), uuid7(), {"a": 1}, n=3)
    request = one.request(*good, bad)
    first = wire.decode(one.post("/v1/exchange", request).content, wire.ExchangeAnswer)
    for _ in range(3):
        again = wire.decode(one.post("/v1/exchange", request).content, wire.ExchangeAnswer)
        assert (again.accepted, again.refusals) == (first.accepted, first.refusals)
        assert again.accepted_through == 3
    assert [op.n for op in other.exchange().changes[world.team].ops] == [1, 2]
    assert first.refusals == [wire.Refusal(3, wire.RefusalCode.NOT_A_MEMBER)]


@pytest.mark.parametrize("dropped", range(4))
def test_a_repeat_may_carry_more(world: World, dropped: int) -> None:
    one = world.coach()
    ops = edits(one, world.team, 4)
    one.post("/v1/exchange", one.request(*ops[:dropped]))
    answer = one.exchange(*ops)
    assert answer.accepted_through == 4
    assert sum(run.count for run in answer.accepted) == 4
    assert [change.n for change in answer.changes[world.team].ops] == [1, 2, 3, 4]


def test_the_same_request_twice_is_a_replay(world: World) -> None:
    one = world.coach()
    sent = one.post("/v1/exchange", one.request())
    again = world.client.post("/v1/exchange", content=sent.request.content, headers=dict(sent.request.headers))
    problem(again, 401, wire.ProblemType.REPLAYED)


def test_a_refused_op_uses_its_number_and_those_after_it_flow(world: World) -> None:
    one = world.assistant()
    ops = [
        one.op(world.desk, uuid7(), {"a": 1}, n=1),
        one.op(world.team, uuid7(), {"a": 1}, n=2),
        one.op(world.desk, uuid7(), {"a": 1}, n=3),
    ]
    answer = one.exchange(*ops)
    assert answer.accepted == [Run(1, world.desk, 1, 1), Run(3, world.desk, 2, 1)]
    assert answer.refusals == [wire.Refusal(2, wire.RefusalCode.NOT_A_MEMBER)]
    assert one.exchange(one.op(world.desk, uuid7(), {"a": 2})).accepted == [Run(4, world.desk, 3, 1)]


def test_a_group_is_taken_or_refused_whole(world: World) -> None:
    one, group = world.assistant(), uuid7()
    ops = [
        one.op(world.desk, uuid7(), {"a": 1}, n=1, group=group),
        one.op(world.team, uuid7(), {"a": 1}, n=2, group=group),
        one.op(world.desk, uuid7(), {"a": 1}, n=3),
    ]
    answer = one.exchange(*ops)
    assert answer.accepted == [Run(3, world.desk, 1, 1)]
    assert answer.refusals == [
        wire.Refusal(1, wire.RefusalCode.GROUP),
        wire.Refusal(2, wire.RefusalCode.NOT_A_MEMBER),
    ]


def test_a_group_over_two_pushes_is_refused(world: World) -> None:
    one, group = world.coach(), uuid7()
    one.exchange(one.op(world.team, uuid7(), {"a": 1}, group=group))
    answer = one.exchange(one.op(world.team, uuid7(), {"a": 1}, group=group))
    assert answer.refusals == [wire.Refusal(2, wire.RefusalCode.SPLIT_GROUP)]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "a\x00b"},
        {"fields": ()},
        {"fields": ("a", "a")},
        {"fields": ("naïef",)},
        {"body": b""},
        {"record": "\n" * 36},
    ],
)
def test_an_op_that_nobody_may_store_is_refused_alone(world: World, change: dict[str, object]) -> None:
    one = world.coach()
    bad = msgspec.structs.replace(one.op(world.team, uuid7(), {"a": 1}), **change)
    answer = one.exchange(bad, one.op(world.team, uuid7(), {"a": 1}, n=2))
    assert answer.refusals == [wire.Refusal(1, wire.RefusalCode.MALFORMED)]
    assert answer.accepted == [Run(2, world.team, 1, 1)]


def test_readers_may_not_write(world: World) -> None:
    reader = joined(world.coordinator, world.organisation, "team", rights="read")
    answer = reader.exchange(reader.op(world.team, uuid7(), {"a": 1}))
    assert answer.refusals == [wire.Refusal(1, wire.RefusalCode.NOT_A_MEMBER)]


def test_a_copied_device_is_found_out(world: World) -> None:
    one = world.coach()
    first = edits(one, world.team, 2)
    other_way = [first[0], one.op(world.team, uuid7(), {"a": 2}, n=2)]
    before, n = one.digest, one.n
    one.exchange(*first)
    one.digest, one.n = before, n
    for ops in (other_way, other_way[:1] + [one.op(world.team, uuid7(), {"b": 1}, n=2)] * 2, other_way[1:]):
        asked = one.request(*ops) if ops[0] is first[0] else wire.ExchangeRequest(one.id, 2, bytes(32), ops=ops)
        assert problem(one.post("/v1/exchange", asked), 409, wire.ProblemType.FORKED).last_n == 2
    same_so_far = wire.decode(one.post("/v1/exchange", one.request(first[0])).content, wire.ExchangeAnswer)
    assert same_so_far.accepted == [Run(1, world.team, 1, 1)]
    other_digest = wire.ExchangeRequest(one.id, 3, bytes(32))
    problem(one.post("/v1/exchange", other_digest), 409, wire.ProblemType.FORKED)


def test_a_stale_key_takes_nothing(world: World) -> None:
    one = world.coach()
    old = one.op(world.team, uuid7(), {"a": 1}, key_epoch=2, n=2)
    found = problem(
        one.post("/v1/exchange", one.request(one.op(world.team, uuid7(), {"a": 1}), old)),
        409,
        wire.ProblemType.STALE_KEY,
    )
    assert found.epochs == {world.team: 1}
    assert one.exchange(*edits(one, world.team, 1)).accepted == [Run(1, world.team, 1, 1)]


def test_non_members_get_nothing(world: World) -> None:
    coach, assistant = world.coach(), world.assistant()
    coach.exchange(*edits(coach, world.team, 3))
    answer = assistant.exchange(cursors={**assistant.cursors, world.team: Cursor()})
    assert world.team not in answer.changes
    assert answer.scopes.lost == [world.team]
    assert not answer.scopes.granted


def test_a_membership_that_ended_or_has_not_begun_serves_nothing(world: World) -> None:
    coach = world.coach()
    coach.exchange(*edits(coach, world.team, 1))
    now = world.central.clock_ms()
    for since, until in ((None, now - 1), (now + 60_000, None)):
        member = wire.Membership(world.team, coach.user, since=since, until=until)
        assert world.coordinator.post("/v1/organisation", wire.OrganisationRequest(members=[member])).status_code == 200
        coach.cursors[world.team] = Cursor(epoch=1)
        answer = coach.exchange(coach.op(world.team, uuid7(), {"a": 1}))
        assert answer.scopes.lost == [world.team]
        assert not answer.changes
        assert answer.refusals[0].code == wire.RefusalCode.NOT_A_MEMBER


def test_a_new_membership_is_told_with_its_key(world: World) -> None:
    assistant = world.assistant()
    private = world.organisation.keys[world.team].private
    place = {"organisation": assistant.organisation, "scope": world.team, "epoch": 1, "device": assistant.id}
    wrapped = seal.wrap(private, assistant.keys.sealing_public, **place)
    asked = wire.OrganisationRequest(
        members=[wire.Membership(world.team, assistant.user)],
        grants=[wire.NewGrant(world.team, 1, assistant.id, wrapped)],
    )
    for _ in range(2):
        assert world.coordinator.post("/v1/organisation", asked).status_code == 200
    answer = assistant.exchange()
    (granted,) = answer.scopes.granted
    (grant,) = answer.key_grants
    assert (granted.id, granted.kind) == (world.team, "team")
    assert seal.unwrap(assistant.keys, grant.wrapped, **place) == private
    assistant.cursors[world.team] = Cursor(epoch=1)
    assert not assistant.exchange().key_grants


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_give_every_op_once_and_never_cut_a_group(world: World, limit: int) -> None:
    one, other = world.coach(), world.coach()
    groups = [uuid7() for _ in range(6)]
    sizes = [1, 3, 1, 5, 2, 1]
    ops: list[wire.PushedOp] = []
    for group, size in zip(groups, sizes, strict=True):
        ops += [one.op(world.team, uuid7(), {"a": 1}, n=len(ops) + 1 + place, group=group) for place in range(size)]
    one.exchange(*ops)
    got: list[int] = []
    for _ in range(20):
        answer = other.exchange(limit=limit)
        page = answer.changes.get(world.team)
        if page is None:
            break
        assert len(page.ops) <= max(limit, *sizes)
        for group, size in zip(groups, sizes, strict=True):
            assert sum(op.group == group for op in page.ops) in {0, size}
        assert page.more == answer.more == (got + [op.n for op in page.ops] != list(range(1, 14)))
        got += [op.n for op in page.ops]
    assert got == list(range(1, 14))


def test_a_page_keeps_to_its_bytes(world: World) -> None:
    one, other = world.coach(), world.coach()
    for _ in range(3):
        one.exchange(*[one.op(world.team, uuid7(), {"a": os.urandom(90_000).hex()}, n=one.n + 1 + i) for i in range(4)])
    answer = other.exchange()
    assert sum(len(op.body or b"") for op in answer.changes[world.team].ops) <= wire.PAGE_BYTES
    assert answer.more
    seen = len(answer.changes[world.team].ops)
    while answer.more:
        answer = other.exchange()
        seen += len(answer.changes[world.team].ops)
    assert seen == 12


def test_superseded_ops_leave_the_feed_and_the_reach_is_handed_out(world: World) -> None:
    one, other = world.coach(), world.coach()
    record = uuid7()
    other.exchange(other.op(world.team, record, {"a": 1}))
    one.exchange()
    one.exchange(one.op(world.team, record, {"a": 2, "b": 2}))
    # A form that was opened before any of that, saved now: its base is 0, yet it replaces the device's own op.
    one.exchange(one.op(world.team, record, {"a": 3}, base=0))
    late = world.coach().exchange().changes[world.team]
    assert [(op.seq, op.fields, op.reach) for op in late.ops] == [(2, ("a", "b"), {}), (3, ("a",), {"a": 1})]
    assert late.next == 3


def test_an_op_from_a_lost_future_supersedes_nothing_of_others(world: World) -> None:
    one, other = world.coach(), world.coach()
    record = uuid7()
    other.exchange(other.op(world.team, record, {"a": 1}))
    one.exchange(one.op(world.team, record, {"a": 2}, base=99))
    assert [(op.seq, op.reach) for op in world.coach().exchange().changes[world.team].ops] == [(1, {}), (2, {"a": 0})]


def test_erasing_leaves_a_marker_and_nothing_else(world: World) -> None:
    other = world.coach()
    coach, record = world.coach(), uuid7()
    coach.exchange(coach.op(world.team, record, {"a": 1}), coach.op(world.team, record, {"b": 1}, n=2))
    other.exchange()
    other.exchange(other.op(world.team, record, {}, kind=wire.ERASE))
    late = coach.exchange(coach.op(world.team, record, {"a": 2}))
    assert late.refusals == [wire.Refusal(3, wire.RefusalCode.ERASED)]
    fresh = world.coach().exchange().changes[world.team]
    assert [(op.kind, op.record, op.fields) for op in fresh.ops] == [(wire.ERASE, record, ())]
    with world.central.database.reading() as connection:
        bodies = connection.execute(select(OP.c.body, OP.c.record_id).where(OP.c.seq <= 2)).all()
    assert [tuple(row) for row in bodies] == [(b"", ""), (b"", "")]
    assert coach.exchange(coach.op(world.team, uuid7(), {"a": 1})).accepted
