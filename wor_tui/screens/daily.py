"""What happens once a day while the vault is open: a backup, and a look at every page; told only when it went wrong."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import threading
import time
from typing import TYPE_CHECKING

from wor_tui.i18n import _
from wor_tui.services import backups
from wor_tui.vault.errors import BackupFolderMissing, BrokenOff, VaultClosed, VaultError
from wor_tui.wording.backups import none_made
from wor_tui.wording.vault_check import found_sentence

if TYPE_CHECKING:
    from wor_tui.app import WorApp
    from wor_tui.services.backups import Day
    from wor_tui.services.workspace import Workspace

logger = logging.getLogger(__name__)

AFTER_S = 5.0
"""The first screen and the first exchange go before."""
CALM_S, AT_MOST_S = 3.0, 120.0
"""It begins when nobody has typed for so long: reading and copying every page takes turns from who types. But a person
who never pauses has a backup too."""
EACH_S = 3600.0
"""How often a program that stays open looks whether it is another day."""


class Daily:
    """One thread beside the exchange; a backup that is being made is broken off when the vault closes."""

    def __init__(self, app: WorApp, workspace: Workspace) -> None:
        """Nothing happens before `start`."""
        self.app = app
        self.workspace = workspace
        self._ending = threading.Event()
        self._typed = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context = contextvars.copy_context()
        self._thread = threading.Thread(target=self._run, name="wor-daily", daemon=True)
        self._no_backup = ""
        """Why there was no backup at the last look; said once, and again when it is something else."""

    def start(self) -> None:
        """Begin; call it on the screen's loop."""
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self._thread.start()

    def touched(self) -> None:
        """Somebody typed."""
        self._typed = time.monotonic()

    def stop(self) -> None:
        """End; what is being copied is thrown away."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def _run(self) -> None:
        pause = AFTER_S
        while not self._ending.wait(pause):
            pause = EACH_S
            self._await_calm()
            try:
                self.look()
            except (BrokenOff, VaultClosed):
                return

    def _await_calm(self) -> None:
        at_most = time.monotonic() + AT_MOST_S
        while (now := time.monotonic()) < min(self._typed + CALM_S, at_most) and not self._ending.is_set():
            self._ending.wait(min(self._typed + CALM_S, at_most) - now)

    def look(self) -> None:
        """What the day asks for, now; raises BrokenOff, VaultClosed."""
        try:
            day = backups.day(self.workspace, self._ending.is_set)
        except VaultError as error:
            if isinstance(error, BrokenOff | VaultClosed):
                raise
            logger.warning("daily: %s", error)
        else:
            self._tell(day)

    def _tell(self, day: Day) -> None:
        # What is to be said of the folder for backups is in why there is none.
        wrong = [found for found in day.wrong if day.failure is None or found.check != "backups"]
        said = [(found_sentence(found.check, found.code, found.facts), True) for found in wrong]
        no_backup = "" if day.failure is None else none_made(day.failure)
        if no_backup and not said and no_backup != self._no_backup:
            again = _("Het programma probeert het elk uur opnieuw.")
            # A disk that isn't connected is for its owner to connect, when it suits.
            said = [(f"{no_backup} {again}", not isinstance(day.failure, BackupFolderMissing))]
        self._no_backup = no_backup
        if self._loop is not None and (said or day.taken is not None):
            with contextlib.suppress(RuntimeError):  # the screen is gone
                self._loop.call_soon_threadsafe(self._told, said, context=self._context)

    def _told(self, said: list[tuple[str, bool]]) -> None:
        if self._ending.is_set() or not self.app.is_running:
            return
        self.app.tell_screens()
        for sentence, severe in said:
            self.app.say(sentence, severe=severe)
