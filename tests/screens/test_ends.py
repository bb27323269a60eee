"""How a case ends, is passed on, and goes on after all; and what the overview says about what is owed."""

from tests.screens.driving import case_of, pressed, said, settled, text_of, to_client
from wor_tui.app import WorApp
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.consent_form import ConsentForm
from wor_tui.screens.end_form import EndForm
from wor_tui.screens.frame import KeyBar


async def test_to_whom_is_asked_only_when_somebody_takes_over(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "x", to=EndForm)
        assert "schuldhulp" not in said(app.screen)
        await pilot.press("3")
        await settled(pilot)
        assert "schuldhulp" in said(app.screen)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "Kies naar wie" in said(app.screen)
        await pressed(pilot, "1", "ctrl+s", to=ClientScreen)
        assert (case_of(app).phase, case_of(app).case.passed_on_to) == ("passed_on", "neighbourhood_team")


async def test_a_case_that_ended_goes_on_after_all(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        before = case_of(app).phase
        await pressed(pilot, "x", to=EndForm)
        assert "gaat toch door" not in said(app.screen)
        await pressed(pilot, "1", "ctrl+s", to=ClientScreen)
        assert case_of(app).phase == "completed"
        await pressed(pilot, "x", to=EndForm)
        await pressed(pilot, "0", "ctrl+s", to=ClientScreen)
        assert (case_of(app).phase, case_of(app).case.ended_on) == (before, None)


async def test_what_is_owed_names_its_key(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        assert "Terugkoppeling 2 · uiterlijk" in said(app.screen)
        assert "toets b" in said(app.screen)
        assert "b terugkoppeling" in str(app.screen.query_one(KeyBar).render())


async def test_the_weeks_are_never_cut_off(app: WorApp) -> None:
    async with app.run_test(size=(62, 24)) as pilot:
        await to_client(pilot)
        assert "week 6/13" in text_of(app, "#who")


async def test_what_isnt_allowed_without_consent_names_no_key(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "g", to=ConsentForm)
        await pressed(pilot, "5", "tab", "i", "ctrl+s", to=ClientScreen)
        assert "Terugkoppeling 2 · mag nu niet: geen toestemming" in said(app.screen)
        assert "toets b" not in said(app.screen)
