"""Before a backup that another secret may open is put back: the passphrase that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.dates import local
from wor_tui.screens.fields import Field
from wor_tui.screens.frame import WorScreen
from wor_tui.screens.trouble import Failed
from wor_tui.vault import restore
from wor_tui.vault.errors import WrongSecret
from wor_tui.vault.restore import Keys
from wor_tui.wording.vault import wrong_code, wrong_passphrase

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.vault.backup import Backup


class BackupSecretScreen(WorScreen[Keys | None]):
    """Asks the passphrase; dismissed with what it opens, and with nothing on Esc."""

    BINDINGS = bindings("unlock.recovery", "unlock.passphrase")
    AUTO_FOCUS = ""

    def __init__(self, chosen: Backup) -> None:
        """One backup."""
        super().__init__()
        self.chosen = chosen
        self.busy = False
        self.by_code = False

    def crumb(self) -> str:
        """Where we are."""
        return _("Terugzetten")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Een reservekopie opent met de wachtzin die gold toen zij werd gemaakt. Wat er nu staat, wordt bewaard "
            "voordat de kopie wordt teruggezet."
        )

    def body(self) -> ComposeResult:
        """What it means, and the question."""
        when = f"{local(self.chosen.taken):%d-%m-%Y %H:%M}"
        with Vertical(id="door"):
            yield Static(_("Reservekopie van {when}").format(when=when), classes="title", markup=False)
            yield Static("", id="explain", classes="muted", markup=False)
            yield Field(_("Wachtzin"), id="passphrase", password=True, cap=1000)
            yield Field(_("Herstelcode"), id="code", hint="XXXXXX-XXXXXX-…", cap=100)
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Ready to type."""
        self.question()

    def question(self) -> None:
        """Show the field for the secret that is asked."""
        self.query_one("#passphrase").display = not self.by_code
        self.query_one("#code").display = self.by_code
        self.query_one("#explain", Static).update(
            _("Typ de herstelcode die gold toen deze kopie werd gemaakt, en druk op Enter.")
            if self.by_code
            else _("Typ de wachtzin die gold toen deze kopie werd gemaakt, en druk op Enter.")
        )
        self.say("")
        self.field.focus()
        self.refresh_bindings()

    @property
    def field(self) -> Field:
        """The one that is asked."""
        return self.query_one("#code" if self.by_code else "#passphrase", Field)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the other way in is offered."""
        if action == "unlock_recovery":
            return not self.by_code and not self.busy
        if action == "unlock_passphrase":
            return self.by_code and not self.busy
        return super().check_action(action, parameters)

    def action_unlock_recovery(self) -> None:
        """Ask for the recovery code."""
        self.by_code = True
        self.question()

    def action_unlock_passphrase(self) -> None:
        """Ask for the passphrase."""
        self.by_code = False
        self.question()

    def say(self, sentence: str, *, trouble: bool = False) -> None:
        """The sentence under the field."""
        said = self.query_one("#said", Static)
        said.set_class(trouble, "trouble")
        said.update(sentence)

    def on_field_submitted(self, event: Field.Submitted) -> None:
        """Try it."""
        event.stop()
        if not self.busy and event.field.value:
            self.run_worker(self.go_on)

    async def go_on(self) -> None:
        """What the passphrase opens: a second or two."""
        field, home, chosen = self.field, self.wor.home, self.chosen
        secret = field.line.value
        passphrase, code = (None, secret) if self.by_code else (secret, None)
        self.busy = True
        self.say(_("Bezig…"))
        keys = await self.wor.attempt(
            lambda: restore.unlocked(home, chosen, passphrase=passphrase, recovery_code=code), aloud=False
        )
        self.busy = False
        self.refresh_bindings()
        if isinstance(keys, Failed):
            wrong = isinstance(keys.error, WrongSecret)
            self.say((wrong_code() if code else wrong_passphrase(secret)) if wrong else keys.sentence, trouble=True)
            field.line.select_all()
            field.focus()
            return
        self.leave_after_work(keys)
