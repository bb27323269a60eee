"""A choice out of more names than there are keys: found by typing a part of one."""

from textual.pilot import Pilot

from tests.screens.driving import at, said, settled, type_text, until
from wor_tui.app import WorApp
from wor_tui.screens import options
from wor_tui.screens.case_form import NewCaseForm
from wor_tui.screens.choices import Choice
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.narrowing import MOST_SHOWN, by_typing, fitting, narrowed
from wor_tui.screens.today import TodayScreen
from wor_tui.services import directory, drafts
from wor_tui.services.case_file import case_file

NAMES = [(f"id-{n}", f"Verwijzer {n:02}") for n in range(60)]


def test_few_have_a_key_each_and_many_are_all_there() -> None:
    few = options.named(NAMES[:34], none="geen")
    assert not by_typing(few)
    assert len({key for _code, key, _words in few}) == 35
    many = options.named(NAMES, none="geen")
    assert by_typing(many)
    assert [code for code, _key, _words in many] == ["", *(code for code, _name in NAMES)]
    assert [key for _code, key, _words in many if key] == ["0"]


def test_every_name_is_found_by_a_part_of_it() -> None:
    many = options.named(NAMES, none="geen")
    for code, name in NAMES:
        assert [found[0] for found in fitting(many, name.upper())] == [code]
    assert fitting(many, "geen") == []
    assert [found[2] for found in fitting(options.named([*NAMES, ("z", "Zoë Ångström")]), "ang zoe")] == [
        "Zoë Ångström"
    ]


def test_no_more_is_shown_than_one_can_read_and_what_counts_always_is() -> None:
    many = options.named(NAMES, none="geen")
    found = narrowed(many, "verw", "id-3")
    assert found.chosen == ("id-3", "", "Verwijzer 03")
    assert (len(found.shown), found.more) == (MOST_SHOWN, 60 - 1 - MOST_SHOWN)
    assert found.chosen not in found.shown
    assert narrowed(many, "", "id-3").shown == (("", "0", "geen"),)


async def with_many(app: WorApp, pilot: Pilot[int]) -> Choice:
    await at(pilot, TodayScreen)
    for n in range(60):
        directory.add_person(app.desk, {"name": f"Dokter {n:02}", "role": "referrer"})
    directory.add_person(app.desk, {"name": "Zoë Ångström", "role": "referrer"})
    await pilot.press("a")
    await at(pilot, NewCaseForm)
    choice = app.screen.query_one("#referrer_id", Choice)
    await until(pilot, lambda: len(choice.options) > 60)
    choice.focus()
    await settled(pilot)
    return choice


def chosen(choice: Choice) -> str:
    return next(words for code, _key, words in choice.options if code == choice.value)


async def test_a_referrer_out_of_many_is_found_by_typing(app: WorApp) -> None:
    async with app.run_test(size=(80, 30)) as pilot:
        choice = await with_many(app, pilot)
        assert "typ een deel van de naam (62)" in said(app.screen)
        await type_text(pilot, "dok")
        assert chosen(choice) == "geen"
        await settled(pilot)
        assert "Dokter 08" in said(app.screen)
        assert "en 51 meer" in said(app.screen)
        await pilot.press("right")
        assert chosen(choice) == "Dokter 00"
        await pilot.press("backspace", "backspace", "backspace", "0")
        assert chosen(choice) == "geen"
        await type_text(pilot, "ang")
        assert chosen(choice) == "Zoë Ångström"
        await type_text(pilot, "x")
        await settled(pilot)
        assert "Niets gevonden" in said(app.screen)
        assert chosen(choice) == "Zoë Ångström"
        await pilot.press("backspace", "tab")
        await settled(pilot)
        assert "Zoë Ångström" in said(app.screen)
        assert choice.typed == ""


async def test_what_was_found_is_kept_as_a_draft_and_saved(app: WorApp) -> None:
    async with app.run_test(size=(80, 30)) as pilot:
        choice = await with_many(app, pilot)
        await type_text(pilot, "dokter 4")
        await pilot.press("enter")
        assert chosen(choice) == "Dokter 04"
        await until(pilot, lambda: drafts.load(app.desk, "new_case", "") is not None)
        draft = drafts.load(app.desk, "new_case", "")
        assert draft is not None
        assert draft.values["referrer_id"] == choice.value
        app.screen.query_one("#family_name").focus()
        await type_text(pilot, "Smit")
        await pilot.press("ctrl+s")
        await at(pilot, ClientScreen)
        screen = app.screen
        assert isinstance(screen, ClientScreen)
        file = case_file(app.desk, screen.case_id)
        assert file.referrer is not None
        assert file.referrer.name == "Dokter 04"
