"""The notes of a form, of several lines. What is typed or pasted is shown literally, and capped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static, TextArea

from wor_tui.domain.text import NOTE_LIMIT
from wor_tui.screens.pasted import fitting

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key, Paste


class Note(TextArea):
    """A note of several lines with a cap that is said aloud; Tab goes on to the next field."""

    def __init__(self, text: str = "", *, id: str, cap: int = NOTE_LIMIT, classes: str | None = None) -> None:  # noqa: A002
        """A note of at most `cap` characters."""
        super().__init__(
            text, id=id, classes=classes, soft_wrap=True, tab_behavior="focus", compact=True, show_line_numbers=False
        )
        self.cap = cap
        self.cursor_blink = False
        self.highlight_cursor_line = False

    def on_paste(self, event: Paste) -> None:
        """Take in what fits, literally."""
        event.stop()
        event.prevent_default()
        selected = len(self.selected_text)
        text, left_out = fitting(event.text, self.cap - len(self.text) + selected, lines=True)
        self.replace(text, *self.selection)
        if left_out:
            self.notify(left_out, severity="warning", markup=False)

    def on_key(self, event: Key) -> None:
        """A note that is full takes no more."""
        if event.is_printable and len(self.text) >= self.cap:
            event.stop()
            event.prevent_default()
            self.app.bell()  # pyright: ignore[reportUnknownMemberType] -- App's result type is open


class LabelledNote(Vertical):
    """A note with its question above it."""

    def __init__(self, label: str, text: str = "", *, id: str, classes: str | None = None) -> None:  # noqa: A002
        """The question, and the note whose id is `id`."""
        super().__init__(classes=classes)
        self.label = label
        self.note = Note(text, id=id)

    def compose(self) -> ComposeResult:
        """The question, the note under it."""
        yield Static(self.label, markup=False, classes="label")
        yield self.note
