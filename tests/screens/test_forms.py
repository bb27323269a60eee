"""What forms do beside saving: judging what is left, ticking where one is, saying things where they cover nothing."""

from tests.screens.driving import at, said, settled, text_of, to_client, type_text, until
from tests.screens.test_screens import case_of
from wor_tui.app import WorApp
from wor_tui.screens.client_form import ClientForm
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.fields import Field
from wor_tui.screens.frame import KeyBar, Notice
from wor_tui.screens.intake_form import IntakeForm
from wor_tui.screens.notes import Note
from wor_tui.screens.void_form import VoidForm


async def test_a_date_is_judged_and_written_out_when_it_is_left(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("e")
        await at(pilot, ClientForm)
        born = app.screen.query_one("#birth_date", Field)
        born.focus()
        born.value = "geen"
        await pilot.press("tab")
        await pilot.pause()
        assert "31-12-1958" in said(app.screen)
        assert "+7" not in said(app.screen)
        born.focus()
        born.value = "3 mei 45"
        await pilot.press("tab")
        await pilot.pause()
        assert "Dit is geen datum" in said(app.screen)
        born.focus()
        born.value = "3-5-45"
        await pilot.press("tab")
        await pilot.pause()
        assert born.value == "03-05-1945"
        assert "geen datum" not in said(app.screen)


async def test_a_tick_goes_to_the_step_where_one_works(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        await pilot.press("i", "enter")
        await at(pilot, IntakeForm)
        form = app.screen
        assert isinstance(form, IntakeForm)
        before = set(form.steps)
        form.query_one("#matters", Note).focus()
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert set(form.steps) ^ before == {4}
        assert "4. " in text_of(app, "#draft")
        form.query_one("#d2").focus()
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert set(form.steps) ^ before == {4, 3}
        form.query_one("#intake_on").focus()
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert set(form.steps) ^ before == {4, 3, 9}


async def test_what_is_said_stands_above_the_keys_and_covers_nothing(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        app.say("Kort bericht")
        await until(pilot, lambda: "Kort bericht" in said(app.screen))
        notice, keys, body = app.screen.query_one(Notice), app.screen.query_one(KeyBar), app.screen.query_one("#body")
        assert notice.region.bottom == keys.region.y
        assert not notice.region.overlaps(body.region)
        assert not list(app.screen.query("Toast"))
        await pilot.click(Notice)
        assert "Kort bericht" not in said(app.screen)


async def test_a_contact_in_the_wrong_case_is_taken_back(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        before = case_of(app).progress.contacts
        await pilot.press("n")
        await at(pilot, ContactForm)
        await pilot.press("b", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, ContactForm))
        await pilot.press("t")
        await settled(pilot)
        assert case_of(app).progress.contacts == before + 1
        await pilot.press("home", "v")
        await at(pilot, VoidForm)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "waarom" in said(app.screen)
        app.screen.query_one("#note").focus()
        await type_text(pilot, "verkeerde dossier")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, VoidForm))
        await settled(pilot)
        assert "vervallen: verkeerde dossier" in said(app.screen)
        assert "vervallen, telt niet meer" in said(app.screen)
        assert case_of(app).progress.contacts == before
