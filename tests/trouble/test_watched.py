"""Textual's developer variables write down every key and the screen itself: whoever has them set isn't watched here."""

import os
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import tmux
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

pytestmark = [pytest.mark.terminal, pytest.mark.skipif(not tmux.installed(), reason=tmux.MISSING)]

PASSPHRASE = "gitaar molen wolk fiets"
SCREENSHOT_S = 2


def test_no_key_and_no_screen_is_written_down(tmp_path: Path) -> None:
    home, watched = tmp_path / "home", tmp_path / "watched"
    create(home, PASSPHRASE, FLOOR).vault.close()
    watched.mkdir()
    environment = {
        "TEXTUAL": "devtools,debug",
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_LOG": str(watched / "log"),
        "TEXTUAL_PRESS": "x",
        "TEXTUAL_SCREENSHOT": str(SCREENSHOT_S),
        "TEXTUAL_SCREENSHOT_LOCATION": str(watched),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-m", "wor_tui", "--home", str(home)]
    with tmux.Terminal(command, environment=environment, folder=watched) as terminal:
        terminal.wait_for("Ontgrendelen")
        shown = time.monotonic()
        terminal.type(PASSPHRASE)
        terminal.wait_for("•" * len(PASSPHRASE))
        terminal.press("Enter")
        terminal.wait_gone("Ontgrendelen")
        time.sleep(max(0.0, shown + SCREENSHOT_S + 1 - time.monotonic()))
        assert "[left" not in terminal.screen()
    assert list(watched.iterdir()) == []
