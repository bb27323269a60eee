"""Two appointments in one slot: the same practice, with the same person, at overlapping times."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from wor_tui.domain.codes import AppointmentStatus


class Booked(Protocol):
    """What of an appointment takes up time; `starts_at` is aware, `minutes` above 0."""

    @property
    def id(self) -> str: ...
    @property
    def practice_id(self) -> str: ...
    @property
    def with_function(self) -> str | None: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def minutes(self) -> int: ...
    @property
    def status(self) -> str | None: ...


def double_booked(appointments: Iterable[Booked]) -> dict[str, tuple[str, ...]]:
    """For each appointment that shares its slot, the ids of those that it shares it with, by time.

    One that was called off takes no slot. Where with whom isn't said, nothing can be said of it either.
    """
    taken: dict[tuple[str, str], list[Booked]] = {}
    for one in appointments:
        if one.with_function and one.practice_id and one.status != AppointmentStatus.CANCELLED:
            taken.setdefault((one.practice_id, one.with_function), []).append(one)
    found: dict[str, list[str]] = {}
    for same in taken.values():
        by_time = sorted(same, key=lambda one: (one.starts_at, one.id))
        for place, one in enumerate(by_time):
            end = one.starts_at + timedelta(minutes=one.minutes)
            for other in by_time[place + 1 :]:
                if other.starts_at >= end:
                    break
                found.setdefault(one.id, []).append(other.id)
                found.setdefault(other.id, []).append(one.id)
    times = {one.id: (one.starts_at, one.id) for same in taken.values() for one in same}
    return {one: tuple(sorted(others, key=times.__getitem__)) for one, others in found.items()}
