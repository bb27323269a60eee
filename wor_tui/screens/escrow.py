"""What colleagues whose device was sent away hadn't sent: one decides what of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual.widgets import Static

from wor_tui.i18n import _, ngettext
from wor_tui.screens.bindings import bindings
from wor_tui.screens.confirm import ConfirmScreen
from wor_tui.screens.dates import moment_words
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.trouble import Failed
from wor_tui.screens.vault_work import FoundScreen
from wor_tui.services import escrow
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.wording import field_label, kind_label, value_text

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from sync.client.escrow import LeftOp
    from wor_tui.services.escrow import LeftView
    from wor_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Row:
    """A line in the list."""

    by: str
    about: str
    what: str
    when: str


class EscrowScreen(ReadingScreen["list[LeftView]"]):
    """Who, when, about whom and what; `o` keeps it, `x` throws it away, Enter shows all of it."""

    CSS_PATH = "sync.tcss"
    BINDINGS = bindings("escrow.accept", "escrow.accept-all", "escrow.decline")
    AUTO_FOCUS: ClassVar[str | None] = "#left"
    logs = "escrow"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.views: dict[str, LeftView] = {}

    def crumb(self) -> str:
        """Where we are."""
        return _("In bewaring")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Een collega van wie het apparaat is afgemeld, had dit nog niet verstuurd. Overnemen zet het bij het team, "
            "met de dag waarop het is gemaakt; is er intussen iets anders ingevuld, dan kiest u daarna zelf. Afwijzen "
            "gooit het voor altijd weg."
        )

    def body(self) -> ComposeResult:
        """A sentence and the list."""
        yield Static("", id="standing", markup=False)
        yield ShortList[Row](
            [
                Column("by", _("Van"), lambda row: Cell(row.by, "strong"), 16, share=1),
                Column("about", _("Over"), lambda row: row.about, 16, share=2),
                Column("what", _("Wat"), lambda row: Cell(row.what, "muted"), 18, share=3),
                Column("when", _("Wanneer"), lambda row: Cell(row.when, "muted"), 16, 0, 76),
            ],
            id="left",
            empty_text=_("Er is niets in bewaring."),
        )

    @property
    def shown(self) -> ShortList[Row]:
        """The list."""
        return cast("ShortList[Row]", self.query_one("#left", ShortList))

    @property
    def chosen(self) -> LeftView | None:
        """What the cursor stands on."""
        return self.views.get(self.shown.highlighted or "") if self.is_mounted and self.query("#left") else None

    def read(self, desk: Workspace) -> list[LeftView]:
        """What waits at the central API."""
        return escrow.waiting(desk)

    async def show_read(self, found: list[LeftView]) -> None:
        """Fill the list."""
        self.views = {view.id: view for view in found}
        self.shown.show_rows({view.id: self.row(view) for view in found})
        self.query_one("#standing", Static).update(
            ngettext(
                "{n} stuk werk van een afgemeld apparaat wacht op u.",
                "{n} stukken werk van afgemelde apparaten wachten op u.",
                len(found),
            ).format(n=len(found))
            if found
            else ""
        )
        self.refresh_bindings()

    def row(self, view: LeftView) -> Row:
        """One line."""
        what = _("kan hier niet worden geopend") if not view.opens else kinds_words(view)
        when = moment_words(view.at, self.wor.clock.today())
        return Row(view.by or _("(onbekend)"), view.name, what, when)

    def on_virtual_list_opened(self) -> None:
        """Enter: all that was filled in."""
        if (view := self.chosen) is not None and view.opens:
            found = [(True, line) for op in view.left.ops for line in op_lines(op)]
            self.wor.push_screen(FoundScreen(self.row(view).about or self.crumb(), found))

    def on_virtual_list_highlighted(self) -> None:
        """Other keys may work."""
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only with something to decide; what doesn't open can only be declined."""
        if action in ("escrow_accept", "escrow_decline"):
            view = self.chosen
            return view is not None and (view.opens or action == "escrow_decline")
        if action == "escrow_accept_all":
            return sum(view.opens for view in self.views.values()) > 1
        return super().check_action(action, parameters)

    def action_escrow_accept(self) -> None:
        """Keep what the cursor stands on."""
        if (view := self.chosen) is not None:
            self.run_worker(partial(self.accept, [view]), group="escrow")

    def action_escrow_accept_all(self) -> None:
        """Keep everything that opens."""
        self.run_worker(partial(self.accept, [view for view in self.views.values() if view.opens]), group="escrow")

    def action_escrow_decline(self) -> None:
        """Throw it away, after a question."""
        if (view := self.chosen) is None:
            return
        row = self.row(view)
        asked = ConfirmScreen(
            _("Afwijzen? {what}").format(what=" · ".join(part for part in (row.by, row.about, row.what) if part)),
            _("Het wordt bij de centrale computer gewist en is dan nergens meer."),
        )
        self.wor.push_screen(asked, lambda sure: self.gone(view) if sure else None)

    def gone(self, view: LeftView) -> None:
        """Throw it away."""
        self.run_worker(partial(self.decline, view), group="escrow")

    async def accept(self, views: list[LeftView]) -> None:
        """Save them one by one; what doesn't go stays, and is said."""
        count = 0
        for view in views:
            done = await self.wor.attempt(partial(escrow.accept, self.wor.desk, view))
            count += not isinstance(done, Failed)
        if count:
            said = ngettext("{n} stuk werk overgenomen.", "{n} stukken werk overgenomen.", count).format(n=count)
            self.wor.saved(said)

    async def decline(self, view: LeftView) -> None:
        """Have it removed."""
        done = await self.wor.attempt(partial(escrow.decline, self.wor.desk, view))
        if not isinstance(done, Failed):
            self.wor.saved(_("Afgewezen en gewist."))


def op_lines(op: LeftOp) -> list[str]:
    """One change, a line a field."""
    kind = kind_label(op.kind)
    return [
        f"{kind}: {field_label(op.kind, field)}: {value_text(op.kind, field, value)}"
        for field, value in (op.values or {}).items()
        if value is not None
    ]


def kinds_words(view: LeftView) -> str:
    """What was changed, in a few words."""
    parts = [
        f"{kind_label(kind)}: {', '.join(field_label(kind, field) for field in fields[:3])}"
        + ("…" if len(fields) > 3 else "")
        for kind, fields in view.kinds.items()
    ]
    return " · ".join(parts)
