"""Devices, a server, faults and crashes: nothing is lost, nothing overwritten unseen, and all agree in the end."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync_model.machine import SyncMachine

CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


class FourDevices(SyncMachine):
    """The same with four devices."""

    devices = 4


def run(machine: type[SyncMachine], examples: int, steps: int, *, fixed: bool) -> None:
    """Run a campaign; `fixed`: the same every time."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=fixed,
        database=None,
        suppress_health_check=CHECKS,
        print_blob=True,
    )
    run_state_machine_as_test(machine, settings=chosen)


def test_two_devices_and_a_server() -> None:
    run(SyncMachine, examples=14, steps=25, fixed=True)


def test_four_devices_and_a_server() -> None:
    run(FourDevices, examples=5, steps=30, fixed=True)


@pytest.mark.soak
@pytest.mark.parametrize("machine", [SyncMachine, FourDevices])
def test_for_as_long_as_one_likes(machine: type[SyncMachine]) -> None:
    run(machine, examples=1000, steps=60, fixed=False)
