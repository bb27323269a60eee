"""One vault made at the lowest cost, and a fresh copy of it for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vault.made import PASSPHRASE, Made
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import Vault, create, open_vault


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A closed vault that no test touches."""
    home = tmp_path_factory.mktemp("original") / "home"
    created = create(home, PASSPHRASE, FLOOR)
    created.vault.close()
    return Made(home, created.vault.key, created.recovery_code)


@pytest.fixture
def made(original: Made, tmp_path: Path) -> Made:
    """A closed vault of the test's own."""
    home = tmp_path / "home"
    shutil.copytree(original.home, home)
    return Made(home, original.key, original.recovery_code)


@pytest.fixture
def vault(made: Made) -> Iterator[Vault]:
    """An open vault of the test's own."""
    with open_vault(made.home, made.key) as opened:
        yield opened
