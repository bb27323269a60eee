"""The ten steps as a rail: what is done, what is open, where one is; any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from wor_tui.widgets.cell_text import clean, cut

DONE, OPEN = "✓", "○"
_GAP = 2


@dataclass(frozen=True, slots=True)
class Step:
    """A step's short name and whether it is done."""

    name: str
    done: bool = False


class StepRail(Widget, can_focus=True):
    """All steps in as few lines as they take; the arrows walk, Enter or a click chooses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "walk(1)", "rail.next", show=False, id="rail.next"),
        Binding("left,h", "walk(-1)", "rail.previous", show=False, id="rail.previous"),
        Binding("home", "walk_to(0)", "rail.first", show=False, id="rail.first"),
        Binding("end", "walk_to(-1)", "rail.last", show=False, id="rail.last"),
        Binding("enter,space", "choose", "rail.choose", show=False, id="rail.choose"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"step-rail--done", "step-rail--current", "step-rail--focused"}
    DEFAULT_CSS = """
    StepRail {
        width: 1fr; height: auto; color: $foreground; background: $background;
        & > .step-rail--done { color: $text-muted; }
        & > .step-rail--current { text-style: bold underline; }
        & > .step-rail--focused { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """

    steps: reactive[tuple[Step, ...]] = reactive((), layout=True)
    current: reactive[int] = reactive(0)

    class Chosen(Message):
        """The person goes to a step; `index` is from 0."""

        def __init__(self, sender: StepRail, index: int) -> None:
            self.rail = sender
            self.index = index
            super().__init__()

        @property
        def control(self) -> StepRail:
            """The rail that sent it."""
            return self.rail

    def __init__(
        self,
        steps: Sequence[Step] = (),
        current: int = 0,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 -- the name that all widgets use
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.set_reactive(StepRail.steps, tuple(steps))
        self.set_reactive(StepRail.current, current)

    def validate_current(self, current: int) -> int:
        """Keep it on a step."""
        return max(0, min(current, len(self.steps) - 1))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as the steps take."""
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        """One line of steps."""
        width, base = self.size.width, self.rich_style
        lines = self._lines(width)
        if y >= len(lines):
            return Strip.blank(width, base)
        segments: list[Segment] = []
        for start, index, text in lines[y]:
            style = base
            if self.steps[index].done:
                style += self.get_component_rich_style("step-rail--done", partial=True)
            if index == self.current:
                style = base + self.get_component_rich_style("step-rail--current", partial=True)
                if self.has_focus:
                    style += self.get_component_rich_style("step-rail--focused", partial=True)
            if start:
                segments.append(Segment(" " * _GAP, base))
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, base)

    def action_walk(self, step: int) -> None:
        """To the next or the previous step."""
        self.current += step

    def action_walk_to(self, index: int) -> None:
        """To the first or the last step."""
        self.current = index % max(1, len(self.steps))

    def action_choose(self) -> None:
        """Go there."""
        if self.steps:
            self.post_message(self.Chosen(self, self.current))

    def on_click(self, event: events.Click) -> None:
        """A click goes there at once."""
        offset = event.get_content_offset(self)
        lines = self._lines(self.size.width)
        if offset is None or offset.y >= len(lines):
            return
        for start, index, text in lines[offset.y]:
            if start <= offset.x < start + cell_len(text):
                self.current = index
                self.action_choose()
                return

    def _lines(self, width: int) -> list[list[tuple[int, int, str]]]:
        """Each line's steps: first cell, index and text; a step is never broken over two lines."""
        lines: list[list[tuple[int, int, str]]] = [[]]
        end = 0
        for index, step in enumerate(self.steps):
            text = cut(f"{DONE if step.done else OPEN} {clean(step.name)}", max(1, width))
            start = end + _GAP if lines[-1] else 0
            if lines[-1] and start + cell_len(text) > width:
                lines.append([])
                start = 0
            lines[-1].append((start, index, text))
            end = start + cell_len(text)
        return lines
