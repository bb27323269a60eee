"""Sending and receiving in the background: at the start, after each save, on the long poll, and when asked."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from sync.client.backoff import AWAY_CAP_S, CAP_S, Backoff
from sync.client.errors import Cancelled, NotJoined, SyncError, Unanswered
from sync.client.limits import Exchanged
from wor_tui.screens import standing, trouble
from wor_tui.screens.daily import Daily
from wor_tui.screens.standing import Line
from wor_tui.services import escrow, likeness, log_sending, recovery_sheet, sent_away, synchronisation
from wor_tui.vault.errors import VaultClosed, VaultError

if TYPE_CHECKING:
    from sync.client.limits import Progress
    from wor_tui.app import WorApp
    from wor_tui.services.synchronisation import SyncOverview
    from wor_tui.services.workspace import Workspace

logger = logging.getLogger(__name__)

AWAY_S = 30.0
"""Who hasn't touched a key for this long and then does, has come back."""

LOOK_S = 3.0
"""How long a colleague's change waits at most for a look at who is registered twice; the next look goes on."""


LOG_S = 60.0
"""So long the log's lines wait for company before they are sent."""


class Background:
    """One thread that exchanges for as long as the vault is open; what it tells is told on the screen's loop."""

    def __init__(self, app: WorApp, workspace: Workspace) -> None:
        """Nothing happens before `start`."""
        self.app = app
        self.workspace = workspace
        self.overview: SyncOverview | None = None
        self.line = Line.TRYING
        self.trouble = ""
        """The sentence about the last failure, empty when there was none."""
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._asked = False
        self._touched = time.monotonic()
        self._log_sent = time.monotonic()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context = contextvars.copy_context()
        self._thread = threading.Thread(target=self._run, name="wor-exchange", daemon=True)
        self.daily = Daily(app, workspace)

    def start(self) -> None:
        """Begin; call it on the screen's loop."""
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        if self.workspace.config.sync.background:
            self._wake.set()
        self._thread.start()
        if not self.app.demo:
            self.daily.start()

    def saved(self) -> None:
        """Something is to be sent: count it at once, so that nobody reads "sent" meanwhile, and send it."""
        with contextlib.suppress(VaultError):
            self._read()
        if self.workspace.config.sync.background:
            self._interrupt()

    def now(self) -> None:
        """The person asks: at once, and say how it went."""
        self._asked = True
        self._interrupt()

    def touched(self) -> None:
        """A key was pressed: whoever comes back to a device that is out of reach isn't kept waiting for its turn."""
        now = time.monotonic()
        was_away, self._touched = now - self._touched >= AWAY_S, now
        self.daily.touched()
        if was_away and self.line is Line.DOWN and self.workspace.config.sync.background:
            self._wake.set()

    def stop(self) -> None:
        """End; a waiting exchange is broken off."""
        self.daily.stop()
        self._ending.set()
        self._interrupt()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def _interrupt(self) -> None:
        self._wake.set()
        if self.line is not Line.ALONE and self._thread.is_alive():
            try:
                self.workspace.engine.interrupt()
            except (NotJoined, VaultError):
                return

    # In the thread

    def _run(self) -> None:
        backoff = Backoff()
        while not self._ending.is_set():
            if not self.workspace.config.sync.background and not self._wake.is_set():
                # Only when asked for; what is saved is counted all the same.
                self._read()
                self._tell(False)
                self._look()
                self._wake.wait()
                continue
            urgent, asked = self._wake.is_set(), self._asked
            self._wake.clear()
            try:
                pause, changed = self._once(backoff, urgent=urgent)
            except VaultClosed:
                return
            # The answer is about an exchange that began after the question, never about the one before it.
            self._tell(changed, answers=asked and not self._wake.is_set())
            self._look()
            if pause:
                self._wake.wait(pause)

    def _send_log(self) -> None:
        """Send the log's lines, some at a time: each batch takes a request."""
        if time.monotonic() - self._log_sent >= LOG_S:
            self._log_sent = time.monotonic()
            log_sending.send_along(self.workspace)

    def _look(self) -> None:
        """Look who may be registered twice, among those who changed; what is to be sent or comes in goes first."""
        began, waited_for = time.monotonic(), self.line is Line.UP

        def enough() -> bool:
            late = waited_for and time.monotonic() - began > LOOK_S
            return late or self._wake.is_set() or self._ending.is_set()

        with contextlib.suppress(VaultError):
            if likeness.look(self.workspace, enough):
                self._tell(True)

    def _once(self, backoff: Backoff, *, urgent: bool) -> tuple[float, bool]:
        """One exchange; (seconds to wait before the next unless woken, whether something came in)."""
        wait_s = 0 if urgent else self.workspace.config.sync.wait_seconds
        if urgent:
            self._read()
            self._tell(False)
        try:
            done = self._exchanged(wait_s)
        except Cancelled:
            self._read()
            return 0.0, False
        except NotJoined:
            self._is(Line.ALONE, "")
            return 3600.0, False
        except Unanswered as error:
            if sent_away.heard(self.workspace, error) is not None:
                self._is(Line.STOPPED, trouble.sentence(error))
                self._told_to_go()
                return CAP_S, False
            self._is(Line.DOWN, trouble.sentence(error))
            logger.info("exchange: %s", error)
            return backoff.failed(error.after_s, CAP_S if error.by_server else AWAY_CAP_S), False
        except (SyncError, VaultError) as error:
            self._is(Line.STOPPED, trouble.sentence(error))
            logger.warning("exchange: %s", error)
            return 60.0, False
        with contextlib.suppress(SyncError, VaultError):
            escrow.settle(self.workspace)
        backoff.succeeded()
        recovery_sheet.tend(self.workspace)
        self._is(Line.UP, "")
        quiet = self.workspace.config.sync.wait_seconds == 0
        return (30.0 if quiet else 0.0), bool(done.pulled or done.refused)

    def _told_to_go(self) -> None:
        """The screens hear that the device was sent away; a coordinator's order covers all that is shown."""
        if self._loop is not None and not self._ending.is_set():
            with contextlib.suppress(RuntimeError):  # the screen is gone
                self._loop.call_soon_threadsafe(self._go, context=self._context)

    def _exchanged(self, wait_s: float) -> Exchanged:
        """One exchange, and when there is more, all of it: the screens hear of it page by page."""
        done = self.workspace.engine.exchange(wait_s)
        self._send_log()
        if not done.more:
            return done
        rest = synchronisation.exchange_all(self.workspace, self._progressed, self._ending.is_set)
        return Exchanged(done.pushed + rest.pushed, done.pulled + rest.pulled, done.refused + rest.refused, more=False)

    def _progressed(self, progress: Progress) -> None:
        self._read()
        self._tell(bool(progress.pulled))

    def _is(self, line: Line, sentence: str) -> None:
        self.line = line
        self.trouble = sentence
        self._read()

    def _read(self) -> None:
        self.overview = synchronisation.status(self.workspace)

    def _tell(self, changed: bool, *, answers: bool = False) -> None:
        if self._loop is None or self._ending.is_set():
            return
        try:
            self._loop.call_soon_threadsafe(self._told, changed, answers, context=self._context)
        except RuntimeError:
            return  # the screen is gone

    # On the screen's loop

    def _go(self) -> None:
        if not self._ending.is_set() and self.app.is_running:
            self.app.run_worker(partial(self.app.is_sent_away, self.workspace), group="sent-away")

    def _told(self, changed: bool, answers: bool) -> None:
        if self._ending.is_set() or not self.app.is_running:
            return
        if changed:
            self.app.tell_screens()
        self.app.show_badge()
        if answers and self._asked:
            self._asked = False
            self.app.say(self.answer(), severe=self.line is Line.STOPPED)

    def answer(self) -> str:
        """The sentence after Ctrl+R."""
        return standing.answer(self.overview, self.line, self.trouble)

    def badge(self, *, short: bool) -> Content:
        """How the saved changes stand; `short` leaves out what goes without saying."""
        if self.overview is None:
            return Content("")
        line = Content(standing.badge(self.overview, self.line, self.app.clock.today(), short=short))
        for warning in standing.warnings(self.overview):
            line += Content.assemble(" · ", (f"≠ {warning}", "bold $warning"))
        return line
