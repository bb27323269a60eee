"""Runs of the state machine: from a seed, for as long as one likes, and what they found as a script to read."""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync_model.script import Script, failure_of, shortened, text
from tests.sync_model.setting import Setting

CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
SHORTEN_S = float(os.environ.get("WOR_SHORTEN_SECONDS", "300"))
TIMES = int(os.environ.get("WOR_WORLDS", "1"))
"""So many times as many worlds as a test asks for, where a mistake made on purpose is looked for."""
BATCH = 20
"""So many worlds come from one seed."""


class Found(AssertionError):
    """A world went wrong; the message is the seed and the script that leads there."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How many worlds ended in agreement with nothing lost, in how many steps."""

    agreed: int
    steps: int


def run(machine: type[Setting], worlds: int, steps: int, seed: int = 0, *, shorten_s: float = SHORTEN_S) -> Ran:
    """Play so many worlds of at most so many steps, the same for the same seed.

    Raises Found, with the seed and the shortest script that was found in `shorten_s` seconds (0: as it was).
    """
    machine.agreed = machine.steps = 0
    chosen = settings(
        max_examples=worlds * TIMES,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=CHECKS,
        # Hypothesis would take minutes to shorten what takes seconds to play; `shortened` knows that steps are apart.
        phases=(Phase.generate,),
    )
    failure: Exception | None = None
    try:
        run_state_machine_as_test(hypothesis.seed(seed)(machine), settings=chosen)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is what is looked for)
        failure = error
    if failure is not None:
        raise Found(_told(machine, failure, machine.last_script, seed, shorten_s)) from failure
    return Ran(machine.agreed, machine.steps)


def _told(machine: type[Setting], failure: Exception, script: Script, seed: int, shorten_s: float) -> str:
    """The failure, the seed, and the steps that lead to it."""
    shortest = shortened(machine, script, shorten_s) if shorten_s else script
    last = (failure_of(machine, shortest) if shorten_s else failure) or failure
    return f"{type(last).__name__}: {last}\n{machine.__name__}, seed {seed}:\n{text(shortest)}"


def soak(machine: type[Setting], seconds: float, steps: int, first: int | None, tell: Callable[[str], None]) -> Ran:
    """Play worlds for so many seconds, from the seed `first` on or from a random one."""
    seed = random.randrange(10**9) if first is None else first
    began, until = seed, time.monotonic() + seconds
    agreed = walked = 0
    used = time.process_time()
    try:
        while time.monotonic() < until:
            ran = run(machine, BATCH, steps, seed)
            agreed, walked, seed = agreed + ran.agreed, walked + ran.steps, seed + 1
    finally:
        used = time.process_time() - used
        tell(f"{machine.__name__}: seeds {began} to {seed}, {agreed} worlds, {walked} steps, {used:.0f} s of CPU")
    return Ran(agreed, walked)
