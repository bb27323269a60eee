"""Vandaag: the appointments, what is due, and what waits to be decided; each one Enter away from being done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wor_tui.domain.codes import AppointmentReason, Duty, Function
from wor_tui.i18n import _, ngettext
from wor_tui.screens.bindings import bindings
from wor_tui.screens.clash_words import clash_sentence
from wor_tui.screens.dates import day_text, time_text
from wor_tui.screens.reading import ReadingScreen
from wor_tui.services import today as service
from wor_tui.services.case_file import NEXT_STEP
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from sync.client.lease import Standing
    from wor_tui.services.today import Due, Today
    from wor_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Row:
    """A line in one of the two lists: when, who, what, and the case that Enter opens."""

    when: str
    who: str
    what: str
    more: str
    case_id: str
    tab: str
    overdue: bool = False
    clashes: bool = False
    """It stands in one slot with another."""


def due_words(due: Due) -> str:
    """What is to be done."""
    return _("volgende stap") if due.what == NEXT_STEP else label(Duty, due.what)


def lease_words(left: Standing) -> str:
    """How long there is until the vault stays shut, and what to do."""
    return ngettext(
        "nog {n} dag tot slot: maak contact (Ctrl+R)",
        "nog {n} dagen tot slot: maak contact (Ctrl+R)",
        left.days_left,
    ).format(n=left.days_left)


def columns() -> list[Column[Row]]:
    """When, who, what; an overdue line has a mark and not only a colour."""
    return [
        Column("mark", "", lambda row: Cell("!" if row.overdue else "≠" if row.clashes else "", "warning"), 1),
        Column("when", _("Wanneer"), lambda row: Cell(row.when, "warning" if row.overdue else ""), 11),
        Column("who", _("Wie"), lambda row: Cell(row.who, "strong"), 18, share=2),
        Column("what", _("Wat"), lambda row: row.what, 20, share=2),
        Column("more", "", lambda row: Cell(row.more, "muted"), 10, share=3, from_width=70),
    ]


class TodayScreen(ReadingScreen["Today"]):
    """The first screen: two short lists under the date."""

    logs = "today"
    CSS_PATH = "today.tcss"
    BINDINGS = bindings("case.open-new")
    AUTO_FOCUS: ClassVar[str | None] = "#due"

    def crumb(self) -> str:
        """Where we are."""
        return _("Vandaag")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Hier staat wat vandaag telt: de afspraken, en wat aan de beurt is. Een uitroepteken betekent: te "
            "laat. Enter opent het dossier op de goede plek."
        )

    def body(self) -> ComposeResult:
        """The date with the counts, the appointments, what is due."""
        yield Static("", id="summary")
        yield Static("", id="clash", markup=False)
        with Vertical(id="appointments-part"):
            yield Static(_("Afspraken"), classes="part", markup=False)
            yield ShortList[Row](columns(), id="appointments", empty_text=_("Geen afspraken vandaag."))
        with Vertical(id="due-part"):
            yield Static(_("Aan de beurt"), classes="part", markup=False)
            yield ShortList[Row](columns(), id="due", empty_text=_("Niets aan de beurt. F3 toont uw caseload."))

    def read(self, desk: Workspace) -> Today:
        """What today asks."""
        return service.today(desk)

    async def show_read(self, found: Today) -> None:
        """Fill both lists and the line above them."""
        appointments = {each.id: self.appointment_row(each) for each in found.appointments}
        due = {
            f"{each.case_id}{each.what}": Row(
                day_text(each.due_on, found.on), each.name, due_words(each), each.text, each.case_id,
                "timeline" if each.what == "first_contact" else "overview", each.overdue,
            )
            for each in found.due
        }  # fmt: skip
        for name, rows in (("#appointments", appointments), ("#due", due)):
            cast("ShortList[Row]", self.query_one(name, ShortList)).show_rows(rows)
        self.query_one("#appointments-part").styles.height = min(max(len(appointments), 1), 6) + 3
        self.query_one("#summary", Static).update(self.summary(found))
        said = clash_sentence(found.appointments, found.on)
        self.query_one("#clash", Static).update(said)
        self.query_one("#clash").display = bool(said)

    def appointment_row(self, each: service.AppointmentRow) -> Row:
        """An appointment as a line."""
        when = f"{time_text(each.starts_at)} ({each.minutes}')"
        what = label(AppointmentReason, each.reason)
        more = " · ".join(part for part in (label(Function, each.with_function), each.practice) if part)
        return Row(
            when, each.client or _("(geen naam)"), what, more, each.case_id, "overview", False, bool(each.clashes)
        )

    def summary(self, found: Today) -> Content:
        """The date and what else waits."""
        line = Content.assemble((day_text(found.on), "bold"))
        parts: list[str] = []
        if found.covered and found.until_on is not None:
            until = day_text(found.until_on, found.on)
            parts.append(_("waarneming voor {name} tot en met {day}").format(name=found.covered, day=until))
        if found.lease is not None and found.lease.warns:
            parts.append(lease_words(found.lease))
        if found.conflicts:
            parts.append(
                ngettext("{n} verschil om te kiezen (F8)", "{n} verschillen om te kiezen (F8)", found.conflicts).format(
                    n=found.conflicts
                )
            )
        if found.escrow:
            parts.append(
                ngettext("{n} wijziging in bewaring (F8)", "{n} wijzigingen in bewaring (F8)", found.escrow).format(
                    n=found.escrow
                )
            )
        if found.alike:
            parts.append(
                ngettext("{n} misschien dubbel (F8)", "{n} misschien dubbel (F8)", found.alike).format(n=found.alike)
            )
        if found.waiting_for_consent:
            parts.append(_("{n} wacht op toestemming").format(n=found.waiting_for_consent))
        if found.new_referrals:
            parts.append(
                ngettext("{n} nieuwe verwijzing", "{n} nieuwe verwijzingen", found.new_referrals).format(
                    n=found.new_referrals
                )
            )
        for part in parts:
            line += Content("  ·  " + part)
        return line

    def on_virtual_list_opened(self, event: VirtualList.Opened) -> None:
        """To the case."""
        row = cast("ShortList[Row]", event.list).row_of(event.id)
        if row is None:
            return
        if row.case_id:
            self.open_case(row.case_id, row.tab)
        else:
            self.wor.say(_("Bij deze afspraak hoort nog geen dossier."))

    def action_case_open_new(self) -> None:
        """A case by hand."""
        from wor_tui.screens.case_form import NewCaseForm  # noqa: PLC0415

        self.wor.push_screen(NewCaseForm())
