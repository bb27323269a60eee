"""The panel beside the caseload: who it is, the web, what the person wants, and what comes next."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.case_words import last_contact_words, progress_words
from wor_tui.screens.dates import day_text
from wor_tui.screens.webs import measurements
from wor_tui.widgets.spiderweb import SpiderWeb

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile
    from wor_tui.widgets.spiderweb_raster import Mode


class CasePanel(Vertical):
    """One case in short."""

    def __init__(self, web_mode: Mode) -> None:
        """Empty; `web_mode` is how the web is drawn."""
        super().__init__(id="panel", classes="-empty")
        self.web_mode = web_mode

    def compose(self) -> ComposeResult:
        """Text, the web, text."""
        yield Static("", id="panel-text", markup=False)
        yield SpiderWeb(mode=self.web_mode, id="panel-web")
        yield Static("", id="panel-more", markup=False)

    def show(self, case: CaseFile | None, today: date) -> None:
        """Show a case; None empties the panel."""
        self.set_class(case is None, "-empty")
        if case is None:
            return
        client = case.client
        age = "" if client.age is None else str(client.age)
        who = " · ".join(part for part in (client.name, age, client.neighbourhood) if part)
        self.query_one("#panel-text", Static).update(
            Content("\n").join([Content.assemble((who, "bold")), Content(progress_words(case.progress))])
        )
        web = self.query_one("#panel-web", SpiderWeb)
        web.measurements = measurements(case.webs, today)
        web.display = bool(case.webs)
        self.query_one("#panel-more", Static).update(Content("\n").join(_lines(case, today)))


def _lines(case: CaseFile, today: date) -> list[Content]:
    lines: list[Content] = []
    wish = case.intake.would_change or case.intake.matters
    if wish:
        lines.append(Content.assemble((_("Wil: "), "bold"), " ".join(wish.split())))
    if case.case.next_step or case.case.next_step_on:
        day = day_text(case.case.next_step_on, today) if case.case.next_step_on else ""
        step = " · ".join(part for part in (day, case.case.next_step) if part)
        lines.append(Content.assemble((_("Volgende stap: "), "bold"), step))
    lines.append(Content.assemble((_("Laatst: "), "bold"), last_contact_words(case.timeline, today)))
    if not case.webs:
        lines.append(Content.assemble((_("Nog geen spinnenweb."), "$text-muted")))
    return lines
