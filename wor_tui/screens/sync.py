"""Sending and receiving: what waits, what two people filled in differently, is held back, or couldn't be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wor_tui.i18n import _, ngettext
from wor_tui.screens.bindings import bindings
from wor_tui.screens.conflict_words import conflict_title, conflict_words, option_title, shown_value
from wor_tui.screens.dates import moment_words
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.reading_on import read_on
from wor_tui.screens.trouble import Failed
from wor_tui.services import likeness, synchronisation
from wor_tui.services.synchronisation import ConflictView, OutboxRow, QuarantineRow, SyncOverview
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.widgets.side_by_side import SideBySide
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording import (
    field_label,
    held_reason,
    kind_label,
    older_sentence,
    quarantine_reason,
)

if TYPE_CHECKING:
    from datetime import datetime

    from textual.app import ComposeResult

    from wor_tui.services.likeness import AlikeView
    from wor_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    mark: str
    state: str
    about: str
    what: str
    when: str
    case_id: str = ""
    why: str = ""
    """Why it was held back or set aside, in words."""
    held: int | None = None
    """Its number when the central API refused it."""


class Waiting(NamedTuple):
    """What the screen shows: how it stands, and what isn't plain sailing."""

    standing: SyncOverview
    conflicts: list[ConflictView]
    outbox: list[OutboxRow]
    held: list[OutboxRow]
    quarantine: list[QuarantineRow]
    alike: list[AlikeView]


IN_ESCROW = "escrow"
"""The line that leads to what others left."""


def escrow_words(count: int) -> str:
    """How much of others waits."""
    return ngettext("{n} wijziging", "{n} wijzigingen", count).format(n=count)


