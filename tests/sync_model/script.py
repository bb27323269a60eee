"""What a world went through, as calls that can be read, played again and made shorter."""

import functools
import time
from collections.abc import Callable
from typing import Any

from hypothesis import stateful

Step = tuple[str, dict[str, Any]]
"""A rule and its arguments."""
Script = list[Step]


def rule(**drawn: Any) -> Callable[[Callable[..., None]], Any]:
    """Hypothesis' `rule`, of which each call is written down."""
    return lambda function: stateful.rule(**drawn)(_written_down(function))


def initialize(**drawn: Any) -> Callable[[Callable[..., None]], Any]:
    """Hypothesis' `initialize`, written down too."""
    return lambda function: stateful.initialize(**drawn)(_written_down(function))


def _written_down(function: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(function)
    def called(machine: Any, **given: Any) -> None:
        # A rule that another one calls is part of that one.
        if not machine.inside:
            machine.script.append((function.__name__, given))
        whole, inside, machine.inside = False, machine.inside, True
        try:
            function(machine, **given)
            whole = True
        finally:
            machine.inside = inside
            machine.broken |= not whole

    return called


def text(script: Script) -> str:
    """The script as Python, one call a line."""
    return "\n".join(
        f"world.{name}({', '.join(f'{key}={value!r}' for key, value in given.items())})" for name, given in script
    )


def play(machine: Any, script: Script, before: Callable[[int], None] = lambda _step: None) -> None:
    """Carry out a script and all checks; a step that can't be taken as things are is left out.

    `before` is called before each step, with its number from 0.
    """
    known = machine.setup_state()
    rules = {one.function.__name__: one for one in [*known.initializers, *known.rules]}
    try:
        for step, (name, given) in enumerate(script):
            before(step)
            if all(condition(machine) for condition in rules[name].preconditions):
                rules[name].function(machine, **given)
                for held in known.invariants:
                    held.function(machine)
    finally:
        machine.teardown()


def failure_of(make: Callable[[], Any], script: Script) -> Exception | None:
    """What a fresh machine finds wrong when it plays the script."""
    try:
        play(make(), script)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is what is looked for)
        return error
    return None


def shortened(make: Callable[[], Any], script: Script, seconds: float) -> Script:
    """The script without the steps that its failure doesn't need, as far as that is found in so many seconds."""
    failure = failure_of(make, script)
    if failure is None:
        return script
    until = time.monotonic() + seconds
    size = max(len(script) // 2, 1)
    while size:
        start = 0
        while start < len(script) and time.monotonic() < until:
            without = [*script[:start], *script[start + size :]]
            found = failure_of(make, without)
            if type(found) is type(failure):
                script = without
            else:
                start += size
        size //= 2
    return script
