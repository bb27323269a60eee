"""A contact: written down in four moves, and put right by a new one."""

from tests.screens.driving import case_of, pressed, said, to_client, type_text
from wor_tui.app import WorApp
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.fields import Field


async def test_a_contact_takes_four_moves_from_the_keyboard(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "n", to=ContactForm)
        await pilot.press("w")
        await type_text(pilot, "40")
        await pilot.press("enter")
        await type_text(pilot, "Samen gelopen.")
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        newest = case_of(app).timeline[0]
        assert (newest.code, newest.minutes, newest.note, newest.number) == ("walk", 40, "Samen gelopen.", 4)
        assert "contact 4/5" in said(app.screen)


async def test_a_correction_is_a_new_entry(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "t", "c", to=ContactForm)
        app.screen.query_one("#minutes", Field).value = "50"
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        case = case_of(app)
        assert case.progress.contacts == 3
        assert sum(1 for entry in case.timeline if entry.corrected_by) == 1
