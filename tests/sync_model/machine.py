"""The state machine: what people, networks and crashes do to a few devices and one central API."""

import contextlib
import json
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sync.client.changes import Change
from sync.client.errors import AppendOnly, Unanswered
from sync.identifiers import uuid7
from sync.schema import Value
from tests.sync_model.faults import FAULTS
from tests.sync_model.ledger import Ledger, Sight, sight_of
from tests.sync_model.world import DEVICES, START_MS, Device, Killed, World

FIELDS = ("name", "phone", "colour", "aspects/1.1", "aspects/1.2")
which_device = st.integers(0, 10)
some_place = st.integers(0, 1000)


class SyncMachine(RuleBasedStateMachine):
    """Two devices that share one team; a subclass sets `devices` higher (at most 4)."""

    devices: ClassVar[int] = 2
    agreed: ClassVar[int] = 0
    """How many worlds ended with all devices in agreement and nothing lost."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.ledger = Ledger()
        self.records: list[str] = []
        self.forms: list[tuple[int, str, int, Sight]] = []
        self.seen: dict[tuple[int, str], Sight] = {}
        self.dirty: set[int] = set()
        self.made = 0
        self.clock = START_MS
        self.copies: dict[int, Path] = {}
        self.shared_unsent = False

    # --- what people do

    @initialize()
    def start_with_a_shared_record(self) -> None:
        self.new_record(0)
        self.world.device(0).until_done()
        self.world.device(1).until_done()

    @rule(number=which_device)
    def new_record(self, number: int) -> None:
        record = uuid7()
        device = self._device(number)
        self._save(device, record, {"name": self._value(device, "name")}, 0, {})
        self.records.append(record)

    @precondition(lambda self: self.records)
    @rule(number=which_device, place=some_place)
    def open_form(self, number: int, place: int) -> None:
        """A form opens: what is seen now is what a save is based on, however much later."""
        record = self.records[place % len(self.records)]
        device = self._device(number)
        base = device.base()
        sight = self._sight(device, record)
        if "name" in sight:
            self.forms.append((number % self.devices, record, base, sight))

    @precondition(lambda self: self.forms)
    @rule(place=some_place, fields=st.sets(st.sampled_from(FIELDS), min_size=1, max_size=3), twice=st.booleans())
    def save_form(self, place: int, fields: set[str], twice: bool) -> None:
        """An open form is saved; `twice`: and stays open, to be saved again on its old base."""
        index = place % len(self.forms)
        number, record, base, sight = self.forms[index]
        if not twice:
            self.forms.pop(index)
        device = self._device(number)
        self._save(device, record, {name: self._value(device, name) for name in sorted(fields)}, base, sight)

    @precondition(lambda self: self.records)
    @rule(number=which_device, place=some_place, field=st.sampled_from(FIELDS), twice=st.booleans())
    def edit_behind_an_open_form(self, number: int, place: int, field: str, twice: bool) -> None:
        """While a form is open, a colleague's change arrives; then the form is saved on what it was opened with.

        `twice`: another form is opened after it came, and saved just before the first.
        """
        one, other = self._device(number), self._device(number + 1)
        record = self.records[place % len(self.records)]
        base, sight, theirs = one.base(), self._sight(one, record), self._sight(other, record)
        if "name" not in sight or "name" not in theirs:
            return
        self._save(other, record, {field: self._value(other, field)}, other.base(), theirs)
        other.until_done()
        one.until_done()
        if twice:
            self._save(one, record, {field: self._value(one, field)}, one.base(), self._sight(one, record))
        self._save(one, record, {field: self._value(one, field)}, base, sight)

    @precondition(lambda self: self.forms)
    @rule(place=some_place)
    def delete(self, place: int) -> None:
        number, record, base, sight = self.forms.pop(place % len(self.forms))
        device = self._device(number)
        self._save(device, record, {"deleted_at": self._value(device, "deleted_at")}, base, sight)

    @precondition(lambda self: self.records)
    @rule(number=which_device, place=some_place)
    def append(self, number: int, place: int) -> None:
        """A signed note, and a field of its client, in one save."""
        device = self._device(number)
        client = self.records[place % len(self.records)]
        if client not in device.rows("client"):
            return
        base, sight = device.base(), self._sight(device, client)
        note, entry = self._value(device, "note"), uuid7()
        values: dict[str, Value] = {"phone": self._value(device, "phone")}
        changes = [
            Change("entry", entry, device.team, {"client_id": client, "note": note}),
            Change("client", client, device.team, values, base),
        ]
        with device.database.write() as connection:
            device.replica.save(connection, changes, self._tick())
        self.ledger.notes[entry] = note
        self.ledger.ops += 1
        self.ledger.made(device.id, client, values, sight)
        self.dirty.add(number % self.devices)

    @precondition(lambda self: self.ledger.notes)
    @rule(number=which_device, place=some_place)
    def change_a_note(self, number: int, place: int) -> None:
        device = self._device(number)
        entry = sorted(self.ledger.notes)[place % len(self.ledger.notes)]
        if entry in device.rows("entry"):
            with contextlib.suppress(AppendOnly), device.database.write() as connection:
                device.replica.save(connection, [Change("entry", entry, device.team, {"note": "other"})], 1)
                raise AssertionError("a signed note was changed")

    @rule(number=which_device, place=some_place, choice=st.integers(0, 10))
    def resolve(self, number: int, place: int, choice: int) -> None:
        device = self._device(number)
        conflicts = device.conflicts()
        if not conflicts:
            return
        conflict = conflicts[place % len(conflicts)]
        option = conflict.options[choice % len(conflict.options)]
        sight = self._sight(device, conflict.record)
        with device.database.write() as connection:
            device.replica.resolve(connection, conflict.id, option.take, self._tick())
        # Of the conflict's own field the person saw all; deciding about a deletion is about the whole record.
        about = sight if conflict.field == "deleted_at" else {conflict.field: sight[conflict.field]}
        self.ledger.made(device.id, conflict.record, {conflict.field: option.value}, about)
        self.dirty.add(number % self.devices)

    # --- what networks and machines do

    @rule(
        number=which_device,
        fault=st.one_of(st.just(""), st.sampled_from(FAULTS)),
        push=st.integers(1, 4),
        page=st.integers(1, 3),
        cut=st.floats(0, 0.999),
    )
    def exchange(self, number: int, fault: str, push: int, page: int, cut: float) -> None:
        device = self._device(number)
        device.faults.truncate_at = cut
        before = device.outbox_bytes()
        try:
            device.exchange(fault, push=push, page=page)
        except Unanswered:
            assert device.outbox_bytes() == before, "trouble on the way touched the outbox"
        self.dirty.add(number % self.devices)

    @rule(number=which_device, statement=st.integers(0, 40))
    def die_in_an_exchange(self, number: int, statement: int) -> None:
        device = self._device(number)
        try:
            device.exchange(die_after=statement)
        except Killed:
            device.kill()
        self.dirty.add(number % self.devices)

    @rule(
        number=which_device,
        fault=st.one_of(st.just(""), st.sampled_from(FAULTS)),
        after=st.integers(0, 4),
        push=st.integers(1, 3),
        page=st.integers(1, 3),
        cut=st.floats(0, 0.999),
        statement=st.one_of(st.none(), st.integers(0, 80)),
    )
    def exchange_all(
        self, number: int, fault: str, after: int, push: int, page: int, cut: float, statement: int | None
    ) -> None:
        """Many small exchanges, each under way while the answer before it is taken in; one of them may go wrong."""
        device = self._device(number)
        device.faults.truncate_at = cut
        try:
            device.exchange(fault, push=push, page=page, die_after=statement, all_of_it=True, after=after)
        except Unanswered:
            pass
        except Killed:
            device.kill()
        self.dirty.add(number % self.devices)

    @rule(number=which_device)
    def kill_and_reopen(self, number: int) -> None:
        self._device(number).kill()

    @rule(number=which_device)
    def keep_copy(self, number: int) -> None:
        """A backup, or a synchronising folder's older version: with whatever is unsent."""
        device = self._device(number)
        to = self.world.folder / f"kept{number % self.devices}"
        device.copied_to(to)
        self.copies[number % self.devices] = to

    @precondition(lambda self: self.copies)
    @rule(place=some_place)
    def restore_client(self, place: int) -> None:
        """A device whose work was sent is put back as it was when it was copied."""
        number = sorted(self.copies)[place % len(self.copies)]
        device = self._device(number)
        device.until_done()
        device.put_back(self.copies[number])
        self._begins_anew(number)

    @rule(number=which_device)
    def clone(self, number: int) -> None:
        """Another computer goes on with a copy of this device's files; both live on, with whatever is unsent."""
        device, other = self._device(number), self._device(number + 1)
        other.until_done()
        self.shared_unsent |= device.status().unsent > 0
        to = self.world.folder / "cloned"
        device.copied_to(to)
        other.put_back(to)
        self.copies.pop((number + 1) % self.devices, None)
        self._begins_anew((number + 1) % self.devices)

    @rule()
    def restart_the_server(self) -> None:
        self.world.central.restart()

    # --- what must hold

    @invariant()
    def nothing_vanishes_from_a_screen(self) -> None:
        for number in sorted(self.dirty):
            device = self._device(number)
            sights = self._sights(device)
            for record in self.records:
                after = sights.get(record, {})
                self.ledger.check_never_vanished(record, self.seen.get((number, record), {}), after)
                self.seen[number, record] = after
            status = device.status()
            assert (status.held, status.quarantined) == (0, 0)
        self.dirty.clear()

    def teardown(self) -> None:
        try:
            self._finish()
        finally:
            self.world.close()

    def _finish(self) -> None:
        """Everybody exchanges to the end; a late joiner, who saw none of it, must see the same."""
        everybody = [self._device(number) for number in range(self.devices)]
        late = self.world.device(DEVICES - 1)
        for device in [*everybody, *everybody, late]:
            device.until_done()
        reference = canonical(everybody[0])
        for device in [*everybody[1:], late]:
            assert canonical(device) == reference
        for device in [*everybody, late]:
            status = device.status()
            assert (status.unsent, status.held, status.quarantined, status.complete) == (0, 0, 0, True)
        sights = self._sights(late)
        rows = late.rows("client")
        for record in self.records:
            sight = sights.get(record, {})
            if record in rows and rows[record]["deleted_at"] is not None:
                self.ledger.check_gone(record, [(name, value) for name in FIELDS for value in sight.get(name, ())])
            else:
                self.ledger.check_shown(record, sight)
        assert {record: row["note"] for record, row in late.rows("entry").items()} == self.ledger.notes
        with self.world.central.app.state.central.database.reading() as connection:
            # Of two copies that shared what was unsent, both may send it: then it counts once all the same.
            what = "DISTINCT group_id || record_id || kind" if self.shared_unsent else "*"
            made = connection.exec_driver_sql(f"SELECT count({what}) FROM op").scalar()  # noqa: S608 (two constants)
            assert made == self.ledger.ops, "exactly once"
        type(self).agreed += 1

    # --- helpers of the rules

    def _device(self, number: int) -> Device:
        return self.world.device(number % self.devices)

    def _begins_anew(self, number: int) -> None:
        """What was on this device's screen is gone with its files; forms that were open too."""
        self.forms = [form for form in self.forms if form[0] != number]
        self.seen = {place: sight for place, sight in self.seen.items() if place[0] != number}
        self.dirty.add(number)

    def _tick(self) -> int:
        self.clock += 1
        return self.clock

    def _value(self, device: Device, name: str) -> str:
        self.made += 1
        return f"{device.folder.name[:7]}-{name}-{self.made}"

    def _save(self, device: Device, record: str, values: dict[str, Value], base: int, sight: Sight) -> None:
        with device.database.write() as connection:
            device.replica.save(connection, [Change("client", record, device.team, values, base)], self._tick())
        self.ledger.made(device.id, record, values, sight)
        self.dirty.add(int(device.folder.name[6:]))

    def _sights(self, device: Device) -> dict[str, Sight]:
        contending: dict[str, dict[str, set[Value]]] = {}
        for conflict in device.conflicts():
            contending.setdefault(conflict.record, {})[conflict.field] = {option.value for option in conflict.options}
        return {
            record: sight_of(row, json.loads(row["aspects"]), contending.get(record, {}))
            for record, row in device.rows("client").items()
        }

    def _sight(self, device: Device, record: str) -> Sight:
        return self._sights(device).get(record, {})


def canonical(device: Device) -> dict[str, Any]:
    """All that a device shows and holds, in one form."""
    with device.database.read() as connection:
        live = {
            record: sorted((row[1], row[2], sorted(row[6].items())) for row in json.loads(kept))
            for record, kept in connection.exec_driver_sql("SELECT record, live FROM replica")
        }
    conflicts = sorted(
        (one.record, one.field, sorted(str((option.value, option.device, option.at)) for option in one.options))
        for one in device.conflicts()
    )
    return {"rows": device.rows("client"), "entries": device.rows("entry"), "conflicts": conflicts, "live": live}
