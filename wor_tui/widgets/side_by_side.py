"""Two versions of a text beside each other (or under each other where it is narrow), with what differs marked."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from wor_tui.widgets.cell_text import clean, cut, wrapped

_BESIDE = 60
_WORDS = re.compile(r"\n|[^\S\n]+|\S+")
# Beyond this many words the comparison would be felt; then all of it counts as different.
_MOST_WORDS = 3_000


class Word(NamedTuple):
    """A word, and whether the other text lacks it there."""

    text: str
    differs: bool


def compared(left: str, right: str) -> tuple[list[Word], list[Word]]:
    """Both texts as words ("\\n" is one too), each marked when the other text has something else there."""
    words = [[part for part in _WORDS.findall(text) if part == "\n" or part.strip()] for text in (left, right)]
    if max(map(len, words)) > _MOST_WORDS:
        same = left == right
        return [Word(word, not same) for word in words[0]], [Word(word, not same) for word in words[1]]
    sides: tuple[list[Word], list[Word]] = ([], [])
    for tag, a, b, c, d in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes():
        sides[0].extend(Word(word, tag != "equal") for word in words[0][a:b])
        sides[1].extend(Word(word, tag != "equal") for word in words[1][c:d])
    return sides


class SideBySide(Widget):
    """Two texts under their titles; words that differ are bold and underlined."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"side-by-side--title", "side-by-side--differs", "side-by-side--line"}
    DEFAULT_CSS = """
    SideBySide {
        width: 1fr; height: auto; color: $foreground; background: $background;
        & > .side-by-side--title { color: $text-muted; text-style: bold; }
        & > .side-by-side--differs { color: $text-warning; text-style: bold underline; }
        & > .side-by-side--line { color: $text-disabled; }
    }
    """

    texts: reactive[tuple[str, str]] = reactive(("", ""), layout=True)
    titles: reactive[tuple[str, str]] = reactive(("", ""), layout=True)

    def __init__(
        self,
        left: str = "",
        right: str = "",
        *,
        titles: tuple[str, str] = ("", ""),
        name: str | None = None,
        id: str | None = None,  # noqa: A002 -- the name that all widgets use
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._made: tuple[object, list[list[list[Word]]]] = (None, [])
        self.set_reactive(SideBySide.texts, (left, right))
        self.set_reactive(SideBySide.titles, titles)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Beside each other the longer one; under each other both."""
        left, right = self._sides(width)
        return 1 + max(len(left), len(right)) if width >= _BESIDE else 3 + len(left) + len(right)

    def render_line(self, y: int) -> Strip:
        """A line of both, or of one."""
        width, base = self.size.width, self.rich_style
        left, right = self._sides(width)
        if width >= _BESIDE:
            column = (width - 3) // 2
            line = Segment(" │ ", base + self.get_component_rich_style("side-by-side--line", partial=True))
            halves = [
                self._one(lines, title, y, column, base)
                for lines, title in zip((left, right), self.titles, strict=True)
            ]
            return Strip([*halves[0], line, *halves[1]]).adjust_cell_length(width, base)
        if y <= len(left):
            return self._one(left, self.titles[0], y, width, base)
        return self._one(right, self.titles[1], y - len(left) - 2, width, base)

    def _one(self, lines: list[list[Word]], title: str, y: int, width: int, base: Style) -> Strip:
        if y == 0:
            style = base + self.get_component_rich_style("side-by-side--title", partial=True)
            return Strip([Segment(cut(clean(title), width), style)]).adjust_cell_length(width, base)
        if not 0 < y <= len(lines):
            return Strip.blank(width, base)
        marked = base + self.get_component_rich_style("side-by-side--differs", partial=True)
        segments: list[Segment] = []
        before: Word | None = None
        for word in lines[y - 1]:
            if before is not None:
                segments.append(Segment(" ", marked if before.differs and word.differs else base))
            segments.append(Segment(word.text, marked if word.differs else base))
            before = word
        return Strip(segments).adjust_cell_length(width, base)

    def _sides(self, width: int) -> tuple[list[list[Word]], list[list[Word]]]:
        key = (width, self.texts)
        if self._made[0] != key:
            column = (width - 3) // 2 if width >= _BESIDE else width
            self._made = (key, [_lines(words, max(1, column)) for words in compared(*self.texts)])
        return self._made[1][0], self._made[1][1]


def _lines(words: list[Word], width: int) -> list[list[Word]]:
    """Words on lines of at most `width` cells; an empty text is one empty line."""
    lines: list[list[Word]] = [[]]
    taken = 0
    for word in words:
        if word.text == "\n":
            lines.append([])
            taken = 0
            continue
        for piece in wrapped(clean(word.text), width):
            wide = cell_len(piece)
            if lines[-1] and taken + 1 + wide > width:
                lines.append([])
                taken = 0
            taken += wide + (1 if lines[-1] else 0)
            lines[-1].append(Word(piece, word.differs))
    return lines
