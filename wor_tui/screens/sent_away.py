"""What a device shows that its organisation sent away: it leaves what wasn't sent, and destroys its vault."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.locking import QUIT
from wor_tui.screens.bindings import bindings
from wor_tui.screens.contact_first import AGAIN_S, trouble_words
from wor_tui.screens.frame import WorScreen
from wor_tui.screens.trouble import Failed
from wor_tui.screens.vault_work import FoundScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.workspace import Workspace


class SentAwayScreen(WorScreen[None]):
    """Nothing of the vault is shown any more; it goes on by itself until all is left behind and destroyed."""

    CSS_PATH = "unlock.tcss"
    BINDINGS = bindings("contact-first.try")
    AUTO_FOCUS = ""

    def __init__(self, workspace: Workspace) -> None:
        """The vault is open, for as long as it takes."""
        super().__init__()
        self.workspace = workspace
        self.busy = False

    def crumb(self) -> str:
        """Where we are."""
        return _("Afgemeld")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Een coördinator van uw organisatie heeft dit apparaat afgemeld en opdracht gegeven het leeg te maken. "
            "Klopt dat niet, bel dan uw coördinator. Wat verstuurd is, hebben uw collega's."
        )

    def body(self) -> ComposeResult:
        """What happens, and what is safe."""
        with Vertical(id="door"):
            yield Static(_("Dit apparaat is afgemeld"), classes="title", markup=False)
            yield Static(
                _(
                    "Uw organisatie heeft dit apparaat afgemeld. Wat u nog niet had verstuurd, gaat eerst versleuteld "
                    "naar uw teamleider; er gaat niets verloren. Daarna wordt de kluis op dit apparaat vernietigd."
                ),
                markup=False,
            )
            yield Static(_("Daar is verbinding voor nodig. Het gaat vanzelf."), classes="gap", markup=False)
            yield Static("", id="went", classes="gap", markup=False)

    def on_mount(self) -> None:
        """Begin, and go on trying."""
        self.set_interval(AGAIN_S, self.action_contact_first_try)
        self.action_contact_first_try()

    def action_contact_first_try(self) -> None:
        """Try now."""
        if not self.busy and not self.wor.locking:
            self.busy = True
            self.wor.run_worker(self.go, group="sent-away")

    async def go(self) -> None:
        """Leave what wasn't sent, destroy the vault, and end the program."""
        from wor_tui.services import sent_away  # noqa: PLC0415

        if self.wor.background is not None:
            self.wor.background.stop()
        done = await self.wor.attempt(partial(sent_away.obey, self.workspace), aloud=False)
        self.busy = False
        if isinstance(done, Failed):
            self.say(trouble_words(done))
        elif done:
            said = _("Dit apparaat is leeg. Wat u nog niet had verstuurd, ligt klaar voor uw teamleider.")
            await self.wor.push_screen_wait(FoundScreen(_("Afgemeld"), [(True, said)]))
            self.wor.exit(QUIT)
        elif not self.wor.locking:
            await self.wor.begin(self.workspace)

    def say(self, sentence: str) -> None:
        """A sentence under the text."""
        if self.is_mounted:
            said = self.query_one("#went", Static)
            said.add_class("trouble")
            said.update(sentence)
