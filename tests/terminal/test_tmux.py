"""The driver itself: what is typed is seen, and what never comes is said with the screen."""

import sys

import pytest

from tests.terminal import tmux

pytestmark = [pytest.mark.terminal, pytest.mark.skipif(not tmux.installed(), reason=tmux.MISSING)]

ECHO = [
    sys.executable,
    "-c",
    "print('ready', flush=True)\nwhile (t := input()) != 'stop': print('read', t, flush=True)",
]


def test_what_is_typed_is_read_and_shown() -> None:
    with tmux.Terminal(ECHO, columns=60, rows=10) as terminal:
        terminal.wait_for("ready")
        assert terminal.size() == (60, 10)
        terminal.type("é; $HOME 'x'")
        terminal.press("Enter")
        terminal.wait_for("read é; $HOME 'x'")
        terminal.type("stop")
        terminal.press("Enter")
        assert "[left 0]" in terminal.wait_for("[left")


def test_what_never_comes_is_said_with_the_screen() -> None:
    with tmux.Terminal(ECHO) as terminal:
        terminal.wait_for("ready")
        with pytest.raises(tmux.NotSeen, match="ready"):
            terminal.wait_for("never", within_s=0.2)


def test_nothing_is_left_running() -> None:
    with tmux.Terminal(ECHO) as terminal:
        terminal.wait_for("ready")
    with pytest.raises(RuntimeError, match=r"no server|error connecting|exited"):
        terminal.screen()
