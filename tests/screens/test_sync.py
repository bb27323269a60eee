"""Sending and receiving, on the screen: what waits, and what the central API refused."""

from sync.client import state
from tests.screens.driving import at, pressed, said, settled, until
from wor_tui.app import WorApp
from wor_tui.screens.confirm import ConfirmScreen
from wor_tui.screens.sync import SyncScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.services import synchronisation


async def test_what_is_not_sent_is_listed(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pressed(pilot, "f8", to=SyncScreen)
        shown = said(app.screen)
        assert "hoort nog bij geen organisatie" in shown
        assert "nog niet verstuurd" in shown


async def test_a_held_change_is_sent_again_or_let_go(app: WorApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await at(pilot, TodayScreen)
        with app.desk.database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE op SET state = 'held', code = 'erased' WHERE n IN (SELECT n FROM op ORDER BY n DESC LIMIT 2)"
            )
        before = synchronisation.status(app.desk)
        assert before.held == 2
        await pressed(pilot, "f8", to=SyncScreen)
        await until(pilot, lambda: "Tegengehouden: dit gegeven is op verzoek gewist." in said(app.screen))
        await pilot.press("o")
        await until(pilot, lambda: synchronisation.status(app.desk).held == 1)
        await settled(pilot)
        await pressed(pilot, "home", "l", to=ConfirmScreen)
        await pressed(pilot, "n", to=SyncScreen)
        assert synchronisation.status(app.desk).held == 1
        await pressed(pilot, "l", to=ConfirmScreen)
        await pilot.press("j")
        await until(pilot, lambda: synchronisation.status(app.desk).held == 0)
        await settled(pilot)
        assert "opnieuw versturen" not in said(app.screen)


async def test_how_much_has_come_in_is_told_until_all_is(conflict_app: WorApp) -> None:
    app = conflict_app
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        with app.desk.database.write() as connection:
            connection.exec_driver_sql("UPDATE op SET state = 'accepted' WHERE state <> 'accepted'")
            connection.exec_driver_sql("UPDATE scope SET complete = (cursor = 0)")
            (scope, cursor), *others = connection.exec_driver_sql("SELECT id, cursor FROM scope WHERE cursor > 0").all()
            state.put(connection, heads={scope: cursor + 100, **dict(others)})
        come = cursor + sum(far for _, far in others)
        await pressed(pilot, "f8", to=SyncScreen)
        await until(pilot, lambda: f"Binnen: {come} van {come + 100} wijzigingen." in said(app.screen))
