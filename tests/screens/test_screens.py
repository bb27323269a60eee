"""Each screen does its work on a real vault, from the keyboard."""

from datetime import date

from textual.events import Paste
from textual.widgets import Input

from tests.screens.driving import at, said, settled, to_client, type_text, until
from wor_tui.app import WorApp
from wor_tui.screens.agenda import AgendaScreen
from wor_tui.screens.appointment_form import AppointmentForm
from wor_tui.screens.case_form import NewCaseForm
from wor_tui.screens.caseload import CaseloadScreen
from wor_tui.screens.choices import Choice
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.client_form import ClientForm
from wor_tui.screens.confirm import ConfirmScreen
from wor_tui.screens.consent_form import ConsentForm
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.end_form import EndForm
from wor_tui.screens.extend_form import ExtendForm
from wor_tui.screens.feedback_form import FeedbackForm
from wor_tui.screens.fields import Field
from wor_tui.screens.help import HelpScreen
from wor_tui.screens.intake_form import IntakeForm
from wor_tui.screens.next_step_form import NextStepForm
from wor_tui.screens.notes import Note
from wor_tui.screens.palette import PaletteScreen
from wor_tui.screens.phones import PhonesScreen
from wor_tui.screens.settings import SettingsScreen
from wor_tui.screens.sync import SyncScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.screens.web_fields import WebFields
from wor_tui.screens.web_form import WebForm
from wor_tui.services import contacts, drafts, synchronisation
from wor_tui.services.appointments import agenda
from wor_tui.services.case_file import CaseFile, case_file
from wor_tui.services.caseload import View, index, rows
from wor_tui.services.contacts import NewContact


def case_of(app: WorApp) -> CaseFile:
    """The case on the screen, as it is kept now."""
    shown = next(screen for screen in app.screen_stack if isinstance(screen, ClientScreen))
    return case_file(app.desk, shown.case_id)


