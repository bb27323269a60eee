"""First start: make a vault on this device, alone or with an invitation code from a colleague."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.choices import Choice, LabelledChoice
from wor_tui.screens.fields import Field
from wor_tui.screens.frame import WorScreen
from wor_tui.screens.new_passphrase import NewPassphrase
from wor_tui.screens.trouble import Failed
from wor_tui.vault.strength import offered

if TYPE_CHECKING:
    from types import ModuleType

    from textual.app import ComposeResult
    from textual.events import Key

    from wor_tui.services.workspace import Workspace

NEW, JOIN = "new", "join"


class StartScreen(WorScreen[None]):
    """Asks who you are (or for the invitation) and for a passphrase, twice."""

    BINDINGS = bindings("start.go", "passphrase.words")
    AUTO_FOCUS = "#way"

    def __init__(self, workspace: Workspace | None = None) -> None:
        """Nothing is made yet; or, with a workspace, the vault is there and only its owner is asked."""
        super().__init__()
        self.busy = False
        self.workspace = workspace
        self.recovery_code = ""

    def crumb(self) -> str:
        """Where we are."""
        return _("Eerste keer")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Het programma bewaart alles versleuteld op dit apparaat, in een kluis. Alleen uw wachtzin maakt hem "
            "open. Hebt u van een collega een uitnodiging gekregen, dan krijgt u ook de gegevens van uw team."
        )

    def body(self) -> ComposeResult:
        """The questions."""
        with Vertical(id="door"):
            yield Static(_("Welkom"), classes="title", markup=False)
            yield Static(
                _("Alles wat u invult, staat versleuteld in uw kluis op dit apparaat."),
                classes="muted",
                markup=False,
            )
            yield LabelledChoice(
                _("Ik wil"),
                [(NEW, "1", _("een nieuwe kluis maken")), (JOIN, "2", _("aansluiten met een uitnodiging"))],
                NEW,
                id="way",
            )
            yield Field(_("Uw naam"), id="name", check=self.check_name)
            yield Field(
                _("Uitnodiging"), id="invitation", hint="https://…/#XXXX-XXXX-…", cap=400, check=self.check_invitation
            )
            yield NewPassphrase(_("Wachtzin"), self.own)
            yield Static("", id="said", markup=False)

    def on_mount(self) -> None:
        """Show the fields of the way that is chosen."""
        self.show_way(NEW)
        self.show_secrets()

    def show_secrets(self) -> None:
        """The passphrase is asked only as long as there is no vault."""
        self.query_one(NewPassphrase).display = self.workspace is None
        self.refresh_bindings()

    def show_way(self, way: str) -> None:
        """Alone: your name; joining: the invitation, which knows your name."""
        self.query_one("#name").display = way == NEW
        self.query_one("#invitation").display = way == JOIN

    def value(self, name: str) -> str:
        """What stands in a field, untouched."""
        return self.query_one(f"#{name}", Field).line.value

    def check_name(self, typed: str) -> str:
        """A name is asked."""
        return "" if typed else _("Vul uw naam in, zoals collega's hem kennen.")

    def check_invitation(self, typed: str) -> str:
        """The form of an invitation."""
        if not typed:
            return _("Plak of typ de uitnodiging die u van uw coördinator of collega kreeg.")
        return "" if "#" in typed else _("Dit is geen hele uitnodiging: er hoort een # met een code achter het adres.")

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """The other way."""
        self.show_way(event.value)
        if event.by_key:
            self.query_one("#name" if event.value == NEW else "#invitation").focus()

    def on_key(self, event: Key) -> None:
        """Enter goes on from the first question, too."""
        if event.key == "enter" and self.focused is self.query_one("#way"):
            event.stop()
            self.focus_next()

    def own(self) -> tuple[str, ...]:
        """What somebody would try first."""
        return (self.value("name"),)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Words are offered as long as a passphrase is asked."""
        if action == "passphrase_words":
            return self.workspace is None
        return super().check_action(action, parameters)

    def action_passphrase_words(self) -> None:
        """Four random words."""
        self.query_one(NewPassphrase).offer(offered())

    async def on_field_submitted(self, event: Field.Submitted) -> None:
        """Enter goes to the next field, and from the last one on."""
        last = "again" if self.workspace is None else None
        if event.field.id == last or (last is None and event.field.id in ("name", "invitation")):
            await self.action_start_go()
        else:
            event.field.is_right()
            self.focus_next()

    def say(self, sentence: str, *, trouble: bool = False) -> None:
        """The sentence under the fields."""
        said = self.query_one("#said", Static)
        said.set_class(trouble, "trouble")
        said.update(sentence)

    async def action_start_go(self) -> None:
        """Make the vault when all is right."""
        asked = [field for field in self.query(Field) if all(each.display for each in (field, *field.ancestors))]
        wrong = [field for field in asked if not field.is_right()]
        if wrong:
            wrong[0].focus()
            return
        if not self.busy:
            # The app's worker: this screen goes away at the end, and with it what runs on it.
            self.wor.run_worker(self.make)

    async def make(self) -> None:
        """Make the vault (about three seconds) and give it its owner; then show its recovery code."""
        from wor_tui.screens import opening  # noqa: PLC0415

        joins = self.query_one("#way", Choice).value == JOIN
        name = "" if joins else self.value("name").strip()
        invitation = self.value("invitation").strip() if joins else ""
        self.busy = True
        sentence = await self.steps(opening, name, invitation)
        self.busy = False
        if sentence:
            self.say(sentence, trouble=True)
            return
        assert self.workspace is not None  # noqa: S101 - the steps went well
        if not self.recovery_code:
            await self.wor.begin_confirmed(self.workspace)
            return
        from wor_tui.screens.recovery import RecoveryScreen  # noqa: PLC0415

        await self.wor.push_screen(RecoveryScreen(self.recovery_code, self.workspace))

    async def steps(self, opening: ModuleType, name: str, invitation: str) -> str:
        """Each step once; what went well isn't done again. Returns the sentence of what is wrong."""
        home, passphrase, clock, config = self.wor.home, self.value("passphrase"), self.wor.clock, self.wor.config
        if invitation:
            fine = await self.wor.attempt(lambda: opening.checked(invitation), aloud=False)
            if isinstance(fine, Failed):
                return fine.sentence
        if self.workspace is None:
            self.say(_("Bezig met het maken van uw kluis; dat duurt een paar tellen…"))
            made = await self.wor.attempt(lambda: opening.made(home, passphrase, clock, config), aloud=False)
            if isinstance(made, Failed):
                return made.sentence
            self.workspace, self.recovery_code = made.workspace, made.recovery_code
            self.show_secrets()
        workspace = self.workspace
        self.say(_("Bezig met aansluiten…") if invitation else _("Bezig…"))
        owned = await self.wor.attempt(lambda: opening.owned(workspace, name=name, invitation=invitation), aloud=False)
        return owned.sentence if isinstance(owned, Failed) else ""
