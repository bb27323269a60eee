"""Vandaag: the appointments, what is due, and what waits to be decided; each one Enter away from being done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wor_tui.actions import bindings
from wor_tui.app import Failed
from wor_tui.domain.codes import AppointmentReason, Function
from wor_tui.i18n import _, ngettext
from wor_tui.screens.dates import day_text, time_text
from wor_tui.screens.frame import WorScreen
from wor_tui.services import today as service
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.today import Due, Today


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


def due_words(due: Due) -> str:
    """What is to be done."""
    return {
        "first_contact": _("eerste contact"),
        "feedback_1": _("terugkoppeling 1"),
        "feedback_2": _("terugkoppeling 2"),
        "next_step": _("volgende stap"),
    }.get(due.what, due.what)


def columns() -> list[Column[Row]]:
    """When, who, what; an overdue line has a mark and not only a colour."""
    return [
        Column("mark", "", lambda row: Cell("!" if row.overdue else "", "warning"), 1),
        Column("when", _("Wanneer"), lambda row: Cell(row.when, "warning" if row.overdue else ""), 11),
        Column("who", _("Wie"), lambda row: Cell(row.who, "strong"), 18, share=2),
        Column("what", _("Wat"), lambda row: row.what, 20, share=2),
        Column("more", "", lambda row: Cell(row.more, "muted"), 10, share=3, from_width=70),
    ]


class TodayScreen(WorScreen[None]):
    """The first screen: two short lists under the date."""

    CSS_PATH = "today.tcss"
    BINDINGS = bindings("case.open-new")
    AUTO_FOCUS: ClassVar[str | None] = "#due"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.rows: dict[str, Row] = {}

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
        with Vertical(id="appointments-part"):
            yield Static(_("Afspraken"), classes="part", markup=False)
            yield VirtualList[Row](columns(), self.fetch, id="appointments", empty_text=_("Geen afspraken vandaag."))
        with Vertical(id="due-part"):
            yield Static(_("Aan de beurt"), classes="part", markup=False)
            yield VirtualList[Row](
                columns(), self.fetch, id="due", empty_text=_("Niets aan de beurt. F3 toont uw caseload.")
            )

    def fetch(self, ids: Sequence[str]) -> Sequence[Row | None]:
        """The rows are all in memory: it is one day."""
        return [self.rows.get(one) for one in ids]

    def on_mount(self) -> None:
        """Read the day."""
        self.data_changed()

    def data_changed(self) -> None:
        """Read the day again; the cursors stay where they are."""
        self.run_worker(self.load, exclusive=True, group="load")

    async def load(self) -> None:
        """Read in a thread, show here."""
        found = await self.wor.attempt(lambda: service.today(self.wor.desk))
        if isinstance(found, Failed):
            return
        self.rows = {f"a{each.id}": self.appointment_row(each) for each in found.appointments}
        appointments = list(self.rows)
        due: list[str] = []
        for each in found.due:
            key = f"d{each.case_id}{each.what}"
            due.append(key)
            self.rows[key] = Row(
                day_text(each.due_on, found.on), each.name, due_words(each), each.text, each.case_id,
                "timeline" if each.what == "first_contact" else "overview", each.overdue,
            )  # fmt: skip
        for name, ids in (("#appointments", appointments), ("#due", due)):
            shown = cast("VirtualList[Row]", self.query_one(name, VirtualList))
            shown.forget_rows()
            shown.show_ids(ids)
        self.query_one("#appointments-part").styles.height = min(max(len(appointments), 1), 6) + 3
        self.query_one("#summary", Static).update(self.summary(found))

    def appointment_row(self, each: service.AppointmentRow) -> Row:
        """An appointment as a line."""
        when = f"{time_text(each.starts_at)} ({each.minutes}')"
        what = label(AppointmentReason, each.reason)
        more = " · ".join(part for part in (label(Function, each.with_function), each.practice) if part)
        return Row(when, each.client or _("(geen naam)"), what, more, each.case_id, "overview")

    def summary(self, found: Today) -> Content:
        """The date and what else waits."""
        line = Content.assemble((day_text(found.on), "bold"))
        parts: list[str] = []
        if found.conflicts:
            parts.append(
                ngettext("{n} verschil om te kiezen (F8)", "{n} verschillen om te kiezen (F8)", found.conflicts).format(
                    n=found.conflicts
                )
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
        row = self.rows.get(event.id or "")
        if row is None:
            return
        if not row.case_id:
            self.wor.say(_("Bij deze afspraak hoort nog geen dossier."))
            return
        from wor_tui.screens.client import ClientScreen  # noqa: PLC0415

        self.wor.push_screen(ClientScreen(row.case_id, row.tab))

    def action_case_open_new(self) -> None:
        """A case by hand."""
        from wor_tui.screens.case_form import NewCaseForm  # noqa: PLC0415

        self.wor.push_screen(NewCaseForm())
