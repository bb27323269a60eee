"""The words for a line of a history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wor_tui.domain.text import harmless
from wor_tui.i18n import _, ngettext
from wor_tui.services.history import Missing
from wor_tui.wording import field_label, kind_label, value_text

if TYPE_CHECKING:
    from wor_tui.services.history import Line, Seen


def about(what: str, changes: int) -> str:
    """What is shown, and how much of it there is."""
    many = ngettext("{n} wijziging", "{n} wijzigingen", changes).format(n=changes)
    return f"{what[:1].upper()}{what[1:]} · {many}"


def author(line: Line) -> str:
    """Who it was."""
    return _("u") if line.mine else line.by or _("iemand anders")


def field_words(line: Line) -> str:
    """Which field of what; or that it was made."""
    what = kind_label(line.subject.kind)
    return (
        f"{what}: {field_label(line.subject.kind, line.field)}" if line.field else _("{what} gemaakt").format(what=what)
    )


def before_words(line: Line) -> str:
    """What was there; of a difference that was decided all values."""
    if not line.field:
        return ""
    return " ≠ ".join(seen_words(line, value) for value in line.before) if line.before else _("(leeg)")


def after_words(line: Line) -> str:
    """What it became."""
    if line.field:
        return seen_words(line, line.after)
    return ", ".join(field_label(line.subject.kind, field) for field, _value in line.first)


def values_made(line: Line) -> str:
    """What a record was made with, a line a field."""
    kind = line.subject.kind
    return "\n".join(f"{field_label(kind, field)}: {seen_words(line, value, field)}" for field, value in line.first)


def beside_sentence(line: Line) -> str:
    """What stayed beside it."""
    others = " ≠ ".join(seen_words(line, value) for value in line.beside)
    return _("Op een ander apparaat stond toen al: {value}. Dat was hier nog niet bekend.").format(value=others)


def seen_words(line: Line, value: Seen, field: str = "") -> str:
    """A value as a person writes it, or why it can't be shown."""
    if value is Missing.UNREADABLE:
        return _("(niet te lezen: de sleutel ontbreekt)")
    if value is Missing.ELSEWHERE:
        return _("(niet op dit apparaat)")
    return harmless(value_text(line.subject.kind, field or line.field, value))
