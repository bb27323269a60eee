"""From what a form hands in to what a record keeps: cleaned, as JSON scalars, within its bounds."""

from collections.abc import Mapping
from datetime import date, datetime

from sync.schema import ELEMENT, Value
from wor_tui.clock import moment_text
from wor_tui.domain.kinds import kind
from wor_tui.domain.text import clean_line, clean_note, clean_postcode
from wor_tui.services.errors import Invalid, Reason

Entered = Value | date | datetime
"""What a form may hand in for a field."""

NOTES = frozenset(
    {
        "remarks",
        "note",
        "note_for_desk",
        "extension_reason",
        "notices",
        "matters",
        "would_change",
        "glad_if",
        "helper",
        "needs",
        "own_words",
        "referral.reason",
        "letter.text",
    }
)
"""The fields that may have several lines; with its kind where the name isn't enough."""


def values_of(kind_name: str, entered: Mapping[str, Entered]) -> dict[str, Value]:
    """The values of a record's fields as they are kept; an empty text is no value.

    Raises Invalid for a value out of bounds, for a required field without a value, and for a field that isn't there.
    """
    declared = kind(kind_name)
    values: dict[str, Value] = {}
    for name, value in entered.items():
        rule = declared.rule(name)
        if rule is None:
            raise Invalid(name.partition(ELEMENT)[0], Reason.UNKNOWN_ELEMENT)
        kept = scalar(kind_name, name, value)
        if kept is None and rule.required:
            raise Invalid(name, Reason.REQUIRED)
        values[name] = kept
    if declared.validate is not None:
        declared.validate(values)
    return values


def scalar(kind_name: str, field: str, value: Entered) -> Value:
    """One value as it is kept: texts cleaned, dates and moments as ISO text, None for an empty text."""
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    if field == "postcode":
        return clean_postcode(value) or None
    if field in NOTES or f"{kind_name}.{field}" in NOTES:
        return clean_note(value) or None
    return clean_line(value) or None


def whole(kind_name: str, entered: Mapping[str, Entered]) -> dict[str, Value]:
    """The values of a new record: as `values_of`, without what is empty, and with every required field there."""
    values: dict[str, Value] = {
        name: value for name, value in values_of(kind_name, entered).items() if value is not None
    }
    for name, rule in kind(kind_name).fields.items():
        if rule.required and name not in values:
            raise Invalid(name, Reason.REQUIRED)
    return values
