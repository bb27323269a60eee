"""Signing this device out and destroying its vault: what keeps that from being done, or what it means."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.locking import QUIT
from wor_tui.screens.bindings import bindings
from wor_tui.screens.confirm import ConfirmScreen
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.trouble import Failed
from wor_tui.screens.vault_work import FoundScreen, WorkScreen
from wor_tui.services import leaving
from wor_tui.wording.leaving import obstacle_sentences

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult

    from wor_tui.app import WorApp
    from wor_tui.services.leaving import Obstacles
    from wor_tui.services.workspace import Workspace
    from wor_tui.vault.copying import Cancelled, Progress

    Standing = tuple[Obstacles, Path | None]


class LeaveScreen(ReadingScreen["Standing"]):
    """Refuses while anything would be lost, and says how to go on."""

    CSS_PATH = "erase.tcss"
    BINDINGS = bindings("leave.go")
    AUTO_FOCUS: ClassVar[str | None] = "#erase"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.may_go = False
        self.outside: Path | None = None

    def crumb(self) -> str:
        """Where we are."""
        return _("Afmelden en leegmaken")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Voor een apparaat dat u weggeeft, inlevert of niet meer gebruikt. Het kan pas als alles verstuurd is: "
            "wat alleen hier staat, zou weg zijn."
        )

    def body(self) -> ComposeResult:
        """One text."""
        with VerticalScroll(id="erase"):
            yield Static("", id="means", markup=False)

    def read(self, desk: Workspace) -> Standing:
        """What keeps it from being done."""
        return leaving.obstacles(desk), leaving.outside(desk)

    async def show_read(self, found: Standing) -> None:
        """Say what is to be done first, or what it means."""
        obstacles, self.outside = found
        self.may_go = not obstacles
        means = _(
            "De centrale computer bedient dit apparaat daarna niet meer. Dan wordt deze kluis vernietigd: eerst de "
            "sleutel, dan alles wat erin staat, met de reservekopieën in deze map en het logboek van dit apparaat. Wat "
            "u deed, is verstuurd en houden uw collega's.\n\n"
            "Dit is niet terug te draaien. Wilt u hier later weer werken, dan vraagt u een nieuwe uitnodiging. Er is "
            "verbinding voor nodig."
        )
        first = "\n".join(f"! {each}" for each in obstacle_sentences(obstacles))
        text = means if self.may_go else f"{_('Afmelden kan nog niet. Eerst dit:')}\n\n{first}"
        self.query_one("#means", Static).update(text)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only with nothing to lose."""
        return self.may_go if action == "leave_go" else super().check_action(action, parameters)

    def action_leave_go(self) -> None:
        """Ask once more, and about backups elsewhere."""
        self.wor.run_worker(partial(ask_and_leave, self.wor, self.outside), group="leave")


async def ask_and_leave(wor: WorApp, outside: Path | None) -> None:
    """Ask, sign out, destroy, and end the program."""
    sure = _("Alles op dit apparaat gaat weg, voor altijd.")
    if not await wor.push_screen_wait(ConfirmScreen(_("Dit apparaat afmelden en leegmaken?"), sure)):
        return
    backups_too = False
    if outside is not None:
        said = _("Ze liggen in {folder}. Met uw wachtzin of herstelcode gaan ze open.").format(folder=outside)
        backups_too = bool(
            await wor.push_screen_wait(ConfirmScreen(_("Ook de reservekopieën buiten deze map weggooien?"), said))
        )
    desk, background = wor.desk, wor.background
    if background is not None:
        # Whoever saves in between might not be heard any more.
        background.stop()

    signed_out: list[bool] = []

    def work(_progress: Progress, cancelled: Cancelled) -> bool:
        leaving.sign_out(desk, cancelled)
        signed_out.append(True)
        leaving.wipe(desk, backups_too=backups_too)
        return True

    title = _("Afmelden en leegmaken")
    done = await wor.push_screen_wait(WorkScreen(title, _("Eerst wordt verstuurd en ontvangen wat er nog is."), work))
    if isinstance(done, Failed):
        wor.say(done.sentence, severe=True)
        if signed_out:
            # The destroying is what failed: the next start ends it.
            wor.exit(QUIT)
            return
        await wor.begin(desk)
        return
    await wor.push_screen_wait(FoundScreen(title, [(True, _("Dit apparaat is afgemeld en leeg."))]))
    wor.exit(QUIT)
