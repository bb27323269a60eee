"""The caseload: everybody in one list, filtered as one types, with the highlighted case beside it when there is "
"room."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from wor_tui.app import Failed
from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.case_words import last_contact_words, phase_words, progress_words
from wor_tui.screens.dates import day_text
from wor_tui.screens.fields import Line
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.webs import measurements
from wor_tui.services import caseload as service
from wor_tui.services.case_file import case_file
from wor_tui.services.caseload import CaseIndex, CaseRow, View
from wor_tui.services.search import Filter
from wor_tui.widgets.case_list import CaseList
from wor_tui.widgets.spiderweb import SpiderWeb
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key, Resize

    from wor_tui.services.case_file import CaseFile

WIDE = 120
PANEL_AFTER_S = 0.12
"""How long the cursor must rest on a case before its panel is read."""


class CaseloadScreen(ReadingScreen):
    """Type to filter, the arrows to choose, Enter to open."""

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
        self.searching = Filter([])

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
            yield CaseList(self.fetch, phase_label=phase_words, empty_text="")
            with Vertical(id="panel", classes="-empty"):
                yield Static("", id="panel-text", markup=False)
                yield SpiderWeb(mode=self.wor.web_mode, id="panel-web")
                yield Static("", id="panel-more", markup=False)

    def fetch(self, ids: Sequence[str]) -> Sequence[CaseRow | None]:
        """The rows of a screenful; by id, so it takes a few milliseconds."""
        found = {row.id: row for row in service.rows(self.wor.desk, list(ids))}
        return [found.get(one) for one in ids]

    @property
    def cases(self) -> CaseList:
        """The list."""
        return self.query_one(CaseList)

    async def load(self) -> None:
        """Read ids and search keys in a thread, show here."""
        view = self.view
        found = await self.wor.attempt(lambda: service.index(self.wor.desk, view))
        if isinstance(found, Failed):
            return
        self.index = found
        self.searching = Filter(found.search_keys)
        self.cases.forget_rows()
        self.filter()
        self.show_panel()

    def filter(self) -> None:
        """Show what matches what was typed."""
        typed = self.query_one("#search", Line).value
        self.cases.empty_text = self.nothing(typed)
        if typed.strip():
            every = self.index.ids
            ids = [every[place] for place in self.searching.matching(typed)]
        else:
            ids = self.index.ids
        self.cases.show_ids(ids)
        count = _("{n} van {all}").format(n=len(ids), all=len(self.index)) if typed.strip() else str(len(ids))
        # Of a fixed width: a letter typed lays nothing out anew.
        self.query_one("#count", Static).update(f"{label(View, self.view)}: {count}", layout=False)

    def nothing(self, typed: str) -> str:
        """What an empty list says, and what to do next."""
        if typed.strip():
            return _("Niets gevonden. Haal een woord weg, of kies met v een andere weergave.")
        if self.view is View.MINE:
            return _("Nog geen dossiers. Druk op a om een traject te openen.")
        return _("Niets in deze weergave. Druk op v voor een andere.")

    # Keys

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as one types."""
        event.stop()
        self.filter()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line goes to the list."""
        event.stop()
        self.cases.focus()

    def on_key(self, event: Key) -> None:
        """From the line the arrow goes down into the list, Esc takes the filter away."""
        line = self.query_one("#search", Line)
        if self.focused is line and event.key in ("down", "escape", "pagedown"):
            event.stop()
            event.prevent_default()
            if event.key == "escape":
                line.value = ""
            self.cases.focus()
        elif event.key == "escape" and line.value:
            event.stop()
            line.value = ""

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
        self.show_panel()

    def show_panel(self) -> None:
        """Read the highlighted case once the cursor rests."""
        if self.size.width >= WIDE:
            self.run_worker(self.load_panel, exclusive=True, group="panel")

    async def load_panel(self) -> None:
        """Who, the web, what was said last."""
        import asyncio  # noqa: PLC0415

        await asyncio.sleep(PANEL_AFTER_S)
        case_id = self.cases.highlighted
        case = None
        if case_id is not None:
            case = await self.wor.attempt(lambda: case_file(self.wor.desk, case_id), aloud=False)
        panel = self.query_one("#panel")
        panel.set_class(case is None or isinstance(case, Failed), "-empty")
        if case is not None and not isinstance(case, Failed):
            self.fill_panel(case)

    def fill_panel(self, case: CaseFile) -> None:
        """Show one case."""
        today = self.wor.clock.today()
        client = case.client
        age = "" if client.age is None else str(client.age)
        who = " · ".join(part for part in (client.name, age, client.neighbourhood) if part)
        self.query_one("#panel-text", Static).update(
            Content("\n").join([Content.assemble((who, "bold")), Content(progress_words(case.progress))])
        )
        web = self.query_one("#panel-web", SpiderWeb)
        web.measurements = measurements(case.webs, today)
        web.display = bool(case.webs)
        lines: list[Content] = []
        wish = case.intake.would_change or case.intake.matters
        if wish:
            lines.append(Content.assemble((_("Wil: "), "bold"), " ".join(wish.split())))
        if case.case.next_step or case.case.next_step_on:
            day = day_text(case.case.next_step_on, today) if case.case.next_step_on else ""
            step = " · ".join(part for part in (day, case.case.next_step) if part)
            lines.append(Content.assemble((_("Volgende stap: "), "bold"), step))
        lines.append(Content.assemble((_("Laatst: "), "bold"), last_contact_words(case.timeline, today)))
        if not case.webs:
            lines.append(Content.assemble((_("Nog geen spinnenweb."), "$text-muted")))
        self.query_one("#panel-more", Static).update(Content("\n").join(lines))
