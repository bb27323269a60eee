"""A field for one score 0–10 in halves: type it, use ← and →, or click on the bar."""

from __future__ import annotations

import re
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from wor_tui.i18n import _
from wor_tui.widgets.cell_text import clean, fit, wrapped
from wor_tui.widgets.spiderweb_measurement import HIGHEST, TALK_MARK, number

_BAR = 20
_BOX = 6
_TYPED = re.compile(r"[0-9.,]")
_SCORE = re.compile(r"(10|[0-9])(?:[.,]([05])?)?\Z|10[.,]0?\Z")
_MIDDLE = 5.0


def parsed(text: str) -> float | None:
    """The score that a text such as "7", "7,5" or "7." stands for; raises ValueError when it is none.

    An empty text is no score: None.
    """
    if not text:
        return None
    found = _SCORE.match(text)
    if found is None:
        raise ValueError("not a score")
    score = float(text.replace(",", ".").rstrip("."))
    if score > HIGHEST:
        raise ValueError("not a score")
    return score


class ScoreInput(Widget, can_focus=True):
    """One dimension's or aspect's score with a bar of 20, a suggestion and the mark "hier wil ik over praten"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(0.5)", "score.more", show=False, id="score.more"),
        Binding("left", "step(-0.5)", "score.less", show=False, id="score.less"),
        # The scores stand under each other: up and down go along them, and never change one by the way.
        Binding("down", "app.focus_next", "score.next", show=False, id="score.next"),
        Binding("up", "app.focus_previous", "score.previous", show=False, id="score.previous"),
        Binding("backspace", "erase", "score.erase", show=False, id="score.erase"),
        Binding("delete", "clear", "score.clear", show=False, id="score.clear"),
        Binding("p", "talk", "web.talk", id="web.talk"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "score-input--box",
        "score-input--box-focused",
        "score-input--bar",
        "score-input--track",
        "score-input--suggestion",
        "score-input--error",
        "score-input--talk",
    }
    DEFAULT_CSS = """
    ScoreInput {
        width: 1fr; height: auto; color: $foreground; background: $background;
        & > .score-input--box { background: $surface; }
        & > .score-input--box-focused { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .score-input--bar { color: $primary; }
        & > .score-input--track { color: $text-disabled; }
        & > .score-input--suggestion { color: $text-muted; }
        & > .score-input--error { color: $text-error; }
        & > .score-input--talk { text-style: bold; }
    }
    """

    value: reactive[float | None] = reactive(None, init=False)
    """The score; set it without a message through `show_value`."""
    suggestion: reactive[float | None] = reactive(None)
    """The mean of the aspects, shown dimmed as long as no score is given."""
    talk: reactive[bool] = reactive(False, init=False)

    class Changed(Message):
        """The score is another one (None: cleared)."""

        def __init__(self, sender: ScoreInput, value: float | None) -> None:
            self.score_input = sender
            self.value = value
            super().__init__()

        @property
        def control(self) -> ScoreInput:
            """The field that sent it."""
            return self.score_input

    class TalkChanged(Message):
        """ "Hier wil ik over praten" was marked, or the mark was taken away."""

        def __init__(self, sender: ScoreInput, talk: bool) -> None:
            self.score_input = sender
            self.talk = talk
            super().__init__()

        @property
        def control(self) -> ScoreInput:
            """The field that sent it."""
            return self.score_input

    def __init__(
        self,
        label: str,
        value: float | None = None,
        *,
        suggestion: float | None = None,
        talk: bool = False,
        markable: bool = True,
        label_width: int = 24,
        indent: int = 0,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 -- the name that all widgets use
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.label = clean(label)
        self.label_width = label_width
        self.markable = markable
        self.indent = " " * indent
        self._typed: str | None = None
        self._wrong = False
        self._before = value
        self.set_reactive(ScoreInput.value, value)
        self.set_reactive(ScoreInput.suggestion, suggestion)
        self.set_reactive(ScoreInput.talk, talk)

    def show_value(self, value: float | None, *, talk: bool | None = None) -> None:
        """Show a score (and mark) that came from elsewhere; no message is sent."""
        self.set_reactive(ScoreInput.value, value)
        if talk is not None:
            self.set_reactive(ScoreInput.talk, talk)
        self._typed, self._wrong = None, False
        self.refresh(layout=True)

    @property
    def error(self) -> str:
        """What is wrong with what was typed, as a sentence; empty when nothing is."""
        return _("Geef een cijfer van 0 tot en met 10, met hele of halve punten.") if self._wrong else ""

    def watch_value(self, value: float | None) -> None:
        """Tell it."""
        self.post_message(self.Changed(self, value))

    def watch_talk(self, talk: bool) -> None:
        """Tell it."""
        self.post_message(self.TalkChanged(self, talk))

    def on_key(self, event: events.Key) -> None:
        """Digits and a comma or point are typed; the first one after coming here starts anew."""
        character = event.character or ""
        if len(character) == 1 and _TYPED.match(character):
            event.stop()
            event.prevent_default()
            self._type((self._typed or "") + character.replace(".", ","))

    def on_blur(self) -> None:
        """What isn't a score is left behind; the sentence stays until one comes back."""
        self._typed = None
        self.refresh()

    def on_focus(self) -> None:
        """Start anew."""
        self._typed = None
        self._set_wrong(False)

    def action_step(self, step: float) -> None:
        """Half a point more or less; the first step takes the suggestion, or the middle."""
        self._typed = None
        self._set_wrong(False)
        if self.value is None:
            self.value = _MIDDLE if self.suggestion is None else self.suggestion
        else:
            self.value = max(0.0, min(HIGHEST, self.value + step))
        self.refresh()

    def action_erase(self) -> None:
        """Take the last typed character away; without typing, the score."""
        self._type(self._typed[:-1] if self._typed else "")

    def action_clear(self) -> None:
        """No score."""
        self._type("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to mark where `markable` is False."""
        del parameters
        return action != "talk" or self.markable

    def action_talk(self) -> None:
        """Mark, or take the mark away."""
        self.talk = not self.talk

    def on_click(self, event: events.Click) -> None:
        """A click on the bar gives that score."""
        offset = event.get_content_offset(self)
        start = self._bar_start
        if offset is None or offset.y != 0 or not start - 1 <= offset.x < start + self._bar_width:
            return
        self._typed = None
        self._set_wrong(False)
        self.value = min(HIGHEST, round((offset.x - start + 1) / self._bar_width * HIGHEST * 2) / 2)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One line, and what is wrong under it."""
        return 1 + (len(wrapped(self.error, max(1, width - 2))) if self._wrong else 0)

    def render_line(self, y: int) -> Strip:
        """The name, the number, the bar and the mark; under it what is wrong."""
        width, base = self.size.width, self.rich_style
        if y > 0:
            lines = wrapped(self.error, max(1, width - 2)) if self._wrong else []
            text = f"  {lines[y - 1]}" if y <= len(lines) else ""
            return Strip([Segment(fit(text, width), self._part("error", base))])
        label = f"{self.indent}{TALK_MARK if self.talk else ' '} {self.label}"
        shown, dimmed = self._shown()
        box = self._part("box-focused" if self.has_focus else "box", base)
        segments = [
            Segment(fit(label, self._label_width), self._part("talk", base) if self.talk else base),
            # Where one is shows without colour too.
            Segment("▸" if self.has_focus else " ", base),
            Segment(f"{shown:>{_BOX - 2}} ", self._part("suggestion", box) if dimmed and not self.has_focus else box),
            Segment("▏" if self.has_focus and self._typed is not None else " ", box),
            Segment(" ", base),
            *self._bar(base),
        ]
        after = ""
        if self.suggestion is not None:
            after = " " + _("voorstel {score}").format(score=number(self.suggestion))
        elif self.talk:
            after = " " + _("hier wil ik over praten")
        room = width - self._bar_start - self._bar_width
        if cell_len(after) > room:
            after = f" ~{number(self.suggestion)}" if self.suggestion is not None else ""
        segments.append(Segment(after, self._part("suggestion", base)))
        return Strip(segments).adjust_cell_length(width, base)

    @property
    def _label_width(self) -> int:
        return max(4, min(self.label_width + 2, self.size.width - _BOX - 2 - _BAR // 2))

    @property
    def _bar_start(self) -> int:
        return self._label_width + _BOX + 2

    @property
    def _bar_width(self) -> int:
        return _BAR if self.size.width >= self._bar_start + _BAR else _BAR // 2

    def _shown(self) -> tuple[str, bool]:
        """The text in the box, and whether it is only a suggestion."""
        if self._typed is not None:
            return self._typed, False
        if self.value is None and self.suggestion is not None:
            return f"~{number(self.suggestion)}", True
        return number(self.value), self.value is None

    def _bar(self, base: Style) -> list[Segment]:
        value = self.value if self.value is not None else self.suggestion
        full = 0 if value is None else int(value / HIGHEST * self._bar_width)
        given = self.value is not None
        return [
            Segment(("━" if given else "╌") * full, self._part("bar" if given else "suggestion", base)),
            Segment("·" * (self._bar_width - full), self._part("track", base)),
        ]

    def _part(self, name: str, base: Style) -> Style:
        return base + self.get_component_rich_style(f"score-input--{name}", partial=True)

    def _type(self, text: str) -> None:
        """Take what is typed now; a score is told at once, what can't be one is kept to be corrected."""
        if self._typed is None:
            self._before = self.value
        try:
            score = parsed(text)
        except ValueError:
            # No more is kept than shows that it was too much.
            self._typed = text if cell_len(text) < _BOX - 1 else text[: _BOX - 2]
            self._set_wrong(True)
            # The 1 of "11" was no answer: back to what stood there.
            self.value = self._before
            return
        self._typed = text or None
        self._set_wrong(False)
        self.value = score
        self.refresh()

    def _set_wrong(self, wrong: bool) -> None:
        changed, self._wrong = wrong != self._wrong, wrong
        self.refresh(layout=changed)
