"""What a device shows that had no contact for too long: nothing of what is in the vault, and how to go on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.i18n import _, ngettext
from wor_tui.screens.bindings import bindings
from wor_tui.screens.frame import WorScreen
from wor_tui.screens.trouble import Failed

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.lease import LeaseWatch, Standing
    from wor_tui.services.workspace import Workspace

AGAIN_S = 30.0
"""How often it tries by itself."""


class ContactFirstScreen(WorScreen[None]):
    """Makes contact, at once and again until it is there; then the vault opens as ever."""

    CSS_PATH = "unlock.tcss"
    BINDINGS = bindings("contact-first.try")
    AUTO_FOCUS = ""

    def __init__(self, workspace: Workspace, watch: LeaseWatch, standing: Standing) -> None:
        """The vault is open; nothing of it is shown but how many changes wait."""
        super().__init__()
        self.workspace = workspace
        self.looks = watch
        self.standing = standing
        self.busy = False

    def crumb(self) -> str:
        """Where we are."""
        return _("Eerst contact")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Een apparaat dat kwijt of gestolen is, gaat vanzelf dicht als het een tijd geen contact had met de "
            "centrale computer. Is er weer contact, dan gaat alles open zoals het was."
        )

    def body(self) -> ComposeResult:
        """Why, what is safe, what to do, and how the last try went."""
        with Vertical(id="door"):
            yield Static(_("Eerst contact maken"), classes="title", markup=False)
            yield Static(why(self.standing), markup=False)
            yield Static("", id="waits", classes="gap", markup=False)
            yield Static(
                _("Zorg voor internet en druk op Enter. Lukt het niet, bel dan uw coördinator."),
                classes="gap",
                markup=False,
            )
            yield Static("", id="went", classes="gap", markup=False)

    def on_mount(self) -> None:
        """Try at once, and go on trying."""
        self.run_worker(self.count_unsent)
        self.set_interval(AGAIN_S, self.action_contact_first_try)
        self.action_contact_first_try()

    async def count_unsent(self) -> None:
        """How many changes wait here."""
        from wor_tui.services import synchronisation  # noqa: PLC0415

        found = await self.wor.attempt(partial(synchronisation.status, self.workspace), aloud=False)
        unsent = 0 if isinstance(found, Failed) else found.unsent
        self.query_one("#waits", Static).update(waits(unsent))

    def action_contact_first_try(self) -> None:
        """Try now."""
        if not self.busy and not self.wor.locking:
            self.busy = True
            # The app's worker: this screen goes away when the vault opens, and with it what runs on it.
            self.wor.run_worker(self.make_contact, group="contact-first")

    async def make_contact(self) -> None:
        """Exchange once; say what is wrong, or open."""
        from wor_tui.services import sent_away, synchronisation  # noqa: PLC0415

        self.say(_("Bezig met contact maken…"))
        done = await self.wor.attempt(partial(synchronisation.exchange, self.workspace), aloud=False)
        if isinstance(done, Failed):
            await self.wor.attempt(partial(sent_away.heard, self.workspace, done.error), aloud=False)
        found = await self.wor.attempt(self.looks.look, aloud=False)
        self.busy = False
        if self.wor.locking or await self.wor.is_sent_away(self.workspace):
            return
        if not isinstance(found, Failed) and found is not None and not found.over:
            await self.wor.begin(self.workspace)
        elif isinstance(done, Failed):
            self.say(trouble_words(done), trouble=True)

    def say(self, sentence: str, *, trouble: bool = False) -> None:
        """A sentence under the text."""
        if self.is_mounted:
            said = self.query_one("#went", Static)
            said.set_class(trouble, "trouble")
            said.update(sentence)


def trouble_words(failed: Failed) -> str:
    """What kept it from making contact; whoever isn't reached is asked again."""
    from sync.client.errors import Unanswered  # noqa: PLC0415

    if isinstance(failed.error, Unanswered) and not failed.error.by_server:
        return _("Er is nu geen verbinding met de centrale computer. Het programma probeert het steeds opnieuw.")
    return failed.sentence


def why(standing: Standing) -> str:
    """What happened, and that nothing is lost."""
    if standing.behind:
        return _(
            "De klok van dit apparaat loopt achter bij wat hij eerder aangaf. Hoelang er geen contact was met de "
            "centrale computer is daardoor niet te zeggen, dus blijft de kluis dicht. Er is niets kwijt. Zet de klok "
            "goed, of maak contact."
        )
    return ngettext(
        "Dit apparaat had langer dan {days} dag geen contact met de centrale computer. De kluis blijft dicht tot er "
        "weer contact is. Er is niets kwijt.",
        "Dit apparaat had langer dan {days} dagen geen contact met de centrale computer. De kluis blijft dicht tot er "
        "weer contact is. Er is niets kwijt.",
        standing.days,
    ).format(days=standing.days)


def waits(unsent: int) -> str:
    """What waits to be sent."""
    if not unsent:
        return _("Alles wat u deed, is verstuurd.")
    return ngettext(
        "Er wacht {n} wijziging op verzending. Die staat veilig op dit apparaat en gaat dan mee.",
        "Er wachten {n} wijzigingen op verzending. Die staan veilig op dit apparaat en gaan dan mee.",
        unsent,
    ).format(n=unsent)
