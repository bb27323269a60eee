"""Erasing a person from their screen: what is said, the name that must be typed, and where one is afterwards."""

from tests.screens.driving import case_of, pressed, said, settled, to_client, type_text
from wor_tui.app import WorApp
from wor_tui.screens.caseload import CaseloadScreen
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.erase import EraseScreen
from wor_tui.screens.sync import SyncScreen
from wor_tui.services.caseload import index


async def test_the_name_is_typed_and_all_of_it_is_gone(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        name, before = case_of(app).client.name, len(index(app.desk).ids)
        await pressed(pilot, "delete", to=EraseScreen)
        assert name in said(app.screen)
        assert "Dit is niet terug te draaien" in " ".join(said(app.screen).split())
        await type_text(pilot, "iemand anders")
        await pilot.press("enter")
        await settled(pilot)
        assert "Dat is niet de naam" in said(app.screen)
        assert len(index(app.desk).ids) == before
        await pressed(pilot, "escape", to=ClientScreen)
        await pressed(pilot, "delete", to=EraseScreen)
        await type_text(pilot, name)
        await pressed(pilot, "enter", to=CaseloadScreen)
        assert len(index(app.desk).ids) == before - 1
        assert name not in said(app.screen)


async def test_asked_without_a_connection_it_says_that_it_waits(conflict_app: WorApp) -> None:
    app = conflict_app
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        name = case_of(app).client.name
        await pressed(pilot, "delete", to=EraseScreen)
        await type_text(pilot, name)
        await pressed(pilot, "enter", to=CaseloadScreen)
        assert "Wissen gevraagd" in said(app.screen)
        await pressed(pilot, "enter", to=ClientScreen)
        assert "Wissen gevraagd" in said(app.screen)
        await pilot.press("delete")
        await settled(pilot)
        assert isinstance(app.screen, ClientScreen), "it was asked"
        await pressed(pilot, "f8", to=SyncScreen)
        assert "wissen op verzoek" in said(app.screen)
