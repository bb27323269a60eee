"""Somebody comes back to a device that is out of reach: it isn't kept waiting for its turn."""

from pathlib import Path

from tests.screens.people import NOW, PASSPHRASE
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.config import Config
from wor_tui.screens.background import AWAY_S, Background, Line
from wor_tui.services.workspace import open_workspace
from wor_tui.vault.vault import open_vault, unlock


def test_the_first_key_after_a_while_tries_at_once(home: Path) -> None:
    clock = FixedClock(NOW)
    app = WorApp(home, clock=clock, config=Config(), passphrase=PASSPHRASE)
    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), clock) as workspace:
        background = Background(app, workspace)
        background.line = Line.DOWN
        background.touched()
        assert not background._wake.is_set(), "whoever goes on typing doesn't try at every key"
        background._touched -= AWAY_S
        background.touched()
        assert background._wake.is_set()
        background._wake.clear()
        background.line = Line.UP
        background._touched -= AWAY_S
        background.touched()
        assert not background._wake.is_set(), "in reach there is nothing to hurry for"
