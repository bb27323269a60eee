"""Entries that are never changed but put right by another: which of them stand.

A correction names the entry that it takes the place of. Two people may correct one entry without knowing of each
other, and a correction may arrive before what it corrects, so this reads any set of entries in any order.
"""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar


class Entry(Protocol):
    """What an entry must tell: its id, and which entry it takes the place of."""

    @property
    def id(self) -> str:
        """Its id (UUIDv7, so ids sort by when they were made)."""
        ...

    @property
    def corrects(self) -> str | None:
        """The id of the entry that it takes the place of."""
        ...


AnyEntry = TypeVar("AnyEntry", bound=Entry)


def _alike(_entry: object) -> bool:
    """No correction prevails over another."""
    return False


def standing(entries: Iterable[AnyEntry], prevails: Callable[[AnyEntry], bool] = _alike) -> list[AnyEntry]:
    """The entries that count, by id: of everything that goes back to one first entry, the last made that stands.

    An entry that was corrected doesn't stand. Two corrections of the same entry count once; one that `prevails` is
    chosen before a later one that doesn't. Corrections of each other in a circle, which no device makes, count once
    too.
    """
    by_id = {entry.id: entry for entry in entries}
    corrected = {entry.corrects for entry in by_id.values() if entry.corrects}
    if not corrected:
        return sorted(by_id.values(), key=lambda each: each.id)
    chosen: dict[str, AnyEntry] = {}
    for entry in sorted(by_id.values(), key=lambda each: (each.id not in corrected, prevails(each), each.id)):
        chosen[_first(entry, by_id)] = entry
    return sorted(chosen.values(), key=lambda each: each.id)


def corrected_by(entries: Iterable[AnyEntry], prevails: Callable[[AnyEntry], bool] = _alike) -> dict[str, str]:
    """For each entry that doesn't stand, the id of the one that stands in its place, as `standing` chooses it."""
    by_id = {entry.id: entry for entry in entries}
    stand = {_first(entry, by_id): entry.id for entry in standing(by_id.values(), prevails)}
    replaced = {identifier: stand[_first(entry, by_id)] for identifier, entry in by_id.items()}
    return {identifier: by for identifier, by in replaced.items() if identifier != by}


def _first(entry: AnyEntry, by_id: dict[str, AnyEntry]) -> str:
    """The id where a chain of corrections begins (it may not have arrived); for a circle its smallest id."""
    seen: dict[str, None] = {}
    current: AnyEntry | None = entry
    identifier = entry.id
    while current is not None and identifier not in seen:
        seen[identifier] = None
        if not current.corrects:
            return identifier
        identifier = current.corrects
        current = by_id.get(identifier)
    if current is None:
        return identifier
    path = list(seen)
    return min(path[path.index(identifier) :])
