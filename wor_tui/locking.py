"""Locking and ending: the screen is covered, what is being filled in is kept, the vault is closed, the process ends.

After a lock the program starts anew (see `relaunch`): a process that knew the key can't forget it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, cast

from wor_tui import lock
from wor_tui.i18n import _
from wor_tui.lock import Locked, Reason, Watch
from wor_tui.navigation import NavigatingApp
from wor_tui.screens.locked import Choice, LockedScreen, shown_key
from wor_tui.screens.trouble import Failed

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType
    from textual.screen import Screen

    from wor_tui.config import Config
    from wor_tui.lock import Ticks
    from wor_tui.screens.forms import FormScreen
    from wor_tui.services.left_open import Place
    from wor_tui.services.workspace import Workspace

logger = logging.getLogger(__name__)

QUIT = 0
"""The exit code when it stops as asked."""
AGAIN_S = 30.0
"""How often a draft that couldn't be kept is tried again by itself."""
GIVE_UP_S = 3600.0
"""How long the key may stay in memory for a draft that can't be kept: as long as the longest time without a key."""
OFFERED_S = 60.0
"""How long the sentence about where one was stands there; its key works longer."""
COVERED_S, SAVED_S, ENDED_S = 2.0, 10.0, 15.0
"""The longest to wait for the covered screen to be painted, for a form that is being saved, for the end by a signal."""


