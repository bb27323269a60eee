"""The rules of the state machine that people carry out."""

import contextlib

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from sync.client.changes import Change
from sync.client.errors import AppendOnly, BeingErased, ErasedRecord
from sync.schema import Value
from tests.sync_client.at_work import erase
from tests.sync_model.newer import PLAN, SHOE
from tests.sync_model.script import initialize, rule
from tests.sync_model.setting import FIELDS, Setting, some_place, which_device


class People(Setting):
    """Records are made, changed, deleted, decided about and erased; scopes are granted."""

    @initialize()
    def start_with_a_shared_record(self) -> None:
        self.new_record(number=0, second=False)
        self.device(0).until_done()
        self.device(1).until_done()

    @rule(number=which_device, second=st.booleans())
    def new_record(self, number: int, second: bool) -> None:
        """In the team, or in the `second` one where this device has it already."""
        device = self.device(number)
        record = self.new_id()
        here = second and self.second_team in device.scopes()
        self.scope_of[record] = self.second_team if here else device.team
        self.save(device, record, {"name": self.value(device, "name")}, 0, {})
        self.records.append(record)

    @precondition(lambda self: self.records)
    @rule(number=which_device, place=some_place)
    def open_form(self, number: int, place: int) -> None:
        """A form opens: what is seen now is what a save is based on, however much later."""
        record = self.records[place % len(self.records)]
        device = self.device(number)
        sight = self.sight(device, record)
        if "name" in sight:
            self.forms.append((number % self.devices, record, device.base(self.scope_of[record]), sight))

    @precondition(lambda self: self.forms)
    @rule(place=some_place, fields=st.sets(st.sampled_from(FIELDS), min_size=1, max_size=3), twice=st.booleans())
    def save_form(self, place: int, fields: set[str], twice: bool) -> None:
        """An open form is saved; `twice`: and stays open, to be saved again on its old base."""
        index = place % len(self.forms)
        number, record, base, sight = self.forms[index]
        if not twice:
            self.forms.pop(index)
        device = self.device(number)
        self.save(device, record, {name: self.value(device, name) for name in sorted(fields)}, base, sight)

    @precondition(lambda self: self.records)
    @rule(number=which_device, place=some_place, field=st.sampled_from(FIELDS), twice=st.booleans())
    def edit_behind_an_open_form(self, number: int, place: int, field: str, twice: bool) -> None:
        """While a form is open, a colleague's change arrives; then the form is saved on what it was opened with.

        `twice`: another form is opened after it came, and saved just before the first.
        """
        one, other = self.device(number), self.device(number + 1)
        record = self.records[place % len(self.records)]
        scope = self.scope_of[record]
        sight, theirs = self.sight(one, record), self.sight(other, record)
        if "name" not in sight or "name" not in theirs:
            return
        base = one.base(scope)
        self.save(other, record, {field: self.value(other, field)}, other.base(scope), theirs)
        other.until_done()
        one.until_done()
        if twice:
            self.save(one, record, {field: self.value(one, field)}, one.base(scope), self.sight(one, record))
        self.save(one, record, {field: self.value(one, field)}, base, sight)

    @precondition(lambda self: self.records)
    @rule(number=which_device, place=some_place)
    def send_part_of_it(self, number: int, place: int) -> None:
        """More is unsent of a record than goes in one push, while a colleague's change of it comes in."""
        one, other = self.device(number), self.device(number + 1)
        record = self.records[place % len(self.records)]
        scope = self.scope_of[record]
        sight, theirs = self.sight(one, record), self.sight(other, record)
        gone = any(value is not None for value in sight.get("deleted_at", ()))
        if "name" not in sight or "name" not in theirs or gone:
            return
        self.save(other, record, {"aspects/1.1": self.value(other, "aspects/1.1")}, other.base(scope), theirs)
        other.until_done()
        for field in ("phone", "colour", "name"):
            self.save(one, record, {field: self.value(one, field)}, one.base(scope), sight)
        one.exchange(push=1)

    @precondition(lambda self: self.forms)
    @rule(place=some_place)
    def delete(self, place: int) -> None:
        number, record, base, sight = self.forms.pop(place % len(self.forms))
        device = self.device(number)
        self.save(device, record, {"deleted_at": self.value(device, "deleted_at")}, base, sight)

    @precondition(lambda self: self.records)
    @rule(number=which_device, place=some_place)
    def append(self, number: int, place: int) -> None:
        """A signed note, and a field of its client, in one save."""
        device = self.device(number)
        client = self.records[place % len(self.records)]
        if client not in device.rows("client"):
            return
        scope = self.scope_of[client]
        base, sight = device.base(scope), self.sight(device, client)
        note, entry = self.value(device, "note"), self.new_id()
        values: dict[str, Value] = {"phone": self.value(device, "phone")}
        changes = [
            Change("entry", entry, scope, {"client_id": client, "note": note}),
            Change("client", client, scope, values, base),
        ]
        with contextlib.suppress(BeingErased):
            with device.database.write() as connection:
                device.replica.save(connection, changes, self.tick(device))
            self.ledger.noted(entry, note, client)
            self.ledger.made(self.maker(device), client, values, sight)
            self.dirty.add(number % self.devices)

    @precondition(lambda self: self.ledger.notes)
    @rule(number=which_device, place=some_place)
    def change_a_note(self, number: int, place: int) -> None:
        device = self.device(number)
        entry = sorted(self.ledger.notes)[place % len(self.ledger.notes)]
        scope = self.scope_of[self.ledger.client_of[entry]]
        if entry in device.rows("entry"):
            with contextlib.suppress(AppendOnly), device.database.write() as connection:
                device.replica.save(connection, [Change("entry", entry, scope, {"note": "other"})], 1)
                raise AssertionError("a signed note was changed")

    @rule(number=which_device, place=some_place, choice=st.integers(0, 10))
    def resolve(self, number: int, place: int, choice: int) -> None:
        device = self.device(number)
        conflicts = device.conflicts()
        if not conflicts:
            return
        conflict = conflicts[place % len(conflicts)]
        # In an order that no clock has a part in.
        option = sorted(conflict.options, key=lambda one: (one.value is None, one.value))[
            choice % len(conflict.options)
        ]
        sight = self.sight(device, conflict.record)
        with contextlib.suppress(BeingErased):
            with device.database.write() as connection:
                device.replica.resolve(connection, conflict.id, option.take, self.tick(device))
            # Of the conflict's own field the person saw all; deciding about a deletion is about the whole record.
            about = sight if conflict.field == "deleted_at" else {conflict.field: sight[conflict.field]}
            self.ledger.made(self.maker(device), conflict.record, {conflict.field: option.value}, about)
            self.dirty.add(number % self.devices)

    @precondition(lambda self: len(self.records) > 1)
    @rule(number=which_device, place=some_place)
    def erase(self, number: int, place: int) -> None:
        """A record is erased by law, maybe on a device that hasn't sent all that it made of it."""
        device = self.device(number)
        record = self.records[place % len(self.records)]
        if record not in device.rows("client") or record in self.ledger.erased:
            return
        erase(device, record, self.scope_of[record])
        self.ledger.ops += 1
        self.ledger.erased.add(record)

    @rule(number=which_device)
    def grant(self, number: int) -> None:
        """A second team is set up, or another device's user comes to it."""
        self.second_team = self.second_team or self.world.new_team()
        if number % self.devices not in self.granted:
            self.granted.add(number % self.devices)
            self.world.grant(self.second_team, self.device(number))

    @rule(number=which_device)
    def make_a_snapshot(self, number: int) -> None:
        """A device that is up to date is asked for one, if there was enough since the last."""
        device = self.device(number)
        device.until_done()
        device.until_done()
        self.dirty.add(number % self.devices)

    @rule(number=which_device)
    def upgrade(self, number: int) -> None:
        """A newer version of the program, which knows one kind and one field more."""
        self.device(number).upgrade()

    @precondition(lambda self: self.records)
    @rule(number=which_device, place=some_place)
    def use_what_is_new(self, number: int, place: int) -> None:
        """A field that the others don't know, and a record of a kind that they don't know."""
        device = self.device(number)
        record = self.records[place % len(self.records)]
        if not device.newer or record not in device.rows("client"):
            return
        scope = self.scope_of[record]
        plan, shoe = self.value(device, "plan"), self.value(device, "shoe")
        plan_id = self.new_id()
        with contextlib.suppress(BeingErased, ErasedRecord), device.database.write() as connection:
            device.replica.save(
                connection,
                [
                    Change("client", record, scope, {SHOE: shoe}, device.base(scope)),
                    Change(PLAN, plan_id, scope, {"text": plan}),
                ],
                self.tick(device),
            )
            self.ledger.planned(plan_id, plan, record)
        self.dirty.add(number % self.devices)
