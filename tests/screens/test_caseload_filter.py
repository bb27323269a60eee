"""The caseload and its filter: what is searched is read when somebody searches, and the last letter wins."""

import asyncio

import pytest
from textual.pilot import Pilot

from tests.screens.driving import at, pressed, said, settled, type_text, until
from wor_tui.app import WorApp
from wor_tui.screens import caseload
from wor_tui.screens.caseload import CaseloadScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.services import caseload as service
from wor_tui.services import cases


async def to_caseload(pilot: Pilot[int]) -> CaseloadScreen:
    await at(pilot, TodayScreen)
    await pressed(pilot, "f3", to=CaseloadScreen)
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, CaseloadScreen)
    return screen


async def test_the_keys_are_read_for_the_line_and_let_go_after_it(app: WorApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caseload, "KEEP_KEYS_S", 0.05)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await to_caseload(pilot)
        every = list(screen.cases.ids)
        assert screen.searching is None
        assert not screen.index.search_keys
        for _ in range(2):
            await pilot.press("slash")
            await type_text(pilot, "jans")
            await until(pilot, lambda: len(screen.cases.ids) == 3)
            assert "3 van 6" in said(screen)
            await pilot.press("escape")
            await until(pilot, lambda: screen.searching is None)
            assert list(screen.cases.ids) == every


async def test_the_last_letter_wins_when_each_is_searched_in_a_thread(
    app: WorApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caseload, "AT_ONCE", -1)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await to_caseload(pilot)
        expected = [row.id for row in service.rows(app.desk, list(screen.cases.ids)) if "mieke" in row.name.casefold()]
        await pilot.press("slash", "m", "i", "e", "k", "e")
        await until(pilot, lambda: list(screen.cases.ids) == expected)
        await asyncio.sleep(0.2)
        assert list(screen.cases.ids) == expected


async def test_what_is_saved_while_one_searches_is_found(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await to_caseload(pilot)
        await pilot.press("slash")
        await type_text(pilot, "jansz")
        await until(pilot, lambda: len(screen.cases.ids) == 0)
        made = cases.open_by_hand(app.desk, {"family_name": "Jansz"}, received_on=app.clock.today())
        app.saved()
        await until(pilot, lambda: list(screen.cases.ids) == [made])


async def test_the_caseload_filters_as_one_types_and_shows_texts_literally(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await at(pilot, TodayScreen)
        await pressed(pilot, "f3", to=CaseloadScreen)
        assert "[bold]Berg" in said(app.screen)
        await pilot.press("slash")
        await type_text(pilot, "jans")
        await settled(pilot)
        shown = said(app.screen)
        assert "Jansen-Bos" in shown
        assert "El Amrani" not in shown
        await pilot.press("escape")
        await settled(pilot)
        assert "El Amrani" in said(app.screen)
        await pilot.press("v")
        await settled(pilot)
        assert "Caseload · team" in said(app.screen)
