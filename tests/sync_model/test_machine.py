"""Devices, a server, faults and crashes: nothing is lost, nothing overwritten unseen, and all agree in the end."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync_model.machine import SyncMachine

CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


class FourDevices(SyncMachine):
    """The same with four devices."""

    devices = 4


def run(machine: type[SyncMachine], examples: int, steps: int, *, fixed: bool, shrink: bool = True) -> int:
    """Run a campaign, which raises what it finds; returns how many worlds ended in agreement with nothing lost.

    `fixed`: the same every time.
    """
    machine.agreed = 0
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=fixed,
        database=None,
        suppress_health_check=CHECKS,
        phases=tuple(Phase) if shrink else (Phase.generate,),
        print_blob=True,
    )
    run_state_machine_as_test(machine, settings=chosen)
    return machine.agreed


def test_two_devices_and_a_server() -> None:
    assert run(SyncMachine, examples=14, steps=25, fixed=True) >= 14


def test_four_devices_and_a_server() -> None:
    assert run(FourDevices, examples=5, steps=30, fixed=True) >= 5


@pytest.mark.soak
@pytest.mark.parametrize("machine", [SyncMachine, FourDevices])
def test_for_as_long_as_one_likes(machine: type[SyncMachine]) -> None:
    assert run(machine, examples=1000, steps=60, fixed=False) >= 1000
