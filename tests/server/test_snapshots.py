"""Snapshots at the central API: who may make and have one, once each, and nothing of what was erased in it."""

import pytest

from sync import wire
from sync.identifiers import uuid7
from sync.wire import (
    ProblemType,
    SnapshotAnswer,
    SnapshotOffer,
    SnapshotPart,
    SnapshotRequest,
    SnapshotTurn,
    SnapshotUpload,
)
from tests.server.conftest import POSTGRESQL_IN_SOAK, SQLITE_ONLY, World
from tests.server.device import Device, joined
from tests.server.test_erasing import in_files
from tests.server.test_exchange import problem

BODY = b"sealed-together-" + bytes(range(200, 250))
NAMES = [["a"]]


@pytest.fixture
def maker(world: World) -> Device:
    """Up to date with five ops of a team, of which a snapshot in parts of two is wanted."""
    world.central.snapshots._at_least, world.central.snapshots.part_ops = 3, 2
    coach = world.coach()
    for _ in range(5):
        coach.exchange(coach.op(world.team, uuid7(), {"a": 1}))
    coach.exchange()
    assert coach.exchange().wanted == [world.team]
    return coach


def offers(device: Device, world: World) -> SnapshotOffer:
    at = device.cursors[world.team]
    return SnapshotOffer(world.team, at.seq, at.chain)


def turn(device: Device, world: World) -> SnapshotTurn:
    answer = device.post("/v1/snapshot/offer", offers(device, world))
    assert answer.status_code == 200, answer.text
    return wire.decode(answer.content, SnapshotTurn)


def upload(
    device: Device, world: World, turn: SnapshotTurn, seqs: list[int], names: list[list[str]] = NAMES, **more: int
):
    fields = [more.get("field", 0)] * len(seqs)
    sent = SnapshotUpload(world.team, turn.id, turn.number, more.get("epoch", 1), names, seqs, fields, BODY)
    return device.post("/v1/snapshot/part", sent)


def kept(answer: object) -> SnapshotTurn:
    assert answer.status_code == 200, answer.text  # type: ignore[attr-defined]
    return wire.decode(answer.content, SnapshotTurn)  # type: ignore[attr-defined]


def make(device: Device, world: World) -> None:
    at = turn(device, world)
    while not at.whole:
        at = kept(upload(device, world, at, list(range(at.after + 1, at.through + 1))))


def part(device: Device, world: World, seq: int = 0, chain: str = "") -> SnapshotPart | None:
    answer = device.post("/v1/snapshot", SnapshotRequest(world.team, seq, chain))
    assert answer.status_code == 200, answer.text
    return wire.decode(answer.content, SnapshotAnswer).part


def test_it_is_handed_out_once_it_is_whole_and_each_part_is_taken_once(world: World, maker: Device) -> None:
    reader = world.coach()
    first = turn(maker, world)
    assert (first.number, first.after, first.through, first.seq) == (1, 0, 2, 5)
    second = kept(upload(maker, world, first, [1, 2]))
    assert kept(upload(maker, world, first, [1, 2])) == second, "a repeat is answered alike"
    assert turn(maker, world) == second, "who comes back goes on where it was"
    assert reader.exchange(follow=False, by_snapshot=[world.team]).snapshots == []
    assert part(reader, world) is None
    third = kept(upload(maker, world, second, [3, 4]))
    last = kept(upload(maker, world, third, [5]))
    assert last.whole
    assert kept(upload(maker, world, third, [5])) == last
    told = reader.exchange(follow=False, by_snapshot=[world.team])
    assert told.snapshots == [world.team]
    assert (told.changes[world.team].ops, told.more, told.heads) == ([], True, {world.team: 5})
    found = part(reader, world)
    assert found is not None
    assert (found.maker, found.through, found.seq, found.rest, found.body) == (maker.id, 2, 5, [], BODY)
    following = part(reader, world, 2, found.chain)
    assert following is not None
    assert (following.number, following.after) == (2, 2)
    assert [op.seq for op in reader.exchange(follow=False).changes[world.team].ops] == [1, 2, 3, 4, 5]
    assert maker.exchange().wanted == []


