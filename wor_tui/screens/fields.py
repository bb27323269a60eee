"""The single-line fields of a form. What is typed or pasted is shown literally, and capped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.actions import SkipAction
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from wor_tui.domain.text import NAME_LIMIT
from wor_tui.screens.pasted import fitting

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Paste


Check = Callable[[str], str]
"""Takes what was typed, returns the sentence that says what is wrong, or an empty text."""


class Line(Input):
    """An input of one line with a cap that is said aloud."""

    def __init__(self, value: str = "", *, cap: int = NAME_LIMIT, password: bool = False, **more: str | None) -> None:
        """An input of at most `cap` characters."""
        super().__init__(value, password=password, max_length=cap, compact=True, **more)  # pyright: ignore[reportArgumentType]
        self.cap = cap
        self.cursor_blink = False

    def action_copy(self) -> None:
        """Copy what is selected; a secret goes to no clipboard, where any program finds it."""
        if self.password:
            raise SkipAction
        super().action_copy()

    def action_cut(self) -> None:
        """Cut what is selected, with the same exception."""
        if not self.password:
            super().action_cut()

    def on_paste(self, event: Paste) -> None:
        """Take in what fits, literally."""
        event.stop()
        event.prevent_default()
        start, end = sorted(self.selection)
        text, left_out = fitting(event.text, self.cap - len(self.value) + (end - start), lines=False)
        self.replace(text, start, end)
        if left_out:
            self.notify(left_out, severity="warning", markup=False)


class Field(Vertical):
    """A label, a line and, when something is wrong with it, the sentence under it."""

    class Changed(Message):
        """Somebody typed in the field."""

        def __init__(self, field: Field) -> None:
            """Name the field."""
            super().__init__()
            self.field = field

        @property
        def control(self) -> Field:
            """The field, for `@on` selectors."""
            return self.field

    class Submitted(Changed):
        """Enter was pressed in the field."""

    def __init__(
        self,
        label: str,
        value: str = "",
        *,
        id: str,  # noqa: A002 - Textual's own name
        hint: str = "",
        password: bool = False,
        cap: int = NAME_LIMIT,
        check: Check | None = None,
        classes: str | None = None,
    ) -> None:
        """A field; `check` is asked when the field is left."""
        super().__init__(id=id, classes=classes)
        self.label = label
        self.check = check
        self._line = Line(value, cap=cap, password=password, placeholder=hint)

    def compose(self) -> ComposeResult:
        """Label and line, the sentence under them."""
        with Horizontal(classes="field-line"):
            yield Static(self.label, markup=False, classes="label")
            yield self._line
        yield Static("", markup=False, classes="trouble")

    @property
    def value(self) -> str:
        """What stands in the field, without space around it."""
        return self._line.value.strip()

    @value.setter
    def value(self, value: str) -> None:
        self._line.value = value[: self._line.cap]

    @property
    def line(self) -> Line:
        """The input itself."""
        return self._line

    def focus(self, scroll_visible: bool = True) -> Field:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Put the cursor in the line."""
        self._line.focus(scroll_visible)
        return self

    def trouble(self) -> str:
        """The sentence that says what is wrong with what stands there, or an empty text."""
        return self.check(self.value) if self.check is not None else ""

    def complain(self, sentence: str) -> None:
        """Show a sentence under the field; an empty one takes it away."""
        self.query_one(".trouble", Static).update(sentence)
        self.set_class(bool(sentence), "-wrong")

    def is_right(self) -> bool:
        """Ask the check and show what it says."""
        sentence = self.trouble()
        self.complain(sentence)
        return not sentence

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the form; a complaint goes as soon as it is dealt with."""
        event.stop()
        if self.has_class("-wrong"):
            self.is_right()
        self.post_message(self.Changed(self))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line."""
        event.stop()
        self.post_message(self.Submitted(self))

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """Check when the field is left."""
        event.stop()
        if self.value:
            self.is_right()
