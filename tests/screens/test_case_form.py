"""A case that is opened by hand."""

from tests.screens.driving import at, case_of, pressed, said
from wor_tui.app import WorApp
from wor_tui.screens.case_form import NewCaseForm
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.fields import Field
from wor_tui.screens.today import TodayScreen
from wor_tui.services.caseload import View, index, rows


async def test_a_case_is_opened_by_hand(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pressed(pilot, "a", to=NewCaseForm)
        await pilot.press("ctrl+s")
        assert "Vul een achternaam in" in said(app.screen)
        app.screen.query_one("#family_name", Field).value = "Öztürk"
        app.screen.query_one("#birth_date", Field).value = "3-4-1970"
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        found = rows(app.desk, index(app.desk, View.MINE).ids)
        assert any(row.name.startswith("Öztürk") for row in found)
        assert "contact_details" in case_of(app).effective_consents