class SyncScreen(ReadingScreen[Waiting]):
    """One list of everything that isn't plain sailing; a difference is shown side by side and decided with Enter."""

    logs = "differences"
    CSS_PATH = "sync.tcss"
    BINDINGS = bindings("sync.here", "held.resend", "held.drop", "read.on")
    AUTO_FOCUS: ClassVar[str | None] = "#waiting"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.conflicts: dict[str, ConflictView] = {}
        self.alike: dict[str, AlikeView] = {}

    def crumb(self) -> str:
        """Where we are."""
        return _("Verzenden en ontvangen")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Alles wat u opslaat, staat meteen op dit apparaat en wordt vanzelf verstuurd. Hebben twee mensen "
            "hetzelfde verschillend ingevuld, dan staan beide hier; Enter laat u kiezen. Er gaat nooit iets "
            "ongezien verloren. Lijken twee inschrijvingen van één persoon te zijn, dan zet Enter ze naast elkaar."
        )

    def body(self) -> ComposeResult:
        """How it stands, the list, the difference."""
        yield Static("", id="standing")
        yield ShortList[Row](
            [
                Column("mark", "", lambda row: Cell(row.mark, "warning" if row.mark in "≠!?" else "muted"), 1),
                Column("state", _("Wat"), lambda row: row.state, 20),
                Column("about", _("Wie"), lambda row: Cell(row.about, "strong"), 14, share=2),
                Column("what", _("Waarover"), lambda row: Cell(row.what, "muted"), 16, share=3),
                Column("when", _("Wanneer"), lambda row: Cell(row.when, "muted"), 16, 0, 76),
            ],
            id="waiting",
            empty_text=_("Er wacht niets. Alles is verstuurd, en er is niets om te kiezen."),
        )
        with VerticalScroll(id="difference", can_focus=False):
            yield Static("", id="difference-title", markup=False)
            yield SideBySide(id="sides")

    @property
    def shown(self) -> ShortList[Row]:
        """The list."""
        return cast("ShortList[Row]", self.query_one("#waiting", ShortList))

    def on_mount(self) -> None:
        """Nothing is chosen yet."""
        self.query_one("#difference").display = False

    def on_screen_resume(self) -> None:
        """The difference is shown here again."""
        super().on_screen_resume()
        self.show_details(self.shown.highlighted)

    def when(self, at: datetime) -> str:
        """The time, and the day when it wasn't today."""
        return moment_words(at, self.wor.clock.today())

    def show_badge(self) -> None:
        """The badge changes with each exchange, and so does this."""
        super().show_badge()
        if self.is_mounted and self.query("#waiting"):
            self.data_changed()

    def read(self, desk: Workspace) -> Waiting:
        """How it stands, and the four lists."""
        return Waiting(
            synchronisation.status(desk),
            synchronisation.conflicts(desk),
            synchronisation.outbox(desk),
            synchronisation.held(desk),
            synchronisation.quarantine(desk),
            likeness.pairs(desk),
        )

    async def show_read(self, found: Waiting) -> None:
        """All four lists in one."""
        overview, conflicts, outbox, held, quarantine, alike = found
        self.alike = {f"{each.one}{each.other}": each for each in alike}
        self.conflicts = {each.id: each for each in conflicts}
        rows: dict[str, Row] = {}
        for each in conflicts:
            newest = max(option.at for option in each.options)
            rows[each.id] = Row("≠", _("verschil"), each.name, conflict_words(each), self.when(newest), each.case_id)
        rows |= {key: self.alike_row(each) for key, each in self.alike.items()}
        if overview.escrow:
            rows[IN_ESCROW] = Row(
                "!", _("in bewaring"), escrow_words(overview.escrow), _("van een afgemeld apparaat"), ""
            )
        rows |= {f"held{row.n}": self.op_row("!", _("tegengehouden"), row) for row in held}
        rows |= {f"out{row.n}": self.op_row("↑", _("nog niet verstuurd"), row) for row in outbox}
        rows |= {f"q{row.scope}{row.seq}": self.quarantine_row(row) for row in quarantine}
        if overview.unread and overview.complete and self.is_active:
            await self.wor.attempt(lambda: synchronisation.read_older(self.wor.desk))
        self.shown.show_rows(rows)
        self.query_one("#standing", Static).update(self.standing(overview))
        self.show_details(self.shown.highlighted)

    def op_row(self, mark: str, state: str, row: OutboxRow) -> Row:
        """A change of this device."""
        fields = ", ".join(field_label(row.kind, field) for field in row.fields[:4])
        more = "…" if len(row.fields) > 4 else ""
        what = f"{kind_label(row.kind)}: {fields}{more}" if fields else kind_label(row.kind)
        return Row(
            mark, state, row.name, what, self.when(row.at), row.case_id,
            held_reason(row.reason) if row.reason else "", row.n if row.reason else None,
        )  # fmt: skip

    def alike_row(self, each: AlikeView) -> Row:
        """Two registrations that may be of one person."""
        state = _("bijna zeker dubbel") if each.probable else _("misschien dubbel")
        return Row("≈", state, each.names[0], each.names[1], "")

    def quarantine_row(self, row: QuarantineRow) -> Row:
        """A change that couldn't be taken in."""
        why = quarantine_reason(row.reason)
        return Row("?", _("kon niet worden gelezen"), "", kind_label(row.kind), self.when(row.at), why=why)

    def standing(self, overview: SyncOverview) -> Content:
        """How it stands, in a sentence or two."""
        background = self.wor.background
        lines: list[str] = []
        if not overview.joined:
            lines.append(_("Deze kluis hoort nog bij geen organisatie; alles staat op dit apparaat."))
        elif overview.unsent:
            lines.append(
                ngettext(
                    "{n} wijziging staat op dit apparaat en is nog niet verstuurd.",
                    "{n} wijzigingen staan op dit apparaat en zijn nog niet verstuurd.",
                    overview.unsent,
                ).format(n=overview.unsent)
            )
        elif overview.last_exchange is not None:
            lines.append(_("Alles is verstuurd ({when}).").format(when=self.when(overview.last_exchange)))
        if overview.joined and not overview.complete:
            # One line: there is room for four.
            known = _("Binnen: {come} van {whole} wijzigingen. Wat u nu mist, kan nog komen.")
            unknown = _("Nog niet alles is binnengehaald: wat u nu mist, kan nog komen.")
            lines.append(known.format(come=overview.come, whole=overview.whole) if overview.whole else unknown)
        if overview.sent_away:
            lines.append(_("Uw organisatie bedient dit apparaat niet meer. Bel uw coördinator als dat niet klopt."))
            if overview.in_escrow:
                lines.append(
                    ngettext(
                        "{n} wijziging ligt klaar voor uw teamleider.",
                        "{n} wijzigingen liggen klaar voor uw teamleider.",
                        overview.in_escrow,
                    ).format(n=overview.in_escrow)
                )
        if overview.older:
            lines.append(older_sentence(overview.older, complete=overview.complete))
        if background is not None and background.trouble:
            lines.append(background.trouble)
        return Content("\n").join([Content(line) for line in lines])

    # What the cursor stands on

    def on_virtual_list_highlighted(self, event: VirtualList.Highlighted) -> None:
        """Show the difference under the cursor, or why it is held back."""
        event.stop()
        self.show_details(event.id)

    def show_details(self, chosen: str | None) -> None:
        """The first two values side by side; of anything else the reason."""
        conflict, row = self.conflicts.get(chosen or ""), self.shown.row_of(chosen)
        title, sides = self.query_one("#difference-title", Static), self.query_one("#sides", SideBySide)
        something = conflict is not None or (row is not None and bool(row.why))
        self.query_one("#difference").display = something and self.is_active
        sides.display = conflict is not None
        if conflict is not None:
            left, right = conflict.options[0], conflict.options[1]
            title.update(conflict_title(conflict) + " · " + _("Enter om te kiezen"))
            sides.titles = (option_title(left, self.when(left.at)), option_title(right, self.when(right.at)))
            sides.texts = (shown_value(conflict, left), shown_value(conflict, right))
        elif row is not None and row.why:
            way_on = " " + _("o verstuurt het opnieuw, l laat het los.") if row.held is not None else ""
            title.update(f"{row.state[:1].upper()}{row.state[1:]}: {row.why}.{way_on}")
        self.query_one("#difference").scroll_home(animate=False)
        self.refresh_bindings()
        # How long it is shows only when it has been laid out.
        self.call_after_refresh(self.refresh_bindings)

    def on_virtual_list_opened(self, event: VirtualList.Opened) -> None:
        """Enter: decide a difference, go to the case of anything else."""
        conflict, row = self.conflicts.get(event.id or ""), self.shown.row_of(event.id)
        if conflict is not None:
            from wor_tui.screens.decide import DecideScreen  # noqa: PLC0415

            # The same two values stand in the question itself.
            self.query_one("#difference").display = False
            self.wor.push_screen(DecideScreen(conflict))
        elif event.id == IN_ESCROW:
            from wor_tui.screens.escrow import EscrowScreen  # noqa: PLC0415

            self.wor.push_screen(EscrowScreen())
        elif (pair := self.alike.get(event.id or "")) is not None:
            from wor_tui.screens.merge import MergeScreen  # noqa: PLC0415

            self.wor.push_screen(MergeScreen(pair.one, pair.other))
        elif row is not None and row.case_id and self.opens_cases():
            self.open_case(row.case_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A held change can be sent again or let go."""
        if action in ("held_resend", "held_drop"):
            row = self.shown.chosen if self.is_mounted else None
            return row is not None and row.held is not None
        if action == "read_on":
            return self.is_mounted and self.query_one("#difference").max_scroll_y > 0
        return super().check_action(action, parameters)

    def action_read_on(self) -> None:
        """Further down in the difference."""
        read_on(self.query_one("#difference"))

    async def action_held_resend(self) -> None:
        """Send it again, as a change made now."""
        row = self.shown.chosen
        if row is None or (n := row.held) is None:
            return
        done = await self.wor.attempt(lambda: synchronisation.resend(self.wor.desk, n))
        if not isinstance(done, Failed):
            self.wor.saved(_("Het wordt opnieuw verstuurd."))

    def action_held_drop(self) -> None:
        """Let it go, after a question that says what comes of it."""
        row = self.shown.chosen
        if row is None or (n := row.held) is None:
            return
        from wor_tui.screens.confirm import ConfirmScreen  # noqa: PLC0415

        asked = ConfirmScreen(
            _("Loslaten? {what}").format(what=" · ".join(part for part in (row.about, row.what) if part)),
            _("Collega's krijgen deze wijziging dan nooit. Op dit apparaat blijft zij in het archief staan."),
        )
        self.wor.push_screen(asked, lambda sure: self.drop(n) if sure else None)

    def drop(self, n: int) -> None:
        """Let a held change go."""
        self.run_worker(self.dropped(n), group="drop")

    async def dropped(self, n: int) -> None:
        """In a thread; then the list is read again."""
        done = await self.wor.attempt(lambda: synchronisation.drop(self.wor.desk, n))
        if not isinstance(done, Failed):
            self.wor.saved(_("Losgelaten."))

    def action_sync_here(self) -> None:
        """Exchange now."""
        if self.wor.background is not None:
            self.wor.background.now()
