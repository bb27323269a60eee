"""Identifiers of the domain's records."""

import re
import uuid

from sync.identifiers import uuid7

_DERIVED = uuid.UUID("5c1b3f0e-6f0a-5d43-9a53-0f6d2f6c2f11")
"""The namespace of ids that follow from another id. Never change it: two devices must derive the same."""

FORM = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
"""An id as a regular expression."""
_FORM = re.compile(FORM)


def new_id(now_ms: int | None = None) -> str:
    """A new id: UUIDv7 text of 36 characters, greater than all made before in this process.

    `now_ms`: milliseconds since 1970 UTC, by default the system's clock.
    """
    return uuid7(now_ms)


def derived_id(*parts: str) -> str:
    """The id (UUIDv5) that everybody derives from the same parts, so that a thing made twice is one record."""
    return str(uuid.uuid5(_DERIVED, "\x1f".join(parts)))


def intake_id(case_id: str) -> str:
    """The id of a case's one intake: two coaches who open it without knowing of each other write one record."""
    return derived_id("intake", case_id)


def is_id(value: object) -> bool:
    """Whether `value` is a UUID as this program writes them: 36 characters, lower case, hyphens."""
    return isinstance(value, str) and _FORM.fullmatch(value) is not None
