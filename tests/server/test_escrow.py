"""Escrow: what a device that was sent away leaves, once and in order, for who leads the scope and nobody else."""

from typing import Any

import pytest

from sync import seal, wire
from sync.identifiers import uuid7
from sync.server.models import ESCROW
from sync.wire import Membership, OrganisationRequest, Problem, PushedOp, RevocationRequest, Rights
from sync.wire.escrow import (
    EscrowDecided,
    EscrowDecision,
    EscrowDeposit,
    EscrowDeposited,
    EscrowedOp,
    EscrowPage,
    EscrowRead,
)
from tests.server.conftest import POSTGRESQL_IN_SOAK, World
from tests.server.device import Device

CANARY = "kanarie-in-bewaring"


def deposit(device: Device, *ops: PushedOp, **other: Any) -> Any:
    said = {"first_n": device.n + 1, "digest_before": device.digest, **other}
    answer = device.post("/v1/escrow", EscrowDeposit(device.id, ops=list(ops), **said))
    if answer.status_code != 200:
        return wire.decode(answer.content, Problem).name
    return wire.decode(answer.content, EscrowDeposited).through_n


def read(device: Device, scope: str, **page: Any) -> Any:
    answer = device.post("/v1/escrow/read", EscrowRead(scope, **page))
    if answer.status_code != 200:
        return wire.decode(answer.content, Problem).name
    return wire.decode(answer.content, EscrowPage)


def decide(device: Device, scope: str, of: Device, ns: list[int], seqs: list[int] | None = None) -> Any:
    answer = device.post("/v1/escrow/decide", EscrowDecision(scope, of.id, ns, seqs or []))
    if answer.status_code != 200:
        return wire.decode(answer.content, Problem).name
    return wire.decode(answer.content, EscrowDecided).left


def lead(world: World) -> Device:
    """A coach who leads the team."""
    coach = world.coach()
    told = world.coordinator.post(
        "/v1/organisation", OrganisationRequest(members=[Membership(world.team, coach.user, Rights.LEAD)])
    )
    assert told.status_code == 200
    return coach


def sent_away(world: World) -> Device:
    """A coach's device with two ops accepted, sent away."""
    coach = world.coach()
    coach.exchange(*[coach.op(world.team, uuid7(), {"a": n}, n=n) for n in (1, 2)])
    send_away(world, coach)
    return coach


def send_away(world: World, device: Device) -> None:
    answer = world.coordinator.post("/v1/revocation", RevocationRequest([device.id]))
    assert answer.status_code == 200, answer.text


def values(world: World, op: EscrowedOp) -> dict[str, Any]:
    key = seal.symmetric_key(world.organisation.keys[world.team].private, world.team, op.key_epoch)
    return seal.unseal(key, op.header(world.organisation.id, world.team), op.body)


def unsent(world: World, device: Device, count: int, **shared: Any) -> list[PushedOp]:
    return [
        device.op(world.team, uuid7(), {"note": f"{CANARY} {n}"}, n=device.n + n, **shared) for n in range(1, count + 1)
    ]


def test_what_is_left_is_there_once_and_opens_for_who_leads(world: World) -> None:
    leader, coach = lead(world), sent_away(world)
    ops = unsent(world, coach, 3)
    assert deposit(coach) == 2
    for _ in range(2):
        assert deposit(coach, *ops) == 5
    # A repeat that goes on further, and one of which all is known.
    more = [*ops, coach.op(world.team, uuid7(), {"note": "x"}, n=6)]
    assert deposit(coach, *more) == 6
    assert deposit(coach, *ops[:1]) == 6
    assert leader.exchange().escrow == {world.team: 4}
    assert world.coach().exchange().escrow == {}
    found = read(leader, world.team)
    assert [(op.n, op.device, op.user) for op in found.ops] == [(n, coach.id, coach.user) for n in (3, 4, 5, 6)]
    assert values(world, found.ops[0]) == {"note": f"{CANARY} 1"}
    first = read(leader, world.team, limit=3)
    assert first.more
    rest = read(leader, world.team, after_device=coach.id, after_n=first.ops[-1].n)
    assert [op.n for op in (*first.ops, *rest.ops)] == [3, 4, 5, 6]


