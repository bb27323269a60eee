"""Driving the app as a person does, and waiting for what it does in threads."""

import asyncio
from collections.abc import Callable

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from wor_tui.app import WorApp
from wor_tui.screens.caseload import CaseloadScreen
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.services.case_file import CaseFile, case_file

PATIENCE = 2400
"""Looks, a twentieth of a second apart, before a test says that something doesn't come."""


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    for _look in range(PATIENCE):
        await pilot.pause()
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"it didn't come; on the screen: {said(pilot.app.screen)[:2400]}")


async def at(pilot: Pilot[int], kind: type[Screen[object]]) -> None:
    """Wait until a screen of this kind is shown and has read what it shows."""
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))
    await settled(pilot)


async def pressed(pilot: Pilot[int], *keys: str, to: type[Screen[object]]) -> None:
    """Press keys, and wait for the screen that they lead to."""
    await pilot.press(*keys)
    await at(pilot, to)


async def settled(pilot: Pilot[int]) -> None:
    """Wait until nothing is being read or written."""
    await pilot.pause()
    for _round in range(2):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def type_text(pilot: Pilot[int], text: str) -> None:
    """Type a text key by key."""
    names = {" ": "space", ",": "comma", ".": "full_stop", "-": "minus", ":": "colon", "/": "slash", "+": "plus"}
    await pilot.press(*(names.get(character, character) for character in text))


def said(screen: Screen[object]) -> str:
    """All that a screen shows, as lines of text."""
    return "\n".join(strip.text for strip in screen._compositor.render_strips())


def text_of(app: WorApp, selector: str) -> str:
    """The text of one part of the screen."""
    return str(app.screen.query_one(selector, Static).render())


async def to_client(pilot: Pilot[int], typed: str = "mieke") -> None:
    """From the start to a client's screen."""
    await at(pilot, TodayScreen)
    await pressed(pilot, "f3", to=CaseloadScreen)
    await pilot.press("slash")
    await type_text(pilot, typed)
    await pressed(pilot, "enter", "enter", to=ClientScreen)


def case_of(app: WorApp) -> CaseFile:
    """The case on the screen, as it is kept now."""
    shown = next(screen for screen in app.screen_stack if isinstance(screen, ClientScreen))
    return case_file(app.desk, shown.case_id)
