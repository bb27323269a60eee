"""Mistakes made on purpose: the state machine must find each of them."""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import Connection

from sync.client import outbox
from sync.client.outbox import OwnOp
from sync.merge import Live
from sync.wire import Refusal, Run
from tests.sync_model.test_machine import FourDevices, run


def overlay_dropped_at_acceptance(patch: pytest.MonkeyPatch) -> None:
    """An own op leaves the screen when it is accepted, not when the cursor passes it."""
    acknowledge = outbox.acknowledge

    def mutant(
        connection: Connection, device: str, accepted: Iterable[Run], refusals: Iterable[Refusal], at: int
    ) -> set[str]:
        touched = acknowledge(connection, device, accepted, refusals, at)
        dropped = connection.exec_driver_sql(
            "UPDATE op SET overlay = 0 WHERE state = 'accepted' AND overlay = 1 RETURNING record"
        )
        return touched | set(dropped.scalars().all())

    patch.setattr("sync.client.incoming.outbox.acknowledge", mutant)


def reach_left_out(patch: pytest.MonkeyPatch) -> None:
    """An op replaces no more than its base says."""

    def mutant(*args: Any) -> Live:
        seq, device, n, at, base, _reach, values = args
        return Live(seq, device, n, at, base, {}, values)

    patch.setattr("sync.client.opening.Live", mutant)


def groups_cut(patch: pytest.MonkeyPatch) -> None:
    """A push takes as many ops as fit, wherever a save ends."""
    next_batch = outbox.next_batch

    def mutant(connection: Connection, device: str, after: int, ops: int, size: int) -> list[OwnOp]:
        return next_batch(connection, device, after, ops, size)[:1]

    patch.setattr("sync.client.outgoing.outbox.next_batch", mutant)


@pytest.mark.soak
@pytest.mark.parametrize("mistake", [overlay_dropped_at_acceptance, reach_left_out, groups_cut])
def test_a_mistake_is_found(mistake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mistake(monkeypatch)
    with pytest.raises(AssertionError):
        run(FourDevices, examples=60, steps=40, fixed=True, shrink=False)
