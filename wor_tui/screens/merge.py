"""Two registrations of one person side by side: which value stands for each field, which one remains, or two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import VerticalScroll
from textual.widgets import Static

from wor_tui.i18n import _, ngettext
from wor_tui.screens.bindings import bindings
from wor_tui.screens.conflict_words import NOTHING
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.reading_on import read_on
from wor_tui.screens.trouble import Failed
from wor_tui.services import merging, readings
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.widgets.side_by_side import SideBySide
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording import field_label, kind_label, value_text

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.merging import Both, Chosen, Proposal
    from wor_tui.services.workspace import Workspace


class MergeScreen(ReadingScreen["Proposal"]):
    """Nothing is changed before it is saved, and then it can be undone from the client's screen."""

    CSS_PATH = "merge.tcss"
    BINDINGS = bindings("merge.save", "merge.first", "merge.second", "merge.remains", "merge.apart", "read.on")
    AUTO_FOCUS: ClassVar[str | None] = "#both"

    def __init__(self, one: str, other: str) -> None:
        """The ids of the two clients."""
        super().__init__()
        self.clients = (one, other)
        self.proposal: Proposal | None = None
        self.remains = 0
        self.chosen: dict[Chosen, int] = {}
        self.fields: dict[str, Both] = {}

    def crumb(self) -> str:
        """Where we are."""
        return _("Samenvoegen")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Twee inschrijvingen van misschien dezelfde persoon. Het bolletje staat bij wat blijft; 1 en 2 kiezen per "
            "regel. Contacten, toestemmingen en terugkoppelingen van beide blijven staan. w wisselt welke inschrijving "
            "overblijft. Zijn het twee mensen, druk dan op t: dan vraagt niemand het opnieuw. Samenvoegen kunt u "
            "ongedaan maken in het dossier."
        )

    def body(self) -> ComposeResult:
        """Who they are, the fields, the one under the cursor in full."""
        yield Static("", id="merge-who", markup=False)
        yield ShortList["Both"](
            [
                Column("mark", "", lambda both: Cell("≠" if both.competes else "", "warning"), 1),
                Column("what", _("Wat"), self.what, 18, 1),
                Column("first", "1", lambda both: self.side(both, 0), 18, 2),
                Column("second", "2", lambda both: self.side(both, 1), 18, 2),
            ],
            id="both",
            opens=False,
        )
        with VerticalScroll(id="merge-full", can_focus=False):
            yield SideBySide(id="merge-sides")

    @property
    def shown(self) -> ShortList[Both]:
        """The list."""
        return cast("ShortList[Both]", self.query_one("#both", ShortList))

    def on_mount(self) -> None:
        """Nothing is read yet."""
        self.query_one("#merge-full").display = False

    # What is shown

    def read(self, desk: Workspace) -> Proposal:
        """The two beside each other."""
        if self.proposal is None:
            for each in self.clients:
                readings.seen(desk, "client", each, "merge")
        return merging.proposed(desk, *self.clients)

    async def show_read(self, found: Proposal) -> None:
        """Fill the list, what differs on top; a choice about values that changed meanwhile is asked again."""
        if self.proposal is not None:
            before = {(each.kind, each.field): each.values for each in self.proposal.fields}
            same = {
                (each.kind, each.field) for each in found.fields if before.get((each.kind, each.field)) == each.values
            }
            self.chosen = {field: side for field, side in self.chosen.items() if field in same}
        self.proposal = found
        ordered = sorted(found.fields, key=lambda both: (not both.competes, not both.differs))
        self.fields = {f"{both.kind}.{both.field}": both for both in ordered}
        self.refresh_rows()

    def refresh_rows(self) -> None:
        """Show the list, and who they are, as it is chosen now."""
        self.shown.show_rows(self.fields)
        self.query_one("#merge-who", Static).update(self.who())
        self.show_full(self.shown.highlighted)
        self.refresh_bindings()

    def who(self) -> str:
        """The two names, which one remains, and how much there is to choose."""
        if self.proposal is None:
            return ""
        first, second = self.proposal.sides
        names = f"1. {first.name}   2. {second.name}"
        stays = self.proposal.sides[self.remains]
        differing = sum(both.competes for both in self.proposal.fields)
        many = ngettext("{n} verschil", "{n} verschillen", differing).format(n=differing)
        says = _("{which}. {name} blijft over · {many}").format(which=self.remains + 1, name=stays.name, many=many)
        if bool(first.case_id) != bool(second.case_id):
            says += "\n" + _("Eén van beide heeft een open traject; dat blijft een traject van deze persoon.")
        elif first.case_id:
            says += "\n" + _("Beide hebben een open traject; dat wordt één traject.")
        return f"{names}\n{says}"

    def what(self, both: Both) -> str:
        """Which field of what."""
        label = field_label(both.kind, both.field)
        return label if both.kind == "client" else f"{kind_label(both.kind)}: {label}"

    def side_of(self, both: Both) -> int:
        """The side whose value stands as it is chosen now."""
        return self.chosen.get((both.kind, both.field), both.suggested(self.remains))

    def side(self, both: Both, side: int) -> Cell:
        """A value, with a mark where it is the one that stands."""
        stands = both.differs and self.side_of(both) == side
        return Cell(f"{'●' if stands else ' '} {self.value(both, side)}", "strong" if stands else "muted")

    def value(self, both: Both, side: int) -> str:
        """A value in words."""
        shown = both.shown[side]
        return NOTHING if shown in (None, "") else value_text(both.kind, both.field, shown)

    def on_virtual_list_highlighted(self, event: VirtualList.Highlighted) -> None:
        """Show the field under the cursor in full."""
        event.stop()
        self.show_full(event.id)

    def show_full(self, chosen: str | None) -> None:
        """Both values in full, with what differs marked."""
        both = self.fields.get(chosen or "")
        full = self.query_one("#merge-full")
        full.display = both is not None and both.differs
        if both is not None:
            sides = self.query_one("#merge-sides", SideBySide)
            titles = [f"{side + 1}. {_('blijft staan') if self.side_of(both) == side else ''}" for side in (0, 1)]
            sides.titles = (titles[0], titles[1])
            sides.texts = (self.value(both, 0), self.value(both, 1))
        full.scroll_home(animate=False)
        self.call_after_refresh(self.refresh_bindings)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Choosing where there is something to choose; the rest once it was read."""
        if action in ("merge_first", "merge_second"):
            both = self.shown.chosen if self.is_mounted else None
            return both is not None and both.differs
        if action in ("merge_remains", "merge_save", "merge_apart"):
            return self.proposal is not None
        if action == "read_on":
            return self.is_mounted and self.query_one("#merge-full").max_scroll_y > 0
        return super().check_action(action, parameters)

    # What is done

    def action_read_on(self) -> None:
        """Further down in the values."""
        read_on(self.query_one("#merge-full"))

    def choose(self, side: int) -> None:
        """The value of this side stands."""
        both = self.shown.chosen
        if both is not None:
            self.chosen[both.kind, both.field] = side
            self.refresh_rows()

    def action_merge_first(self) -> None:
        """The first one's value stands."""
        self.choose(0)

    def action_merge_second(self) -> None:
        """The second one's value stands."""
        self.choose(1)

    def action_merge_remains(self) -> None:
        """The other one remains; what was chosen stands."""
        self.remains = 1 - self.remains
        self.refresh_rows()

    async def action_merge_save(self) -> None:
        """Merge, and go to the case."""
        proposal, remains, chosen = self.proposal, self.remains, dict(self.chosen)
        if proposal is None:
            return
        case_id = await self.wor.attempt(lambda: merging.merge(self.wor.desk, proposal, remains, chosen))
        if isinstance(case_id, Failed):
            return
        self.dismiss()
        if case_id:
            from wor_tui.screens.client import ClientScreen  # noqa: PLC0415

            self.wor.call_later(self.wor.push_screen, ClientScreen(case_id))
        self.wor.saved(_("Samengevoegd. Met de toets u in het dossier maakt u dit ongedaan."))

    async def action_merge_apart(self) -> None:
        """These are two people."""
        if self.proposal is None:
            return
        ids = [side.client_id for side in self.proposal.sides]
        done = await self.wor.attempt(lambda: merging.apart(self.wor.desk, ids[0], ids[1]))
        if not isinstance(done, Failed):
            self.dismiss()
            self.wor.saved(_("Onthouden: dit zijn twee mensen. Uw team wordt dit niet meer gevraagd."))
