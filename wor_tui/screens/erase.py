"""Erasing a person's whole file: what goes, what stays elsewhere, and their name typed to show that it is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.fields import Field
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.trouble import Failed
from wor_tui.services import erasing, readings
from wor_tui.wording.fields import kind_label

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.erasing import PersonFile
    from wor_tui.services.workspace import Workspace


class EraseScreen(ReadingScreen["PersonFile"]):
    """Asks the name; on Enter the file is erased, or asked to be, and the screen of the case leaves, too."""

    CSS_PATH = "erase.tcss"
    BINDINGS = bindings()
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, client_id: str) -> None:
        """Whose file it is."""
        super().__init__()
        self.client_id = client_id
        self.found: PersonFile | None = None
        self.done = False
        """Whether the file was erased, or asked to be: there is nothing to go back to then."""

    def crumb(self) -> str:
        """Where we are."""
        return _("Deelnemer wissen")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Voor wie volgens de AVG om wissen heeft gevraagd. Wissen is iets anders dan afronden: een afgerond "
            "dossier blijft bestaan. Gewist komt niet terug, ook niet van een apparaat dat lang weg was."
        )

    def body(self) -> ComposeResult:
        """What goes, what stays, the name."""
        with VerticalScroll(id="erase", can_focus=False):
            yield Static("", id="goes", markup=False)
            yield Static(
                _(
                    "Het gaat weg van dit apparaat, van de centrale computer en van elk ander apparaat zodra dat "
                    "verbinding heeft, ook uit concepten en uit wat nog niet verzonden is. Dit is niet terug te "
                    "draaien."
                ),
                classes="paragraph",
                markup=False,
            )
            yield Static(
                _(
                    "Wat blijft: het dossier van de huisarts, ZorgDomein en verstuurde brieven vallen hier niet onder. "
                    "Moet uw organisatie dit dossier van de wet nog bewaren? Wis dan nog niet; vraag het bij twijfel "
                    "uw coördinator. In reservekopieën van deze kluis blijft het staan tot die zijn weggegooid; dat "
                    "kan in Instellingen › Kluis. Wordt er een teruggezet, dan wordt het bij de eerste verbinding weer "
                    "gewist."
                ),
                classes="paragraph muted",
                markup=False,
            )
            yield Field(_("Typ de naam"), id="name", cap=400)
            yield Static("", id="said", classes="trouble", markup=False)

    def read(self, desk: Workspace) -> PersonFile:
        """What there is of this person."""
        if self.found is None:
            readings.seen(desk, "client", self.client_id, "erase")
        return erasing.person_file(desk, self.client_id)

    async def show_read(self, found: PersonFile) -> None:
        """Name it, and let the name be typed."""
        first, self.found = self.found is None, found
        listed = " · ".join(f"{kind_label(kind)} {count}" for kind, count in found.counts.items())
        self.query_one("#goes", Static).update(f"{found.name}\n{listed}")
        if first:
            self.query_one("#name", Field).focus()

    async def on_field_submitted(self, event: Field.Submitted) -> None:
        """Erase, when it is the name."""
        event.stop()
        typed, desk = event.field.value, self.wor.desk
        if self.found is None or not typed:
            return
        done = await self.wor.attempt(lambda: erasing.erase(desk, self.client_id, typed), aloud=False)
        if isinstance(done, Failed):
            self.query_one("#said", Static).update(done.sentence)
            return
        self.done = True
        asked = _("Wissen gevraagd. Het gebeurt zodra er verbinding is, op elk apparaat.")
        app = self.wor
        self.dismiss()
        app.saved(asked if done.joined else _("Gewist."))
