"""Geschiedenis: who changed what from what to what, when and on which device."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import VerticalScroll
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.dates import moment_words
from wor_tui.screens.history_words import (
    about,
    after_words,
    author,
    before_words,
    beside_sentence,
    field_words,
    values_made,
)
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.reading_on import read_on
from wor_tui.screens.trouble import Failed
from wor_tui.services import history
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.widgets.side_by_side import SideBySide
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording import kind_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.services.history import Line, Subject, Told
    from wor_tui.services.workspace import Workspace

EVERYTHING = ""
"""The filter that leaves nothing out."""


class HistoryScreen(ReadingScreen["Told"]):
    """What the device has at once, then all of it; the line under the cursor is shown in full below."""

    CSS_PATH = "history.tcss"
    BINDINGS = bindings("history.kind", "read.on")
    AUTO_FOCUS: ClassVar[str | None] = "#history"

    def __init__(self, subjects: Callable[[Workspace], list[Subject]], about_kind: str = EVERYTHING) -> None:
        """`subjects` gives the records, the one that the log names first; `about_kind` is shown first."""
        super().__init__()
        self.subjects_of = subjects
        self.subjects: list[Subject] = []
        self.told: Told | None = None
        self.kind = about_kind
        self.lines: dict[str, Line] = {}
        self.stop: Callable[[], None] | None = None
        """Ends the asking that is under way."""

    def crumb(self) -> str:
        """Where we are."""
        return _("Geschiedenis")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Wie wat heeft gewijzigd, van wat in wat, wanneer en op welk apparaat. Onder de lijst staat de wijziging "
            "helemaal; spatie leest verder. f kiest waarover. Contacten, toestemmingen en terugkoppelingen worden "
            "nooit gewijzigd: die staan met hun verbeteringen op de tijdlijn."
        )

    def body(self) -> ComposeResult:
        """What this is of, the list, the change in full."""
        yield Static("", id="history-of", markup=False)
        yield ShortList["Line"](
            [
                Column("mark", "", lambda line: Cell("↑" if line.unsent else "≠" if line.beside else "", "warning"), 1),
                Column("when", _("Wanneer"), lambda line: Cell(self.when(line), "muted"), 16),
                Column("who", _("Wie"), lambda line: Cell(author(line), "strong"), 12, 1),
                Column("what", _("Wat"), field_words, 20, 3),
                Column("before", _("Oud"), lambda line: Cell(before_words(line), "muted"), 9, 2, 70),
                Column("after", _("Nieuw"), after_words, 10, 2, 70),
            ],
            id="history",
            opens=False,
            empty_text=_("Hier is niets over bekend."),
        )
        with VerticalScroll(id="change", can_focus=False):
            yield Static("", id="change-title", markup=False)
            yield SideBySide(id="change-sides")
            yield Static("", id="change-made", markup=False)
            yield Static("", id="change-beside", markup=False)

    @property
    def shown(self) -> ShortList[Line]:
        """The list."""
        return cast("ShortList[Line]", self.query_one("#history", ShortList))

    def when(self, line: Line) -> str:
        """The time, and the day when it wasn't today."""
        return moment_words(line.at, self.wor.clock.today())

    def on_mount(self) -> None:
        """Nothing is chosen yet."""
        self.query_one("#change").display = False

    # Reading

    def read(self, desk: Workspace) -> Told:
        """What is on this device; the first time it is a reading, which the log has to tell."""
        subjects = self.subjects_of(desk)
        if not self.subjects:
            history.opened(desk, subjects[0])
        self.subjects = subjects
        return history.known_here(desk, subjects)

    async def show_read(self, found: Told) -> None:
        """Show that, unless all of it is there; and ask for the rest."""
        if self.told is None or not self.told.whole or found.whole:
            self.show_told(found, _("De rest wordt opgehaald…"))
        if not found.whole:
            self.run_worker(self.fetch, exclusive=True, group="fetch")

    def began(self, stop: Callable[[], None]) -> None:
        """Keep what ends the asking."""
        self.stop = stop

    def on_unmount(self) -> None:
        """Nobody waits for the rest any more."""
        if self.stop is not None:
            self.stop()

    async def fetch(self) -> None:
        """All of it; what the device has stays when there is no way."""
        subjects = self.subjects
        found = await self.wor.attempt(lambda: history.whole(self.wor.desk, subjects, self.began), aloud=False)
        if not self.is_mounted:
            return
        if not isinstance(found, Failed):
            self.show_told(found, "")
        elif self.told is not None and not self.told.whole:
            self.show_told(self.told, _("Dit is wat op dit apparaat staat; voor de rest is verbinding nodig."))

    def show_told(self, told: Told, rest: str) -> None:
        """Fill the list; `rest` says what of it is still elsewhere."""
        self.told = told
        kinds = [kind for kind in self.kinds() if kind]
        chosen = [line for line in told.lines if self.kind in (EVERYTHING, line.subject.kind)]
        if self.kind and self.kind not in kinds:
            self.kind, chosen = EVERYTHING, told.lines
        self.lines = {f"{line.subject.record}{line.at}{line.field}{place}": line for place, line in enumerate(chosen)}
        said = _("Gewist: hier is niets van bewaard.") if told.erased else "" if told.whole else rest
        of = kind_label(self.kind) if self.kind else ", ".join(kind_label(kind) for kind in kinds)
        self.query_one("#history-of", Static).update("\n".join(part for part in (about(of, len(chosen)), said) if part))
        self.shown.show_rows(self.lines)
        self.show_change(self.shown.highlighted)
        self.refresh_bindings()

    def kinds(self) -> list[str]:
        """What can be chosen: everything, then each kind of record that is here."""
        return [EVERYTHING, *dict.fromkeys(subject.kind for subject in self.subjects)]

    # What the cursor stands on

    def on_virtual_list_highlighted(self, event: VirtualList.Highlighted) -> None:
        """Show the change under the cursor."""
        event.stop()
        self.show_change(event.id)

    def show_change(self, chosen: str | None) -> None:
        """The change in full: from and to beside each other, with what differs marked."""
        line = self.lines.get(chosen or "")
        part = self.query_one("#change")
        part.display = line is not None
        if line is None:
            return
        sides, made = self.query_one("#change-sides", SideBySide), self.query_one("#change-made", Static)
        device = line.device or (_("dit apparaat") if line.mine else "")
        told = (
            self.when(line),
            author(line),
            device,
            _("nog niet verstuurd") if line.unsent else "",
            field_words(line),
        )
        self.query_one("#change-title", Static).update(" · ".join(each for each in told if each))
        sides.display, made.display = bool(line.field), not line.field
        if line.field:
            sides.titles = (_("Oud"), _("Nieuw"))
            sides.texts = (before_words(line), after_words(line))
        else:
            made.update(values_made(line))
        beside = self.query_one("#change-beside", Static)
        beside.update(beside_sentence(line))
        beside.display = bool(line.beside)
        part.scroll_home(animate=False)
        # How long it is shows only when it has been laid out.
        self.call_after_refresh(self.refresh_bindings)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A filter where there is something to choose, a way through a change that doesn't fit."""
        if action == "history_kind":
            return len(self.kinds()) > 2
        if action == "read_on":
            return self.is_mounted and self.query_one("#change").max_scroll_y > 0
        return super().check_action(action, parameters)

    def action_history_kind(self) -> None:
        """The next kind of record, and round to everything."""
        if self.told is None:
            return
        kinds = self.kinds()
        self.kind = kinds[(kinds.index(self.kind) + 1) % len(kinds)] if self.kind in kinds else EVERYTHING
        said = str(self.query_one("#history-of", Static).render()).partition("\n")[2]
        self.show_told(self.told, said)

    def action_read_on(self) -> None:
        """Further down in the change; from its end to its start again."""
        read_on(self.query_one("#change"))
