"""What a person looks at is in the log, once, and what they type isn't."""

from textual.pilot import Pilot

from tests.screens.driving import pressed, settled, to_client
from wor_tui.app import WorApp
from wor_tui.screens.caseload import CaseloadScreen


def told(app: WorApp) -> list[tuple[str, str, str]]:
    app.desk.flush()
    with app.desk.database.read() as connection:
        found = connection.exec_driver_sql("SELECT event, kind, record FROM audit WHERE action = 'R' ORDER BY n")
        return [(row[0], row[1], row[2]) for row in found]


async def test_lists_searches_and_tabs_are_told_once_each(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_list(pilot)
        await pilot.press("slash", *"jan")
        await settled(pilot)
        await pilot.press("enter")
        await pilot.press("slash", "enter", "down")
        app.screen.query_one("CaseList")
        await settled(pilot)
        app.screen.data_changed()  # pyright: ignore[reportAttributeAccessIssue] -- a reading screen
        await settled(pilot)
        events = [(event, record) for event, kind, record in told(app) if kind == "list"]
        assert events.count(("list", "today")) == 1
        assert events.count(("list", "caseload")) == 1
        assert [event for event, _ in events].count("search") == 1
        assert not any("jan" in record for _, record in events)


async def test_the_parts_of_a_case_are_told_once_each(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_client(pilot)
        await pilot.press("w", "o", "i", "w", "t")
        await settled(pilot)
        events = [event for event, kind, _ in told(app) if kind == "case"]
        assert events == ["open", "open.web", "open.intake", "open.timeline"]


async def to_list(pilot: Pilot[None]) -> None:
    await settled(pilot)
    await pressed(pilot, "f3", to=CaseloadScreen)
