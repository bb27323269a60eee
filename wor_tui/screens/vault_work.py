"""Work on the vault that takes a while: how far it is, and Esc to stop it; and a text with what came of it."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.frame import KeyBar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from wor_tui.app import WorApp
    from wor_tui.screens.trouble import Failed  # noqa: F401 -- named in a text
    from wor_tui.vault.copying import Cancelled, Progress

Answer = TypeVar("Answer")

WIDTH = 40
AGAIN_S = 0.1
SILENT_S = 2
"""After so many seconds without a number they are counted on the screen."""


class WorkScreen(ModalScreen["Answer | Failed"], Generic[Answer]):
    """Does `work` in a thread; dismissed with its answer, or with the known error that ended it."""

    CSS_PATH = "vault_work.tcss"
    BINDINGS = bindings("work.stop")
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, title: str, explanation: str, work: Callable[[Progress, Cancelled], Answer]) -> None:
        """`work` is told whom to tell how far it is, and whom to ask whether to stop."""
        super().__init__()
        self.named = title
        self.explained = explanation
        self.work = work
        self.done, self.whole = 0, 0
        self._began = time.monotonic()
        self._stopping = threading.Event()

    def compose(self) -> ComposeResult:
        """What is being done, and how far."""
        with Vertical(id="work"):
            yield Static(self.named, classes="title", markup=False)
            yield Static(self.explained, classes="paragraph", markup=False)
            yield Static("", id="far", markup=False)
            yield Static(_("Esc stopt. Er is dan niets veranderd."), id="stop", classes="muted", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin."""
        self.set_interval(AGAIN_S, self.show_far)
        self.show_far()
        self.run_worker(self.go)

    def on_unmount(self) -> None:
        """Nobody looks any more: stop."""
        self._stopping.set()

    async def go(self) -> None:
        """Work, and leave."""
        app = cast("WorApp", self.app)  # pyright: ignore[reportUnknownMemberType] -- as Textual types it
        self.dismiss(await app.attempt(partial(self.work, self.tell, self._stopping.is_set), aloud=False))

    def tell(self, done: int, whole: int) -> None:
        """How far it is; called in the thread."""
        self.done, self.whole = done, whole

    def show_far(self) -> None:
        """How far it is, as a bar and a number."""
        if not self.whole:
            # Without a number at least the seconds go on: it is seen that it still works.
            seconds = int(time.monotonic() - self._began)
            going = f"{_('Bezig…')} {_('{n} s').format(n=seconds)}" if seconds >= SILENT_S else _("Bezig…")
            self.query_one("#far", Static).update(going)
            return
        part = min(self.done / self.whole, 1.0)
        full = round(part * WIDTH)
        bar = Content.assemble(("█" * full, "$primary"), ("░" * (WIDTH - full), "$text-muted"), f" {part:4.0%}")
        self.query_one("#far", Static).update(bar)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """It is stopped once."""
        del parameters
        return action != "work_stop" or not self._stopping.is_set()

    def action_work_stop(self) -> None:
        """Stop at the next moment that can be."""
        self._stopping.set()
        self.refresh_bindings()
        self.query_one("#stop", Static).update(_("Stoppen…"))


class FoundScreen(ModalScreen[None]):
    """What was found, a sentence a line; Esc or Enter leaves."""

    CSS_PATH = "vault_work.tcss"
    BINDINGS = bindings("back")
    AUTO_FOCUS: ClassVar[str | None] = "#found"

    def __init__(self, title: str, found: Sequence[tuple[bool, str]]) -> None:
        """Each sentence with whether it is well."""
        super().__init__()
        self.named = title
        self.found = found

    def compose(self) -> ComposeResult:
        """The title and the sentences."""
        lines = [
            Content.assemble(("✓ ", "$success") if well else ("! ", "bold $error"), sentence)
            for well, sentence in self.found
        ]
        with Vertical(id="work"):
            yield Static(self.named, classes="title", markup=False)
            with VerticalScroll(id="found"):
                for line in lines:
                    yield Static(line, classes="paragraph")
        yield KeyBar()

    def action_back(self) -> None:
        """Read."""
        self.dismiss()
