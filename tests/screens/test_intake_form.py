"""The intake: in any order, and a way out that never ends with nobody."""

from datetime import date

from tests.screens.driving import case_of, pressed, said, to_client, type_text
from wor_tui.app import WorApp
from wor_tui.screens.choices import Choice
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.fields import Field
from wor_tui.screens.intake_form import IntakeForm
from wor_tui.screens.notes import Note


async def test_the_intake_in_any_order_with_words_steps_and_web(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot, "amrani")
        await pressed(pilot, "i", "enter", to=IntakeForm)
        await pilot.press("right", "right", "enter")
        await type_text(pilot, "6,5")
        screen = app.screen
        assert isinstance(screen, IntakeForm)
        screen.query_one("#would_change", Note).focus()
        await type_text(pilot, "Meer ritme")
        screen.query_one("#rail").focus()
        await pilot.press("ctrl+t")
        screen.query_one("#intake_on", Field).value = "vandaag"
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        case = case_of(app)
        assert case.intake.would_change == "Meer ritme"
        assert case.webs[0].scores[0] == 6.5
        assert {3, 9} <= set(case.intake.steps)
        assert case.case.intake_on == date(2026, 11, 22)


async def test_an_intake_that_does_not_fit_names_who_takes_over(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot, "amrani")
        await pressed(pilot, "i", "enter", to=IntakeForm)
        app.screen.query_one("#exclusion", Choice).choose("addiction")
        await pilot.press("ctrl+s")
        assert isinstance(app.screen, IntakeForm)
        assert "Kies naar wie" in said(app.screen)
        app.screen.query_one("#passed_on_to", Choice).choose("addiction_care")
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        assert case_of(app).phase == "passed_on"
