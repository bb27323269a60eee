"""The log review: what stands out among all lines of all devices, and whether each device's lines are whole."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from sync.client.errors import SyncError
from wor_tui.domain.log_review import HERE
from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.fields import Line
from wor_tui.screens.reading import ReadingScreen
from wor_tui.services import log_review, log_sending
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.wording.audit import done_words, rule_words, trail_words

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.log_review import LineView, Review, TrailView
    from wor_tui.services.workspace import Workspace

DEVICES_SHOWN = 4
ID_END = 6
"""So many characters at the end of an id tell it from others to the eye; the filter takes all of it."""


class LogScreen(ReadingScreen["Review"]):
    """Lines above, devices below; a line of text narrows both to a person, a client or a day."""

    CSS_PATH = "log.tcss"
    BINDINGS = bindings("list.search", "list.view")
    AUTO_FOCUS: ClassVar[str | None] = "#lines"

    def __init__(self) -> None:
        """Nothing is read yet; what stands out comes first."""
        super().__init__()
        self.every = False
        self.found: Review | None = None

    def crumb(self) -> str:
        """Where we are."""
        return _("Logboek") + (" · " + _("alle regels") if self.every else " · " + _("wat opvalt"))

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Wat opvalt in het logboek van alle apparaten. Een regel hier is een vraag, geen verwijt. v laat alle "
            "regels zien. Druk op / en typ een naam, een stuk van het nummer van een deelnemer, of een dag zoals "
            "2026-11-22. "
            "Onderaan staat per apparaat of zijn regels heel zijn."
        )

    def body(self) -> ComposeResult:
        """The line to type in, the lines, the devices."""
        with Horizontal(id="search-line"):
            yield Static("/", id="search-mark", markup=False)
            yield Line(placeholder=_("medewerker, deelnemer of dag"), cap=80, id="search")
            yield Static("", id="count", markup=False)
        yield ShortList["LineView"](
            self.line_columns(), id="lines", opens=False, empty_text=_("Niets dat opvalt. v laat alle regels zien.")
        )
        with Vertical(id="trails-part"):
            yield Static(_("Apparaten"), id="trails-title", classes="part", markup=False)
            yield ShortList["TrailView"](
                self.trail_columns(), id="trails", opens=False, empty_text=_("Nog geen regels van een apparaat.")
            )

    def line_columns(self) -> list[Column[LineView]]:
        """When, who, what, why, whose file."""
        return [
            Column("when", _("Wanneer"), lambda row: f"{row.at.astimezone(HERE):%d-%m-%y %H:%M}", 14),
            Column("who", _("Wie"), lambda row: Cell(row.person, "strong"), 14, 1),
            Column("what", _("Wat"), lambda row: done_words(row.event, row.action), 14, 1),
            Column("why", _("Waarom"), lambda row: rule_words(row.rules), 16, 2),
            Column("client", _("Deelnemer"), lambda row: Cell(_end(row.client), "muted"), 9),
        ]

    def trail_columns(self) -> list[Column[TrailView]]:
        """Whose, which, how many lines, whole or not."""
        return [
            Column("who", _("Van"), lambda row: Cell(row.person or _end(row.device), "strong"), 16, 1),
            Column("label", _("Apparaat"), lambda row: row.label, 12, 1),
            Column("lines", _("Regels"), lambda row: str(row.lines), 7),
            Column("whole", _("Nagekeken"), lambda row: trail_words(row.findings, row.forks), 24, 2),
        ]

    def read(self, desk: Workspace) -> Review:
        """Fetch what is new, if the central API is within reach, and go through all of it."""
        if self.found is None:
            with suppress(SyncError):
                log_sending.take(desk)
        return log_review.reviewed(desk)

    async def show_read(self, found: Review) -> None:
        """Fill both lists."""
        self.found = found
        whole = _("alles heel") if found.whole else _("LET OP: niet alles is heel")
        self.query_one("#trails-title", Static).update(f"{_('Apparaten')} · {whole}")
        trails = cast("ShortList[TrailView]", self.query_one("#trails", ShortList))
        wrong_first = sorted(found.trails, key=lambda one: (not one.findings and not one.forks, one.person, one.device))
        trails.show_rows({one.device: one for one in wrong_first})
        self.query_one("#trails-part").styles.height = min(max(len(found.trails), 1), DEVICES_SHOWN) + 2
        self.narrow()

    def narrow(self) -> None:
        """Show the lines that stand out, or all, that hold every word of what was typed."""
        if self.found is None:
            return
        words = self.query_one("#search", Line).value.casefold().split()
        rows = {
            f"{row.device}/{row.n}": row
            for row in self.found.lines
            if (self.every or row.rules) and all(word in _searched(row) for word in words)
        }
        cast("ShortList[LineView]", self.query_one("#lines", ShortList)).show_rows(rows)
        self.query_one("#count", Static).update(str(len(rows)))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow as one types."""
        event.stop()
        self.narrow()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line goes to the list."""
        event.stop()
        self.query_one("#lines").focus()

    def action_list_search(self) -> None:
        """To the line."""
        self.query_one("#search", Line).focus()

    def action_list_view(self) -> None:
        """All lines, or what stands out."""
        self.every = not self.every
        self.show_frame()
        self.narrow()


def _end(found: str) -> str:
    return f"…{found[-ID_END:]}" if found else ""


def _searched(row: LineView) -> str:
    day = f"{row.at.astimezone(HERE):%Y-%m-%d}"
    return f"{row.person} {row.client} {day} {row.event} {rule_words(row.rules)}".casefold()
