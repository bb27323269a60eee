"""Where somebody is, as something that can be kept; and going there again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from textual.widgets import TextArea

from wor_tui.domain.codes import Variant
from wor_tui.screens.agenda import AgendaScreen
from wor_tui.screens.appointment_form import AppointmentForm
from wor_tui.screens.case_form import NewCaseForm
from wor_tui.screens.caseload import CaseloadScreen
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.client_form import ClientForm
from wor_tui.screens.consent_form import ConsentForm
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.dates import local
from wor_tui.screens.desk import DeskScreen
from wor_tui.screens.directory import DirectoryScreen
from wor_tui.screens.end_form import EndForm
from wor_tui.screens.extend_form import ExtendForm
from wor_tui.screens.feedback_form import FeedbackForm
from wor_tui.screens.forms import FormScreen
from wor_tui.screens.frame import WorScreen
from wor_tui.screens.intake_form import IntakeForm
from wor_tui.screens.log import LogScreen
from wor_tui.screens.next_step_form import NextStepForm
from wor_tui.screens.settings import SettingsScreen
from wor_tui.screens.sync import SyncScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.screens.trouble import Failed
from wor_tui.screens.void_form import VoidForm
from wor_tui.screens.web_form import WebForm
from wor_tui.services import appointments
from wor_tui.services.case_file import CaseFile, case_file
from wor_tui.services.left_open import Place

if TYPE_CHECKING:
    from textual.screen import Screen

    from wor_tui.locking import LockingApp

HOMES: dict[type[WorScreen[None]], str] = {
    TodayScreen: "today",
    DeskScreen: "today",
    DirectoryScreen: "today",
    LogScreen: "today",
    CaseloadScreen: "caseload",
    AgendaScreen: "agenda",
    SyncScreen: "sync",
    SettingsScreen: "settings",
}
CASE = "case"
OF_A_CASE: dict[str, Callable[[CaseFile], FormScreen]] = {
    form.form: form for form in (ClientForm, NextStepForm, EndForm, ExtendForm, ConsentForm, FeedbackForm)
}
ALONE: dict[str, Callable[[], FormScreen]] = {form.form: form for form in (NewCaseForm, AppointmentForm)}


def of(screens: Sequence[Screen[object]]) -> list[Place]:
    """What is open, the lowest first; nothing when that is only what is shown first anyway."""
    found = [place for place in map(_place, screens) if place is not None]
    return [] if [place.screen for place in found] == ["today"] else found


def _place(screen: Screen[object]) -> Place | None:
    if not isinstance(screen, WorScreen):
        return None
    home = next((name for kind, name in HOMES.items() if type(screen) is kind), None)
    if home is not None:
        return Place(home, crumb=screen.crumb())
    if isinstance(screen, ClientScreen):
        return Place(CASE, record=screen.case_id, case=screen.case_id, part=screen.tab, crumb=screen.crumb())
    if not isinstance(screen, FormScreen):
        return None
    case = getattr(screen, "case", None)
    ids = [each.id for each in (screen.focused.ancestors_with_self if screen.focused is not None else ()) if each.id]
    return Place(
        screen.form,
        record=screen.record,
        case=case.case.id if isinstance(case, CaseFile) else "",
        part=_part(screen),
        field=ids[0] if ids else "",
        crumb=screen.crumb(),
    )


def _part(form: FormScreen) -> str:
    """What else it takes to open it again: a web's variant, the day of an appointment that is changed."""
    if isinstance(form, WebForm):
        return str(form.variant)
    if isinstance(form, AppointmentForm) and form.row is not None:
        return local(form.row.starts_at).date().isoformat()
    return ""


async def reopen(app: LockingApp, places: Sequence[Place]) -> None:
    """Open what was open, one over the other; what isn't there any more is left out, and so is what was above it."""
    from wor_tui.screens import workbench  # noqa: PLC0415

    cases: dict[str, CaseFile] = {}
    for place in places:
        if place.screen in HOMES.values():
            await app.show_only(workbench.home_screen(app.desk, place.screen))
            continue
        if place.case and place.case not in cases:
            found = await app.attempt(lambda case=place.case: case_file(app.desk, case))
            if isinstance(found, Failed):
                return
            cases[place.case] = found
        if place.screen == CASE:
            await app.push_screen(ClientScreen(place.case, place.part or "overview"))
            continue
        below = app.screen
        if place.screen == ConsentForm.form and isinstance(below, IntakeForm):
            # Over the intake it ticks a step there when it is saved.
            below.action_consent_add()
            continue
        if place.screen == AppointmentForm.form and place.record:
            form = await _appointment(app, place)
        else:
            form = _form(app, place, cases.get(place.case))
        if form is None:
            return
        await app.push_screen(form)
        _put_cursor(form, place.field)


async def _appointment(app: LockingApp, place: Place) -> FormScreen | None:
    """An appointment that is changed, unless it was moved to another day meanwhile."""
    day = date.fromisoformat(place.part)
    found = await app.attempt(lambda: appointments.agenda(app.desk, day))
    if isinstance(found, Failed):
        return None
    rows, bases = found
    row = next((each for each in rows if each.id == place.record), None)
    return None if row is None else AppointmentForm(row, bases)


def _form(app: LockingApp, place: Place, case: CaseFile | None) -> FormScreen | None:
    if case is None:
        made = ALONE.get(place.screen)
        return None if made is None or place.case else made()
    if place.screen in OF_A_CASE:
        return OF_A_CASE[place.screen](case)
    if place.screen == IntakeForm.form:
        return IntakeForm(case, app.desk.clock.today())
    if place.screen == WebForm.form:
        web = next((each for each in case.webs if each.id == place.record), None)
        if web is not None:
            return WebForm(case, web)
        return WebForm(case, None, Variant(place.part)) if place.record == case.case.id else None
    return _form_of_entry(place, case)


def _form_of_entry(place: Place, case: CaseFile) -> FormScreen | None:
    if place.screen == ContactForm.form and place.record == case.case.id:
        return ContactForm(case)
    kind = {ContactForm.form: ContactForm, VoidForm.form: VoidForm}.get(place.screen)
    entry = next((each for each in case.timeline if each.id == place.record), None)
    return None if kind is None or entry is None else kind(case, entry)


def _put_cursor(form: FormScreen, field: str) -> None:
    """The cursor where it was; in a note at its end."""
    for widget in form.query(f"#{field}") if field else ():
        widget.focus()
        if isinstance(widget, TextArea):
            widget.move_cursor(widget.document.end)
