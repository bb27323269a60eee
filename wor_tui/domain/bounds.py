"""The bounds of single values, without a clock: what a column may hold whoever wrote it and whenever.

A bound judges what is kept and what comes
in from other devices alike, so it never compares two fields: each of those may come from another person.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from wor_tui.domain.bsn import looks_like_bsn
from wor_tui.domain.errors import Invalid, Reason
from wor_tui.domain.identifiers import is_id
from wor_tui.domain.text import NAME_LIMIT, NOTE_LIMIT, is_printable_line, is_printable_note


@dataclass(frozen=True, slots=True)
class Bound:
    """What a column may hold: `check(field, value)` raises Invalid for anything else, and isn't called with None.

    `kept_as` is what the value is in Python once it is read from the database: str, bool, int, float, date or datetime.
    """

    kept_as: type
    check: Callable[[str, object], None]


EARLIEST = date(1900, 1, 1)
"""No date in a file lies before this: nobody born earlier is alive."""
LATEST = date(2199, 12, 31)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_PHONE = re.compile(r"(?:\D*\d){3}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_POSTCODE = re.compile(r"[1-9][0-9]{3} [A-Z]{2}")
_MARK = re.compile(r"[0-9a-f]{16}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ICPC = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{2})?")


def _text(field: str, value: object, limit: int) -> str:
    if not isinstance(value, str):
        raise Invalid(field, Reason.NOT_TEXT)
    if len(value) > limit:
        raise Invalid(field, Reason.TOO_LONG, limit=limit)
    return value


def line(limit: int = NAME_LIMIT) -> Bound:
    """One line of at most `limit` characters, without a number that may be a BSN; may be empty."""

    def check(field: str, value: object) -> None:
        text = _text(field, value, limit)
        if not is_printable_line(text):
            raise Invalid(field, Reason.UNPRINTABLE)
        if looks_like_bsn(text):
            raise Invalid(field, Reason.BSN)

    return Bound(str, check)


def note(limit: int = NOTE_LIMIT) -> Bound:
    """Lines of at most `limit` characters together; may be empty. A BSN in it is warned about, not refused."""

    def check(field: str, value: object) -> None:
        if not is_printable_note(_text(field, value, limit)):
            raise Invalid(field, Reason.UNPRINTABLE)

    return Bound(str, check)


def _shaped(pattern: re.Pattern[str], reason: Reason, limit: int) -> Bound:
    plain = line(limit)

    def check(field: str, value: object) -> None:
        plain.check(field, value)
        if value and not pattern.fullmatch(str(value)):
            raise Invalid(field, reason)

    return Bound(str, check)


def phone() -> Bound:
    """A phone number as people write it, with a word beside it if they like; at least three digits, or empty."""
    plain = line(60)

    def check(field: str, value: object) -> None:
        plain.check(field, value)
        if value and not _PHONE.match(str(value)):
            raise Invalid(field, Reason.NOT_A_PHONE_NUMBER)

    return Bound(str, check)


def email() -> Bound:
    """An email address, or empty; only its outer form is checked."""
    return _shaped(_EMAIL, Reason.NOT_AN_EMAIL_ADDRESS, 254)


def postcode() -> Bound:
    """A Dutch postcode written as `1234 AB`, or empty."""
    return _shaped(_POSTCODE, Reason.NOT_A_POSTCODE, 7)


def icpc() -> Bound:
    """A code of the International Classification of Primary Care, such as `Z68`, or empty."""
    return _shaped(_ICPC, Reason.UNKNOWN_CODE, 6)


def identifier() -> Bound:
    """The id of a record: UUID text in lower case."""

    def check(field: str, value: object) -> None:
        if not is_id(value):
            raise Invalid(field, Reason.NOT_AN_ID)

    return Bound(str, check)


def mark() -> Bound:
    """What stands for a value: 16 hex digits, as `merged.mark_of` makes them."""

    def check(field: str, value: object) -> None:
        if not isinstance(value, str) or not _MARK.fullmatch(value):
            raise Invalid(field, Reason.UNKNOWN_CODE)

    return Bound(str, check)


def digest() -> Bound:
    """A SHA-256: 64 hex digits."""

    def check(field: str, value: object) -> None:
        if not isinstance(value, str) or not _DIGEST.fullmatch(value):
            raise Invalid(field, Reason.UNKNOWN_CODE)

    return Bound(str, check)


def code(codes: type[StrEnum]) -> Bound:
    """One of the codes of a list."""
    known = frozenset(str(each) for each in codes)

    def check(field: str, value: object) -> None:
        if not isinstance(value, str) or value not in known:
            raise Invalid(field, Reason.UNKNOWN_CODE)

    return Bound(str, check)


def day() -> Bound:
    """A date that exists, from 1900 to 2199, as `2026-11-22`."""

    def check(field: str, value: object) -> None:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise Invalid(field, Reason.NOT_A_DATE)
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise Invalid(field, Reason.NOT_A_DATE) from None
        if not EARLIEST <= found <= LATEST:
            raise Invalid(field, Reason.OUT_OF_RANGE, least=EARLIEST.isoformat(), most=LATEST.isoformat())

    return Bound(date, check)


def moment() -> Bound:
    """A moment that exists, from 1900 to 2199, in UTC to the second, as `2026-11-22T09:30:00Z`."""

    def check(field: str, value: object) -> None:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise Invalid(field, Reason.NOT_A_MOMENT)
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise Invalid(field, Reason.NOT_A_MOMENT) from None
        if not EARLIEST <= found.date() <= LATEST:
            raise Invalid(field, Reason.OUT_OF_RANGE, least=EARLIEST.isoformat(), most=LATEST.isoformat())

    return Bound(datetime, check)


def whole(least: int, most: int) -> Bound:
    """A whole number from `least` to `most`."""

    def check(field: str, value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Invalid(field, Reason.NOT_A_NUMBER)
        if not least <= value <= most:
            raise Invalid(field, Reason.OUT_OF_RANGE, least=least, most=most)

    return Bound(int, check)


def halves(least: float, most: float) -> Bound:
    """A number from `least` to `most` in steps of a half."""

    def check(field: str, value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124  NaN
            raise Invalid(field, Reason.NOT_A_NUMBER)
        if not least <= value <= most:
            raise Invalid(field, Reason.OUT_OF_RANGE, least=least, most=most)
        if value * 2 % 1:
            raise Invalid(field, Reason.NOT_IN_HALVES, least=least, most=most)

    return Bound(float, check)


def yes_or_no() -> Bound:
    """True or False."""

    def check(field: str, value: object) -> None:
        if not isinstance(value, bool):
            raise Invalid(field, Reason.NOT_YES_OR_NO)

    return Bound(bool, check)
