"""Questions about who is who: is somebody registered already, and which merging is to be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.choices import Choice
from wor_tui.screens.dates import typed_date
from wor_tui.screens.frame import KeyBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from wor_tui.services.case_file import MergedView
    from wor_tui.services.likeness import Resembling

SOMEBODY_ELSE = "0"
MOST = 8
"""How many are shown: each has a key of its own."""
LONGEST = 40
"""Letters of a name in a choice: a line of it is never broken."""


class AlikeScreen(ModalScreen[str | None]):
    """Before a case is registered: dismissed with a client's id, SOMEBODY_ELSE, or None for going on typing."""

    CSS_PATH = "merge.tcss"
    BINDINGS = bindings("alike.choose", "back")
    AUTO_FOCUS = "#which"

    def __init__(self, found: Sequence[Resembling]) -> None:
        """Those who look like the person on the form, the likeliest first."""
        super().__init__()
        self.found = found[:MOST]

    def compose(self) -> ComposeResult:
        """Who they are, each with a key, and that it is somebody else."""
        title = (
            _("Deze persoon is waarschijnlijk al ingeschreven")
            if any(each.probable for each in self.found)
            else _("Deze persoon is misschien al ingeschreven")
        )
        options = [(each.client_id, str(at), each.name[:LONGEST]) for at, each in enumerate(self.found, start=1)]
        options.append((SOMEBODY_ELSE, SOMEBODY_ELSE, _("iemand anders: nieuw traject opslaan")))
        with Vertical(id="alike"):
            yield Static(title, classes="title", markup=False)
            yield Static(_("Kies met het cijfer ervoor. Uw concept blijft bewaard."), classes="muted", markup=False)
            lines = [f"{at}. {described(each)}" for at, each in enumerate(self.found, start=1)]
            yield Static("\n".join(lines), id="people", markup=False)
            yield Choice(options, "", id="which")
            yield Static("", id="said", classes="trouble", markup=False)
        yield KeyBar()

    def action_alike_choose(self) -> None:
        """Go where was chosen."""
        chosen = self.query_one("#which", Choice).value
        if chosen:
            self.dismiss(chosen)
        else:
            self.query_one("#said", Static).update(_("Kies eerst met het cijfer ervoor wie het is."))

    def action_back(self) -> None:
        """Back to the form."""
        self.dismiss(None)


class UnmergeScreen(ModalScreen[str | None]):
    """Which merging is undone, and what comes of it; dismissed with a client's id, or None."""

    CSS_PATH = "merge.tcss"
    BINDINGS = bindings("alike.choose", "back")
    AUTO_FOCUS = "#which"

    def __init__(self, merged: Sequence[MergedView]) -> None:
        """The records that were merged into this one."""
        super().__init__()
        self.merged = merged[:MOST]

    def compose(self) -> ComposeResult:
        """The consequence, and the records."""
        options = [(each.id, str(at), each.name[:LONGEST]) for at, each in enumerate(self.merged, start=1)]
        with Vertical(id="alike"):
            yield Static(_("Samenvoegen ongedaan maken"), classes="title", markup=False)
            yield Static(
                _(
                    "Beide inschrijvingen worden weer zoals ze waren. Wat sindsdien is opgeschreven, blijft bij de "
                    "inschrijving waarbij het is opgeschreven."
                ),
                classes="muted",
                markup=False,
            )
            yield Choice(options, options[0][0] if len(options) == 1 else "", id="which")
            yield Static("", id="said", classes="trouble", markup=False)
        yield KeyBar()

    def action_alike_choose(self) -> None:
        """Undo this one."""
        chosen = self.query_one("#which", Choice).value
        if chosen:
            self.dismiss(chosen)
        else:
            self.query_one("#said", Static).update(_("Kies eerst met het cijfer ervoor welke."))

    def action_back(self) -> None:
        """Leave it."""
        self.dismiss(None)


def described(one: Resembling) -> str:
    """Enough to know somebody by."""
    born = "" if one.birth_date is None else typed_date(one.birth_date)
    coach = _("coach {name}").format(name=one.coach) if one.coach else ""
    return " · ".join(part for part in (one.name, born, one.place, one.phone, coach) if part)
