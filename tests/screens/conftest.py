"""A steady screen on a vault of fictional people: no animations, no blinking, Dutch, a clock that stands still."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.picture_of_conflict import disagree
from tests.screens.people import NOW, PASSPHRASE, made, made_at_desk
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.config import Config
from wor_tui.i18n import set_language
from wor_tui.services.workspace import open_workspace
from wor_tui.vault.vault import open_vault, unlock


@pytest.fixture(autouse=True)
def _steady(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.delenv("NO_COLOR", raising=False)
    set_language("nl")
    yield
    set_language("nl")


@pytest.fixture(scope="session")
def filled_vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault that was filled once; every test works on a copy."""
    home = tmp_path_factory.mktemp("people") / "home"
    made(home, FixedClock(NOW))
    return home


@pytest.fixture
def home(filled_vault: Path, tmp_path: Path) -> Path:
    """A copy of the filled vault."""
    copy = tmp_path / "home"
    shutil.copytree(filled_vault, copy)
    return copy


def end(app: WorApp) -> None:
    """What a test left running: the exchange, and the vault."""
    if app.background is not None:
        app.background.stop()
    if app.workspace is not None:
        app.workspace.close()


@pytest.fixture
def app(home: Path) -> Iterator[WorApp]:
    """The app on that copy, opened without typing the passphrase."""
    made_app = WorApp(home, clock=FixedClock(NOW), config=Config(), passphrase=PASSPHRASE)
    yield made_app
    end(made_app)


@pytest.fixture
def desk_app(tmp_path: Path) -> Iterator[WorApp]:
    """The app of an assistant: a desk, and no case file."""
    made_at_desk(tmp_path / "home", FixedClock(NOW))
    made_app = WorApp(tmp_path / "home", clock=FixedClock(NOW), config=Config(), passphrase=PASSPHRASE)
    yield made_app
    end(made_app)


@pytest.fixture
def conflict_app(home: Path, tmp_path: Path) -> Iterator[WorApp]:
    """The app on a device that disagrees with a colleague's about a telephone number; nothing answers it now."""
    clock = FixedClock(NOW)
    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), clock) as workspace:
        disagree(workspace, tmp_path / "organisation", clock, PASSPHRASE)
    made_app = WorApp(home, clock=clock, config=Config(), passphrase=PASSPHRASE)
    yield made_app
    end(made_app)


@pytest.fixture
def empty_app(tmp_path: Path) -> Callable[[], WorApp]:
    """Makes apps on a folder in which there is no vault yet."""
    return lambda: WorApp(tmp_path / "new", clock=FixedClock(NOW), config=Config())
