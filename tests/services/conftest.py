"""A real vault for the services, made once and copied for each test; a clock that stands still."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.vaults import NOW, Kept, kept_alone
from wor_tui.clock import FixedClock
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.vault import open_vault


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return kept_alone(tmp_path_factory.mktemp("kept") / "home")


@pytest.fixture
def workspace(tmp_path: Path, clock: FixedClock, kept: Kept) -> Iterator[Workspace]:
    home = tmp_path / "home"
    shutil.copytree(kept.home, home)
    with open_workspace(open_vault(home, kept.key), clock) as opened:
        yield opened
