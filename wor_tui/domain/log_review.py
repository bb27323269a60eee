"""What an auditor looks at first in the log: rules over all its lines.

A hit is no reproach: it is a question to be asked. Auditors know no clients, so what takes a client's name is compared
where the line is written, and only its outcome is in the line. Moments are aware; hours are those of the Netherlands.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Amsterdam")


class Rule(StrEnum):
    """Why a line stands out."""

    OWN_NAME = "own_name"
    """The client bears the person's own family name."""
    COLLEAGUE = "colleague"
    """The client bears the whole name of a colleague."""
    SAME_ADDRESS = "same_address"
    """The client has the person's telephone number or e-mail address: the directory knows no other addresses."""
    MANY = "many"
    """Somebody looked at more files within an hour than their work asks."""
    AFTER_HOURS = "after_hours"
    EMERGENCY = "emergency"
    NO_RELATION = "no_relation"
    """Somebody else's client."""
    REFUSED = "refused"
    """It failed, or wasn't allowed."""


_BY_CHECK = (
    (4, "T", Rule.OWN_NAME),
    (5, "T", Rule.COLLEAGUE),
    (6, "T", Rule.SAME_ADDRESS),
    (1, "F", Rule.NO_RELATION),
    (3, "T", Rule.EMERGENCY),
    (0, "F", Rule.REFUSED),
)
"""Place and letter in the checks of a line: authorised, treats, consents, emergency, own name, colleague, address."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """`many`: so many different files in an hour and more stand out; hours from and to, on the days 0 (Monday) to 6."""

    many: int = 30
    from_hour: int = 7
    to_hour: int = 20
    days: frozenset[int] = frozenset({0, 1, 2, 3, 4})


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as the rules read it; `checks` as in the line, a letter each: T, F, U or nothing."""

    device: str
    n: int
    at: datetime
    person: str
    client: str
    outcome: str
    checks: str


def review(entries: Sequence[Entry], bounds: Bounds | None = None) -> dict[tuple[str, int], list[Rule]]:
    """The rules that each line meets, by (device, n); lines that meet none aren't there."""
    bounds = bounds or Bounds()
    many = _many(entries, bounds)
    found: dict[tuple[str, int], list[Rule]] = {}
    for entry in entries:
        rules = [rule for place, letter, rule in _BY_CHECK if entry.checks[place : place + 1] == letter]
        if _after_hours(entry.at, bounds):
            rules.append(Rule.AFTER_HOURS)
        if entry.outcome != "done" and Rule.REFUSED not in rules:
            rules.append(Rule.REFUSED)
        if (entry.device, entry.n) in many:
            rules.append(Rule.MANY)
        if rules:
            found[entry.device, entry.n] = rules
    return found


def same_name(person: str, given: str, prefix: str, family: str) -> bool:
    """Whether somebody bears a client's family name."""
    del given
    whole = _folded(f"{prefix} {family}") if prefix else _folded(family)
    return bool(whole) and f" {_folded(person)}".endswith(f" {whole}")


def same_whole_name(person: str, given: str, prefix: str, family: str) -> bool:
    """Whether somebody bears a client's whole name."""
    return bool(given and family) and _folded(person) == _folded(f"{given} {prefix} {family}")


def same_reach(mine: Iterable[str | None], theirs: Iterable[str | None]) -> bool:
    """Whether two people share a telephone number or an e-mail address."""
    return bool({_bare(each) for each in mine if each} & {_bare(each) for each in theirs if each})


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _bare(text: str) -> str:
    bare = "".join(text.casefold().split()).replace("-", "")
    return f"0{bare[3:]}" if bare.startswith("+31") else bare


def _after_hours(at: datetime, bounds: Bounds) -> bool:
    here = at.astimezone(HERE)
    return here.weekday() not in bounds.days or not bounds.from_hour <= here.hour < bounds.to_hour


def _many(entries: Sequence[Entry], bounds: Bounds) -> set[tuple[str, int]]:
    """The lines about files in any stretch of an hour in which one person was at more than `many` different ones."""
    found: set[tuple[str, int]] = set()
    by_person: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.client:
            by_person.setdefault(entry.person, []).append(entry)
    for own in by_person.values():
        own.sort(key=lambda entry: entry.at)
        first, marked_to, within = 0, 0, Counter[str]()
        for place, entry in enumerate(own):
            within[entry.client] += 1
            while (entry.at - own[first].at).total_seconds() >= 3600:
                within[own[first].client] -= 1
                if not within[own[first].client]:
                    del within[own[first].client]
                first += 1
            if len(within) < bounds.many:
                continue
            # Each line is marked once, however long it goes on.
            found |= {(each.device, each.n) for each in own[max(first, marked_to) : place + 1]}
            marked_to = place + 1
    return found
