"""One person registered twice: asked while registering, shown with what waits, merged, and taken back."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.screens.conftest import end
from tests.screens.driving import at, case_of, pressed, said, settled, type_text, until
from tests.screens.people import NOW, PASSPHRASE
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.config import Config
from wor_tui.screens.alike import AlikeScreen, UnmergeScreen
from wor_tui.screens.case_form import NewCaseForm
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.history import HistoryScreen
from wor_tui.screens.merge import MergeScreen
from wor_tui.screens.sync import SyncScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.services import cases, likeness
from wor_tui.services.workspace import open_workspace
from wor_tui.vault.vault import open_vault, unlock

Snapshot = Callable[..., bool]
LOOKS = "1 misschien dubbel (F8)"


@pytest.fixture
def twice(home: Path) -> Iterator[WorApp]:
    """The app of a coach to whom somebody was referred who is registered already, spelt otherwise."""
    clock = FixedClock(NOW)
    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), clock) as workspace:
        cases.open_by_hand(
            workspace,
            {
                "given_name": "Mieke", "family_name": "Jansen", "birth_date": date(1959, 2, 11), "place": "Houten",
                "phone": "+31 6 1234 5678", "remarks": "Belt liever niet; stuur een berichtje vooraf.",
            },
            received_on=date(2026, 11, 18),
        )  # fmt: skip
    made = WorApp(home, clock=clock, config=Config(), passphrase=PASSPHRASE)
    yield made
    end(made)


async def to_pair(pilot: Pilot[int], app: WorApp) -> None:
    """To the two beside each other, by way of what waits."""
    await at(pilot, TodayScreen)
    await until(pilot, lambda: LOOKS in said(app.screen))
    await pressed(pilot, "f8", to=SyncScreen)
    await until(pilot, lambda: "bijna zeker dubbel" in said(app.screen))
    await pressed(pilot, "enter", to=MergeScreen)
    await settled(pilot)


async def test_two_registrations_are_shown_merged_and_taken_apart_again(twice: WorApp) -> None:
    async with twice.run_test(size=(80, 24)) as pilot:
        await to_pair(pilot, twice)
        shown = said(twice.screen)
        assert "1. Janssen, Mieke" in shown
        assert "2. Jansen, Mieke" in shown
        assert "Beide hebben een open traject" in shown
        assert "● Janssen" in shown
        await pilot.press("2")
        await settled(pilot)
        assert "● Jansen" in said(twice.screen)
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        assert case_of(twice).client.name == "Jansen, Mieke"
        assert "Jansen, Mieke" in said(twice.screen)
        assert case_of(twice).progress.contacts == 3
        await pilot.press("h")
        await at(pilot, HistoryScreen)
        assert isinstance(twice.screen, HistoryScreen)
        assert "Jansen, Mieke" in {line.after for line in twice.screen.lines.values() if line.field == "merged_into"}
        await pilot.press("escape")
        await at(pilot, ClientScreen)
        await pilot.press("u")
        await at(pilot, UnmergeScreen)
        await pilot.press("enter")
        await at(pilot, ClientScreen)
        await until(pilot, lambda: case_of(twice).client.name == "Janssen, Mieke")
        assert not case_of(twice).merged
        await until(pilot, lambda: "Weer twee inschrijvingen" in said(twice.screen))


async def test_two_people_are_asked_about_once(twice: WorApp) -> None:
    async with twice.run_test(size=(80, 24)) as pilot:
        await to_pair(pilot, twice)
        await pressed(pilot, "t", to=SyncScreen)
        await until(pilot, lambda: "bijna zeker dubbel" not in said(twice.screen))
        assert likeness.pairs(twice.desk) == []


async def test_the_other_may_remain(twice: WorApp) -> None:
    async with twice.run_test(size=(120, 40)) as pilot:
        await to_pair(pilot, twice)
        await pilot.press("w")
        await settled(pilot)
        assert "2. Jansen, Mieke blijft over" in said(twice.screen)
        await pressed(pilot, "ctrl+s", to=ClientScreen)
        assert case_of(twice).client.name == "Jansen, Mieke"
        assert [each.name for each in case_of(twice).merged] == ["Janssen, Mieke"]


async def filled_in(pilot: Pilot[int]) -> None:
    """The form of a new case, with somebody who is registered already."""
    await pressed(pilot, "a", to=NewCaseForm)
    for text in ("Mieke", "", "Jansen", "11-2-1959", "06 1234 5678"):
        await type_text(pilot, text)
        await pilot.press("enter")
    await pilot.press("ctrl+s")
    await at(pilot, AlikeScreen)


async def test_who_is_registered_already_is_named_before_saving(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await until(pilot, lambda: not likeness.look(app.desk))
        await filled_in(pilot)
        shown = said(app.screen)
        assert "Deze persoon is waarschijnlijk al ingeschreven" in shown
        assert "1. Janssen, Mieke · 11-02-1959 · Houten · 06-12345678 · coach Ria de Boer" in shown
        assert "0 iemand anders" in shown
        await pilot.press("escape")
        await at(pilot, NewCaseForm)
        await pilot.press("ctrl+s")
        await at(pilot, AlikeScreen)
        await pilot.press("1", "enter")
        await at(pilot, ClientScreen)
        assert case_of(app).client.name == "Janssen, Mieke"


async def test_somebody_else_is_saved_and_not_asked_about_again(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await until(pilot, lambda: not likeness.look(app.desk))
        await filled_in(pilot)
        await pilot.press("0", "enter")
        await at(pilot, ClientScreen)
        assert case_of(app).client.name == "Jansen, Mieke"
        await until(pilot, lambda: not likeness.look(app.desk))
        assert likeness.pairs(app.desk) == []


@pytest.mark.parametrize(
    ("where", "size"),
    [("pair", (80, 24)), ("pair", (120, 40)), ("asked", (80, 24))],
    ids=["pair-80x24", "pair-120x40", "asked-80x24"],
)
def test_looks(snap_compare: Snapshot, twice: WorApp, where: str, size: tuple[int, int]) -> None:
    async def to_picture(pilot: Pilot[int]) -> None:
        if where == "pair":
            await to_pair(pilot, twice)
        else:
            await until(pilot, lambda: LOOKS in said(twice.screen))
            await filled_in(pilot)
        await settled(pilot)

    asyncio.set_event_loop_policy(None)
    assert snap_compare(twice, terminal_size=size, run_before=to_picture)
