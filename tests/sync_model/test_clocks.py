"""Clocks change nothing but what people read: one schedule under two sets of clocks merges into the same."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.sync_model.faults import FAULTS
from tests.sync_model.machine import SyncMachine, canonical
from tests.sync_model.mishaps import YEARS_MS
from tests.sync_model.script import Script, play, text
from tests.sync_model.setting import FIELDS

Skew = Callable[[int, int], int]
"""How far the clock of a device is off at a step, in ms."""
DEVICES = 3


def jumping(number: int, step: int) -> int:
    """One clock far behind, one far ahead, one that jumps to and fro."""
    return (-YEARS_MS, YEARS_MS, YEARS_MS * (-1) ** step)[number]


class Clocked(SyncMachine):
    """Three devices whose clocks are set before each step; what they agree on in the end is kept."""

    devices = DEVICES

    def __init__(self, skew: Skew) -> None:
        super().__init__()
        self.skew = skew
        self.end: dict[str, Any] = {}

    def set_clocks(self, step: int) -> None:
        for number in range(self.devices):
            device = self.device(number)
            # Known to be off already: an extra request would take the place of the one that is to go wrong.
            device.skew_ms = device.learned_ms = self.skew(number, step)

    def teardown(self) -> None:
        try:
            if not self.broken:
                self._finish()
                self.end = timeless(canonical(self.device(0)))
        finally:
            self.world.close()


def timeless(what: dict[str, Any]) -> dict[str, Any]:
    """What merging made of a schedule; not which of several values is shown first, and the times beside them."""
    return {
        "live": what["live"],
        "notes": {record: row["note"] for record, row in what["entries"].items()},
        "shown": sorted(what["rows"]),
        "gone": sorted(record for record, row in what["rows"].items() if row["deleted_at"] is not None),
        "conflicts": sorted((record, field) for record, field, _ in what["conflicts"]),
    }


def schedule(seed: int, steps: int) -> Script:
    """People and a bad network; nothing that counts statements or makes other ids in each world."""
    chance = random.Random(seed)
    script: Script = [("start_with_a_shared_record", {})]
    for _ in range(steps):
        number, place = chance.randrange(DEVICES), chance.randrange(1000)
        here = {"number": number, "place": place}
        script.append(
            chance.choice(
                [
                    ("new_record", {"number": number, "second": False}),
                    ("open_form", here),
                    ("open_form", here),
                    (
                        "save_form",
                        {"place": place, "fields": set(chance.sample(FIELDS, 2)), "twice": chance.random() < 0.3},
                    ),
                    (
                        "edit_behind_an_open_form",
                        here | {"field": chance.choice(FIELDS), "twice": chance.random() < 0.5},
                    ),
                    ("delete", {"place": place}),
                    ("append", here),
                    ("resolve", here | {"choice": chance.randrange(10)}),
                    ("upgrade", {"number": number}),
                    ("use_what_is_new", here),
                    *[("erase", here)] * (chance.random() < 0.3),
                    ("a_late_request_arrives", {"place": place}),
                    *[
                        (
                            "exchange",
                            {
                                "number": number,
                                "fault": chance.choice(["", "", *FAULTS]),
                                "push": chance.randint(1, 4),
                                "page": chance.randint(1, 3),
                                "cut": chance.random(),
                            },
                        )
                    ]
                    * 4,
                ]
            )
        )
    return script


def end_of(script: Script, skew: Skew) -> dict[str, Any]:
    machine = Clocked(skew)
    play(machine, script, before=machine.set_clocks)
    return machine.end


def agrees_whatever_the_clocks(seed: int, steps: int) -> None:
    script = schedule(seed, steps)
    assert end_of(script, lambda _number, _step: 0) == end_of(script, jumping), f"seed {seed}:\n{text(script)}"


@pytest.mark.parametrize("seed", range(4))
def test_clocks_ten_years_off_and_jumping_change_nothing_of_the_merging(seed: int) -> None:
    agrees_whatever_the_clocks(seed, 40)


@pytest.mark.soak
def test_clocks_in_many_schedules(counts: Callable[[str], None]) -> None:
    seeds = range(1000, 1100)
    for seed in seeds:
        agrees_whatever_the_clocks(seed, 60)
    counts(f"clocks: {len(seeds)} schedules of 60 steps under two sets of clocks")
