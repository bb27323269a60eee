"""A program in a pseudo-terminal, timed: what was painted when, what it holds in memory, how long it computed."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-Za-z]|\x1b[=>78c]")
_ASKS_FRAMES, _HAS_FRAMES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
FRAME_END = b"\x1b[?2026l"
"""What a program that knows synchronised output writes after each whole frame."""


class NeverPainted(AssertionError):
    """What was waited for didn't come; the message ends with the last text."""


class PtyProgram:
    """One program in a terminal that understands synchronised output; a context manager that ends it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.command = list(command)
        self.size = struct.pack("HHHH", rows, columns, 0, 0)
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}},
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            **(environment or {}),
        }
        self.output = bytearray()
        self.started = 0.0
        self.queued = 0.0
        """Of the milliseconds measured last, those in which the program was ready but others had the processor."""

    def __enter__(self) -> Self:
        self._terminal, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, self.size)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            self.command,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env=self.environment,
            start_new_session=True,
        )
        os.close(inner)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.send_signal(signal.SIGTERM)
        until = time.perf_counter() + 5
        while self.process.poll() is None and time.perf_counter() < until:
            self._read(0.05)  # whoever writes its last words to a full terminal never ends
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._terminal)

    def until(self, wanted: str, within_s: float = 30) -> float:
        """Milliseconds from the start to the moment at which `wanted` had been painted."""
        self._queued_before = 0.0
        return self._until(lambda: wanted in self.text(), self.started, within_s, wanted)

    def painted(self, keys: str, wanted: str = "", within_s: float = 30) -> float:
        """Milliseconds from pressing `keys` to the end of the first frame after it; with `wanted`, of the one that
        has this text."""
        self.output.clear()
        self._queued_before = self._queued_ms()
        started = time.perf_counter()
        os.write(self._terminal, keys.encode())
        return self._until(lambda: self._frame_with(wanted), started, within_s, wanted or "a frame")

    def rest(self, seconds: float) -> None:
        """Let the program go on for so long, reading what it paints."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            self._read(left)

    def text(self) -> str:
        """What was painted since the last key, without the sequences that place and colour it."""
        return SEQUENCE.sub("", self.output.decode(errors="replace"))

    def cpu_s(self) -> float:
        """Seconds of processor time so far."""
        fields = self._system("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Resident memory in MB."""
        return int(self._system("statm").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def _frame_with(self, wanted: str) -> bool:
        end = self.output.rfind(FRAME_END)
        if end < 0:
            return False
        return not wanted or wanted in SEQUENCE.sub("", self.output[:end].decode(errors="replace"))

    def _until(self, seen: Callable[[], bool], since: float, within_s: float, wanted: str) -> float:
        now = time.perf_counter()
        deadline = now + within_s
        while not seen():
            left = deadline - time.perf_counter()
            if left < 0 or not self._read(left):
                message = f"{wanted!r} was not painted by {self.command[:3]}; it ended with: {self.text()[-400:]!r}"
                raise NeverPainted(message)
            now = time.perf_counter()
        self.queued = self._queued_ms() - self._queued_before
        return (now - since) * 1000

    def _queued_ms(self) -> float:
        """How long the main thread has waited for a processor so far; 0 where the system doesn't tell."""
        try:
            return int(self._system("schedstat").split()[1]) / 1e6
        except OSError:
            return 0.0

    def _system(self, name: str) -> str:
        return Path(f"/proc/{self.process.pid}/{name}").read_text(encoding="ascii")

    def _read(self, at_most_s: float) -> bool:
        """Read once; False when the program is gone."""
        if not select.select([self._terminal], [], [], at_most_s)[0]:
            return True
        try:
            found = os.read(self._terminal, 1 << 16)
        except OSError:
            return False
        self.output += found
        if _ASKS_FRAMES in found:
            os.write(self._terminal, _HAS_FRAMES)
        return bool(found)
