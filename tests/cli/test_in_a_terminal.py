"""Asking for the passphrase on a real terminal: it isn't shown, and isn't an argument."""

import sys

import pytest

from tests.cli.conftest import Demo
from tests.terminal import tmux

pytestmark = [pytest.mark.terminal, pytest.mark.skipif(not tmux.installed(), reason=tmux.MISSING)]


def test_the_passphrase_is_asked_and_not_shown(demo: Demo) -> None:
    secret = demo.passphrase_file.read_text("utf-8").strip()
    command = [sys.executable, "-m", "wor_tui", "--home", str(demo.homes["assistant"]), "status"]
    with tmux.Terminal(command) as terminal:
        terminal.wait_for("Wachtzin:")
        terminal.type(secret)
        terminal.press("Enter")
        shown = terminal.wait_for("[left 0]", 60)
    assert "Nog niet verstuurd: 0" in shown
    assert secret not in shown


def test_ctrl_c_at_the_passphrase_leaves_with_130(demo: Demo) -> None:
    command = [sys.executable, "-m", "wor_tui", "--home", str(demo.homes["assistant"]), "status"]
    with tmux.Terminal(command) as terminal:
        terminal.wait_for("Wachtzin:")
        terminal.press("C-c")
        shown = terminal.wait_for("[left", 60)
    assert "[left 130]" in shown
    assert "Traceback" not in shown


def test_what_is_typed_before_the_question_counts(demo: Demo) -> None:
    secret = demo.passphrase_file.read_text("utf-8").strip()
    home = str(demo.homes["assistant"])
    command = [sys.executable, "-m", "wor_tui", "organisation", "found", "http://127.0.0.1:9", "--home", home]
    with tmux.Terminal(command) as terminal:
        terminal.wait_for("Code van de centrale computer:")
        terminal.type("NO-CODE\n" + secret + "\n")
        shown = terminal.wait_for("[left 1]", 60)
    assert "Wachtzin:" in shown
    assert "NO-CODE" not in shown
