"""Devices, a server, faults and crashes: nothing is lost, nothing overwritten unseen, and all agree in the end."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests import postgresql
from tests.sync_model.campaign import run, soak
from tests.sync_model.machine import SyncMachine
from tests.sync_model.put_back import ServerPutBack


class ThreeDevices(SyncMachine):
    """The same with three devices."""

    devices = 3


class FourDevices(SyncMachine):
    """The same with four devices."""

    devices = 4


SOAK_S = float(os.environ.get("WOR_SOAK_SECONDS", "600"))
SOAK_SEED = os.environ.get("WOR_SOAK_SEED")


def test_two_devices_and_a_server() -> None:
    assert run(SyncMachine, worlds=12, steps=25).agreed >= 12


def test_three_devices_and_a_server() -> None:
    assert run(ThreeDevices, worlds=5, steps=30).agreed >= 5


def test_four_devices_and_a_server() -> None:
    assert run(FourDevices, worlds=5, steps=30).agreed >= 5


def test_a_server_that_is_put_back_again_and_again() -> None:
    assert run(ServerPutBack, worlds=4, steps=40).agreed >= 4


@pytest.mark.soak
@pytest.mark.parametrize("machine", [SyncMachine, ThreeDevices, FourDevices, ServerPutBack])
def test_for_as_long_as_one_likes(machine: type[SyncMachine], counts: Callable[[str], None]) -> None:
    """`WOR_SOAK_SECONDS` for each machine; `WOR_SOAK_SEED` begins with a seed that was printed."""
    assert soak(machine, SOAK_S, 60, int(SOAK_SEED) if SOAK_SEED else None, counts).agreed


@pytest.mark.soak
@pytest.mark.skipif((reason := postgresql.why_not()) is not None, reason=reason or "")
def test_the_same_with_the_central_api_on_postgresql() -> None:
    """With `WOR_TEST_ENGINE=postgresql` the other campaigns run on it, too."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not soak", __file__]
    ran = subprocess.run(command, env=os.environ | {"WOR_TEST_ENGINE": "postgresql"}, check=False)
    assert ran.returncode == 0
