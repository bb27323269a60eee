"""The form of a web: scores typed and walked along, drawn live over the measurement before."""

from tests.screens.driving import case_of, pressed, said, settled, to_client, type_text
from wor_tui.app import WorApp
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.web_fields import WebFields
from wor_tui.screens.web_form import WebForm


async def test_a_web_is_drawn_beside_the_scores_with_the_one_before_behind_it(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "w", "m", to=WebForm)
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
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        web = case_of(app).webs[0]
        assert web.scores[:3] == (7.5, 8, None)
        assert (web.aspects, web.talk) == ({"2.1": 4}, frozenset({"2.1"}))


async def test_down_and_up_go_along_the_scores_and_change_none(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "w", "m", to=WebForm)
        await pilot.press("7", "down", "down", "6", "up", "5")
        await settled(pilot)
        scores = app.screen.query_one(WebFields).entry("").scores
        assert scores[:4] == (7, 5, 6, None)
