"""The fields of a form: a line, a note, a choice by one key. What is typed or pasted is shown literally, and "
"capped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from wor_tui.domain.text import NAME_LIMIT, NOTE_LIMIT, clean_line, clean_note
from wor_tui.i18n import _

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Click, Key, Paste
    from textual.geometry import Size


Check = Callable[[str], str]
"""Takes what was typed, returns the sentence that says what is wrong, or an empty text."""


def capped(text: str, room: int, *, lines: bool) -> tuple[str, bool]:
    """(what may be inserted into `room` characters, whether something was cut off); only what may fit is looked "
    "at."""
    looked_at = text[: 4 * room + 64]
    clean = clean_note(looked_at) if lines else clean_line(looked_at)
    return clean[:room], len(clean) > room or len(text) > len(looked_at)


class Line(Input):
    """An input of one line with a cap that is said aloud."""

    def __init__(self, value: str = "", *, cap: int = NAME_LIMIT, password: bool = False, **more: str | None) -> None:
        """An input of at most `cap` characters."""
        super().__init__(value, password=password, max_length=cap, compact=True, **more)  # pyright: ignore[reportArgumentType]
        self.cap = cap
        self.cursor_blink = False

    def on_paste(self, event: Paste) -> None:
        """Take in what fits, literally."""
        event.stop()
        event.prevent_default()
        start, end = sorted(self.selection)
        text, cut = capped(event.text, self.cap - len(self.value) + (end - start), lines=False)
        self.replace(text, start, end)
        if cut:
            self.notify(
                _("Dat is meer dan hier past. De eerste {count} tekens staan er; de rest is niet overgenomen.").format(
                    count=self.cap
                ),
                severity="warning",
                markup=False,
            )


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

    def complain(self, sentence: str) -> None:
        """Show a sentence under the field; an empty one takes it away."""
        self.query_one(".trouble", Static).update(sentence)
        self.set_class(bool(sentence), "-wrong")

    def is_right(self) -> bool:
        """Ask the check and show what it says."""
        sentence = self.check(self.value) if self.check is not None else ""
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
        text, cut = capped(event.text, max(0, self.cap - len(self.text) + selected), lines=True)
        self.replace(text, *self.selection)
        if cut:
            self.notify(
                _("Dat is meer dan hier past. De eerste {count} tekens staan er; de rest is niet overgenomen.").format(
                    count=self.cap
                ),
                severity="warning",
                markup=False,
            )

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


class Choice(Widget, can_focus=True):
    """A choice of one out of a few: by its own key, the arrows, or the mouse."""

    DEFAULT_CSS = "Choice { width: 1fr; height: auto; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--key", "choice--chosen", "choice--word"}

    value: reactive[str] = reactive("", layout=True)

    class Changed(Message):
        """Another option was chosen; `by_key` tells that its own key was pressed."""

        def __init__(self, choice: Choice, value: str, by_key: bool) -> None:
            """Name the choice and the option."""
            super().__init__()
            self.choice = choice
            self.value = value
            self.by_key = by_key

        @property
        def control(self) -> Choice:
            """The choice, for `@on` selectors."""
            return self.choice

    def __init__(
        self,
        options: Sequence[tuple[str, str, str]],
        value: str = "",
        *,
        id: str,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        """Options as (code, key, words); `value` is the code that is chosen, empty for none yet."""
        super().__init__(id=id, classes=classes)
        self.options = list(options)
        self.set_reactive(Choice.value, value)

    def arranged(self, width: int) -> list[list[tuple[str, str, str]]]:
        """The options in lines of at most `width` cells; an option is never broken."""
        lines: list[list[tuple[str, str, str]]] = [[]]
        used = 0
        for code, key, words in self.options:
            cells = cell_len(key) + cell_len(words) + 4
            if lines[-1] and used + cells > width:
                lines.append([])
                used = 0
            lines[-1].append((code, key, words))
            used += cells
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the options need."""
        del container, viewport
        return len(self.arranged(width))

    def render(self) -> Content:
        """All options; the chosen one is marked with a dot, too."""
        key_style = self.get_visual_style("choice--key")
        word_style = self.get_visual_style("choice--word")
        chosen = self.get_visual_style("choice--chosen")
        lines: list[Content] = []
        for line in self.arranged(self.size.width):
            parts: list[Content] = []
            for code, key, words in line:
                if code == self.value:
                    part = Content.assemble((f"●{key} {words} ", chosen), " ")
                else:
                    part = Content.assemble(" ", (key, key_style), (f" {words}  ", word_style))
                parts.append(part.stylize(Style.from_meta({"code": code})))
            lines.append(Content("").join(parts))
        return Content("\n").join(lines)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """The options' own keys are this choice's while it has the focus."""
        return any(own == (character or key) for _code, own, _words in self.options)

    def on_key(self, event: Key) -> None:
        """An option's own key, or an arrow."""
        codes = [code for code, _key, _words in self.options]
        keys = [key for _code, key, _words in self.options]
        if event.character in keys:
            self.choose(codes[keys.index(event.character)], by_key=True)
        elif event.key in ("left", "right"):
            step = 1 if event.key == "right" else -1
            at = codes.index(self.value) + step if self.value in codes else 0
            self.choose(codes[at % len(codes)])
        else:
            return
        event.stop()
        event.prevent_default()

    def choose(self, code: str, *, by_key: bool = False) -> None:
        """Choose an option and tell the form."""
        self.value = code
        self.post_message(self.Changed(self, code, by_key))

    def on_click(self, event: Click) -> None:
        """The mouse chose an option."""
        if (code := event.style.meta.get("code")) is not None:
            self.choose(code)


class LabelledChoice(Horizontal):
    """A choice with its label before it; `id` is the choice's."""

    def __init__(
        self,
        label: str,
        options: Sequence[tuple[str, str, str]],
        value: str = "",
        *,
        id: str,  # noqa: A002 - Textual's own name
    ) -> None:
        """A label and a choice."""
        super().__init__()
        self.label = label
        self.choice = Choice(options, value, id=id)

    def compose(self) -> ComposeResult:
        """Label, then choice."""
        yield Static(self.label, markup=False, classes="label")
        yield self.choice
