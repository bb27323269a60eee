"""Keys that are typed before a screen is there wait for it: they don't get lost, and don't go to the screen before."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from textual.events import Key
from textual.pilot import Pilot

from tests.screens.driving import at, pressed, settled, until
from wor_tui.app import WorApp
from wor_tui.screens.case_form import NewCaseForm
from wor_tui.screens.caseload import CaseloadScreen
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.fields import Field
from wor_tui.screens.today import TodayScreen

WORKERS = 4


@contextmanager
def slow_disk(app: WorApp) -> Iterator[None]:
    """Nothing is read or written until the end."""
    goes_on = threading.Event()
    for _worker in range(WORKERS):
        app._pool.submit(goes_on.wait)
    try:
        yield
    finally:
        goes_on.set()


def typed(app: WorApp, keys: str) -> None:
    """Keys as a terminal sends them, without looking."""
    for key in keys:
        app.post_message(Key(key, key))


async def turns() -> None:
    """Let the event loop go round far more often than a few keys need."""
    for _turn in range(3000):
        await asyncio.sleep(0)


async def all_handed_on(pilot: Pilot[int], app: WorApp) -> None:
    """Wait until no key waits any more, and what the last one set off has been done."""
    await until(pilot, lambda: app._typing._task is None or app._typing._task.done())
    await settled(pilot)


async def test_a_name_typed_while_its_form_is_read_from_disk(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        with slow_disk(app):
            typed(app, "aRiet")
            await turns()
        await at(pilot, NewCaseForm)
        await all_handed_on(pilot, app)
        assert app.screen.query_one("#given_name", Field).value == "Riet"


async def test_a_contact_typed_while_its_case_is_read_from_disk(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pressed(pilot, "f3", to=CaseloadScreen)
        with slow_disk(app):
            typed(app, "nt12")
            await turns()
        await at(pilot, ContactForm)
        await all_handed_on(pilot, app)
        assert app.screen.query_one("#minutes", Field).value == "12"
