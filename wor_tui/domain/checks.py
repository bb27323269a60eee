"""Checks that need a clock or two fields at once: asked by the services when something is saved.

They aren't part of a kind's `validate`: that also judges what other devices wrote, of which one field may come from
one person and the other from another, and whose clocks aren't ours.
"""

from datetime import date, datetime

from wor_tui.domain.errors import Invalid, Reason


def check_not_after_today(field: str, day: date | None, today: date) -> None:
    """Raise Invalid for something that happened on a day that is still to come."""
    if day is not None and day > today:
        raise Invalid(field, Reason.IN_THE_FUTURE)


def check_happened(field: str, moment: datetime, now: datetime) -> None:
    """Raise Invalid for something that happened, such as a contact, at a moment that is still to come; both aware."""
    if moment > now:
        raise Invalid(field, Reason.IN_THE_FUTURE)


def check_order(field: str, day: date | None, after_field: str, not_before: date | None) -> None:
    """Raise Invalid for a day that lies before one that it must follow; nothing is asked where either isn't known."""
    if day is not None and not_before is not None and day < not_before:
        raise Invalid(field, Reason.OUT_OF_ORDER, after=after_field)


def check_case_dates(
    *, received_on: date | None, intake_on: date | None, ended_on: date | None, passed_on_on: date | None, today: date
) -> None:
    """Raise Invalid unless a case's days follow each other: received, then intake, end or passing on.

    An intake may be planned ahead; the others lie in the past.
    """
    check_not_after_today("received_on", received_on, today)
    check_not_after_today("ended_on", ended_on, today)
    check_not_after_today("passed_on_on", passed_on_on, today)
    check_order("intake_on", intake_on, "received_on", received_on)
    check_order("ended_on", ended_on, "received_on", received_on)
    check_order("passed_on_on", passed_on_on, "received_on", received_on)


def check_not_before_today(field: str, day: date | None, today: date) -> None:
    """Raise Invalid for something that is to last until a day that is over."""
    if day is not None and day < today:
        raise Invalid(field, Reason.OUT_OF_ORDER, after=field)


def check_end(ended_on: date | None, end_reason: str | None) -> None:
    """Raise Invalid for an end without a reason, or a reason without an end."""
    if ended_on is not None and not end_reason:
        raise Invalid("end_reason", Reason.NEEDS_A_REASON)
    if ended_on is None and end_reason:
        raise Invalid("ended_on", Reason.REQUIRED)
