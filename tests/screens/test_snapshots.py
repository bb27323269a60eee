"""How each screen looks, at 80×24 and 120×40."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from tests.screens.driving import at, said, settled, to_client, type_text, until
from wor_tui.app import WorApp
from wor_tui.screens.desk import DeskScreen
from wor_tui.screens.standing import Line
from wor_tui.screens.today import TodayScreen

Snapshot = Callable[..., bool]
Way = Callable[[Pilot[int]], Awaitable[None]]

SIZES = [(80, 24), (120, 40)]


async def to_today(pilot: Pilot[int]) -> None:
    await at(pilot, TodayScreen)


def pressed(*keys: str) -> Way:
    """From Vandaag by keys."""

    async def go(pilot: Pilot[int]) -> None:
        await to_today(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    return go


def in_client(*keys: str, typed: str = "") -> Way:
    """From a client's screen by keys, then by typing."""

    async def go(pilot: Pilot[int]) -> None:
        await to_client(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        await type_text(pilot, typed)
        await settled(pilot)

    return go


WAYS: dict[str, Way] = {
    "today": to_today,
    "caseload": pressed("f3", "down", "down", "down"),
    "overview": in_client(),
    "intake": in_client("i"),
    "web": in_client("w"),
    "web-table": in_client("w", "f7"),
    "timeline": in_client("t"),
    "contact-form": in_client("n", "h", typed="30"),
    "intake-form": in_client("i", "enter", "right", "right", "enter", typed="7,5"),
    "web-form": in_client("w", "m", "p", typed="6,5"),
    "client-form": in_client("e"),
    "consent-form": in_client("g"),
    "new-case": pressed("a"),
    "agenda": pressed("f4"),
    "sync": pressed("f8"),
    "help": pressed("f3", "f1"),
    "palette": pressed("f3", "ctrl+p"),
}


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_looks(snap_compare: Snapshot, app: WorApp, way: Way, size: tuple[int, int]) -> None:
    asyncio.set_event_loop_policy(None)
    assert snap_compare(app, terminal_size=size, run_before=way)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
def test_the_desk(snap_compare: Snapshot, desk_app: WorApp, size: tuple[int, int]) -> None:
    async def to_desk(pilot: Pilot[int]) -> None:
        await at(pilot, DeskScreen)

    asyncio.set_event_loop_policy(None)
    assert snap_compare(desk_app, terminal_size=size, run_before=to_desk)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("keys", [(), ("enter", "2")], ids=["shown", "deciding"])
def test_a_conflict(snap_compare: Snapshot, conflict_app: WorApp, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    async def to_conflict(pilot: Pilot[int]) -> None:
        await to_today(pilot)
        await until(pilot, lambda: conflict_app.background is not None and conflict_app.background.line is Line.DOWN)
        await pilot.press("f8")
        await until(pilot, lambda: "deelnemer: telefoon" in said(conflict_app.screen))
        await settled(pilot)
        await pilot.press(*keys)
        await settled(pilot)

    asyncio.set_event_loop_policy(None)
    assert snap_compare(conflict_app, terminal_size=size, run_before=to_conflict)
