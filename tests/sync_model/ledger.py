"""The model: every value that anybody made, and what they had seen when they made it.

A value may vanish only if somebody who had seen it replaced it. Until then it is shown, or waits in a conflict.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sync.schema import Value

Place = tuple[str, str]
"""A record and one of its fields."""
Sight = dict[str, set[Value]]
"""What a person sees of a record: per field the shown value and those that compete with it."""

ASKED = ("name", "phone", "aspects/1.1", "aspects/1.2", "deleted_at")
LATEST = "colour"


@dataclass(eq=False, slots=True)
class Entry:
    """A value that was made: by which device, and which entries its maker knew."""

    device: str
    value: Value
    knew: set["Entry"]


@dataclass(slots=True)
class Ledger:
    """All entries, per record and field in the order they were made."""

    entries: dict[Place, list[Entry]] = field(default_factory=dict[Place, list[Entry]])
    notes: dict[str, str] = field(default_factory=dict[str, str])
    plans: dict[str, str] = field(default_factory=dict[str, str])
    client_of: dict[str, str] = field(default_factory=dict[str, str])
    """The record that a note or a plan was saved together with, and so is refused with."""
    erased: set[str] = field(default_factory=set[str])
    """Records that somebody erased by law: their values may go from now on, and must be gone in the end."""
    deleters: dict[str, list[tuple[Entry, set[Entry]]]] = field(
        default_factory=dict[str, list[tuple[Entry, set[Entry]]]]
    )
    follows: dict[str, str] = field(default_factory=dict[str, str])
    """Device → the identity that it had before."""
    ops: int = 0

    def made(self, device: str, record: str, values: dict[str, Value], sight: Sight) -> None:
        """Note a save: a person saw `sight` when the form opened, and a device knows its own earlier values."""
        self.ops += 1
        whole = self._known(device, record, sight)
        for name, value in values.items():
            if name not in ASKED:
                continue
            before = self.entries.setdefault((record, name), [])
            entry = Entry(device, value, {one for one in before if one in whole})
            before.append(entry)
            if name == "deleted_at" and value is not None:
                self.deleters.setdefault(record, []).append((entry, whole))

    def noted(self, entry: str, note: str, client: str) -> None:
        """Note a signed note, saved together with a change of its client."""
        self.notes[entry] = note
        self.client_of[entry] = client
        self.ops += 1

    def planned(self, plan: str, text: str, client: str) -> None:
        """Note a record of a new kind, saved together with a new field of the client."""
        self.plans[plan] = text
        self.client_of[plan] = client
        self.ops += 2

    def values_of(self, record: str) -> set[str]:
        """All values that anybody made of a record."""
        return {
            str(entry.value)
            for (about, _), entries in self.entries.items()
            if about == record
            for entry in entries
            if entry.value is not None
        }

    def _known(self, device: str, record: str, sight: Sight) -> set[Entry]:
        own = {device}
        while (device := self.follows.get(device, "")) and device not in own:
            own.add(device)
        return {
            entry
            for (about, name), entries in self.entries.items()
            if about == record
            for entry in entries
            if entry.device in own or entry.value in sight.get(name, ())
        }

    def check_shown(self, record: str, sight: Sight) -> None:
        """Every value of `record` is seen, or replaced by somebody who knew it."""
        for (about, name), entries in self.entries.items():
            if about == record:
                replaced = _closure(entry for maker in entries for entry in maker.knew)
                for entry in entries:
                    seen = entry.value in sight.get(name, ())
                    assert seen or entry in replaced or entry.value is None, f"{name} {entry.value} was silently lost"

    def check_never_vanished(self, record: str, before: Sight, after: Sight) -> None:
        """What was on a screen is still there, unless somebody replaced it knowingly.

        A record that is gone asks nothing any more: there it is enough that who deleted it knew the value.
        """
        gone = any(value is not None for value in after.get("deleted_at", ()))
        buried = self._known_to_deleters(record) if gone else set[Entry]()
        for name in ASKED[:-1]:
            entries = self.entries.get((record, name), [])
            # A choice makes a value once more: the screen may have shown the one that was replaced, not the new one,
            # which hasn't come yet. Whether that one is lost shows in the end (`check_shown`).
            replaced = {entry.value for entry in _closure(entry for maker in entries for entry in maker.knew)}
            for entry in entries:
                if entry.value is not None and entry.value in before.get(name, ()) and entry.value not in replaced:
                    seen = entry.value in after.get(name, ())
                    assert seen or entry in buried, f"{name} {entry.value} vanished from the screen"

    def _known_to_deleters(self, record: str) -> set[Entry]:
        knew = set[Entry]()
        for entry, whole in self.deleters.get(record, []):
            knew |= _closure(whole) | {entry}
        return knew

    def check_gone(self, record: str, current: Iterable[tuple[str, Value]]) -> None:
        """A record is gone only if those who deleted it knew all that is current in it."""
        knew = self._known_to_deleters(record)
        for name, value in current:
            makers = [one for one in self.entries.get((record, name), []) if one.value == value]
            assert not makers or any(one in knew for one in makers), f"{name} {value} went with an unknowing deletion"


def _closure(entries: Iterable[Entry]) -> set[Entry]:
    """These and all that their makers knew: knowing a successor is knowing what it knowingly replaced."""
    seen: set[Entry] = set()
    stack = list(entries)
    while stack:
        entry = stack.pop()
        if entry not in seen:
            seen.add(entry)
            stack.extend(entry.knew)
    return seen


def sight_of(row: dict[str, Any] | None, aspects: dict[str, Value], contending: dict[str, set[Value]]) -> Sight:
    """What a person sees of a record on one device."""
    sight: Sight = {name: set(values) for name, values in contending.items()}
    if row is not None:
        for name in (*ASKED, LATEST):
            value = aspects.get(name.partition("/")[2]) if "/" in name else row[name]
            sight.setdefault(name, set()).add(value)
    return sight
