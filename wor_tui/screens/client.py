"""One client: overview, intake, web and timeline of the case, each one key away."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import ContentSwitcher, Static

from wor_tui.i18n import _
from wor_tui.screens import overview
from wor_tui.screens.bindings import bindings
from wor_tui.screens.case_forms import CaseForms
from wor_tui.screens.case_words import headline, reason_asked
from wor_tui.screens.entry import EntryScreen
from wor_tui.screens.tab_line import TabLine
from wor_tui.screens.timeline import TimelinePart
from wor_tui.screens.webs import measurements
from wor_tui.services import erasing, readings
from wor_tui.services.case_file import case_file, opened
from wor_tui.widgets.spiderweb import SpiderWeb
from wor_tui.widgets.timeline_list import TimelineList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile, TimelineEntry
    from wor_tui.services.workspace import Workspace


class ClientScreen(CaseForms):
    """A case with everything around it; the forms open from here."""

    CSS_PATH = "client.tcss"
    BINDINGS = bindings(
        "tab.edit", "web.new", "web.quick", "web.table", "timeline.filter", "contact.correct", "contact.void",
        "contact.add", "case.phones", "case.next-step", "feedback.add", "consent.add", "case.edit", "case.end",
        "case.extend", "history.open", "client.erase", "merge.undo", "case.overview", "case.intake", "case.web",
        "case.timeline",
    )  # fmt: skip
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, case_id: str, tab: str = "overview") -> None:
        """Nothing is read yet."""
        super().__init__()
        self.case_id = case_id
        self.tab = tab
        self.table = False
        self.tabs_seen: set[str] = set()
        """Those that the log has been told of."""

    def crumb(self) -> str:
        """Where we are."""
        return self.case.client.name if self.case is not None else _("Dossier")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Alles over één deelnemer. o, i, w en t gaan naar overzicht, intake, web en tijdlijn; Enter werkt "
            "bij wat open staat. n legt een contact vast vanaf elke plek hier."
        )

    def body(self) -> ComposeResult:
        """The line about who it is, the tabs, what is in them."""
        yield Static("", id="who", markup=False)
        yield Static("", id="asked", markup=False)
        yield TabLine()
        with ContentSwitcher(initial=self.tab, id="parts"):
            with VerticalScroll(id="overview"), Horizontal(id="overview-columns"):
                yield Static("", id="overview-left")
                with Vertical(id="overview-right"):
                    yield SpiderWeb(mode=self.wor.web_mode, id="overview-web")
                    yield Static("", id="overview-words")
            with VerticalScroll(id="intake"):
                yield Static("", id="intake-text")
            with Vertical(id="web"):
                yield Static("", id="web-none", markup=False)
                yield SpiderWeb(mode=self.wor.web_mode, id="web-drawn")
                with VerticalScroll(id="web-table"):
                    yield Static("", id="web-table-text")
            with Vertical(id="timeline"):
                yield Static("", id="timeline-filter", markup=False)
                yield TimelineList(
                    today=self.wor.clock.today(), empty_text=_("Nog niets op de tijdlijn. Druk op n voor een contact.")
                )

    def on_mount(self) -> None:
        """Nothing is asked yet."""
        self.query_one("#asked").display = False
        self.timeline = TimelinePart(self)
        self.show_tab(self.tab)

    def read(self, desk: Workspace) -> CaseFile:
        """Read the case; the first time it is an opening, which the log has to tell."""
        if self.case is None:
            opened(desk, self.case_id)
        found = case_file(desk, self.case_id)
        self.waits, self.may_erase = erasing.waits(desk, found.client.id), erasing.may_erase(desk)
        return found

    async def show_read(self, found: CaseFile) -> None:
        """Show the case; the first time its frame comes with it."""
        first = self.case is None
        self.case = found
        self.show_case(found)
        if first:
            self.show_frame()
            self.focus_tab()
        self.refresh_bindings()

    def show_case(self, case: CaseFile) -> None:
        """Fill all tabs."""
        today = self.wor.clock.today()
        self.query_one("#who", Static).update(headline(case, self.size.width - 4))
        asked = _("Wissen gevraagd; dit gaat weg zodra er verbinding is.") if self.waits else ""
        asked = asked or reason_asked(case.progress, today)
        self.query_one("#asked", Static).update(f"! {asked}")
        self.query_one("#asked").display = bool(asked)
        self.query_one("#overview-left", Static).update(overview.left(case, today))
        self.query_one("#overview-words", Static).update(overview.words(case))
        self.query_one("#intake-text", Static).update(overview.intake(case, today))
        drawn = measurements(case.webs, today)
        self.query_one("#overview-web", SpiderWeb).measurements = drawn
        self.query_one("#overview-web").display = bool(drawn)
        self.query_one("#web-drawn", SpiderWeb).measurements = drawn
        self.query_one("#web-none", Static).update(
            ""
            if drawn
            else _("Nog geen spinnenweb. Druk op m om samen een web te maken, of op k voor een kort web: zes cijfers.")
        )
        self.query_one("#web-table-text", Static).update(overview.web_table(case, today))
        self.show_web_form()
        self.timeline.show(case)

    def show_web_form(self) -> None:
        """The web as a picture or as a table."""
        has_web = self.case is not None and bool(self.case.webs)
        self.query_one("#web-none").display = not has_web
        self.query_one("#web-drawn").display = has_web and not self.table
        self.query_one("#web-table").display = has_web and self.table

    # Tabs

    def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        """A tab was clicked."""
        event.stop()
        self.show_tab(event.tab)

    def show_tab(self, tab: str) -> None:
        """Open a tab."""
        self.tab = tab
        if tab not in self.tabs_seen and tab != "overview":
            self.tabs_seen.add(tab)
            readings.seen(self.wor.desk, "case", self.case_id, tab)
        self.query_one("#parts", ContentSwitcher).current = tab
        self.query_one(TabLine).show(tab)
        self.focus_tab()
        self.refresh_bindings()

    def focus_tab(self) -> None:
        """The arrows work in what is open."""
        if self.tab == "timeline":
            self.query_one(TimelineList).focus()
        elif self.tab in ("overview", "intake"):
            self.query_one(f"#{self.tab}").focus()
        elif self.table:
            self.query_one("#web-table").focus()
        else:
            self.set_focus(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Each key where it makes sense."""
        if action in ("timeline_filter", "contact_correct", "contact_void"):
            return self.tab == "timeline"
        if action in ("web_new", "web_quick"):
            return self.tab == "web"
        if action == "web_table":
            return self.tab == "web" and self.case is not None and bool(self.case.webs)
        if action in ("case_extend", "merge_undo"):
            return self.case is not None and self.may_now(action, self.case)
        if action.startswith("case_") and action[5:] == self.tab:
            return False
        return super().check_action(action, parameters)

    def may_now(self, action: str, case: CaseFile) -> bool:
        """What depends on the case: going on past the plan, and taking a merging back."""
        if action == "merge_undo":
            return bool(case.merged)
        return case.progress.needs_reason or bool(case.case.extension_reason)

    def action_case_overview(self) -> None:
        """To the overview."""
        self.show_tab("overview")

    def action_case_intake(self) -> None:
        """To the intake."""
        self.show_tab("intake")

    def action_case_web(self) -> None:
        """To the web."""
        self.show_tab("web")

    def action_case_timeline(self) -> None:
        """To the timeline."""
        self.show_tab("timeline")

    def action_web_table(self) -> None:
        """The web as a table, and back."""
        self.table = not self.table
        self.show_web_form()
        self.focus_tab()

    def action_timeline_filter(self) -> None:
        """The next filter of the timeline."""
        self.timeline.next_filter()

    def on_timeline_list_opened(self, event: TimelineList.Opened) -> None:
        """Enter on an entry shows all of it."""
        event.stop()
        entry = self.timeline.highlighted()
        if entry is not None:
            self.wor.push_screen(EntryScreen(self.timeline.words(entry)))

    def chosen_entry(self) -> TimelineEntry | None:
        """The entry of the timeline under the cursor."""
        return self.timeline.highlighted()
