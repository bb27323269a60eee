"""Vandaag: what is due, one Enter away."""

from tests.screens.driving import at, pressed, said
from wor_tui.app import WorApp
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.today import TodayScreen


async def test_vandaag_shows_what_is_due_and_opens_it(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        shown = said(app.screen)
        assert "A. Willems" in shown
        assert "! " in shown
        assert "Wit, Sjaak de" in shown
        await pressed(pilot, "enter", to=ClientScreen)
        assert "Wit, Sjaak de" in said(app.screen)
        await pressed(pilot, "escape", to=TodayScreen)
