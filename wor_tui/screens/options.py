"""The options of the choices in forms: each code with its key and its word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from wor_tui.domain import codes
from wor_tui.i18n import _
from wor_tui.wording import label

Option = tuple[str, str, str]

CONTACT_KEYS = {
    "phone": "t", "visit": "h", "office": "k", "walk": "w", "video": "v", "message": "b", "email": "e", "letter": "r",
    "case_meeting": "s",
}  # fmt: skip

YES, NO = "yes", "no"

NAMED_KEYS = "123456789abcdefghijklmopqrstuvwxyz"


def keyed(kind: type[StrEnum], keys: Mapping[str, str] | None = None) -> list[Option]:
    """All codes of a list with their words; the keys are given, or the digits in order."""
    return [
        (str(code), (keys or {}).get(str(code)) or str(number % 10), label(kind, str(code)))
        for number, code in enumerate(kind, 1)
    ]


def contact_kinds() -> list[Option]:
    """How a contact went."""
    return keyed(codes.ContactKind, CONTACT_KEYS)


def yes_no() -> list[Option]:
    """Yes or no."""
    return [(YES, "j", _("ja")), (NO, "n", _("nee"))]


def named(pairs: Sequence[tuple[str, str]], *, none: str = "") -> list[Option]:
    """Ids with their names, on the digits and then the letters; `none` is the word for no choice.

    More names than there are keys have none: they are found by typing a part of one.
    """
    keys = NAMED_KEYS if len(pairs) <= len(NAMED_KEYS) else [""] * len(pairs)
    options: list[Option] = [("", "0", none)] if none else []
    return options + [(one, key, name) for key, (one, name) in zip(keys, pairs, strict=False)]