@POSTGRESQL_IN_SOAK
def test_who_may_have_it_and_who_may_make_it(world: World, maker: Device) -> None:
    stranger = world.assistant()
    problem(stranger.post("/v1/snapshot", SnapshotRequest(world.team)), 403, ProblemType.FORBIDDEN)
    problem(stranger.post("/v1/snapshot/offer", offers(maker, world)), 403, ProblemType.FORBIDDEN)
    reader = joined(world.coordinator, world.organisation, "team", rights="read")
    reader.exchange()
    assert reader.exchange().wanted == []
    problem(reader.post("/v1/snapshot/offer", offers(maker, world)), 403, ProblemType.FORBIDDEN)
    holder = joined(world.coordinator, world.organisation, "team", rights="keys", role="coordinator")
    problem(holder.post("/v1/snapshot", SnapshotRequest(world.team)), 403, ProblemType.FORBIDDEN)
    at = turn(maker, world)
    other = world.coach()
    other.exchange()
    problem(other.post("/v1/snapshot/offer", offers(maker, world)), 409, ProblemType.TAKEN)
    problem(upload(other, world, at, [1, 2]), 409, ProblemType.OUTDATED)
    assert other.exchange().wanted == []
    make(maker, world)
    assert part(reader, world) is not None


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize("seqs", [[1, 3], [2, 1], [1, 1], [0, 1], [9]])
def test_a_part_that_names_other_ops_is_turned_down(world: World, maker: Device, seqs: list[int]) -> None:
    answer = upload(maker, world, turn(maker, world), seqs)
    assert answer.status_code in {400, 409}
    assert turn(maker, world).number == 1


@SQLITE_ONLY
def test_a_part_must_name_the_fields_that_count_and_the_newest_key(world: World, maker: Device) -> None:
    at = turn(maker, world)
    problem(upload(maker, world, at, [1, 2], [["a", "b"]]), 409, ProblemType.OUTDATED)
    problem(upload(maker, world, at, [1, 2], [[]]), 409, ProblemType.OUTDATED)
    problem(upload(maker, world, at, [1, 2], NAMES, field=1), 409, ProblemType.OUTDATED)
    problem(upload(maker, world, at, [1, 2], NAMES, epoch=2), 409, ProblemType.STALE_KEY)
    assert kept(upload(maker, world, at, [2])).number == 2, "what the maker lacks isn't held against it"


def test_what_is_live_and_not_in_a_part_is_handed_out_beside_it(world: World, maker: Device) -> None:
    at = kept(upload(maker, world, turn(maker, world), [2]))
    while not at.whole:
        at = kept(upload(maker, world, at, []))
    found = part(world.coach(), world)
    assert found is not None
    assert [(op.seq, maker.values(world.team, op)) for op in found.rest] == [(1, {"a": 1})]


@POSTGRESQL_IN_SOAK
def test_a_save_is_never_cut(world: World) -> None:
    world.central.snapshots._at_least, world.central.snapshots.part_ops = 3, 2
    coach, group = world.coach(), uuid7()
    coach.exchange(coach.op(world.team, uuid7(), {"a": 1}))
    coach.exchange(*(coach.op(world.team, uuid7(), {"a": 1}, group=group, n=coach.n + 1 + k) for k in range(3)))
    coach.exchange()
    first = turn(coach, world)
    assert first.through == 1
    assert kept(upload(coach, world, first, [1])).through == 4


@SQLITE_ONLY
def test_erasing_leaves_none_of_it_in_a_file(world: World, maker: Device) -> None:
    record = uuid7()
    maker.exchange(maker.op(world.team, record, {"a": 1}))
    maker.exchange()
    make(maker, world)
    assert in_files(world, BODY)
    maker.exchange(maker.op(world.team, record, {}, kind=wire.ERASE))
    assert not in_files(world, BODY)
    assert part(world.coach(), world) is None
    # Who hasn't heard of it can't bring it back.
    at = turn(maker, world)
    maker.exchange()
    at = kept(upload(maker, world, at, [1, 2]))
    at = kept(upload(maker, world, at, [3, 4]))
    problem(upload(maker, world, at, [5, 6]), 409, ProblemType.OUTDATED)
