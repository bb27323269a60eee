"""Before a vault gets another key: what that means, the passphrase, and a new recovery code to write down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.fields import Field
from wor_tui.screens.frame import WorScreen
from wor_tui.screens.recovery import RecoveryScreen, Why
from wor_tui.screens.trouble import Failed
from wor_tui.services import vault_keys
from wor_tui.vault.errors import WrongSecret
from wor_tui.wording.vault import wrong_passphrase

if TYPE_CHECKING:
    from textual.app import ComposeResult


class RekeyScreen(WorScreen[str]):
    """Asks the passphrase; dismissed with it once the code was copied, and with nothing on Esc."""

    BINDINGS = bindings()

    def __init__(self, code: str) -> None:
        """The recovery code that the vault will have."""
        super().__init__()
        self.code = code
        self.busy = False

    def crumb(self) -> str:
        """Where we are."""
        return _("Nieuwe sleutel")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Een nieuwe sleutel is nodig als iemand de oude kan hebben: na diefstal van een apparaat of een kopie van "
            "de kluis, of als een ander uw wachtzin kende. Reservekopieën van voor die tijd houden de oude sleutel."
        )

    def body(self) -> ComposeResult:
        """What it means, and the question."""
        with Vertical(id="door"):
            yield Static(_("Nieuwe sleutel voor de kluis"), classes="title", markup=False)
            yield Static(
                _(
                    "Alles wordt opnieuw versleuteld. Dat duurt even; u kunt zolang niet werken. Uw wachtzin blijft, u "
                    "krijgt een nieuwe herstelcode. Daarna ontgrendelt u de kluis opnieuw.\n\n"
                    "Typ eerst uw wachtzin en druk op Enter. Er verandert nog niets."
                ),
                classes="muted",
                markup=False,
            )
            yield Field(_("Wachtzin"), id="passphrase", password=True, cap=1000)
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one("#passphrase", Field).focus()

    def say(self, sentence: str, *, trouble: bool = False) -> None:
        """The sentence under the field."""
        said = self.query_one("#said", Static)
        said.set_class(trouble, "trouble")
        said.update(sentence)

    async def on_field_submitted(self, event: Field.Submitted) -> None:
        """Look whether it is the passphrase, then show the code."""
        event.stop()
        if not self.busy and event.field.value:
            self.run_worker(self.go_on)

    async def go_on(self) -> None:
        """The passphrase first: a code that is written down for nothing only confuses."""
        field = self.query_one("#passphrase", Field)
        passphrase, desk = field.line.value, self.wor.desk
        self.busy = True
        self.say(_("Bezig…"))
        known = await self.wor.attempt(lambda: vault_keys.knows(desk, passphrase), aloud=False)
        self.busy = False
        if isinstance(known, Failed):
            self.say(
                wrong_passphrase(passphrase) if isinstance(known.error, WrongSecret) else known.sentence, trouble=True
            )
            field.line.select_all()
            field.focus()
            return
        self.say("")
        if await self.wor.push_screen_wait(NewCodeScreen(self.code, desk, Why.RENEWED)):
            self.dismiss(passphrase)


class NewCodeScreen(RecoveryScreen):
    """Shows the code and has it copied, without giving it to the vault yet."""

    async def go_on(self) -> None:
        """It is on paper."""
        self.dismiss(True)  # pyright: ignore[reportArgumentType] -- the screen it comes from has no answer