async def test_vandaag_shows_what_is_due_and_opens_it(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        shown = said(app.screen)
        assert "A. Willems" in shown
        assert "! " in shown
        assert "Wit, Sjaak de" in shown
        await pilot.press("enter")
        await at(pilot, ClientScreen)
        assert "Wit, Sjaak de" in said(app.screen)
        await pilot.press("escape")
        await at(pilot, TodayScreen)


async def test_the_caseload_filters_as_one_types_and_shows_texts_literally(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await at(pilot, TodayScreen)
        await pilot.press("f3")
        await at(pilot, CaseloadScreen)
        assert "[bold]Berg" in said(app.screen)
        await pilot.press("slash")
        await type_text(pilot, "jans")
        await settled(pilot)
        shown = said(app.screen)
        assert "Jansen-Bos" in shown
        assert "El Amrani" not in shown
        await pilot.press("escape")
        await settled(pilot)
        assert "El Amrani" in said(app.screen)
        await pilot.press("v")
        await settled(pilot)
        assert "Caseload · team" in said(app.screen)


async def test_the_client_has_four_tabs_and_the_numbers(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        assert "contact 3/5 · week 6/13" in said(app.screen)
        await pilot.press("w")
        await settled(pilot)
        assert "12 okt" in said(app.screen)
        assert "20 nov" in said(app.screen)
        await pilot.press("f7")
        await settled(pilot)
        assert "» sociale contacten" in said(app.screen)
        await pilot.press("i")
        await settled(pilot)
        assert "De tien stappen" in said(app.screen)
        await pilot.press("t")
        await settled(pilot)
        assert "Voicemail ingesproken." in said(app.screen)
        await pilot.press("f")
        await settled(pilot)
        assert "Voicemail ingesproken." not in said(app.screen)
        await pilot.press("f6")
        await at(pilot, PhonesScreen)
        assert "06-23456789" in said(app.screen)
        await pilot.press("escape", "o")
        await settled(pilot)
        assert "Terugkoppeling 2" in said(app.screen)


async def test_a_contact_takes_four_moves_from_the_keyboard(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("n")
        await at(pilot, ContactForm)
        await pilot.press("w")
        await type_text(pilot, "40")
        await pilot.press("enter")
        await type_text(pilot, "Samen gelopen.")
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        newest = case_of(app).timeline[0]
        assert (newest.code, newest.minutes, newest.note, newest.number) == ("walk", 40, "Samen gelopen.", 4)
        assert "contact 4/5" in said(app.screen)


async def test_a_correction_is_a_new_entry(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("t", "c")
        await at(pilot, ContactForm)
        app.screen.query_one("#minutes", Field).value = "50"
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        case = case_of(app)
        assert case.progress.contacts == 3
        assert sum(1 for entry in case.timeline if entry.corrected_by) == 1


async def test_a_form_left_with_escape_stands_as_it_stood(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("n")
        await at(pilot, ContactForm)
        app.screen.query_one("#note", Note).focus()
        await type_text(pilot, "Half af")
        await pilot.press("escape")
        await at(pilot, ClientScreen)
        await pilot.press("n")
        await at(pilot, ContactForm)
        assert app.screen.query_one("#note", Note).text == "Half af"
        await pilot.press("f5")
        await settled(pilot)
        assert app.screen.query_one("#note", Note).text == ""


async def test_a_draft_is_in_the_vault_while_one_types(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("n")
        await at(pilot, ContactForm)
        app.screen.query_one("#note", Note).focus()
        await type_text(pilot, "Midden in een zin")
        await until(
            pilot,
            lambda: any(draft.values.get("note") == "Midden in een zin" for draft in drafts.every(app.desk)),
        )


async def test_details_are_changed_and_a_bsn_is_refused(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("e")
        await at(pilot, ClientForm)
        app.screen.query_one("#neighbourhood", Field).value = "111222333"
        await pilot.press("ctrl+s")
        assert "burgerservicenummer" in said(app.screen)
        app.screen.query_one("#neighbourhood", Field).value = "Oost"
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        assert case_of(app).client.neighbourhood == "Oost"


async def test_consent_is_an_event_of_its_own(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("g")
        await at(pilot, ConsentForm)
        await pilot.press("3")
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        assert "web" in case_of(app).effective_consents
        await pilot.press("g")
        await at(pilot, ConsentForm)
        await pilot.press("3")
        app.screen.query_one("#given", Choice).focus()
        await pilot.press("i", "ctrl+s")
        await at(pilot, ClientScreen)
        case = case_of(app)
        assert "web" not in case.effective_consents
        assert len([consent for consent in case.consents if consent.purpose == "web"]) == 2


async def test_the_next_step_and_feedback_and_the_end(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("s")
        await at(pilot, NextStepForm)
        app.screen.query_one("#next_step", Field).value = "Kookgroep bellen"
        app.screen.query_one("#next_step_on", Field).value = "+7"
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        assert case_of(app).case.next_step_on == date(2026, 11, 29)
        await pilot.press("b")
        await at(pilot, FeedbackForm)
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        assert {letter.number for letter in case_of(app).feedback} == {1, 2}
        await pilot.press("x")
        await at(pilot, EndForm)
        await pilot.press("1", "ctrl+s")
        await at(pilot, ClientScreen)
        assert case_of(app).phase == "completed"


async def test_a_web_is_drawn_beside_the_scores_with_the_one_before_behind_it(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        await pilot.press("w", "m")
        await at(pilot, WebForm)
        await type_text(pilot, "7,5")
        await pilot.press("tab")
        await type_text(pilot, "8")
        await settled(pilot)
        assert "6,0 › 7,5" in said(app.screen)
        await pilot.press("p")
        await settled(pilot)
        await pilot.press("p")
        await type_text(pilot, "4")
        await settled(pilot)
        assert "onthouden" in said(app.screen)
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        web = case_of(app).webs[0]
        assert web.scores[:3] == (7.5, 8, None)
        assert (web.aspects, web.talk) == ({"2.1": 4}, frozenset({"2.1"}))


async def test_the_intake_in_any_order_with_words_steps_and_web(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot, "amrani")
        await pilot.press("i", "enter")
        await at(pilot, IntakeForm)
        await pilot.press("right", "right", "enter")
        await type_text(pilot, "6,5")
        screen = app.screen
        assert isinstance(screen, IntakeForm)
        screen.query_one("#would_change", Note).focus()
        await type_text(pilot, "Meer ritme")
        screen.query_one("#rail").focus()
        await pilot.press("ctrl+t")
        screen.query_one("#intake_on", Field).value = "vandaag"
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        case = case_of(app)
        assert case.intake.would_change == "Meer ritme"
        assert case.webs[0].scores[0] == 6.5
        assert {3, 9} <= set(case.intake.steps)
        assert case.case.intake_on == date(2026, 11, 22)


async def test_an_intake_that_does_not_fit_names_who_takes_over(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot, "amrani")
        await pilot.press("i", "enter")
        await at(pilot, IntakeForm)
        app.screen.query_one("#exclusion", Choice).choose("addiction")
        await pilot.press("ctrl+s")
        assert isinstance(app.screen, IntakeForm)
        assert "Kies naar wie" in said(app.screen)
        app.screen.query_one("#passed_on_to", Choice).choose("addiction_care")
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        assert case_of(app).phase == "passed_on"


async def test_a_case_is_opened_by_hand(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pilot.press("a")
        await at(pilot, NewCaseForm)
        await pilot.press("ctrl+s")
        assert "Vul een achternaam in" in said(app.screen)
        app.screen.query_one("#family_name", Field).value = "Öztürk"
        app.screen.query_one("#birth_date", Field).value = "3-4-1970"
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        found = rows(app.desk, index(app.desk, View.MINE).ids)
        assert any(row.name.startswith("Öztürk") for row in found)
        assert "contact_details" in case_of(app).effective_consents


async def test_the_agenda_plans_and_marks(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pilot.press("f4")
        await at(pilot, AgendaScreen)
        await pilot.press("n")
        await at(pilot, AppointmentForm)
        app.screen.query_one("#client_name", Field).value = "B. Visser"
        app.screen.query_one("#on", Field).value = "morgen"
        app.screen.query_one("#time", Field).value = "9.15"
        await pilot.press("ctrl+s")
        await at(pilot, AgendaScreen)
        await until(pilot, lambda: "B. Visser" in said(app.screen))
        planned, _bases = agenda(app.desk, date(2026, 11, 23))
        assert [(row.client, row.minutes) for row in planned] == [("B. Visser", 20)]
        await pilot.press("u")
        await until(pilot, lambda: "geweest" in said(app.screen))


async def test_what_is_not_sent_is_listed(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pilot.press("f8")
        await at(pilot, SyncScreen)
        shown = said(app.screen)
        assert "hoort nog bij geen organisatie" in shown
        assert "nog niet verstuurd" in shown


async def test_settings_help_and_everything_by_name(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pilot.press("f9")
        await at(pilot, SettingsScreen)
        assert "Ria de Boer · welzijnscoach" in said(app.screen)
        await pilot.press("f1")
        await at(pilot, HelpScreen)
        assert "stoppen" in said(app.screen)
        await pilot.press("escape", "ctrl+p")
        await at(pilot, PaletteScreen)
        await type_text(pilot, "casel")
        await pilot.press("enter")
        await at(pilot, CaseloadScreen)


async def test_a_megabyte_marks_and_controls_are_taken_in_literally_and_capped(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("e")
        await at(pilot, ClientForm)
        line = app.screen.query_one("#street", Field).line
        line.value = ""
        line.post_message(Paste("\x1b[31m\u202e[bold]x[/] '; DROP TABLE client;--\n" + "y" * 1_000_000))
        await until(pilot, lambda: len(line.value) == 200)
        assert "\x1b" not in line.value
        assert "\u202e" not in line.value
        assert line.value.startswith("[31m[bold]x[/] '; DROP TABLE client;-- y")
        note = app.screen.query_one("#remarks", Note)
        note.text = ""
        note.post_message(Paste("z" * 1_000_000))
        await until(pilot, lambda: len(note.text) == 20_000)
        assert isinstance(line, Input)


async def test_a_tiny_terminal_says_so_and_loses_nothing(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("n")
        await at(pilot, ContactForm)
        app.screen.query_one("#note", Note).text = "Blijft staan"
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert "te klein (40×10)" in " ".join(said(app.screen).split())
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.screen.query_one("#note", Note).text == "Blijft staan"
        assert "Blijft staan" in said(app.screen)


async def test_past_the_plan_the_case_asks_why_and_never_refuses_the_contact(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        assert "Gaat u door?" not in said(app.screen)
        for _contact in range(2):
            contacts.add(app.desk, case_of(app).case.id, NewContact("phone", app.clock.now(), 5))
        app.saved()
        await until(pilot, lambda: "De 5 geplande contacten zijn geweest. Gaat u door?" in said(app.screen))
        await pilot.press("n")
        await at(pilot, ContactForm)
        assert "Waarom gaat het traject door? (de 5 geplande contacten zijn geweest)" in said(app.screen)
        await pilot.press("t", "5", "ctrl+s")
        await at(pilot, ClientScreen)
        await until(pilot, lambda: "contact 6/5" in said(app.screen))
        assert "gaat het door zonder reden: leg met r vast" in " ".join(said(app.screen).split())
        await pilot.press("r")
        await at(pilot, ExtendForm)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Schrijf in een paar woorden" in said(app.screen))
        await type_text(pilot, "maatje is net begonnen")
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        await until(pilot, lambda: "leg met r vast" not in said(app.screen))
        assert case_of(app).case.extension_reason == "maatje is net begonnen"


async def test_a_held_change_is_sent_again_or_let_go(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await at(pilot, TodayScreen)
        with app.desk.database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE op SET state = 'held', code = 'erased' WHERE n IN (SELECT n FROM op ORDER BY n DESC LIMIT 2)"
            )
        before = synchronisation.status(app.desk)
        assert before.held == 2
        await pilot.press("f8")
        await at(pilot, SyncScreen)
        await until(pilot, lambda: "Tegengehouden: dit gegeven is op verzoek gewist." in said(app.screen))
        await pilot.press("o")
        await until(pilot, lambda: synchronisation.status(app.desk).held == 1)
        await settled(pilot)
        await pilot.press("home", "l")
        await at(pilot, ConfirmScreen)
        await pilot.press("n")
        await at(pilot, SyncScreen)
        assert synchronisation.status(app.desk).held == 1
        await pilot.press("l")
        await at(pilot, ConfirmScreen)
        await pilot.press("j")
        await until(pilot, lambda: synchronisation.status(app.desk).held == 0)
        await settled(pilot)
        assert "opnieuw versturen" not in said(app.screen)


async def test_down_and_up_go_along_the_scores_and_change_none(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("w", "m")
        await at(pilot, WebForm)
        await pilot.press("7", "down", "down", "6", "up", "5")
        await settled(pilot)
        scores = app.screen.query_one(WebFields).entry("").scores
        assert scores[:4] == (7, 5, 6, None)


async def test_the_form_shows_the_key_of_its_draft_only_when_there_is_one(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        await pilot.press("n")
        await at(pilot, ContactForm)
        assert "concept weggooien" not in said(app.screen)
        await pilot.press("h")
        await until(pilot, lambda: "concept weggooien" in said(app.screen))
