"""The caseload: everybody in one list, filtered as one types, with the highlighted case beside it where it fits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.widgets import Input, Static

from wor_tui.domain.codes import Duty
from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.case_panel import CasePanel
from wor_tui.screens.case_words import phase_words
from wor_tui.screens.fields import Line
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.trouble import Failed
from wor_tui.services import caseload as service
from wor_tui.services import readings
from wor_tui.services.case_file import case_file
from wor_tui.services.case_ids import ChosenIds
from wor_tui.services.caseload import CaseIndex, CaseRow, View
from wor_tui.services.search import Filter
from wor_tui.widgets.case_list import CaseList
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import DescendantFocus, Key, Resize
    from textual.timer import Timer

    from wor_tui.services.workspace import Workspace

WIDE, WIDEST = 120, 150
"""Columns from which there is a panel, and from which it has room for the drawn web beside all columns."""
PANEL_AFTER_S = 0.12
"""How long the cursor must rest on a case before its panel is read."""
AT_ONCE = 100_000
"""As many search keys are looked through within a frame (in 7 to 12 ms); more in a thread."""
GIVE_BACK_S = 0.3
"""How long after a list was shown the room that reading it took is given back."""
KEEP_KEYS_S = 4.0
"""How long after the line was emptied the search keys are kept."""


def late_words(code: str) -> str:
    """What is late, in a word or two."""
    return label(Duty, code)


class CaseloadScreen(ReadingScreen[CaseIndex]):
    """Type to filter, the arrows to choose, Enter to open."""

    logs = "caseload"
    CSS_PATH = "caseload.tcss"
    BINDINGS = bindings(
        "list.search", "contact.add", "case.web", "list.view", "case.open-new", "case.phones", "case.next-step"
    )
    AUTO_FOCUS: ClassVar[str | None] = "CaseList"

    def __init__(self, view: View = View.MINE) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.view = view
        self.index = CaseIndex([], [])
        self.searching: Filter | None = None
        """Searches the keys of `index`; they are read when somebody goes to the line, and let go some time after."""
        self.noted = ""
        """What was searched when the log was last told."""
        self.on_panel = ""
        """The case that the log was last told to be beside the list."""
        self.resting: Timer | None = None
        self.forgetting: Timer | None = None

    def crumb(self) -> str:
        """Where we are."""
        return _("Caseload") + f" · {label(View, self.view)}"

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Alle dossiers van de weergave, op naam. Druk op / en typ een stuk van een naam, plaats, verwijzer of "
            "telefoonnummer. v kiest een andere weergave. Tekens: ! te laat, ↑ nog niet verstuurd, ≠ twee mensen "
            "hebben hetzelfde verschillend ingevuld."
        )

    def body(self) -> ComposeResult:
        """The line to type in, the list, the panel."""
        with Horizontal(id="search-line"):
            yield Static("/", id="search-mark", markup=False)
            yield Line(placeholder=_("zoek op naam, plaats, verwijzer of nummer"), cap=80, id="search")
            yield Static("", id="count", markup=False)
        with Horizontal(id="caseload"):
            yield CaseList(self.fetch, phase_label=phase_words, late_label=late_words, empty_text="")
            yield CasePanel(self.wor.web_mode)

    def fetch(self, ids: Sequence[str]) -> Sequence[CaseRow | None]:
        """The rows of a screenful; by id, so it takes a few milliseconds."""
        found = {row.id: row for row in service.rows(self.wor.desk, list(ids))}
        return [found.get(one) for one in ids]

    @property
    def cases(self) -> CaseList:
        """The list."""
        return self.query_one(CaseList)

    @property
    def typed(self) -> str:
        """What stands in the line, without the blanks around it."""
        return self.query_one("#search", Line).value.strip()

    def read(self, desk: Workspace) -> CaseIndex:
        """The ids of the view; what is searched comes along only when somebody searches."""
        return service.index(desk, self.view, searchable=self.searching is not None)

    async def show_read(self, found: CaseIndex) -> None:
        """Show as many of them as match what was typed."""
        self.index = found
        self.searching = Filter(found.search_keys) if found.search_keys else None
        self.cases.forget_rows()
        await self.narrow()
        self.show_panel()
        self.give_back()

    async def make_searchable(self) -> None:
        """Read the search keys, together with the ids that they stand beside."""
        view = self.view
        found = await self.wor.attempt(lambda: service.index(self.wor.desk, view))
        if not isinstance(found, Failed) and view is self.view:
            self.index, self.searching = found, Filter(found.search_keys)
            self.give_back()

    def give_back(self) -> None:
        """What reading took goes back to the system, once nothing waits for it."""
        given_back = partial(service.give_back, self.wor.desk, self.index)
        self.set_timer(GIVE_BACK_S, lambda: self.run_worker(self.wor.attempt(given_back, aloud=False), group="slack"))

    def filter(self) -> None:
        """Show what matches what was typed; the last letter wins."""
        if self.searching is not None and self.searching.looks_through(self.typed) <= AT_ONCE:
            self.workers.cancel_group(self, "filter")  # pyright: ignore[reportUnknownMemberType] -- a worker's result type is open
            self.show(ChosenIds(self.index.ids, self.searching.matching(self.typed)) if self.typed else self.index.ids)
        else:
            self.run_worker(self.narrow, exclusive=True, group="filter")

    async def narrow(self) -> None:
        """The same when it takes longer than a frame: search in a thread."""
        typed = self.typed
        if not typed:
            self.show(self.index.ids)
            return
        if self.searching is None:
            await self.make_searchable()
        every, searching = self.index.ids, self.searching
        if searching is None:
            return
        found = await self.wor.attempt(lambda: searching.matching(typed))
        if not isinstance(found, Failed) and every is self.index.ids:
            self.show(ChosenIds(every, found))

    def show(self, ids: Sequence[str]) -> None:
        """Show these, with how many they are."""
        self.cases.empty_text = self.nothing(self.typed)
        self.cases.show_ids(ids)
        count = _("{n} van {all}").format(n=len(ids), all=len(self.index)) if self.typed else str(len(ids))
        # Of a fixed width: a letter typed lays nothing out anew.
        self.query_one("#count", Static).update(f"{label(View, self.view)}: {count}", layout=False)
        self.forget_keys_later()

    def forget_keys_later(self) -> None:
        """Let the search keys go once nothing was typed for a while: they take more room than all else."""
        if self.forgetting is not None:
            self.forgetting.stop()
            self.forgetting = None
        if self.searching is not None and not self.typed:
            self.forgetting = self.set_timer(KEEP_KEYS_S, self.forget_keys)

    def forget_keys(self) -> None:
        """They are read again when somebody searches again."""
        if not self.typed:
            self.index, self.searching = CaseIndex(self.index.ids, []), None
            self.give_back()

    def nothing(self, typed: str) -> str:
        """What an empty list says, and what to do next."""
        if typed:
            return _("Niets gevonden. Haal een woord weg, of kies met v een andere weergave.")
        if self.view is View.MINE:
            return _("Nog geen dossiers. Druk op a om een traject te openen.")
        return _("Niets in deze weergave. Druk op v voor een andere.")

    # Keys

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as one types."""
        event.stop()
        self.filter()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Whoever goes to the line will type: read what is searched meanwhile."""
        if event.widget.id == "search" and self.searching is None:
            self.run_worker(self.make_searchable, exclusive=True, group="keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line goes to the list."""
        event.stop()
        self.note_search()
        self.cases.focus()

    def on_key(self, event: Key) -> None:
        """From the line the arrow goes down into the list, Esc takes the filter away."""
        line = self.query_one("#search", Line)
        if self.focused is line and event.key in ("down", "escape", "pagedown"):
            event.stop()
            event.prevent_default()
            if event.key == "escape":
                line.value = ""
            else:
                self.note_search()
            self.cases.focus()
        elif event.key == "escape" and line.value:
            event.stop()
            line.value = ""

    def note_search(self) -> None:
        """Somebody goes on with what they found: one line in the log, without what was typed."""
        if self.typed and self.typed != self.noted:
            self.noted = self.typed
            readings.searched(self.wor.desk, self.view)

    def action_list_search(self) -> None:
        """To the line."""
        self.query_one("#search", Line).focus()

    def action_list_view(self) -> None:
        """The next saved view."""
        views = list(View)
        self.view = views[(views.index(self.view) + 1) % len(views)]
        self.show_frame()
        self.data_changed()

    def open(self, tab: str) -> None:
        """Open the highlighted case."""
        if (case_id := self.cases.highlighted) is not None:
            self.note_search()
            self.open_case(case_id, tab)

    def on_virtual_list_opened(self, event: VirtualList.Opened) -> None:
        """Enter, or twice the mouse."""
        event.stop()
        self.open("overview")

    def action_case_web(self) -> None:
        """To the web."""
        self.open("web")

    def action_contact_add(self) -> None:
        """A contact, straight from the list."""
        self.run_worker(partial(self.with_case, "contact"), exclusive=True, group="open")

    def action_case_next_step(self) -> None:
        """The next step, straight from the list."""
        self.run_worker(partial(self.with_case, "next_step"), exclusive=True, group="open")

    def action_case_phones(self) -> None:
        """The numbers around the highlighted case."""
        self.run_worker(partial(self.with_case, "phones"), exclusive=True, group="open")

    async def with_case(self, what: str) -> None:
        """Read the case and open what was asked."""
        case_id = self.cases.highlighted
        if case_id is None:
            return
        case = await self.wor.attempt(lambda: case_file(self.wor.desk, case_id))
        if isinstance(case, Failed):
            return
        self.note_search()
        readings.seen(self.wor.desk, "case", case_id, what)
        from wor_tui.screens import contact_form, next_step_form, phones  # noqa: PLC0415

        if what == "contact":
            self.wor.push_screen(contact_form.ContactForm(case))
        elif what == "next_step":
            self.wor.push_screen(next_step_form.NextStepForm(case))
        else:
            self.wor.push_screen(phones.PhonesScreen(case))

    def action_case_open_new(self) -> None:
        """A case by hand."""
        from wor_tui.screens.case_form import NewCaseForm  # noqa: PLC0415

        self.wor.push_screen(NewCaseForm())

    # The panel

    def on_virtual_list_highlighted(self, event: VirtualList.Highlighted) -> None:
        """The cursor moved."""
        event.stop()
        self.show_panel()

    def on_resize(self, event: Resize) -> None:
        """The panel comes with a wide terminal."""
        super().on_resize(event)
        self.set_class(event.size.width >= WIDEST, "-widest")
        self.show_panel()

    def show_panel(self) -> None:
        """Read the highlighted case once the cursor rests."""
        if self.resting is not None:
            self.resting.stop()
        if self.size.width >= WIDE:
            self.resting = self.set_timer(PANEL_AFTER_S, self.read_panel)

    def read_panel(self) -> None:
        """The cursor rests."""
        self.run_worker(self.load_panel, exclusive=True, group="panel")

    async def load_panel(self) -> None:
        """Read one case, show it beside the list."""
        case_id = self.cases.highlighted
        case = None
        if case_id is not None:
            case = await self.wor.attempt(lambda: case_file(self.wor.desk, case_id), aloud=False)
            if not isinstance(case, Failed) and case_id != self.on_panel:
                self.on_panel = case_id
                readings.seen(self.wor.desk, "case", case_id, "panel")
        self.query_one(CasePanel).show(None if isinstance(case, Failed) else case, self.wor.clock.today())
