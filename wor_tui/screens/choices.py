"""A choice of one out of a few, by one key, in a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.narrowing import LONGEST, by_typing, fitting, narrowed

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Click, Key
    from textual.geometry import Size


CURSOR = "▏"


class Choice(Widget, can_focus=True):
    """A choice of one out of a few: by its own key, the arrows, or the mouse; out of many by typing a part of it."""

    DEFAULT_CSS = "Choice { width: 1fr; height: auto; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--key", "choice--chosen", "choice--word"}

    value: reactive[str] = reactive("", layout=True)
    typed: reactive[str] = reactive("", layout=True)
    """What was typed of a name, where there are more options than keys."""

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

    def shown(self) -> list[tuple[str | None, str, str]]:
        """What is to be seen, remarks as None: the options; of many, the one that counts and what fits the typing."""
        if not by_typing(self.options):
            return [*self.options]
        found = narrowed(self.options, self.typed, self.value)
        parts: list[tuple[str | None, str, str]] = [] if found.chosen is None else [found.chosen]
        if not self.typed:
            said = _("typ een deel van de naam ({n})").format(n=sum(not key for _code, key, _words in self.options))
            return [*parts, *found.shown, (None, "", said)]
        parts += [(None, "", self.typed + CURSOR), *found.shown]
        if found.more:
            parts.append((None, "", _("en {n} meer").format(n=found.more)))
        elif not fitting(self.options, self.typed):
            parts.append((None, "", _("Niets gevonden; haal een letter weg.")))
        return parts

    def arranged(self, width: int) -> list[list[tuple[str | None, str, str]]]:
        """What is to be seen in lines of at most `width` cells; an option is never broken."""
        lines: list[list[tuple[str | None, str, str]]] = [[]]
        used = 0
        for code, key, words in self.shown():
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
        """The options; the chosen one is marked with a dot, too."""
        key_style = self.get_visual_style("choice--key")
        word_style = self.get_visual_style("choice--word")
        chosen = self.get_visual_style("choice--chosen")
        lines: list[Content] = []
        for line in self.arranged(self.size.width):
            parts: list[Content] = []
            for code, key, words in line:
                if code is None:
                    parts.append(Content.assemble(" ", (words, "$text-muted"), "   "))
                    continue
                if code == self.value:
                    part = Content.assemble((f"●{key} {words} " if key else f"●{words} ", chosen), " ")
                elif not key:
                    part = Content.assemble(" ", (words, word_style), "   ")
                else:
                    part = Content.assemble(" ", (key, key_style), (f" {words}  ", word_style))
                parts.append(part.stylize(Style.from_meta({"code": code})))
            lines.append(Content("").join(parts))
        return Content("\n").join(lines)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """The options' own keys are this choice's while it has the focus, and every letter where it is typed in."""
        if by_typing(self.options):
            return key == "backspace" or (character is not None and character.isprintable())
        return any(own == (character or key) for _code, own, _words in self.options)

    def on_key(self, event: Key) -> None:
        """An option's own key, a letter of a name, or an arrow."""
        among = fitting(self.options, self.typed) if self.typed else self.options
        codes = [code for code, _key, _words in among]
        keys = [key for _code, key, _words in self.options]
        if not self.typed and event.character and event.character in keys:
            self.choose(self.options[keys.index(event.character)][0], by_key=True)
        elif by_typing(self.options) and self.typing(event):
            pass
        elif event.key in ("left", "right") and codes:
            step = 1 if event.key == "right" else -1
            at = codes.index(self.value) + step if self.value in codes else 0
            self.choose(codes[at % len(codes)])
        else:
            return
        event.stop()
        event.prevent_default()

    def typing(self, event: Key) -> bool:
        """A letter more or less of a name; the only name that is left is chosen, Enter takes the first."""
        if event.key == "backspace" and self.typed:
            self.typed = self.typed[:-1]
        elif event.is_printable and event.character and (self.typed or event.character != " "):
            self.typed = (self.typed + event.character)[:LONGEST]
        elif event.key != "enter" or not self.typed:
            return False
        codes = [code for code, _key, _words in fitting(self.options, self.typed)] if self.typed else []
        if codes and self.value not in codes and (event.key == "enter" or len(codes) == 1):
            self.choose(codes[0])
        if event.key == "enter":
            self.typed = ""
        return True

    def on_blur(self) -> None:
        """What was typed is done with."""
        self.typed = ""

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
