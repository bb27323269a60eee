"""What every screen has: settings, help and everything by name, also in a terminal that is too small."""

from tests.screens.driving import at, pressed, said, to_client, type_text
from wor_tui.app import WorApp
from wor_tui.screens.caseload import CaseloadScreen
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.help import HelpScreen
from wor_tui.screens.notes import Note
from wor_tui.screens.palette import PaletteScreen
from wor_tui.screens.settings import SettingsScreen
from wor_tui.screens.today import TodayScreen


async def test_settings_help_and_everything_by_name(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pressed(pilot, "f9", to=SettingsScreen)
        assert "Ria de Boer · welzijnscoach" in said(app.screen)
        await pressed(pilot, "f1", to=HelpScreen)
        assert "stoppen" in said(app.screen)
        await pressed(pilot, "escape", "ctrl+p", to=PaletteScreen)
        await type_text(pilot, "casel")
        await pressed(pilot, "enter", to=CaseloadScreen)


async def test_a_tiny_terminal_says_so_and_loses_nothing(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "n", to=ContactForm)
        app.screen.query_one("#note", Note).text = "Blijft staan"
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert "te klein (40×10)" in " ".join(said(app.screen).split())
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.screen.query_one("#note", Note).text == "Blijft staan"
        assert "Blijft staan" in said(app.screen)
