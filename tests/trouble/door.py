"""Runs `wor`: in this process where only its answer counts (a process costs seconds), else as a real process."""

import contextlib
import io
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wor_tui.cli import main

TRACES = ("Traceback", 'File "', "raise ", "sqlalchemy", "sqlite", "Errno", "Exception")


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


def process(*words: str | Path, stdin: bytes = b"", environment: dict[str, str] | None = None, code: str = "") -> Ran:
    """Run a real `wor`; `code` runs before it in the same process."""
    start = f"{code}\nimport sys\nfrom wor_tui.cli import main\nsys.exit(main())" if code else ""
    command = [sys.executable, *(("-c", start) if start else ("-m", "wor_tui")), *map(str, words)]
    done = subprocess.run(
        command, input=stdin, capture_output=True, timeout=120, check=False, env={**os.environ, **(environment or {})}
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def inside(*words: str | Path, stdin: str = "") -> Ran:
    """Run `wor` here, with the streams caught; what nobody foresaw comes out as the exception that it is."""
    out, err = io.StringIO(), io.StringIO()
    handlers, hook, given = list(logging.getLogger().handlers), sys.excepthook, sys.stdin
    sys.stdin = io.StringIO(stdin)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                left = main([*map(str, words)])
            except SystemExit as leaving:
                left = int(leaving.code or 0)
    finally:
        sys.excepthook, sys.stdin = hook, given
        for handler in [each for each in logging.getLogger().handlers if each not in handlers]:
            logging.getLogger().removeHandler(handler)
            handler.close()
    return Ran(left, out.getvalue(), err.getvalue())


def one_sentence(done: Ran, leave: int, *essence: str) -> None:
    """The command left with `leave`, and said what is the matter on one line of stderr, with nothing of a traceback."""
    assert done.exit == leave, done
    assert done.out == ""
    lines = done.err.splitlines()
    assert len(lines) == 1, done.err
    assert lines[0].startswith("wor: ")
    for part in essence:
        assert part in done.err, done.err
    clean(done.err)


def clean(text: str) -> None:
    """No traceback, no library's words, and nothing that a terminal acts upon."""
    assert not [trace for trace in TRACES if trace in text], text
    assert not raw_controls(text), repr(text)


def raw_controls(text: str) -> list[str]:
    """The characters that steer a terminal or turn a line round; line feeds are allowed."""
    bidi = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return [each for each in text if (each < " " and each != "\n") or "\x7f" <= each <= "\x9f" or each in bidi]


def copied(home: Path, to: Path) -> Path:
    """A copy of a closed home, to be damaged."""
    shutil.copytree(home, to)
    return to


def contents(files: Iterable[Path]) -> dict[str, bytes]:
    """What stands in the files, by name."""
    return {file.name: file.read_bytes() for file in files if file.is_file()}
