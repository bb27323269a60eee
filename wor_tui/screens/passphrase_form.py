"""Choosing another passphrase for the open vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.fields import Field
from wor_tui.screens.frame import WorScreen
from wor_tui.screens.new_passphrase import NewPassphrase
from wor_tui.screens.trouble import Failed
from wor_tui.services import vault_keys
from wor_tui.vault import slots
from wor_tui.vault.errors import WrongSecret
from wor_tui.vault.strength import offered
from wor_tui.wording.vault import wrong_passphrase

if TYPE_CHECKING:
    from textual.app import ComposeResult


class PassphraseScreen(WorScreen[bool]):
    """Asks for the passphrase of now (unless the vault was opened without it), and for another one, twice.

    Dismissed with whether it was changed.
    """

    BINDINGS = bindings("passphrase.save", "passphrase.words")
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        """Nothing is asked yet."""
        super().__init__()
        self.busy = False

    def crumb(self) -> str:
        """Where we are."""
        return _("Andere wachtzin")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "De wachtzin maakt uw kluis open. Vier losse woorden zijn sterk en makkelijk te onthouden. Zodra de nieuwe "
            "geldt, opent de oude deze kluis niet meer. In reservekopieën van eerder geldt de oude nog: kent iemand "
            "anders die, kies dan bij Kluis ook een nieuwe sleutel. De herstelcode blijft dezelfde."
        )

    @property
    def forgotten(self) -> bool:
        """Whether the vault was opened with another secret, by somebody who may not know the passphrase."""
        return self.wor.desk.vault.key.by in {slots.RECOVERY, slots.ESCROW}

    def body(self) -> ComposeResult:
        """The questions."""
        with Vertical(id="door"):
            yield Static(_("Andere wachtzin"), classes="title", markup=False)
            yield Static(
                _("U opende de kluis zonder wachtzin. Kies nu een nieuwe.")
                if self.forgotten
                else _("Typ eerst de wachtzin van nu, dan twee keer de nieuwe."),
                classes="muted",
                markup=False,
            )
            yield Field(_("Wachtzin van nu"), id="current", password=True, cap=1000)
            yield NewPassphrase(_("Nieuwe wachtzin"), lambda: (self.wor.desk.me.name,))
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one("#current").display = not self.forgotten
        self.query_one("#passphrase" if self.forgotten else "#current", Field).focus()

    def say(self, sentence: str, *, trouble: bool = False) -> None:
        """The sentence under the fields."""
        said = self.query_one("#said", Static)
        said.set_class(trouble, "trouble")
        said.update(sentence)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While it is being changed there is no way back: it would be changed all the same, and nobody told."""
        if self.busy and action in {"back", "passphrase_save", "passphrase_words"}:
            return False
        return super().check_action(action, parameters)

    def action_passphrase_words(self) -> None:
        """Four random words."""
        self.query_one(NewPassphrase).offer(offered())

    async def on_field_submitted(self, event: Field.Submitted) -> None:
        """Enter goes to the next field, and from the last one on."""
        event.stop()
        if event.field.id == "again":
            self.action_passphrase_save()
        elif event.field.is_right():
            self.focus_next()

    def action_passphrase_save(self) -> None:
        """Change it when all is right."""
        wrong = [field for field in self.query(Field) if field.display and not field.is_right()]
        if wrong:
            wrong[0].focus()
        elif not self.busy:
            # The app's worker: who goes to another screen meanwhile is told as well.
            self.wor.run_worker(self.change)

    async def change(self) -> None:
        """Look whether the passphrase of now is known, and change it: some seconds."""
        desk, current, new = self.wor.desk, self.query_one("#current", Field), self.query_one(NewPassphrase).value
        known, asked = current.line.value, not self.forgotten

        def changed() -> None:
            if asked:
                vault_keys.knows(desk, known)
            vault_keys.change_passphrase(desk, new)

        self.busy = True
        self.refresh_bindings()
        self.say(_("Bezig; dat duurt een paar tellen…"))
        done = await self.wor.attempt(changed, aloud=False)
        self.busy = False
        self.refresh_bindings()
        if isinstance(done, Failed):
            if self not in self.wor.screen_stack:
                self.wor.say(done.sentence, severe=True)
                return
            self.say(wrong_passphrase(known) if isinstance(done.error, WrongSecret) else done.sentence, trouble=True)
            if asked:
                current.line.select_all()
                current.focus()
            return
        self.leave_after_work(True)
        self.wor.saved(_("De nieuwe wachtzin geldt. De oude opent deze kluis niet meer."))