@POSTGRESQL_IN_SOAK
def test_only_a_device_that_was_sent_away_leaves_anything_and_only_on_its_chain(world: World) -> None:
    coach = world.coach()
    assert deposit(coach, *unsent(world, coach, 1)) == "forbidden"
    coach.exchange(coach.op(world.team, uuid7(), {"a": 1}))
    send_away(world, coach)
    ops = unsent(world, coach, 2)
    assert deposit(coach, *ops, first_n=3) == "gap"
    assert deposit(coach, *ops, digest_before=bytes(32)) == "forked"
    assert deposit(coach, *ops) == 3
    # Of a copy of its database: others under the same numbers.
    assert deposit(coach, *unsent(world, coach, 2)) == "forked"
    assert len(read(lead(world), world.team).ops) == 2


@POSTGRESQL_IN_SOAK
def test_nobody_else_reads_or_decides(world: World) -> None:
    coach, other = sent_away(world), world.coach()
    deposit(coach, *unsent(world, coach, 1))
    for device in (other, world.assistant(), coach):
        assert read(device, world.team) in {"forbidden", "revoked"}
        assert decide(device, world.team, coach, [3]) in {"forbidden", "revoked"}
    leader = lead(world)
    assert read(leader, world.desk) == "forbidden"
    assert read(leader, uuid7()) == "forbidden"
    assert len(read(leader, world.team).ops) == 1


def test_declined_is_gone_from_the_disk(world: World) -> None:
    leader, coach = lead(world), sent_away(world)
    record, group = uuid7(), uuid7()
    [op] = [coach.op(world.team, record, {"note": CANARY}, n=3, group=group)]
    deposit(coach, op)
    assert any(op.body in content for content in world.files())
    assert decide(leader, world.team, coach, [3]) == 0
    assert decide(leader, world.team, coach, [3]) == 0
    assert read(leader, world.team).ops == []
    # A repeat, as its answer was lost, doesn't bring it back.
    assert deposit(coach, op) == 3
    assert read(leader, world.team).ops == []
    with world.central.database.reading() as connection:
        assert connection.execute(ESCROW.select()).all() == []
    if world.cluster is None:
        for content in world.files():
            assert not any(left in content for left in (op.body, record.encode(), group.encode()))


@POSTGRESQL_IN_SOAK
def test_accepted_goes_only_once_it_is_saved(world: World) -> None:
    leader, coach = lead(world), sent_away(world)
    [op] = unsent(world, coach, 1)
    deposit(coach, op)
    assert decide(leader, world.team, coach, [3], [99]) == "outdated"
    # An op of somebody else isn't the leader's saving of it.
    assert decide(leader, world.team, coach, [3], [1]) == "outdated"
    [run] = leader.exchange(leader.op(world.team, op.record, {"note": CANARY})).accepted
    assert len(read(leader, world.team).ops) == 1
    assert decide(leader, world.team, coach, [3], [run.seq]) == 0
    assert read(leader, world.team).ops == []


@POSTGRESQL_IN_SOAK
def test_erasing_a_person_reaches_what_waits_and_what_comes_later(world: World) -> None:
    leader, coach = lead(world), sent_away(world)
    record = uuid7()
    early = coach.op(world.team, record, {"note": CANARY}, n=3)
    deposit(coach, early)
    leader.exchange(leader.op(world.team, record, {}, kind=wire.ERASE))
    assert read(leader, world.team).ops == []
    late = coach.op(world.team, record, {"note": CANARY}, n=4)
    assert deposit(coach, early, late) == 4
    assert read(leader, world.team).ops == []


@POSTGRESQL_IN_SOAK
def test_a_device_may_leave_so_much_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.server.store.escrow.MOST_OPS", 2)
    coach = sent_away(world)
    assert deposit(coach, *unsent(world, coach, 3)) == "too-large"
    assert deposit(coach, *unsent(world, coach, 2)) == 4
