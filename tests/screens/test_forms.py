"""What forms do beside saving: judging what is left, drafts, what is pasted, ticking where one is, saying things."""

import pytest
from textual.events import Paste
from textual.widgets import Input

from tests.screens.driving import at, case_of, pressed, said, settled, text_of, to_client, type_text, until
from wor_tui.app import WorApp
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.client_form import ClientForm
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.fields import Field
from wor_tui.screens.forms import FormScreen
from wor_tui.screens.frame import KeyBar, Notice
from wor_tui.screens.intake_form import IntakeForm
from wor_tui.screens.notes import Note
from wor_tui.screens.void_form import VoidForm
from wor_tui.services import drafts


async def test_a_date_is_judged_and_written_out_when_it_is_left(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "e", to=ClientForm)
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
        await pressed(pilot, "i", "enter", to=IntakeForm)
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
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        app.say("Kort bericht")
        await until(pilot, lambda: "Kort bericht" in said(app.screen))
        notice, keys, body = app.screen.query_one(Notice), app.screen.query_one(KeyBar), app.screen.query_one("#body")
        assert notice.region.bottom == keys.region.y
        assert not notice.region.overlaps(body.region)
        assert not list(app.screen.query("Toast"))
        await pilot.click(Notice)
        assert "Kort bericht" not in said(app.screen)


async def test_on_a_short_terminal_what_is_said_takes_the_breadcrumbs_place_and_nothing_makes_way(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("w")
        await settled(pilot)
        body, before = app.screen.query_one("#body"), app.screen.query_one("#body").region
        web = app.screen.query_one("#web-drawn").region
        app.say("Kort bericht")
        await until(pilot, lambda: "Kort bericht" in said(app.screen))
        notice = app.screen.query_one(Notice)
        assert (notice.region.y, notice.region.height) == (0, 1)
        assert body.region == before
        assert app.screen.query_one("#web-drawn").region == web
        assert "Janssen, Mieke" in said(app.screen), "the line about who it is stays"
        await pilot.click(Notice)
        await pilot.pause()
        assert "Kort bericht" not in said(app.screen)
        assert app.screen.query_one("#top").region.y == 0
        assert body.region == before


@pytest.mark.parametrize("keys", [("i", "enter"), ("e",)], ids=["intake", "details"])
async def test_saving_what_was_not_changed_leaves_the_form(app: WorApp, keys: tuple[str, ...]) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press(*keys)
        await until(pilot, lambda: isinstance(app.screen, FormScreen))
        await settled(pilot)
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        await until(pilot, lambda: "Er is niets veranderd" in said(app.screen))


async def test_what_was_typed_and_taken_back_leaves_no_draft(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("e")
        await at(pilot, ClientForm)
        given = app.screen.query_one("#given_name", Field)
        was = given.value
        given.value = "Een ander"
        await until(pilot, lambda: bool(drafts.every(app.desk)))
        given.value = was
        await settled(pilot)
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        await until(pilot, lambda: not drafts.every(app.desk))


async def test_a_contact_in_the_wrong_case_is_taken_back(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        before = case_of(app).progress.contacts
        await pressed(pilot, "n", to=ContactForm)
        await pilot.press("b", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, ContactForm))
        await pilot.press("t")
        await settled(pilot)
        assert case_of(app).progress.contacts == before + 1
        await pressed(pilot, "home", "v", to=VoidForm)
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


async def test_a_form_left_with_escape_stands_as_it_stood(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "n", to=ContactForm)
        app.screen.query_one("#note", Note).focus()
        await type_text(pilot, "Half af")
        await pressed(pilot, "escape", to=ClientScreen)
        await pressed(pilot, "n", to=ContactForm)
        assert app.screen.query_one("#note", Note).text == "Half af"
        await pilot.press("f5")
        await settled(pilot)
        assert app.screen.query_one("#note", Note).text == ""


async def test_a_draft_is_in_the_vault_while_one_types(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "n", to=ContactForm)
        app.screen.query_one("#note", Note).focus()
        await type_text(pilot, "Midden in een zin")
        await until(
            pilot,
            lambda: any(draft.values.get("note") == "Midden in een zin" for draft in drafts.every(app.desk)),
        )


async def test_the_form_shows_the_key_of_its_draft_only_when_there_is_one(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "n", to=ContactForm)
        assert "concept weggooien" not in said(app.screen)
        await pilot.press("h")
        await until(pilot, lambda: "concept weggooien" in said(app.screen))


async def test_a_megabyte_marks_and_controls_are_taken_in_literally_and_capped(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "e", to=ClientForm)
        line = app.screen.query_one("#street", Field).line
        line.value = ""
        line.post_message(Paste("\x1b[31m\u202e[bold]x[/] '; DROP TABLE client;--\n" + "y" * 1_000_000))
        await until(pilot, lambda: len(line.value) == 200)
        assert "\x1b" not in line.value
        assert "\u202e" not in line.value
        assert line.value.startswith("[31m[bold]x[/] '; DROP TABLE client;-- y")
        note = app.screen.query_one("#remarks", Note)
        note.text = ""
        note.post_message(Paste("z" * 1_000_000))
        await until(pilot, lambda: len(note.text) == 20_000)
        assert isinstance(line, Input)
