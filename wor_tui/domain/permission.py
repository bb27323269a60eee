"""What consent is in force, from the events that are never changed.

A withdrawal prevails until somebody who knew of it resolved it: with a consent that names it (`corrects`). When that
was, and in which order the events arrived, decides nothing, so all devices agree whatever reached them first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from wor_tui.domain.codes import ConsentPurpose
from wor_tui.domain.corrections import Entry, standing


class ConsentEvent(Entry, Protocol):
    """What an event must tell beside its id and what it corrects."""

    @property
    def purpose(self) -> str:
        """A `ConsentPurpose`."""
        ...

    @property
    def given(self) -> bool:
        """False for a refusal or a withdrawal."""
        ...


@dataclass(frozen=True, slots=True)
class Permission:
    """What is in force for one purpose.

    `granted`: there is consent. `refused`: somebody refused or withdrew, and that isn't resolved. `event_id`: the event
    that decides (None: nothing was asked yet). `unresolved`: the withdrawals that a new consent must each name, in an
    event of its own.
    """

    purpose: ConsentPurpose
    granted: bool
    refused: bool
    event_id: str | None
    unresolved: tuple[str, ...]


def effective_consent(events: Iterable[ConsentEvent], purpose: ConsentPurpose) -> Permission:
    """What is in force for `purpose`; events for other purposes are passed over.

    A withdrawal is resolved by a consent that names it, or by another withdrawal that names it and is itself resolved.
    """
    concerned = {event.id: event for event in events if event.purpose == purpose}
    unresolved = _unresolved(concerned)
    if unresolved:
        return Permission(purpose, False, True, unresolved[-1], unresolved)
    granting = [event.id for event in standing(concerned.values()) if event.given]
    return Permission(purpose, bool(granting), False, granting[-1] if granting else None, ())


def effective_consents(events: Iterable[ConsentEvent]) -> dict[ConsentPurpose, Permission]:
    """What is in force for every purpose."""
    all_events = list(events)
    return {purpose: effective_consent(all_events, purpose) for purpose in ConsentPurpose}


def _unresolved(events: Mapping[str, ConsentEvent]) -> tuple[str, ...]:
    withdrawals = {identifier for identifier, event in events.items() if not event.given}
    resolved: set[str] = set()
    # From each consent back along the withdrawals that it, directly or through others, comes after.
    pending = [event.corrects for event in events.values() if event.given]
    while pending:
        named = pending.pop()
        if named in withdrawals and named not in resolved:
            resolved.add(named)
            pending.append(events[named].corrects)
    left = withdrawals - resolved
    # One that another open withdrawal corrects is resolved with that one, so only the last of each line is asked for.
    named_by_open = {events[identifier].corrects for identifier in left if events[identifier].corrects != identifier}
    last = left - named_by_open
    covered = set[str]()
    # What then remains are circles, which no device makes: any one of a circle stands for it.
    for identifier in [*sorted(last), *sorted(left - last)]:
        if identifier in covered:
            continue
        last.add(identifier)
        named: str | None = identifier
        while named in left and named not in covered:
            covered.add(named)
            named = events[named].corrects
    return tuple(sorted(last))
