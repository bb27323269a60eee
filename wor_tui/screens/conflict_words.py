"""The words for what two people filled in differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wor_tui.i18n import _
from wor_tui.wording import field_label, is_prose, kind_label, value_text

if TYPE_CHECKING:
    from wor_tui.services.synchronisation import ConflictView, OptionView

NOTHING = "–"
DELETED_AT = "deleted_at"
"""The field that says that something was deleted."""


def option_title(option: OptionView, today_text: str) -> str:
    """Whose value it is, and from when."""
    return f"{option.take}. {option_owner(option)} · {today_text}"


def option_owner(option: OptionView) -> str:
    """Whose value it is."""
    return _("u, op dit apparaat") if option.mine else option.by or _("iemand anders")


def shown_value(conflict: ConflictView, option: OptionView) -> str:
    """A value in words."""
    if conflict.field == DELETED_AT:
        return _("laten staan") if option.value is None else _("verwijderen")
    if option.value is None or option.value == "":
        return NOTHING
    return value_text(conflict.kind, conflict.field, option.shown)


def side_by_side(conflict: ConflictView) -> bool:
    """Whether the values are texts that one compares word for word."""
    return all(is_prose(conflict.kind, conflict.field, option.value) for option in conflict.options)


def conflict_words(conflict: ConflictView) -> str:
    """Which field of what."""
    if conflict.field == DELETED_AT:
        return _("{what}: verwijderd, en door een ander gewijzigd").format(what=kind_label(conflict.kind))
    return f"{kind_label(conflict.kind)}: {field_label(conflict.kind, conflict.field)}"


def conflict_title(conflict: ConflictView) -> str:
    """Whose it is and which field."""
    return " · ".join(part for part in (conflict.name, conflict_words(conflict)) if part)