class LockingApp(NavigatingApp, inherit_bindings=False):
    """An app that locks after a time without a key, when the computer slept and on request."""

    config: Config

    def __init__(self, home: Path, *, demo: bool, ticks: Ticks) -> None:
        """Nothing is open yet. The demo locks on request only: its people are invented, and so is its passphrase."""
        super().__init__()
        self.home = home
        self.demo = demo
        self.unowned: Workspace | None = None
        """A vault that is open and has no owner, or no confirmed recovery code, yet."""
        self.locked: Locked | None = None
        """Why the app ended, when a lock ended it."""
        self.locking = False
        self.left_open: list[Place] = []
        self._ticks = ticks
        self._watch: Watch | None = None
        self._cover: LockedScreen | None = None

    # Watching

    def watch_for_lock(self) -> None:
        """Look at the clocks from now on."""
        if not self.demo:
            self._watch = Watch(self._ticks, self.config.lock.minutes)
            self.set_interval(lock.LOOK_EVERY_S, self.look)

    async def heed_organisation(self) -> None:
        """Lock no later than the organisation wants."""
        from wor_tui.services import pinning  # noqa: PLC0415

        def settled() -> int | None:
            with self.desk.database.read() as connection:
                return pinning.settled(connection).lock_minutes_at_most

        at_most = await self.attempt(settled, aloud=False)
        if self._watch is not None and not isinstance(at_most, Failed):
            self._watch.minutes = lock.minutes(self.config.lock.minutes, at_most)

    def look(self) -> None:
        """Lock when it is time; at the door there is nothing to lock, and the clocks begin anew."""
        reason = None if self._watch is None else self._watch.why()
        if reason is None or self._works():
            return
        if self._open():
            self.lock(reason)
        else:
            self._begin_anew()

    def _begin_anew(self) -> None:
        if self._watch is not None:
            self._watch = Watch(self._ticks, self._watch.minutes)

    def lets_in(self) -> bool:
        """Somebody pressed a key or moved the mouse: whether it may pass. The first one after sleep may not."""
        if not self.locking:
            self.look()
        if self.locking:
            return self._cover is not None and self._cover.asks and self.screen is self._cover
        if self._watch is not None:
            self._watch.touched()
        return True

    def _works(self) -> bool:
        """Whether the vault itself is being worked on: it shows nobody, must not be broken off, and locks after it."""
        work = sys.modules.get("wor_tui.screens.vault_work")
        return work is not None and any(isinstance(screen, work.WorkScreen) for screen in self.screen_stack)

    def _open(self) -> list[Workspace]:
        """The vaults that are open: one, or none."""
        found = [self.workspace, self.unowned, *(getattr(screen, "workspace", None) for screen in self.screen_stack)]
        return list({id(each): cast("Workspace", each) for each in found if each is not None}.values())

    # Locking

    def action_lock_now(self) -> None:
        """Lock on request."""
        self.lock(Reason.ASKED)

    def lock(self, reason: Reason) -> None:
        """Lock, unless that is going on, or nothing is open."""
        if not self.locking and not self._works() and self._open():
            self.locking = True
            self.forget_keys()
            self.run_worker(partial(self._lock, reason), group="lock")

    def forget_keys(self) -> None:
        """Keys that were typed ahead are handed to nobody."""

    async def _lock(self, reason: Reason) -> None:
        logger.info("locking %s", reason)
        self._cover = cover = LockedScreen(self.config)
        await self.cover(cover)
        await self._until_saved()
        began, lost = self._ticks.elapsed(), False
        while (failed := await self.keep_drafts()) is not None:
            logger.warning("a draft can't be kept: %s", failed.error)
            cover.ask(failed.sentence)
            choice = await cover.answer(AGAIN_S)
            if choice is Choice.BACK and await self._is_passphrase(cover):
                await self._uncover(cover)
                return
            if choice is Choice.LOSE or self._ticks.elapsed() - began >= GIVE_UP_S:
                lost = True
                break
        cover.done()
        await self._keep_places()
        await self._close()
        self.locked = Locked(reason, lost)
        self.exit(QUIT)

    async def cover(self, cover: LockedScreen) -> None:
        """Cover everything, and go on once that is painted; from then on nothing else is."""
        painted = asyncio.Event()
        await self.push_screen(cover)  # pyright: ignore[reportUnknownMemberType] -- as Textual types it
        cover.call_after_refresh(painted.set)
        try:
            await asyncio.wait_for(painted.wait(), COVERED_S)
        except TimeoutError:
            logger.warning("the cover isn't painted yet")

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """While it locks only the cover is painted, whatever a piece of work that still goes on opens or closes."""
        if not self.locking or screen is self._cover:
            super()._display(screen, renderable)  # pyright: ignore[reportUnknownMemberType] -- as Textual types it

    async def _is_passphrase(self, cover: LockedScreen) -> bool:
        from wor_tui.vault.vault import unlock  # noqa: PLC0415

        secret, cover.secret = cover.secret, ""
        found = await self.attempt(lambda: unlock(self.home, passphrase=secret), aloud=False)
        if isinstance(found, Failed):
            cover.say(found.sentence)
            return False
        return True

    async def _uncover(self, cover: LockedScreen) -> None:
        """Go on where one was; the clocks begin anew."""
        while self.screen is not cover and cover in self.screen_stack:
            await self.pop_screen()
        self.locking = False
        self._cover = None
        if cover in self.screen_stack:
            await self.pop_screen()
        self._begin_anew()
        self.screen.refresh()

    # What is being filled in

    def _forms(self) -> list[FormScreen]:
        # A form brings the services along: as long as there is none, they aren't loaded for the question.
        if "wor_tui.screens.forms" not in sys.modules:
            return []
        from wor_tui.screens.forms import FormScreen  # noqa: PLC0415

        return [each for each in self.screen_stack if isinstance(each, FormScreen)]

    async def _until_saved(self) -> None:
        """Wait for what is being saved now: a form that was saved needs no draft, and an older one comes first."""
        until = time.monotonic() + SAVED_S
        while self._is_saving() and time.monotonic() < until:  # noqa: ASYNC110 -- several things, none with an event
            await asyncio.sleep(0.01)

    def _is_saving(self) -> bool:
        drafts = (worker for worker in self.workers if worker.group == "draft")
        return any(form.saving for form in self._forms()) or any(not worker.is_finished for worker in drafts)

    async def keep_drafts(self, *, aloud: bool = False) -> Failed | None:
        """Keep what stands in every open form, up to its last character; returns what stopped that."""
        failed: Failed | None = None
        for form in self._forms():
            form.touched()
            failed = await form.keep_draft(aloud=aloud) or failed
        return failed

    async def _keep_places(self) -> None:
        """Keep in the vault what is open, so that one key goes on there; when that fails nothing is lost."""
        if self.workspace is None:
            return
        from wor_tui.screens import places  # noqa: PLC0415
        from wor_tui.services import left_open  # noqa: PLC0415

        workspace, found = self.workspace, places.of(self.screen_stack)
        if found:
            await self.attempt(lambda: left_open.keep(workspace, found), aloud=False)

    async def offer_left_open(self) -> None:
        """Say where one was when it locked, and that one key goes on there."""
        from wor_tui.services import left_open  # noqa: PLC0415

        found = await self.attempt(lambda: left_open.take(self.desk), aloud=False)
        if isinstance(found, Failed) or not found:
            return
        self.left_open = found
        crumbs = " › ".join(place.crumb for place in found if place.crumb)
        sentence = _("Met {key} gaat u verder bij {crumbs}.").format(
            key=shown_key(self.config, "resume"), crumbs=crumbs
        )
        self.notify(sentence, markup=False, timeout=OFFERED_S)
        self.screen.refresh_bindings()

    async def action_resume(self) -> None:
        """Go on where one was."""
        from wor_tui.screens import places  # noqa: PLC0415

        left, self.left_open = self.left_open, []
        self.clear_notifications()
        self.refresh_bindings()
        await places.reopen(self, left)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to lock, or somewhere to go on."""
        if action == "lock_now":
            return bool(self._open()) and not self._works()
        if action == "resume":
            return bool(self.left_open)
        return super().check_action(action, parameters)

    # Ending

    async def action_quit(self) -> None:
        """Stop; what is being filled in stays as a draft."""
        await self.close_all()
        self.exit(QUIT)

    async def close_all(self) -> None:
        """Keep the drafts, stop exchanging, close the vault."""
        await self._until_saved()
        await self.keep_drafts(aloud=True)
        await self._close()

    async def _close(self) -> None:
        if self.background is not None:
            self.background.stop()
        for workspace in self._open():
            await self.attempt(workspace.close, aloud=False)
        self._pool.shutdown(wait=False)

    def end_when_told(self) -> None:
        """End well when the system or a closed terminal says so (SIGTERM, SIGHUP)."""
        if self.is_headless or sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._told_to_end, number)

    def _told_to_end(self, number: signal.Signals) -> None:
        logger.info("told to end %d", number)
        # A terminal that is gone may keep the screen from ending; what is being filled in is kept before that.
        hurry = threading.Timer(ENDED_S, os._exit, (128 + number,))
        hurry.daemon = True
        hurry.start()
        self.run_worker(partial(self._end, number), group="end")

    async def _end(self, number: signal.Signals) -> None:
        self.locking = True
        await self._until_saved()
        await self.keep_drafts()
        await self._keep_places()
        await self._close()
        self.exit(QUIT, return_code=128 + number)
