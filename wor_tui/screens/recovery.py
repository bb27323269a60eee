"""The recovery code: shown once, and confirmed by typing two of its groups from the paper."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.fields import Check, Field
from wor_tui.screens.frame import WorScreen
from wor_tui.screens.trouble import Failed
from wor_tui.wording.vault import ASKED_GROUPS, same_group

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.workspace import Workspace


class Why(Enum):
    """Why a code is shown: the vault's first, one after a code that was never confirmed, or because it was asked."""

    FIRST = 1
    AGAIN = 2
    RENEWED = 3


class RecoveryScreen(WorScreen[None]):
    """First the code, then the question; F5 shows the code again."""

    BINDINGS = bindings("recovery.show", "recovery.written")
    AUTO_FOCUS = ""

    def __init__(self, code: str, workspace: Workspace, why: Why = Why.FIRST) -> None:
        """The code as `XXXXXX-XXXXXX-…`, and the workspace that it opens once it is confirmed."""
        super().__init__()
        self.code = code
        self.groups = code.split("-")
        self.opened = workspace
        self.asking = False
        self.busy = False
        self.reason = why

    def crumb(self) -> str:
        """Where we are."""
        return _("Herstelcode")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Met de herstelcode komt u nog in uw kluis als u uw wachtzin vergeet. Hij staat nergens anders: "
            "schrijf hem op papier en leg dat op een veilige plek, niet bij de laptop."
        )

    def body(self) -> ComposeResult:
        """The code and the question; one of the two is shown."""
        with Vertical(id="door"):
            yield Static(_("Schrijf uw herstelcode op"), classes="title", markup=False)
            yield Static("", id="explain", markup=False)
            yield Static("\n".join((" ".join(self.groups[:3]), " ".join(self.groups[3:]))), id="recovery", markup=False)
            for group in ASKED_GROUPS:
                yield Field(
                    _("Groep {number} van {count}").format(number=group, count=len(self.groups)),
                    id=f"group-{group}",
                    cap=12,
                    check=self.checker(group),
                )
            yield Static("", id="said", markup=False)

    def checker(self, group: int) -> Check:
        """The check of one group."""
        return lambda typed: (
            "" if same_group(typed, self.groups[group - 1]) else _("Dit is niet gelijk aan de code. Kijk op uw papier.")
        )

    def on_mount(self) -> None:
        """The code first."""
        self.show(asking=False)

    def show(self, *, asking: bool) -> None:
        """Show the code, or ask for two groups of it."""
        self.asking = asking
        self.query_one("#recovery").display = not asking
        for field in self.query(Field):
            field.display = asking
        self.query_one("#explain", Static).update(
            _("Typ twee groepen over van uw papier, dan weet u zeker dat de code klopt.") if asking else self.why()
        )
        if asking:
            self.query_one(f"#group-{ASKED_GROUPS[0]}").focus()
        else:
            self.set_focus(None)
        self.refresh_bindings()

    def why(self) -> str:
        """What the code is for, and why it is shown again."""
        sentence = _(
            "Vergeet u uw wachtzin, dan is deze code de enige weg naar binnen. We tonen hem maar één keer. "
            "Schrijf hem op papier en bewaar dat niet bij de laptop. Druk daarna op Enter."
        )
        if self.reason is Why.FIRST:
            return sentence
        reason = (
            _("De vorige keer is uw herstelcode niet bevestigd. Dit is een nieuwe.")
            if self.reason is Why.AGAIN
            else _("Dit is een nieuwe herstelcode.")
        )
        return f"{reason} {_('De oude werkt niet meer zodra u deze hebt bevestigd.')}\n\n{sentence}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Each key where it makes sense."""
        if self.busy and action in {"back", "recovery_show"}:
            return False
        if action == "recovery_show":
            return self.asking
        if action == "recovery_written":
            return not self.asking
        # The code is shown once: there is no way back past it, but to the code that one has.
        if action == "back" and self.reason is not Why.RENEWED:
            return False
        return super().check_action(action, parameters)

    def action_recovery_show(self) -> None:
        """The code once more."""
        self.show(asking=False)

    def action_recovery_written(self) -> None:
        """It is on paper."""
        self.show(asking=True)

    async def on_field_submitted(self, event: Field.Submitted) -> None:
        """Enter: the next group, or in."""
        event.stop()
        if self.busy or not event.field.is_right():
            return
        fields = list(self.query(Field))
        wrong = [
            field for field in fields if not same_group(field.value, self.groups[ASKED_GROUPS[fields.index(field)] - 1])
        ]
        if wrong:
            wrong[0].focus()
            return
        self.busy = True
        self.refresh_bindings()
        # The app's worker: this screen goes away, and with it what runs on it.
        self.wor.run_worker(self.go_on)

    async def go_on(self) -> None:
        """From now on this code counts; then begin, or go back to where it was asked for."""
        from wor_tui.screens import opening  # noqa: PLC0415

        code = "" if self.reason is Why.FIRST else self.code
        done = await self.wor.attempt(lambda: opening.confirmed(self.opened, code))
        if self.reason is not Why.RENEWED:
            await self.wor.begin(self.opened)
        elif isinstance(done, Failed):
            self.busy = False
            self.refresh_bindings()
        else:
            self.leave_after_work(None)
            self.wor.saved(_("De nieuwe herstelcode geldt. De oude werkt niet meer: vernietig dat papier."))
