"""A client's screen: its tabs and numbers, and the forms that open from it."""

from datetime import date

from tests.screens.driving import case_of, pressed, said, settled, to_client, type_text, until
from wor_tui.app import WorApp
from wor_tui.screens.choices import Choice
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.client_form import ClientForm
from wor_tui.screens.consent_form import ConsentForm
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.end_form import EndForm
from wor_tui.screens.extend_form import ExtendForm
from wor_tui.screens.feedback_form import FeedbackForm
from wor_tui.screens.fields import Field
from wor_tui.screens.next_step_form import NextStepForm
from wor_tui.screens.phones import PhonesScreen
from wor_tui.services import contacts
from wor_tui.services.contacts import NewContact


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
        await pressed(pilot, "f6", to=PhonesScreen)
        assert "06-23456789" in said(app.screen)
        await pilot.press("escape", "o")
        await settled(pilot)
        assert "Terugkoppeling 2" in said(app.screen)


async def test_details_are_changed_and_a_bsn_is_refused(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "e", to=ClientForm)
        app.screen.query_one("#neighbourhood", Field).value = "111222333"
        await pilot.press("ctrl+s")
        assert "burgerservicenummer" in said(app.screen)
        app.screen.query_one("#neighbourhood", Field).value = "Oost"
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        assert case_of(app).client.neighbourhood == "Oost"


async def test_consent_is_an_event_of_its_own(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "g", to=ConsentForm)
        await pilot.press("3")
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        assert "web" in case_of(app).effective_consents
        await pressed(pilot, "g", to=ConsentForm)
        await pilot.press("3")
        app.screen.query_one("#given", Choice).focus()
        await pressed(pilot, "i", "ctrl+s", to=ClientScreen)
        case = case_of(app)
        assert "web" not in case.effective_consents
        assert len([consent for consent in case.consents if consent.purpose == "web"]) == 2


async def test_the_next_step_and_feedback_and_the_end(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "s", to=NextStepForm)
        app.screen.query_one("#next_step", Field).value = "Kookgroep bellen"
        app.screen.query_one("#next_step_on", Field).value = "+7"
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        assert case_of(app).case.next_step_on == date(2026, 11, 29)
        await pressed(pilot, "b", to=FeedbackForm)
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        assert {letter.number for letter in case_of(app).feedback} == {1, 2}
        await pressed(pilot, "x", to=EndForm)
        await pressed(pilot, "1", "ctrl+s", to=ClientScreen)
        assert case_of(app).phase == "completed"


async def test_past_the_plan_the_case_asks_why_and_never_refuses_the_contact(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        assert "Gaat u door?" not in said(app.screen)
        for _contact in range(2):
            contacts.add(app.desk, case_of(app).case.id, NewContact("phone", app.clock.now(), 5))
        app.saved()
        await until(pilot, lambda: "De 5 geplande contacten zijn geweest. Gaat u door?" in said(app.screen))
        await pressed(pilot, "n", to=ContactForm)
        assert "Waarom gaat het traject door? (de 5 geplande contacten zijn geweest)" in said(app.screen)
        await pressed(pilot, "t", "5", "ctrl+s", to=ClientScreen)
        await until(pilot, lambda: "contact 6/5" in said(app.screen))
        assert "gaat het door zonder reden: leg met r vast" in " ".join(said(app.screen).split())
        await pressed(pilot, "r", to=ExtendForm)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Schrijf in een paar woorden" in said(app.screen))
        await type_text(pilot, "maatje is net begonnen")
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        await until(pilot, lambda: "leg met r vast" not in said(app.screen))
        assert case_of(app).case.extension_reason == "maatje is net begonnen"
