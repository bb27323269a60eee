"""Time as a value that is handed in: the rules and the services never ask the machine themselves."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

AMSTERDAM = "Europe/Amsterdam"


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...

    def today(self) -> date:
        """The date on a calendar in the Netherlands."""
        ...


def local_date(moment: datetime) -> date:
    """The date in the Netherlands at an aware moment."""
    return moment.astimezone(ZoneInfo(AMSTERDAM)).date()


def end_of(day: date) -> datetime:
    """The moment at which a day in the Netherlands is over, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(AMSTERDAM)).astimezone(UTC)


def milliseconds(moment: datetime) -> int:
    """An aware moment as whole milliseconds since 1970 UTC, the form that ops carry."""
    return round(moment.timestamp() * 1000)


def moment_text(moment: datetime) -> str:
    """An aware moment as `2026-11-22T09:30:00Z`, to the second, the form that records carry."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The date in the Netherlands, whatever zone the machine is set to."""
        return local_date(self.now())


class FixedClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, at: datetime) -> None:
        """Stand at `at`; raises ValueError when it has no time zone."""
        if at.tzinfo is None:
            message = "a clock needs a moment with a time zone"
            raise ValueError(message)
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it stands at."""
        return self._at

    def today(self) -> date:
        """The date in the Netherlands at that moment."""
        return local_date(self._at)

    def advance(self, by: timedelta) -> None:
        """Move on by `by` (backwards when it is negative)."""
        self._at += by
