"""Two appointments in one slot, made on two devices without a connection, are shown to both; nothing is changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest

from tests.screens.driving import at, pressed, said, text_of, until
from tests.services.central import Organisation
from tests.services.vaults import PASSPHRASE
from wor_tui.app import WorApp
from wor_tui.config import Config
from wor_tui.domain.codes import Role
from wor_tui.screens.agenda import AgendaScreen
from wor_tui.screens.desk import DeskScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.services import appointments, directory, synchronisation
from wor_tui.services.workspace import Workspace


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    with Organisation(tmp_path_factory.mktemp("organisation")) as made:
        yield made


def plan(workspace: Workspace, name: str, practice: str, minute: int) -> None:
    starts_at = datetime.combine(workspace.clock.today(), time(9, minute), UTC)
    appointments.plan(
        workspace,
        {
            "client_name": name, "practice_id": practice, "with_function": "gp", "reason": "triage",
            "starts_at": starts_at, "minutes": 20,
        },
    )  # fmt: skip


def stored(workspace: Workspace) -> list[tuple[object, ...]]:
    with workspace.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT id, client_name, starts_at, minutes, status FROM appointment")
        return sorted(tuple(row) for row in rows)


async def test_both_see_it_after_the_exchange(organisation: Organisation) -> None:
    coach = organisation.joined("ina", "Ina de Wit")
    desk = organisation.joined("joyce", "Joyce Landveld", Role.ASSISTANT)
    linde = directory.add_practice(coach, {"name": "De Linde"})
    synchronisation.exchange_all(coach)
    synchronisation.exchange_all(desk)
    plan(coach, "A. Willems", linde, 0)
    plan(desk, "B. Smit", linde, 10)
    plan(desk, "C. Bos", linde, 30)
    assert not [row for row in appointments.agenda(coach, coach.clock.today())[0] if row.clashes]
    for workspace in (coach, desk, coach):
        synchronisation.exchange_all(workspace)
    before = stored(coach)
    for workspace in (coach, desk):
        rows = appointments.agenda(workspace, workspace.clock.today())[0]
        clashes = {row.client: row.clashes for row in rows}
        assert clashes == {"A. Willems": ("B. Smit",), "B. Smit": ("A. Willems",), "C. Bos": ()}
        workspace.close()
        organisation.opened.remove(workspace)
    for home, first in (("ina", TodayScreen), ("joyce", DeskScreen)):
        app = WorApp(organisation.folder / home, config=Config(), passphrase=PASSPHRASE)
        async with app.run_test(size=(80, 24)) as pilot:
            await at(pilot, first)
            await until(pilot, lambda app=app: "≠ Dubbel gepland: A. Willems en B. Smit (" in text_of(app, "#clash"))
            assert "≠" in said(app.screen).partition("Dubbel gepland")[2]
            await pressed(pilot, "f4", to=AgendaScreen)
            await until(pilot, lambda app=app: "Dubbel gepland: A. Willems en B. Smit" in text_of(app, "#clash"))
            assert stored(app.desk) == before
            await app.action_quit()
