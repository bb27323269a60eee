"""The unlock screen: asks for the passphrase (or the recovery code), and is painted before anything heavy is "
"loaded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.lock import Reason
from wor_tui.screens.bindings import bindings
from wor_tui.screens.fields import Field
from wor_tui.screens.frame import WorScreen
from wor_tui.screens.trouble import Failed
from wor_tui.wording.vault import caps_lock, wrong_code

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.lock import Locked

HELPED_BY_BACKUP = frozenset(
    {
        "KeyfileMissing", "KeyfileDamaged", "KeyfileTampered", "VaultMissing", "VaultMismatch", "VaultDamaged",
    }
)  # fmt: skip
"""The errors, by their names (nothing of the vault is loaded yet), that a backup makes good."""


class UnlockScreen(WorScreen[None]):
    """Asks for one secret, says in a sentence what is wrong with it, and keeps what was typed on trouble "
    "elsewhere."""

    BINDINGS = bindings("unlock.recovery", "unlock.passphrase", "unlock.keyring", "unlock.restore")

    def __init__(self, locked_by: Locked | None = None, known: str = "") -> None:
        """Ask for the passphrase first; say why it locked, and for the demo the passphrase that is `known`."""
        super().__init__()
        self.locked_by = locked_by
        self.known = known
        self.by_code = False
        self.has_keyring = False
        self.has_backups = False
        self.busy = False

    def crumb(self) -> str:
        """Where we are."""
        return _("Welzijn op Recept")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Alles op dit apparaat is versleuteld. Uw wachtzin maakt het open. Bent u de wachtzin kwijt, gebruik "
            "dan de herstelcode die u bij het begin hebt opgeschreven."
        )

    def body(self) -> ComposeResult:
        """The question in the middle of the screen."""
        with Vertical(id="door"):
            yield Static(_("Ontgrendelen"), classes="title", markup=False)
            if self.locked_by is not None:
                yield Static(self.why(self.locked_by), id="why", markup=False)
            yield Static("", id="explain", classes="muted", markup=False)
            yield Field(_("Wachtzin"), id="passphrase", password=True, cap=1000)
            yield Field(_("Herstelcode"), id="code", hint="XXXXXX-XXXXXX-…", cap=100)
            yield Static("", id="said", markup=False)

    def why(self, locked_by: Locked) -> str:
        """Why it locked, and that nothing is gone, or what is."""
        said = {
            Reason.IDLE: _("Het programma is vergrendeld, omdat u er een tijd niets mee deed."),
            Reason.ASKED: _("U hebt het programma vergrendeld."),
            Reason.SUSPENDED: _("Het programma is vergrendeld, omdat de computer in slaapstand was."),
            Reason.REKEYED: _("De kluis heeft een nieuwe sleutel. Uw oude herstelcode werkt niet meer."),
            Reason.RESTORED: _("De reservekopie is teruggezet. Wat er stond, is bewaard."),
            Reason.LEASE: _("Het programma is vergrendeld: er was te lang geen contact met de centrale computer."),
        }[locked_by.reason]
        kept = _("Wat u aan het invullen was, is bewaard.")
        if locked_by.lost:
            kept = _("Wat u als laatste in een formulier typte, kon niet worden bewaard.")
        elif locked_by.reason in {Reason.REKEYED, Reason.RESTORED}:
            # No form was open, and the drafts of another day are there again.
            kept = ""
        demo = _("De wachtzin van deze demo is: {passphrase}").format(passphrase=self.known) if self.known else ""
        return f"{said} {kept}".rstrip() + (f"\n{demo}" if demo else "")

    def on_mount(self) -> None:
        """Ready to type at once."""
        from wor_tui.vault.vault import names_keyring  # noqa: PLC0415

        self.has_keyring = names_keyring(self.wor.home)
        self.ask()

    def ask(self) -> None:
        """Show the field for the secret that is asked."""
        self.query_one("#passphrase").display = not self.by_code
        self.query_one("#code").display = self.by_code
        self.query_one("#explain", Static).update(
            _("Typ de herstelcode die u hebt opgeschreven en druk op Enter.")
            if self.by_code
            else _("Typ uw wachtzin en druk op Enter.")
        )
        self.say("")
        self.query_one("#code" if self.by_code else "#passphrase", Field).focus()
        self.refresh_bindings()

    def say(self, sentence: str, *, trouble: bool = False) -> None:
        """A sentence under the field."""
        said = self.query_one("#said", Static)
        said.set_class(trouble, "trouble")
        said.update(sentence)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the other way in is offered."""
        if action == "unlock_recovery":
            return not self.by_code
        if action == "unlock_passphrase":
            return self.by_code
        if action == "unlock_keyring":
            return self.has_keyring
        if action == "unlock_restore":
            return self.has_backups and not self.busy
        return super().check_action(action, parameters)

    def action_unlock_recovery(self) -> None:
        """Ask for the recovery code."""
        self.by_code = True
        self.ask()

    def action_unlock_passphrase(self) -> None:
        """Ask for the passphrase."""
        self.by_code = False
        self.ask()

    def action_unlock_keyring(self) -> None:
        """Let the computer's keyring open it."""
        if not self.busy:
            self.wor.run_worker(partial(self.try_secret, None))

    def action_unlock_restore(self) -> None:
        """The backups, when the vault doesn't open."""
        from wor_tui.screens.door_backups import DoorBackupsScreen  # noqa: PLC0415

        self.wor.push_screen(DoorBackupsScreen())

    def on_field_submitted(self, event: Field.Submitted) -> None:
        """Try the secret."""
        event.stop()
        if self.busy or not event.field.value:
            return
        # The app's worker: this screen goes away when the vault opens, and with it what runs on it.
        self.wor.run_worker(partial(self.try_secret, event.field.line.value))

    async def try_secret(self, secret: str | None) -> None:
        """Open the vault, None with the computer's keyring; say what is wrong when it doesn't open."""
        self.busy = True
        self.say(_("Bezig met openen…"))
        sentence = await self.wor.open_with(
            passphrase=None if self.by_code else secret,
            recovery_code=secret if self.by_code else None,
            by_keyring=secret is None,
        )
        self.busy = False
        if sentence:
            self.say(await self.with_way_on(sentence, secret or ""), trouble=True)
            self.refresh_bindings()
            field = self.query_one("#code" if self.by_code else "#passphrase", Field)
            field.line.select_all()
            field.focus()

    async def with_way_on(self, sentence: str, secret: str) -> str:
        """The sentence with what helps: the key that may be stuck, the backups that are there."""
        from wor_tui.vault.errors import WrongSecret  # noqa: PLC0415

        if isinstance(self.wor.refused, WrongSecret):
            return wrong_code() if self.by_code else f"{sentence} {caps_lock(secret)}".rstrip()
        self.has_backups = await self.backups_help()
        return f"{sentence} {_('Een reservekopie terugzetten kan hier met F7.')}" if self.has_backups else sentence

    async def backups_help(self) -> bool:
        """Whether the vault itself is what is wrong, and there is a backup of it."""
        if type(self.wor.refused).__name__ not in HELPED_BY_BACKUP:
            return False
        from wor_tui.screens import door_backups  # noqa: PLC0415

        found = await self.wor.attempt(lambda: door_backups.there(self.wor), aloud=False)
        return not isinstance(found, Failed) and bool(found)
