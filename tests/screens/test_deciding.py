"""Deciding what two people filled in differently: long texts scroll, other values are a short choice, also offline."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.picture_of_conflict import COLLEAGUE, disagree
from tests.screens.conftest import end
from tests.screens.driving import at, pressed, said, settled, until
from tests.screens.people import NOW, PASSPHRASE
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.config import Config
from wor_tui.screens.decide import DecideScreen
from wor_tui.screens.standing import Line
from wor_tui.screens.sync import SyncScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.services import synchronisation
from wor_tui.services.case_file import case_file
from wor_tui.services.workspace import open_workspace
from wor_tui.vault.vault import open_vault, unlock

Snapshot = Callable[..., bool]
SIZES = [(80, 24), (120, 40)]
LONG = "\n".join(f"Op dag {day} was het stil in huis en heeft zij de buurvrouw gebeld." for day in range(1, 31))
OURS = {"birth_date": date(1959, 2, 12), "gender": "unknown", "remarks": LONG + "\nLaatste regel van ons."}
THEIRS = {"birth_date": date(1959, 3, 11), "gender": "other", "remarks": LONG.replace("dag 3 ", "woensdag ")}


@pytest.fixture
def apart(home: Path, tmp_path: Path) -> Iterator[WorApp]:
    """The app on a device that disagrees with a colleague's about a day, a code and a long text; nothing answers it."""
    clock = FixedClock(NOW)
    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), clock) as workspace:
        disagree(workspace, tmp_path / "organisation", clock, PASSPHRASE, (OURS, THEIRS))
    made = WorApp(home, clock=clock, config=Config(), passphrase=PASSPHRASE)
    yield made
    end(made)


async def to_conflicts(pilot: Pilot[int], app: WorApp, downs: int) -> None:
    """To the difference at that place in the list: the day of birth, the gender, the remarks."""
    await at(pilot, TodayScreen)
    await until(pilot, lambda: app.background is not None and app.background.line is Line.DOWN)
    await pressed(pilot, "f8", to=SyncScreen)
    await until(pilot, lambda: "deelnemer: geslacht" in said(app.screen))
    await pilot.press(*["down"] * downs)
    await settled(pilot)


async def test_a_day_and_a_code_are_a_short_choice_and_deciding_needs_no_connection(apart: WorApp) -> None:
    async with apart.run_test(size=(80, 24)) as pilot:
        await to_conflicts(pilot, apart, 0)
        case_id = synchronisation.conflicts(apart.desk)[0].case_id
        await pressed(pilot, "enter", to=DecideScreen)
        assert "1 12-02-1959 · u, op dit apparaat · 10:34" in said(apart.screen)
        assert f"2 11-03-1959 · {COLLEAGUE} · 10:38" in said(apart.screen)
        assert not apart.screen.query("SideBySide")
        await pressed(pilot, "2", "enter", to=SyncScreen)
        await until(pilot, lambda: "≠ 2 verschillen" in said(apart.screen))
        assert case_file(apart.desk, case_id).client.birth_date == date(1959, 3, 11)
        assert synchronisation.status(apart.desk).unsent == 1
        await pressed(pilot, "enter", to=DecideScreen)
        assert f"2 anders · {COLLEAGUE} · 10:38" in said(apart.screen)


async def test_a_long_text_is_all_there_to_read_before_one_decides(apart: WorApp) -> None:
    async with apart.run_test(size=(80, 24)) as pilot:
        await to_conflicts(pilot, apart, 2)
        assert "Spatie verder lezen" in said(apart.screen)
        await pressed(pilot, "enter", to=DecideScreen)
        assert "Spatie verder lezen" in said(apart.screen)
        seen: list[str] = []
        values = apart.screen.query_one("#values")
        for _page in range(40):
            seen.append(said(apart.screen))
            assert "1 u, op dit apparaat" in seen[-1]
            if values.scroll_offset.y >= values.max_scroll_y:
                break
            await pilot.press("space")
            await pilot.pause()
        assert any("Laatste regel van ons." in each for each in seen)
        await pilot.press("space")
        await pilot.pause()
        assert values.scroll_offset.y == 0


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("downs", [0, 2], ids=["short", "long"])
def test_looks(snap_compare: Snapshot, apart: WorApp, downs: int, size: tuple[int, int]) -> None:
    async def to_question(pilot: Pilot[int]) -> None:
        await to_conflicts(pilot, apart, downs)
        await pressed(pilot, "enter", to=DecideScreen)
        await settled(pilot)

    asyncio.set_event_loop_policy(None)
    assert snap_compare(apart, terminal_size=size, run_before=to_question)
