"""One person registered twice: which record the merged ones show at, and what became known of them afterwards.

Nothing is moved when two records are merged: the one says by `merged_into` which other one it shows at, so that what
arrives late under its id finds its place, and undoing is taking that away again.
"""

import hashlib
from collections.abc import Collection, Mapping

from sync.schema import Value

FIELD_NAME = "[a-z][a-z0-9_.]*"
"""How a field is named among what merging notes: its own name, with its kind before it where that is another's."""


def remaining(merged_into: Mapping[str, str], here: Collection[str]) -> dict[str, str]:
    """For each merged record the one that it shows at; records that remain themselves aren't in it.

    `merged_into` maps a record to the one that it was merged into; `here`: the records that there are. Where the other
    one isn't here, because it hasn't arrived, was deleted or isn't for this device, a record shows as itself: rather
    twice than not at all. Two people who merge in opposite directions make a circle: all show at its smallest id, on
    every device alike.
    """
    found: dict[str, str] = {}
    for start in merged_into:
        if start not in here:
            continue
        place: dict[str, int] = {}
        current = start
        while current not in place:
            place[current] = len(place)
            further = merged_into.get(current, current)
            if further == current or further not in here:
                break
            current = further
        else:
            path = list(place)
            current = min(path[place[current] :])
        if current != start:
            found[start] = current
    return found


def mark_of(value: Value) -> str:
    """16 hex digits that stand for a value: what was settled about it, without keeping it twice."""
    text = "" if value is None else str(value)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def settled_by(values: Mapping[str, Value]) -> dict[str, str]:
    """What merging notes about a record's values: the mark of each."""
    return {name: mark_of(value) for name, value in values.items()}


def unsettled(remaining: Mapping[str, Value], merged: Mapping[str, Value], settled: Mapping[str, str]) -> list[str]:
    """The fields of a merged record that somebody must look at: changed since it was merged, and not the same.

    `settled` has the marks of the values that whoever merged, or decided since, saw of the merged one. An empty text is
    nothing.
    """
    nothing = mark_of(None)
    return [
        name
        for name, value in merged.items()
        if (value or None) != (remaining.get(name) or None) and mark_of(value) != settled.get(name, nothing)
    ]
