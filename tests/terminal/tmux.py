"""Drives a program in a real terminal: tmux on a socket of its own, with keys sent and the screen read back."""

import os
import shlex
import shutil
import subprocess
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

MISSING = "tmux isn't installed"
TICK_S = 0.05
PATIENCE_S = 120
"""How long to wait for what should come: only a failing test takes it."""
STEADY = 3
"""Looks in a row, a tick apart, that make a screen count as drawn."""


class NotSeen(AssertionError):
    """The text didn't come in time; the message ends with the last screen."""


def installed() -> bool:
    """Whether there is a tmux to drive."""
    return shutil.which("tmux") is not None


@dataclass(frozen=True, slots=True)
class Look:
    """What stands on the screen, a line a row, and where the cursor is: column and row from 0."""

    lines: tuple[str, ...]
    column: int
    row: int

    def stands(self, text: str) -> bool:
        """Whether the end of `text`, stands before the cursor; characters are one cell wide, dots hide any."""
        before = self.lines[self.row][: self.column].rstrip() if self.row < len(self.lines) else ""
        end = text.rstrip()[-8:]
        return before.endswith((end, "•" * len(end)))


class Terminal:
    """One program in one terminal of a fixed size; a context manager that ends it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.command = command
        self.columns = columns
        self.rows = rows
        self.environment = {"LANG": "C.UTF-8", "TEXTUAL_ANIMATIONS": "none", **(environment or {})}
        self.folder = folder
        # A socket of its own: the tests of several workers, and a person's own tmux, never meet.
        self.socket = f"wor-{os.getpid()}-{uuid.uuid4().hex[:8]}"

    def __enter__(self) -> Self:
        settings = [word for name, value in self.environment.items() for word in ("-e", f"{name}={value}")]
        # The shell stays after the program ends, so that its last words and its exit code can be read.
        line = f'trap : INT; {shlex.join(self.command)}; echo "[left $?]"; exec cat'
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", "-s", "main", "-x", str(self.columns), "-y", str(self.rows),
            *(("-c", str(self.folder)) if self.folder else ()), *settings, "sh", "-c", line,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], capture_output=True, check=False)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names: `Enter`, `Tab`, `C-q`, `F2`."""
        self._tmux("send-keys", "-t", "main", *keys)

    def type(self, text: str) -> None:
        """Type a text as it stands."""
        self._tmux("send-keys", "-t", "main", "-l", "--", text)

    def screen(self) -> str:
        """What stands on the screen, a line a row, without trailing spaces."""
        return self._tmux("capture-pane", "-p", "-t", "main")

    def size(self) -> tuple[int, int]:
        """Columns and rows as the terminal has them."""
        columns, rows = self._tmux("display-message", "-p", "-t", "main", "#{pane_width} #{pane_height}").split()
        return int(columns), int(rows)

    def look(self) -> Look:
        """The screen and the cursor as they are at one moment."""
        where = ("display-message", "-p", "-t", "main", "#{cursor_x} #{cursor_y}")
        *lines, cursor = self._tmux("capture-pane", "-p", "-t", "main", ";", *where).splitlines()
        column, row = cursor.split()
        return Look(tuple(lines), int(column), int(row))

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-t", "main", "-x", str(columns), "-y", str(rows))

    def wait_for(self, text: str, within_s: float = PATIENCE_S) -> str:
        """The screen as soon as `text` stands on it; raises NotSeen after `within_s` seconds."""
        return self.wait_until(lambda screen: text in screen, within_s, f"{text!r}")

    def wait_gone(self, text: str, within_s: float = PATIENCE_S) -> str:
        """The screen as soon as `text` stands on it no longer."""
        return self.wait_until(lambda screen: text not in screen, within_s, f"no {text!r}")

    def answer(self, text: str, within_s: float = PATIENCE_S) -> None:
        """Type a line into a field, see it stand there, press Enter, and wait for another field; raises NotSeen.

        A person looks before typing on. While a frame is being drawn the cursor stands anywhere, so a place counts only
        with the text before it, or once nothing moved for a few looks.
        """
        self.type(text)
        field = self._see(lambda look: look.stands(text), within_s, f"{len(text)} characters in a field")
        self.press("Enter")
        self._see(lambda look: look.row != field.row or not look.stands(text), within_s, "the cursor in another field")

    def _see(self, fits: Callable[[Look], bool], within_s: float, wanted: str) -> Look:
        """The first look that `fits` and is the same as the few before it."""
        seen: deque[Look] = deque(maxlen=STEADY)

        def steady(_screen: str) -> bool:
            seen.append(self.look())
            return len(seen) == STEADY and len(set(seen)) == 1 and fits(seen[-1])

        self.wait_until(steady, within_s, wanted)
        return seen[-1]

    def wait_until(self, fits: Callable[[str], bool], within_s: float, wanted: str) -> str:
        """The screen as soon as it `fits`; `wanted` names it when it doesn't come."""
        deadline = time.monotonic() + within_s
        while True:
            screen = self.screen()
            if fits(screen):
                return screen
            if time.monotonic() > deadline:
                message = f"{wanted} within {within_s:g} s; the screen:\n{screen}"
                raise NotSeen(message)
            time.sleep(TICK_S)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(["tmux", "-L", self.socket, *words], capture_output=True, text=True, check=False)
        if done.returncode:
            message = f"tmux {words[0]}: {done.stderr.strip()}"
            raise RuntimeError(message)
        return done.stdout
