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

FORM = [
    sys.executable,
    "-c",
    """
import time, tty, sys
tty.setcbreak(0)
def draw(fields, at):
    for row in (2, 3, 4, 5, 2, 3):
        print(f"\\x1b[{row};20H", end="", flush=True)
        time.sleep(0.04)
    for row, text in enumerate(fields, 2):
        print(f"\\x1b[{row};1Hfield {text}", end="", flush=True)
    print(f"\\x1b[{at + 2};{7 + len(fields[at])}H", end="", flush=True)
fields, at = ["", "", ""], 0
while at < 3:
    draw(fields, at)
    key = sys.stdin.read(1)
    if key == chr(10):
        at += 1
    else:
        fields[at] += key if at != 1 else chr(0x2022)
print(chr(10) * 5, "done", fields)
time.sleep(60)
""",
]
"""Three fields, the second hidden, drawn so slowly that the cursor can be seen in the wrong row."""


def test_an_answer_stands_in_its_field_however_the_cursor_goes_about() -> None:
    with tmux.Terminal(FORM, columns=60, rows=20) as terminal:
        terminal.wait_for("field")
        for row, text in enumerate(("Riet", "secret", "van der Meer"), 1):
            assert not terminal.look().stands(text)
            terminal.answer(text)
            assert terminal.look().row != row
        assert "'Riet', '••••••', 'van der Meer'" in terminal.wait_for("done")


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
