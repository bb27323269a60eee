"""Runs `wor` the way a script does: as a process, with what it printed and how it left."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WITHIN_S = 120


@dataclass(frozen=True, slots=True)
class Ran:
    """How one command ended."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What was printed, as JSON; the command must have succeeded."""
        assert self.exit == 0, self.err
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The JSON object on stderr; nothing may stand beside it, and nothing on stdout."""
        assert self.out == ""
        found = json.loads(self.err)
        assert set(found) == {"error", "message", "exit"}
        assert found["exit"] == self.exit
        return found


def wor(*words: str | Path, stdin: str | None = None, environment: dict[str, str] | None = None) -> Ran:
    """Run `wor` with these words; without `stdin` it gets nothing to read."""
    return run([sys.executable, "-m", "wor_tui", *map(str, words)], stdin, environment)


def run(command: Sequence[str], stdin: str | None = None, environment: dict[str, str] | None = None) -> Ran:
    """Run a command to its end."""
    done = subprocess.run(
        command,
        input=stdin if stdin is not None else "",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=WITHIN_S,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    return Ran(done.returncode, done.stdout, done.stderr)
