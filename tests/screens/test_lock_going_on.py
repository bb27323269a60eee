"""After a lock, one key goes on where one was: every form, with what stood in it."""

from pathlib import Path

import pytest

from tests.lock.driving import NAME, NOTE, ended, opened, to_note, watched
from tests.lock.ticks import HandTicks
from tests.screens.driving import at, said, settled, text_of, to_client, type_text, until
from tests.screens.people import NOW, PASSPHRASE
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.config import Config
from wor_tui.screens import places
from wor_tui.screens.agenda import AgendaScreen
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.forms import FormScreen
from wor_tui.screens.notes import Note
from wor_tui.screens.today import TodayScreen
from wor_tui.screens.unlock import UnlockScreen
from wor_tui.services import left_open


async def test_the_unlock_screen_says_why_and_one_key_goes_on_where_it_stood(home: Path) -> None:
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        await to_note(pilot)
        await pilot.press("ctrl+l")
        await ended(pilot, app)
    again = WorApp(home, clock=FixedClock(NOW), config=Config(), locked_by=app.locked)
    async with again.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        assert "U hebt het programma vergrendeld" in text_of(again, "#why")
        assert NAME not in said(again.screen)
        await type_text(pilot, PASSPHRASE)
        await pilot.press("enter")
        await at(pilot, TodayScreen)
        await until(pilot, lambda: "Met ^O gaat u verder" in said(again.screen))
        assert "Nieuw contact" in said(again.screen)
        await pilot.press("ctrl+o")
        await at(pilot, ContactForm)
        note = again.screen.query_one("#note", Note)
        await until(pilot, lambda: note.text == NOTE)
        assert again.screen.focused is note
        await pilot.press("!")
        assert note.text == NOTE + "!"
        assert [type(screen).__name__ for screen in again.screen_stack[-3:]] == [
            "CaseloadScreen", "ClientScreen", "ContactForm",
        ]  # fmt: skip
        await again.action_quit()
    with opened(home) as workspace:
        assert left_open.take(workspace) == [], "it is offered once"


def known(screen: object) -> tuple[str, str, str]:
    """What tells one form from another."""
    return type(screen).__name__, getattr(screen, "record", ""), str(getattr(screen, "variant", ""))


@pytest.mark.parametrize(("way", "kind"), [(("f4", "n"), "new"), (("f4", "enter"), "one"), (("a",), "case")])
async def test_forms_outside_a_case_open_again(home: Path, way: tuple[str, ...], kind: str) -> None:
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        for key in way:
            await pilot.press(key)
            await settled(pilot)
        form = app.screen
        assert isinstance(form, FormScreen)
        assert bool(form.record) is (kind == "one")
        focused = form.focused.parent.id if form.focused is not None and form.focused.parent is not None else ""
        await type_text(pilot, "Bep")
        stood = form.filled()
        await pilot.press("ctrl+l")
        await ended(pilot, app)
    again = watched(home, HandTicks())
    async with again.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(again.left_open))
        await pilot.press("ctrl+o")
        await at(pilot, type(form))
        back = again.screen
        assert isinstance(back, FormScreen)
        assert back.record == form.record
        await until(pilot, lambda: back.filled() == stood)
        assert back.focused is not None
        assert back.focused.parent is not None
        assert back.focused.parent.id == focused
        await again.action_quit()


FORMS: list[tuple[str, list[str]]] = [
    ("e", ["ClientForm"]),
    ("s", ["NextStepForm"]),
    ("i enter", ["IntakeForm"]),
    ("i enter ctrl+g", ["IntakeForm", "ConsentForm"]),
    ("w enter", ["WebForm"]),
    ("w m", ["WebForm"]),
    ("w k", ["WebForm"]),
    ("t c", ["ContactForm"]),
    ("t v", ["VoidForm"]),
    ("x", ["EndForm"]),
    ("g", ["ConsentForm"]),
    ("b", ["FeedbackForm"]),
    ("t f1", []),
]
"""From a case by keys, and what is open then over it."""


@pytest.mark.parametrize(
    "forms", [FORMS[3:4] + FORMS[8:9], pytest.param(FORMS, marks=pytest.mark.soak)], ids=["some", "every"]
)
async def test_the_forms_of_a_case_open_again(home: Path, forms: list[tuple[str, list[str]]]) -> None:
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        for keys, stack in forms:
            await to_client(pilot)
            await until(pilot, lambda: getattr(app.screen, "case", None) is not None)
            for key in keys.split():
                await pilot.press(key)
                await settled(pilot)
            left = places.of(app.screen_stack)
            stood = [known(screen) for screen in app.screen_stack[2 : 3 + len(stack)]]
            assert [name for name, *_rest in stood[1:]] == stack
            await app.show_only(TodayScreen())
            await places.reopen(app, left)
            await settled(pilot)
            assert [known(screen) for screen in app.screen_stack[2:]] == stood, keys
            await app.show_only(TodayScreen())
        await app.action_quit()


async def test_from_vandaag_there_is_nothing_to_go_on_with(home: Path) -> None:
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pilot.press("ctrl+l")
        await ended(pilot, app)
    with opened(home) as workspace:
        assert left_open.take(workspace) == []


async def test_a_case_that_is_gone_says_so_and_opens_nothing_over_it(home: Path) -> None:
    with opened(home) as workspace:
        left_open.keep(workspace, [left_open.Place("contact", "nobody", "nobody", crumb="Nieuw contact")])
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(app.left_open))
        await pilot.press("ctrl+o")
        await at(pilot, TodayScreen)
        await app.action_quit()


async def test_another_key_for_it_is_the_one_that_is_said(home: Path) -> None:
    with opened(home) as workspace:
        left_open.keep(workspace, [left_open.Place("today"), left_open.Place("agenda", crumb="Agenda")])
    config = Config(keys={"resume": "f12", "lock.now": "f11"})
    app = WorApp(home, clock=FixedClock(NOW), config=config, passphrase=PASSPHRASE, ticks=HandTicks().ticks)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Met F12 gaat u verder bij Agenda." in said(app.screen))
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(app.screen, AgendaScreen))
        await pilot.press("f11")
        await ended(pilot, app)
