"""What the app tells: sentences above the keys, what came of work in a thread, and to its screens what was saved."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from textual.app import App
from textual.content import Content
from textual.worker import NoActiveWorker, get_current_worker  # pyright: ignore[reportUnknownVariableType]

from wor_tui.screens.frame import WorScreen
from wor_tui.screens.trouble import Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.await_remove import AwaitRemove
    from textual.dom import DOMNode
    from textual.widget import Widget

    from wor_tui.screens.background import Background

Answer = TypeVar("Answer")

READ_A_SECOND = 15
"""Signs that somebody who doesn't read easily takes in."""


class TellingApp(App[int], inherit_bindings=False):
    """An app that says what happened where it covers nothing."""

    background: Background | None = None
    """What exchanges, once the vault is open."""

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=4, thread_name_prefix="wor")

    async def attempt(self, work: Callable[[], Answer], *, aloud: bool = True) -> Answer | Failed:
        """Do `work` in a thread; an error that is known becomes a sentence, said as a toast when `aloud`."""
        from wor_tui.screens import trouble  # noqa: PLC0415

        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except trouble.known() as error:
            sentence = trouble.sentence(error)
            if aloud:
                self.say(sentence, severe=True)
            return Failed(error, sentence)

    def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        """Take down; what still reads for a screen has nowhere to show it from here on.

        Textual ends a widget's workers when it is gone, a moment after its parts are: an answer that came in between
        would look for them.
        """
        try:
            this = get_current_worker()  # pyright: ignore[reportUnknownVariableType] -- a worker's answer is open
        except NoActiveWorker:
            this = None
        for worker in list(self.workers):
            if worker.node in nodes and worker is not this:
                worker.cancel()
        return super()._prune(*nodes, parent=parent)

    def say(self, sentence: str, *, severe: bool = False) -> None:
        """A toast; what stands in it is shown literally, for as long as it takes to read."""
        timeout = max(8 if severe else 5, len(sentence) / READ_A_SECOND)
        self.notify(sentence, severity="error" if severe else "information", markup=False, timeout=timeout)

    def _refresh_notifications(self) -> None:
        """Show the newest notice above the keys: a toast would lie over what one reads or clicks."""
        newest = next(reversed([each for each in self._notifications if not each.has_expired]), None)
        screens = [screen for screen in self.screen_stack if isinstance(screen, WorScreen) and screen.is_mounted]
        for screen in screens:
            if newest is None or screen is not screens[-1]:
                screen.show_notice("", "information")
            else:
                screen.show_notice(str(newest.message), newest.severity)
        if newest is not None:
            self.set_timer(max(0.05, newest.time_left), self._refresh_notifications)

    def saved(self, sentence: str = "") -> None:
        """Something was saved here: the other screens read again, and it is sent."""
        if sentence:
            self.say(sentence)
        if self.background is not None:
            self.background.saved()
        self.tell_screens()
        self.show_badge()

    def tell_screens(self) -> None:
        """Let every screen read again what may have changed; forms that are being filled in don't."""
        for screen in self.screen_stack:
            if isinstance(screen, WorScreen) and screen.is_mounted:
                screen.data_changed()
                if screen.is_current:
                    screen.show_frame()

    def show_badge(self) -> None:
        """Show the badge again, and nothing else."""
        for screen in self.screen_stack:
            if isinstance(screen, WorScreen) and screen.is_mounted:
                screen.show_badge()

    def badge(self, *, short: bool) -> Content:
        """How the saved changes stand, as the badge shows it."""
        return self.background.badge(short=short) if self.background is not None else Content("")
