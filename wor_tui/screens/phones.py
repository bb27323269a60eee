"""F6: the numbers of the people around a case, to be read from across the desk; offline as everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.case_words import person_words

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile


def lines(case: CaseFile) -> list[tuple[str, str, str]]:
    """(who, number, when they are there) of everybody with a number."""
    client = case.client
    found = [
        (client.name, client.phone, _("deelnemer")),
        (client.name, client.phone_alternative, _("deelnemer, tweede nummer")),
    ]
    if case.referrer is not None:
        who = person_words(case.referrer)
        found.append((who, case.referrer.mobile, case.referrer.presence or _("verwijzer")))
        found.append((who, case.referrer.phone, _("verwijzer")))
    if case.practice is not None:
        found.append((case.practice.name, case.practice.phone, case.practice.presence or _("praktijk")))
    return [line for line in found if line[1]]


class PhonesScreen(ModalScreen[None]):
    """Names and numbers; any way out leads back."""

    CSS_PATH = "help.tcss"
    BINDINGS = bindings("back", "case.phones")

    def __init__(self, case: CaseFile) -> None:
        """The numbers of one case."""
        super().__init__()
        self.case = case

    def compose(self) -> ComposeResult:
        """A block for each number."""
        found = lines(self.case)
        with VerticalScroll(id="help"):
            yield Static(_("Nummers"), classes="title", markup=False)
            for who, number, note in found:
                yield Static(
                    Content.assemble((f"{number:<16}", "bold"), f" {who}\n", (" " * 17 + note, "$text-muted")),
                    classes="paragraph",
                )
            if not found:
                yield Static(
                    _("Er staan nog geen nummers bij. Vul ze in bij de gegevens (e)."),
                    classes="paragraph",
                    markup=False,
                )
            yield Static(_("Esc: terug"), classes="paragraph muted", markup=False)

    def on_mount(self) -> None:
        """The arrows scroll."""
        self.query_one("#help").focus()

    def action_back(self) -> None:
        """Back."""
        self.dismiss()

    def action_case_phones(self) -> None:
        """F6 again closes it."""
        self.dismiss()
