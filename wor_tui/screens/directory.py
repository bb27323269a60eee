"""The directory: who works where, and how to reach them. Where whoever has neither cases nor a desk begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.domain.codes import Role
from wor_tui.i18n import _
from wor_tui.screens.reading import ReadingScreen
from wor_tui.services import directory
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.directory import PersonCard, PracticeCard
    from wor_tui.services.workspace import Workspace

Cards = tuple[list["PersonCard"], list["PracticeCard"]]


class DirectoryScreen(ReadingScreen[Cards]):
    """Everybody by name, with what they do, where, and their numbers."""

    CSS_PATH = "directory.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "#people"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.practices: dict[str, str] = {}

    def crumb(self) -> str:
        """Where we are."""
        return _("Adressen")

    def explanation(self) -> str:
        """For F1."""
        return _("Wie waar werkt en hoe u hen bereikt. Dossiers van deelnemers ziet u met uw rol niet.")

    def body(self) -> ComposeResult:
        """Two lists."""
        with Vertical(id="people-part"):
            yield Static(_("Mensen"), classes="part", markup=False)
            yield ShortList["PersonCard"](
                self.people_columns(), id="people", opens=False, empty_text=_("Nog niemand.")
            )  # fmt: skip
        with Vertical(id="practices-part"):
            yield Static(_("Praktijken"), classes="part", markup=False)
            yield ShortList["PracticeCard"](
                self.practice_columns(), id="practices", opens=False, empty_text=_("Nog geen praktijken.")
            )

    def people_columns(self) -> list[Column[PersonCard]]:
        """Who, what they do, where, numbers."""
        return [
            Column("name", _("Naam"), lambda row: Cell(row.name, "strong"), 20, 2),
            Column("role", _("Rol"), lambda row: label(Role, row.role), 16, 1),
            Column("practice", _("Praktijk"), lambda row: self.practices.get(row.practice_id, ""), 14, 1),
            Column("phone", _("Telefoon"), lambda row: row.mobile or row.phone, 13),
            Column("presence", _("Aanwezig"), lambda row: Cell(row.presence, "muted"), 12, 1, 100),
        ]

    def practice_columns(self) -> list[Column[PracticeCard]]:
        """Name, place, number."""
        return [
            Column("name", _("Naam"), lambda row: Cell(row.name, "strong"), 20, 2),
            Column("place", _("Plaats"), lambda row: row.place, 16, 1),
            Column("phone", _("Telefoon"), lambda row: row.phone, 13),
        ]

    def read(self, desk: Workspace) -> Cards:
        """Everybody, and all practices."""
        return directory.people(desk), directory.practices(desk)

    async def show_read(self, found: Cards) -> None:
        """Fill both lists."""
        people, practices = found
        self.practices = {each.id: each.name for each in practices}
        for name, cards in (("#practices", practices), ("#people", people)):
            shown = cast("ShortList[object]", self.query_one(name, ShortList))
            shown.show_rows({each.id: each for each in cards})
        self.query_one("#practices-part").styles.height = min(max(len(practices), 1), 6) + 3
