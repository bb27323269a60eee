"""The client program: screens, themes, keys and the background; no business logic.

Nothing heavy is imported here: the unlock screen is painted first, and the rest is loaded while the person types.
"""

from __future__ import annotations

import gc
import logging
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events

from wor_tui import themes
from wor_tui.clock import SystemClock
from wor_tui.config import Config
from wor_tui.i18n import _
from wor_tui.leasing import LeasingApp
from wor_tui.lock import system_ticks
from wor_tui.pasting import take_pastes_whole
from wor_tui.screens.bindings import bindings
from wor_tui.screens.trouble import Failed
from wor_tui.screens.typing_ahead import TypingAhead
from wor_tui.screens.unlock import UnlockScreen

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.message_pump import MessagePump

    from wor_tui.clock import Clock
    from wor_tui.lock import Locked, Ticks
    from wor_tui.services.workspace import Workspace
    from wor_tui.widgets.spiderweb_raster import Mode

logger = logging.getLogger(__name__)

BROKE = 70
"""The exit code when something went wrong that nobody foresaw."""


class WorApp(LeasingApp, inherit_bindings=False):
    """The desk of a welfare coach; `home` is the folder of the vault, `demo` marks the screen as fictional."""

    TITLE = "Welzijn op Recept"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH: ClassVar[list[str | Path]] = ["screens/frame.tcss", "screens/fields.tcss", "screens/unlock.tcss"]  # pyright: ignore[reportIncompatibleVariableOverride]
    BINDINGS = bindings(
        "help", "resume", "go.today", "go.caseload", "go.agenda", "go.sync", "go.settings", "sync.now", "theme.next",
        "palette", "lock.now", "quit",
    )  # fmt: skip

    def __init__(
        self,
        home: Path,
        *,
        clock: Clock | None = None,
        config: Config | None = None,
        demo: bool = False,
        passphrase: str | None = None,
        locked_by: Locked | None = None,
        ticks: Ticks | None = None,
    ) -> None:
        """An app that asks for the passphrase, unless it is given (the demo knows its own).

        After a lock (`locked_by`) it is asked in any case. `ticks` are the clocks that the lock goes by.
        """
        self.config = config or Config()
        super().__init__(home, demo=demo, ticks=ticks or system_ticks())
        self.clock: Clock = clock or SystemClock()
        self.broke = False
        self.refused: Exception | None = None
        """Why the vault didn't open the last time."""
        self._passphrase = passphrase
        self._locked_by = locked_by
        self._loaded = threading.Event()
        self._typing = TypingAhead(super().on_event, self._involved, self._handle_exception)
        for theme in themes.themes():
            self.register_theme(theme)
        self.theme = themes.theme_name(self.config.appearance.theme)
        self.set_keymap(dict(self.config.keys))

    # Starting

    def get_driver_class(self) -> type[Driver]:
        """As Textual chooses it, taking in a paste as a whole."""
        return take_pastes_whole(super().get_driver_class())

    def on_mount(self) -> None:
        """Show the door; load the rest as soon as it is painted."""
        from wor_tui.vault.vault import exists  # noqa: PLC0415

        if exists(self.home):
            known = self._passphrase if self.demo and self._passphrase else ""
            self.push_screen(UnlockScreen(self._locked_by, known))
            if self._passphrase is not None and self._locked_by is None:
                self.run_worker(partial(self.open_with, passphrase=self._passphrase))
        else:
            from wor_tui.screens.start import StartScreen  # noqa: PLC0415

            self.push_screen(StartScreen())
        self.call_after_refresh(self.load_the_rest)
        self.watch_for_lock()
        self.end_when_told()

    def load_the_rest(self) -> None:
        """Import the screens behind the door, and with them the services and the database, in a thread."""
        # Their styles are read now: one that comes with its screen makes Textual parse all of them again.
        for path in sorted((Path(__file__).parent / "screens").glob("*.tcss")):
            if not self.stylesheet.has_source(str(path)):
                self.stylesheet.read(path)
        threading.Thread(target=self._load, name="wor-load", daemon=True).start()

    def _load(self) -> None:
        from wor_tui.screens import workbench  # noqa: PLC0415

        del workbench
        # What is loaded now stays: without this every full collection walks through all of it, for a tenth of a second.
        gc.freeze()
        self._loaded.set()

    async def open_with(
        self, *, passphrase: str | None = None, recovery_code: str | None = None, by_keyring: bool = False
    ) -> str:
        """Open the vault with one secret and show the first screen; returns the sentence of what is wrong, or ''."""

        def opened() -> Workspace:
            from wor_tui.services import readings  # noqa: PLC0415
            from wor_tui.services.workspace import open_workspace  # noqa: PLC0415
            from wor_tui.vault.vault import open_vault, unlock  # noqa: PLC0415

            key = unlock(self.home, passphrase=passphrase, recovery_code=recovery_code, by_keyring=by_keyring)
            opened = open_workspace(open_vault(self.home, key), self.clock, self.config)
            readings.unlocked(opened)
            return opened

        workspace = await self.attempt(opened, aloud=False)
        self.refused = workspace.error if isinstance(workspace, Failed) else None
        if isinstance(workspace, Failed):
            return workspace.sentence
        from wor_tui.screens import opening  # noqa: PLC0415
        from wor_tui.services.enrolment import has_owner  # noqa: PLC0415

        if await self.attempt(lambda: has_owner(workspace)) is not True:
            from wor_tui.screens.start import StartScreen  # noqa: PLC0415

            self.unowned = workspace
            # Nobody can have confirmed its code: that comes after the owner.
            await self.attempt(lambda: opening.expected(workspace), aloud=False)
            await self.show_only(StartScreen(workspace))
            return ""
        if recovery_code is not None:
            # Who opens with it has it.
            await self.attempt(lambda: opening.confirmed(workspace), aloud=False)
        await self.begin_confirmed(workspace)
        if recovery_code is not None:
            self.say(_("U opende de kluis met de herstelcode. Kies een andere wachtzin: F9, dan k en w."))
        return ""

    async def begin_confirmed(self, workspace: Workspace) -> None:
        """Begin, after showing another recovery code to who never confirmed the one before."""
        from wor_tui.screens import opening  # noqa: PLC0415

        code = await self.attempt(lambda: opening.another_code(workspace), aloud=False)
        # A folder that can't be written to now doesn't keep anybody out: it is asked the next time.
        if isinstance(code, Failed) or not code:
            await self.begin(workspace)
            return
        from wor_tui.screens.recovery import RecoveryScreen, Why  # noqa: PLC0415

        self.unowned = workspace
        await self.show_only(RecoveryScreen(code, workspace, Why.AGAIN))

    async def begin(self, workspace: Workspace) -> None:
        """The vault is open: show the first screen and start to exchange, unless contact has to come first."""
        if not await self.admitted(workspace):
            return
        from wor_tui.screens import workbench  # noqa: PLC0415

        self.workspace = workspace
        self.background = workbench.background(self, workspace)
        first = workbench.first_screen(workspace)
        await first.read_ahead(self)
        await self.show_only(first)
        self.background.start()
        self.run_worker(self.heed_organisation, group="left-open")
        self.run_worker(self.offer_left_open, group="left-open")

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Keys go one after the other; everything else as Textual has it. None passes while the program locks."""
        if isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded and not self.lets_in():
            return
        if isinstance(event, events.Key) and not event.is_forwarded:
            if self.background is not None:
                self.background.touched()
            self._typing.typed(event)
        else:
            await super().on_event(event)

    def forget_keys(self) -> None:
        """Keys that still wait are handed to nobody."""
        self._typing.forget()

    def _involved(self) -> list[MessagePump]:
        """Whose messages a key can set off: the focused widget's, those around it, and the app's."""
        focused = self.screen.focused if self.screen_stack else None
        around: list[MessagePump] = [] if focused is None else list(focused.ancestors_with_self)
        return [*around, self.screen, self]

    @property
    def web_mode(self) -> Mode:
        """How the configuration wants the spider web drawn."""
        from wor_tui.widgets.spiderweb_raster import Mode  # noqa: PLC0415

        return Mode(self.config.appearance.web)

    # The last resort

    def _handle_exception(self, error: Exception) -> None:
        """The last resort: one line in the log, one sentence after the screen is gone, never a traceback."""
        logger.error("unexpected %s", error, exc_info=error)
        if self._exception is None:
            self._exception = error
            self._exception_event.set()  # pyright: ignore[reportUnknownMemberType] -- as Textual types it
        self.broke = True
        self._return_code = BROKE
        self._close_messages_no_wait()
