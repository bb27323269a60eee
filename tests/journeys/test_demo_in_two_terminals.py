"""The demo in two terminals: what the coach saves appears on the colleague's screen while they look at it."""

import sys
from pathlib import Path

import pytest

from tests.door import wor
from tests.terminal import tmux
from wor_tui.demo import central
from wor_tui.demo.folder import DemoFolder

pytestmark = [pytest.mark.terminal, pytest.mark.skipif(not tmux.installed(), reason=tmux.MISSING)]

CLIENTS = 6
NOTE = "Zwaaien naar de collega."
SLOW_S = 120
"""A busy machine starts two programs in a while; only a failing test takes all of it."""


@pytest.mark.soak
def test_a_contact_of_the_coach_appears_at_the_colleague(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path / "demo")
    assert wor("demo", "--prepare", "--folder", folder.root, "--clients", str(CLIENTS)).exit == 0
    command = [sys.executable, "-m", "wor_tui", "demo", "--folder", str(folder.root)]
    with tmux.Terminal(command, columns=120, rows=36) as coach, tmux.Terminal([*command, "--as", "colleague"]) as other:
        for terminal in (coach, other):
            terminal.wait_for("Aan de beurt", SLOW_S)
            assert "DEMO" in terminal.screen()
            terminal.press("F3")
            terminal.wait_for("Caseload", SLOW_S)
            terminal.type("v")
            terminal.wait_for(f"team: {CLIENTS}", SLOW_S)
            terminal.press("Home")
            terminal.press("Enter")
            terminal.wait_for("[Overzicht]", SLOW_S)
            terminal.type("t")
            terminal.wait_for("[Tijdlijn]", SLOW_S)
        coach.type("n")
        coach.wait_for("Minuten", SLOW_S)
        coach.type("t")
        coach.answer("12")
        coach.type(NOTE)
        coach.press("C-s")
        other.wait_for(NOTE, SLOW_S)

        coach.press("C-q")
        assert "[left 0]" in coach.wait_for("[left", SLOW_S)
        assert central.is_guarded(folder)
        other.press("C-q")
        assert "[left 0]" in other.wait_for("[left", SLOW_S)
    central.wait_until_free(folder)
    assert not central.is_guarded(folder)
