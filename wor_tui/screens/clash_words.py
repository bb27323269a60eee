"""The sentence about appointments that stand in one slot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wor_tui.domain.codes import Function
from wor_tui.i18n import _, ngettext
from wor_tui.screens.dates import day_text, local, time_text
from wor_tui.wording import label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from wor_tui.services.appointments import AppointmentRow


def clash_sentence(rows: Sequence[AppointmentRow], today: date) -> str:
    """Which appointments stand in one slot, the first of them by name; empty where none do."""
    clashing = [row for row in rows if row.clashes]
    if not clashing:
        return ""
    first = clashing[0]
    said = _("≠ Dubbel gepland: {names} ({day} {time}, {who}). Verzet er een, of zeg er een af.").format(
        names=_(" en ").join(name or _("(geen naam)") for name in (first.client, *first.clashes)),
        day=day_text(local(first.starts_at).date(), today),
        time=time_text(first.starts_at),
        who=" · ".join(part for part in (label(Function, first.with_function), first.practice) if part),
    )
    more = len(clashing) - 1 - len(first.clashes)
    if more > 0:
        said += " " + ngettext("En nog {n} met een ≠.", "En nog {n} met een ≠.", more).format(n=more)
    return said


def marked_name(row: AppointmentRow) -> str:
    """The name, with a mark where another appointment stands in the same slot."""
    return f"≠ {row.client}" if row.clashes else row.client
