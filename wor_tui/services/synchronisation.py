"""What the user sees and decides about synchronising."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SyncOverview:
    """The badge and the counts: `unsent` ops, `conflicts` fields; `complete` is False until all has come in once.

    `joined` is False for a vault without an organisation. `last_exchange` is aware, in UTC, None before the first.
    """

    joined: bool
    unsent: int
    conflicts: int
    held: int
    quarantined: int
    complete: bool
    last_exchange: datetime | None


@dataclass(frozen=True, slots=True)
class OptionView:
    """One of the values of a conflict: `take` (from 1) chooses it; `by` is a person's name or empty."""

    take: int
    value: str | int | float | bool | None
    by: str
    device: str
    at: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class ConflictView:
    """One field that two people changed without knowing of each other; `name` is the client's, where there is one."""

    id: str
    kind: str
    record: str
    scope: str
    field: str
    case_id: str
    name: str
    options: list[OptionView]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A saved change that isn't with the central API yet (or is held back there, then `reason` is its code)."""

    n: int
    kind: str
    record: str
    fields: tuple[str, ...]
    at: datetime
    case_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """A change from elsewhere that couldn't be opened or isn't right; `reason` is its code."""

    scope: str
    seq: int
    kind: str
    record: str
    reason: str
    at: datetime
