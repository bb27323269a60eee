"""How the door looks after a lock, and the cover when a draft can't be kept, at 80×24 and 120×40."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.screens.driving import at, settled, until
from tests.screens.people import NOW, PASSPHRASE
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.config import Config
from wor_tui.lock import Locked, Reason
from wor_tui.screens.locked import LockedScreen
from wor_tui.screens.unlock import UnlockScreen
from wor_tui.services import left_open
from wor_tui.services.workspace import open_workspace
from wor_tui.vault import errors
from wor_tui.vault.vault import open_vault, unlock
from wor_tui.wording import sentence

Snapshot = Callable[..., bool]

sizes = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


async def at_the_door(pilot: Pilot[int]) -> None:
    await at(pilot, UnlockScreen)


@sizes
@pytest.mark.parametrize("locked_by", [Locked(Reason.IDLE), Locked(Reason.SUSPENDED, lost=True)], ids=str)
def test_the_door_after_a_lock(snap_compare: Snapshot, home: Path, locked_by: Locked, size: tuple[int, int]) -> None:
    asyncio.set_event_loop_policy(None)
    app = WorApp(home, clock=FixedClock(NOW), config=Config(), locked_by=locked_by)
    assert snap_compare(app, terminal_size=size, run_before=at_the_door)


@sizes
def test_the_door_of_the_demo_says_its_passphrase(snap_compare: Snapshot, home: Path, size: tuple[int, int]) -> None:
    asyncio.set_event_loop_policy(None)
    locked_by = Locked(Reason.ASKED)
    app = WorApp(home, clock=FixedClock(NOW), passphrase=PASSPHRASE, demo=True, locked_by=locked_by)
    assert snap_compare(app, terminal_size=size, run_before=at_the_door)


@sizes
def test_the_cover_when_a_draft_cannot_be_kept(snap_compare: Snapshot, app: WorApp, size: tuple[int, int]) -> None:
    asyncio.set_event_loop_policy(None)

    async def ask(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: app.workspace is not None)
        cover = LockedScreen(app.config)
        await app.push_screen(cover)
        cover.ask(sentence(errors.DiskFull()))
        await settled(pilot)

    assert snap_compare(app, terminal_size=size, run_before=ask)


@sizes
def test_where_one_was_is_offered(snap_compare: Snapshot, home: Path, size: tuple[int, int]) -> None:
    asyncio.set_event_loop_policy(None)
    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), FixedClock(NOW)) as workspace:
        crumbs = ("Caseload", "Janssen, Mieke", "Nieuw contact")
        left_open.keep(workspace, [left_open.Place("caseload", crumb=crumb) for crumb in crumbs])
    app = WorApp(home, clock=FixedClock(NOW), config=Config(), passphrase=PASSPHRASE)

    async def wait(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: bool(app.left_open))
        await settled(pilot)

    assert snap_compare(app, terminal_size=size, run_before=wait)
