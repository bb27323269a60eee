"""The quick web: six scores and nothing else, drawn with the measurement before it, whichever form that has."""

from tests.screens.driving import case_of, pressed, said, settled, text_of, to_client, type_text
from wor_tui.app import WorApp
from wor_tui.screens.choices import Choice
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.frame import KeyBar
from wor_tui.screens.web_form import WebForm


async def test_a_quick_web_is_six_scores_drawn_over_the_adult_one(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "w", "k", to=WebForm)
        assert "alleen deze zes cijfers" in text_of(app, "#web-hint")
        assert "onderwerpen" not in str(app.screen.query_one(KeyBar).render())
        for score in ("7", "6", "6", "5", "5", "8"):
            await type_text(pilot, score)
            await pilot.press("down")
        await settled(pilot)
        assert "6,0 › 7,0" in said(app.screen)
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        web = case_of(app).webs[0]
        assert (web.variant, web.instrument, web.scores) == ("quick", "quick-1", (7, 6, 6, 5, 5, 8))
        assert "22 nov (kort)" in said(app.screen)
        assert "6,0 › 7,0" in said(app.screen)
        await pressed(pilot, "m", to=WebForm)
        await type_text(pilot, "7,5")
        await settled(pilot)
        assert "7,0 › 7,5" in said(app.screen)


async def test_the_form_of_a_new_web_can_be_changed_without_losing_anything(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "w", "m", to=WebForm)
        await pilot.press("p")
        await settled(pilot)
        await type_text(pilot, "4")
        await pilot.press("p")
        app.screen.query_one("#variant", Choice).focus()
        await pilot.press("k")
        await settled(pilot)
        assert "je gezond voelen" not in said(app.screen)
        form = app.screen
        assert isinstance(form, WebForm)
        await pressed(pilot, "escape", to=ClientScreen)
        await pressed(pilot, "m", to=WebForm)
        assert app.screen.query_one("#variant", Choice).value == "quick"
        assert "alleen deze zes cijfers" in text_of(app, "#web-hint")
        app.screen.query_one("#variant", Choice).focus()
        await pilot.press("u")
        await settled(pilot)
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        web = case_of(app).webs[0]
        assert (web.variant, web.aspects, web.talk) == ("adult", {"1.1": 4}, frozenset({"1.1"}))


async def test_the_first_score_stands_free_of_the_name_where_there_is_room(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "w", "enter", to=WebForm)
        about, first = app.screen.query_one("#about"), app.screen.query_one("#d1")
        assert first.region.y > about.region.bottom
