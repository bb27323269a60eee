"""The values that go into the replica and come out of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.merge import Live
from sync.schema import Value


@dataclass(frozen=True, slots=True)
class Change:
    """New values for some fields of one record; `base` is the scope's seq when the person began to look (0: new).

    `at`: when it was made, ms since 1970, where that isn't the moment of the save.
    """

    kind: str
    record: str
    scope: str
    values: Mapping[str, Value]
    base: int = 0
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save made: the group that ties its ops together, and their numbers."""

    group: str
    ns: list[int]


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values to choose from; `take` counts from 1, oldest first. `at`: ms since 1970, by that device."""

    take: int
    value: Value
    device: str
    at: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that several people changed without knowing of each other.

    Of the field `deleted_at`: somebody deleted the record while another changed it; the option None keeps it.
    """

    id: str
    kind: str
    record: str
    scope: str
    field: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Arrived:
    """An accepted op with its values, as it takes part in merging; `fits`: its values were found right already."""

    kind: str
    record: str
    live: Live
    raw: bytes = b""
    fits: bool = False


@dataclass(frozen=True, slots=True)
class Spoiled:
    """An accepted op that couldn't be opened: `reason` is a stable code, `raw` the op as it came."""

    kind: str
    record: str
    device: str
    n: int
    seq: int
    reason: str
    raw: bytes
