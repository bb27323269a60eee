"""Each role's app: where it begins, which keys it has, and that nothing in it asks for what the role hasn't."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from sync.client import state
from tests.screens.conftest import end
from tests.screens.driving import pressed, said, settled, type_text, until
from tests.screens.people import NOW, PASSPHRASE, made_at_desk
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.config import Config
from wor_tui.domain.codes import Role
from wor_tui.screens.candidate_forms import CandidateConsentForm, CandidateForm, ReferForm
from wor_tui.screens.candidates import CandidatesScreen
from wor_tui.screens.desk import DeskScreen
from wor_tui.screens.directory import DirectoryScreen
from wor_tui.screens.log import LogScreen
from wor_tui.vault.vault import open_vault, unlock
from wor_tui.widgets.short_list import ShortList

Snapshot = Callable[..., bool]

BEGINS: dict[Role, tuple[type[DeskScreen] | type[DirectoryScreen] | type[LogScreen], set[str]]] = {
    Role.ASSISTANT: (DeskScreen, {"f2", "f4", "n", "f3", "z"}),
    Role.REFERRER: (DeskScreen, {"f2", "f4", "n", "f3", "z"}),
    Role.COORDINATOR: (DirectoryScreen, {"f2"}),
    Role.AUDITOR: (LogScreen, {"f2", "v"}),
}
OF_OTHERS = {"f3", "f4", "n", "a", "z"}


@pytest.fixture(scope="module")
def desk_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("roles") / "home"
    made_at_desk(home, FixedClock(NOW))
    return home


@pytest.fixture
def app_of(desk_home: Path, tmp_path: Path) -> Iterator[Callable[[Role], WorApp]]:
    """The app of somebody to whom the central API granted that role, with a coordinator's or auditor's scopes."""
    made: list[WorApp] = []

    def app(role: Role) -> WorApp:
        home = tmp_path / "home"
        shutil.copytree(desk_home, home)
        vault = open_vault(home, unlock(home, passphrase=PASSPHRASE))
        with vault, vault.database.write() as connection:
            state.put(connection, role=role)
            connection.exec_driver_sql("UPDATE scope SET keys_only = 1 WHERE kind = 'team'")
        made.append(WorApp(home, clock=FixedClock(NOW), config=Config(), passphrase=PASSPHRASE))
        return made[0]

    yield app
    end(made[0])


@pytest.mark.parametrize("role", BEGINS)
def test_where_it_begins(snap_compare: Snapshot, app_of: Callable[[Role], WorApp], role: Role) -> None:
    screen, keys = BEGINS[role]

    async def look(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, screen))
        await settled(pilot)
        active = {key for key, binding in pilot.app.screen.active_bindings.items() if binding.enabled}
        assert active & (OF_OTHERS | keys) == keys
        for key in ("f3", "f4", "f8", "f2"):
            await pilot.press(key)
            await settled(pilot)
            assert "met uw rol" not in said(pilot.app.screen)
            assert "alleen voor" not in said(pilot.app.screen)
        await until(pilot, lambda: isinstance(pilot.app.screen, screen))

    asyncio.set_event_loop_policy(None)
    assert snap_compare(app_of(role), terminal_size=(80, 24), run_before=look)


@pytest.mark.soak
async def test_a_practice_goes_from_candidate_to_referral(app_of: Callable[[Role], WorApp]) -> None:
    app = app_of(Role.ASSISTANT)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, DeskScreen))
        await pressed(pilot, "z", to=DeskScreen)
        await until(pilot, lambda: "✓" in said(app.screen))
        await pressed(pilot, "f3", to=CandidatesScreen)
        await settled(pilot)
        await pressed(pilot, "a", to=CandidateForm)
        await type_text(pilot, "K.N.")
        await pressed(pilot, "ctrl+s", to=CandidatesScreen)
        await until(pilot, lambda: "K.N." in said(app.screen))
        app.screen.query_one(ShortList).focus()
        await settled(pilot)
        await pilot.press("home", "v")
        await until(pilot, lambda: "Vraag eerst toestemming" in said(app.screen))
        assert isinstance(app.screen, CandidatesScreen)
        await pressed(pilot, "t", to=CandidateConsentForm)
        await pressed(pilot, "ctrl+s", to=CandidatesScreen)
        await until(pilot, lambda: "ja: contactgegevens" in said(app.screen).replace("delen", ""))
        await pressed(pilot, "v", to=ReferForm)
        assert "De reden gaat niet mee" in said(app.screen)
        await type_text(pilot, "Kees Noord")
        await pressed(pilot, "ctrl+s", to=CandidatesScreen)
        await until(pilot, lambda: "verwezen" in said(app.screen))
        await pressed(pilot, "f2", to=DeskScreen)
        await until(pilot, lambda: "Kees Noord" in said(app.screen))


def test_the_candidates_look(snap_compare: Snapshot, app_of: Callable[[Role], WorApp]) -> None:
    async def look(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, DeskScreen))
        await pressed(pilot, "f3", to=CandidatesScreen)
        await until(pilot, lambda: "verwezen" in said(pilot.app.screen))

    asyncio.set_event_loop_policy(None)
    assert snap_compare(app_of(Role.REFERRER), terminal_size=(80, 24), run_before=look)
