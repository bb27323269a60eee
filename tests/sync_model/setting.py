"""What all rules of the state machine share: the world, the ledger, open forms, saving, and looking at a screen."""

import json
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from sync.client import state
from sync.client.changes import Change
from sync.client.errors import BeingErased, ErasedRecord
from sync.schema import Value
from tests.sync_model.ledger import Ledger, Sight, sight_of
from tests.sync_model.script import Script
from tests.sync_model.world import START_MS, Device, World

FIELDS = ("name", "phone", "colour", "aspects/1.1", "aspects/1.2")
which_device = st.integers(0, 10)
some_place = st.integers(0, 1000)

Form = tuple[int, str, int, Sight]
"""An open form: the device, the record, the base, and what is on the screen."""


class Setting(RuleBasedStateMachine):
    """A few devices that share one team."""

    devices: ClassVar[int] = 2
    puts_back: ClassVar[bool] = False
    """Whether the central API is put back from a backup."""
    agreed: ClassVar[int] = 0
    """How many worlds ended with all devices in agreement and nothing lost."""
    steps: ClassVar[int] = 0
    """How many rules ran in those worlds."""
    last_script: ClassVar[Script] = []
    """What the newest of these machines went through."""

    def __init__(self) -> None:
        super().__init__()
        self.script: Script = []
        type(self).last_script = self.script
        self.broken = self.inside = False
        self.world = World(snapshot_ops=3)
        self.ledger = Ledger()
        self.records: list[str] = []
        self.scope_of: dict[str, str] = {}
        self.forms: list[Form] = []
        self.seen: dict[tuple[int, str], Sight] = {}
        self.dirty: set[int] = set()
        self.made = 0
        self.clock = START_MS
        self.copies: dict[int, Path] = {}
        self.copied = False
        self.refused: set[str] = set()
        self.shared_unsent = False
        self.second_team = ""
        self.granted: set[int] = set()

    def device(self, number: int) -> Device:
        return self.world.device(number % self.devices)

    def new_id(self) -> str:
        """Ids in order, so that two worlds with one schedule name their records alike."""
        self.made += 1
        return f"01900000-0000-7000-8000-{self.made:012d}"

    def tick(self, device: Device) -> int:
        """The next moment as the device's own clock has it."""
        self.clock += 1
        return self.clock + device.skew_ms

    def value(self, device: Device, name: str) -> str:
        self.made += 1
        return f"{device.folder.name[:7]}-{name}-{self.made}."

    def save(self, device: Device, record: str, values: dict[str, Value], base: int, sight: Sight) -> bool:
        """Save, and note it; False for a record that was erased meanwhile."""
        change = Change("client", record, self.scope_of[record], values, base)
        try:
            with device.database.write() as connection:
                device.replica.save(connection, [change], self.tick(device))
        except (BeingErased, ErasedRecord):
            assert record in self.ledger.erased
            return False
        self.ledger.made(self.maker(device), record, values, sight)
        self.dirty.add(int(device.folder.name[6:]))
        return True

    def maker(self, device: Device) -> str:
        """The device's id; the ledger hears whom it followed, as what it takes along stays its own."""
        with device.database.read() as connection:
            followed = state.get(connection, state.PREDECESSOR)
        if followed is not None:
            self.ledger.follows[device.id] = followed
        return device.id

    def sights(self, device: Device) -> dict[str, Sight]:
        """What a person sees on that device, by record."""
        contending: dict[str, dict[str, set[Value]]] = device.deletions()
        for conflict in device.conflicts():
            contending.setdefault(conflict.record, {})[conflict.field] = {option.value for option in conflict.options}
        return {
            record: sight_of(row, json.loads(row["aspects"]), contending.get(record, {}))
            for record, row in device.rows("client").items()
        }

    def sight(self, device: Device, record: str) -> Sight:
        return self.sights(device).get(record, {})

    def replace_files(self, number: int, folder: Path) -> None:
        """Go on with other files on this device; what was refused is known by the old ones only."""
        device = self.device(number)
        device.until_done()
        self.refused |= device.held()
        device.put_back(folder)
        self.copied = True
        self._begins_anew(number)

    def _begins_anew(self, number: int) -> None:
        """What was on this device's screen is gone with its files; forms that were open too."""
        self.forms = [form for form in self.forms if form[0] != number]
        self.seen = {place: sight for place, sight in self.seen.items() if place[0] != number}
        self.dirty.add(number)
