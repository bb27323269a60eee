"""The agenda: an appointment is planned, moved, called off, and said to have been held; at the desk as well."""

from datetime import UTC, date, datetime

from textual.pilot import Pilot
from textual.screen import Screen

from tests.screens.driving import at, pressed, said, settled, until
from wor_tui.app import WorApp
from wor_tui.screens.agenda import AgendaScreen
from wor_tui.screens.appointment_form import AppointmentForm
from wor_tui.screens.confirm import ConfirmScreen
from wor_tui.screens.desk import DeskScreen
from wor_tui.screens.fields import Field
from wor_tui.screens.today import TodayScreen
from wor_tui.services.appointments import agenda


async def to_agenda(pilot: Pilot[int], first: type[Screen[object]]) -> None:
    """From the first screen, which differs by role."""
    await at(pilot, first)
    await pressed(pilot, "f4", to=AgendaScreen)


async def test_an_appointment_is_moved_and_keeps_what_wasnt_changed(desk_app: WorApp) -> None:
    async with desk_app.run_test(size=(120, 40)) as pilot:
        await to_agenda(pilot, DeskScreen)
        await pressed(pilot, "e", to=AppointmentForm)
        form = desk_app.screen
        assert [form.query_one(f"#{name}", Field).value for name in ("client_name", "on", "time", "minutes")] == [
            "A. Willems", "22-11-2026", "11:00", "20",
        ]  # fmt: skip
        form.query_one("#on", Field).value = "+1"
        form.query_one("#time", Field).value = "9:15"
        await pressed(pilot, "ctrl+s", to=AgendaScreen)
        screen = desk_app.screen
        assert isinstance(screen, AgendaScreen)
        await until(pilot, lambda: screen.shown.row_of(screen.shown.ids[-1]) is not None)
        moved = screen.shown.row_of(screen.shown.ids[-1])
        assert moved is not None
        assert (moved.client, moved.starts_at, moved.reason, moved.status) == (
            "A. Willems", datetime(2026, 11, 23, 8, 15, tzinfo=UTC), "frequency", "planned",
        )  # fmt: skip


async def test_enter_opens_the_appointment_where_there_is_no_case(desk_app: WorApp) -> None:
    async with desk_app.run_test(size=(80, 24)) as pilot:
        await to_agenda(pilot, DeskScreen)
        assert "Enter openen" in said(desk_app.screen)
        await pressed(pilot, "enter", to=AppointmentForm)


async def test_calling_off_asks_first(desk_app: WorApp) -> None:
    async with desk_app.run_test(size=(80, 24)) as pilot:
        await to_agenda(pilot, DeskScreen)
        await pressed(pilot, "x", to=ConfirmScreen)
        assert "A. Willems" in said(desk_app.screen)
        await pressed(pilot, "n", to=AgendaScreen)
        assert "afgezegd" not in said(desk_app.screen)
        await pressed(pilot, "x", to=ConfirmScreen)
        await pressed(pilot, "j", to=AgendaScreen)
        await until(pilot, lambda: "afgezegd" in said(desk_app.screen))


async def test_what_is_still_to_come_was_neither_held_nor_missed(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_agenda(pilot, TodayScreen)
        await pilot.press("end", "u")
        await until(pilot, lambda: "M. Janssen: afgezegd" in said(app.screen))
        await settled(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "M. Janssen: gepland" in said(app.screen))


async def test_throwing_the_draft_away_takes_the_complaints_along(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_agenda(pilot, TodayScreen)
        await pressed(pilot, "n", to=AppointmentForm)
        app.screen.query_one("#client_name", Field).value = "A. W."
        await pilot.pause()
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "Dit is geen tijd" in said(app.screen)
        await pilot.press("f5")
        await settled(pilot)
        assert "Dit is geen tijd" not in said(app.screen)


async def test_the_agenda_plans_and_marks(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_agenda(pilot, TodayScreen)
        await pressed(pilot, "n", to=AppointmentForm)
        app.screen.query_one("#client_name", Field).value = "B. Visser"
        app.screen.query_one("#on", Field).value = "morgen"
        app.screen.query_one("#time", Field).value = "9.15"
        await pressed(pilot, "ctrl+s", to=AgendaScreen)
        await until(pilot, lambda: "B. Visser" in said(app.screen))
        planned, _bases = agenda(app.desk, date(2026, 11, 23))
        assert [(row.client, row.minutes) for row in planned] == [("B. Visser", 20)]
        await pilot.press("u")
        await until(pilot, lambda: "geweest" in said(app.screen))
