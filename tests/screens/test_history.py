"""Geschiedenis on the screen: of a case from the client's screen, of an appointment from the agenda."""

import asyncio
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.screens.driving import at, pressed, said, settled, text_of, to_client, until
from wor_tui.app import WorApp
from wor_tui.screens.agenda import AgendaScreen
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.history import HistoryScreen
from wor_tui.screens.standing import Line
from wor_tui.screens.today import TodayScreen
from wor_tui.services import synchronisation

Snapshot = Callable[..., bool]
SIZES = [(80, 24), (120, 40)]


async def test_of_a_case_everything_and_by_what_it_is_about(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "h", to=HistoryScreen)
        assert text_of(app, "#history-of") == "Traject, deelnemer, intake, spinnenweb, aanmelding · 11 wijzigingen"
        assert "u · laptop · nog niet verstuurd · traject: volgende stap op" in said(app.screen)
        await pilot.press("f")
        assert text_of(app, "#history-of").startswith("Traject · ")
        await pilot.press("f")
        await settled(pilot)
        assert text_of(app, "#history-of") == "Deelnemer · 1 wijziging"
        assert "achternaam: Janssen" in text_of(app, "#change-made")
        await pressed(pilot, "escape", "i", "h", to=HistoryScreen)
        assert text_of(app, "#history-of").startswith("Intake · ")
        await pressed(pilot, "escape", "w", "h", to=HistoryScreen)
        assert text_of(app, "#history-of") == "Spinnenweb · 2 wijzigingen"
        await pressed(pilot, "escape", to=ClientScreen)
        app.desk.flush()
        with app.desk.database.read() as connection:
            lines = connection.exec_driver_sql("SELECT kind, action FROM audit WHERE event = 'history'").all()
        assert [tuple(line) for line in lines] == [("case", "R")] * 3


async def test_what_doesnt_fit_is_read_on_with_the_space_bar(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pressed(pilot, "h", to=HistoryScreen)
        assert "verder lezen" not in said(app.screen)
        await pilot.press("f", "f")
        await until(pilot, lambda: "Spatie verder lezen" in said(app.screen))
        assert "taal: Nederlands" not in said(app.screen)
        part = app.screen.query_one("#change")
        while part.scroll_offset.y < part.max_scroll_y:
            await pilot.press("space")
            await pilot.pause()
        assert "taal: Nederlands" in said(app.screen)
        await pilot.press("space")
        await pilot.pause()
        assert part.scroll_offset.y == 0


async def test_of_an_appointment_also_for_the_desk(desk_app: WorApp) -> None:
    async with desk_app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: desk_app.workspace is not None and len(desk_app.screen_stack) > 1)
        await pressed(pilot, "f4", to=AgendaScreen)
        await pressed(pilot, "u", "h", to=HistoryScreen)
        await until(pilot, lambda: "Afspraak · 2 wijzigingen" in said(desk_app.screen))
        assert "gepland" in said(desk_app.screen)
        assert "waarover" not in said(desk_app.screen)


async def test_without_connection_it_says_what_is_missing(conflict_app: WorApp) -> None:
    async with conflict_app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await conflict_app.push_screen(ClientScreen(conflict_case(conflict_app)))
        await settled(pilot)
        await pressed(pilot, "h", to=HistoryScreen)
        sentence = "Dit is wat op dit apparaat staat; voor de rest is verbinding nodig."
        await until(pilot, lambda: sentence in text_of(conflict_app, "#history-of"))
        assert "06-0000 4417" in said(conflict_app.screen)
        assert "06-0000 4471" in said(conflict_app.screen)


def conflict_case(app: WorApp) -> str:
    """The case about which two devices disagree."""
    return synchronisation.conflicts(app.desk)[0].case_id


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("keys", [("h",), ("w", "h")], ids=["case", "web"])
def test_looks(snap_compare: Snapshot, app: WorApp, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    async def to_history(pilot: Pilot[int]) -> None:
        await to_client(pilot)
        await pressed(pilot, *keys, to=HistoryScreen)
        await settled(pilot)

    asyncio.set_event_loop_policy(None)
    assert snap_compare(app, terminal_size=size, run_before=to_history)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
def test_without_connection_looks(snap_compare: Snapshot, conflict_app: WorApp, size: tuple[int, int]) -> None:
    async def to_history(pilot: Pilot[int]) -> None:
        await at(pilot, TodayScreen)
        await until(pilot, lambda: conflict_app.background is not None and conflict_app.background.line is Line.DOWN)
        await conflict_app.push_screen(ClientScreen(conflict_case(conflict_app)))
        await settled(pilot)
        await pressed(pilot, "h", to=HistoryScreen)
        await until(pilot, lambda: "voor de rest" in said(conflict_app.screen))
        await settled(pilot)

    asyncio.set_event_loop_policy(None)
    assert snap_compare(conflict_app, terminal_size=size, run_before=to_history)
