"""Driving the app up to a lock: into a form with something typed, and until it ended."""

from pathlib import Path

from textual.events import MouseMove
from textual.pilot import Pilot

from tests.lock.ticks import HandTicks
from tests.screens.driving import at, to_client, type_text, until
from tests.screens.people import NOW, PASSPHRASE
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.config import Config, Lock
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.notes import Note
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.vault import open_vault, unlock

NOTE = "Midden in een zin over Mieke"


NAME = "Janssen"


def opened(home: Path) -> Workspace:
    return open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), FixedClock(NOW))


def mouse_moved() -> MouseMove:
    return MouseMove(None, 5, 5, 1, 0, 0, shift=False, meta=False, ctrl=False)


def watched(home: Path, hand: HandTicks, minutes: int = 5, *, demo: bool = False) -> WorApp:
    config = Config(lock=Lock(minutes))
    return WorApp(home, clock=FixedClock(NOW), config=config, passphrase=PASSPHRASE, ticks=hand.ticks, demo=demo)


async def to_note(pilot: Pilot[int]) -> ContactForm:
    """Into the note of a new contact, with something typed and nothing kept yet."""
    await to_client(pilot)
    await pilot.press("n")
    await at(pilot, ContactForm)
    form = pilot.app.screen
    assert isinstance(form, ContactForm)
    form.query_one("#note", Note).focus()
    await pilot.pause()
    await type_text(pilot, NOTE)
    return form


async def ended(pilot: Pilot[int], app: WorApp) -> None:
    await until(pilot, lambda: app.locked is not None)
    assert app.workspace is not None
    assert app.workspace.database._closed
