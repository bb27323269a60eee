"""Runs `wor` the way a script does: as a process, with what it printed and how it left.

Each command is a process of its own, forked from one that has the imports done already: a hundred commands would
otherwise spend their time on importing the same modules. `process` starts it from nothing, as a shell does; `inside`
runs it in this process, where only its answer counts.
"""

import contextlib
import io
import json
import logging
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from wor_tui.cli import main

WITHIN_S = 300
IMPORTED = ["wor_tui.cli", "wor_tui.commands.cases", "wor_tui.commands.sync", "wor_tui.services.case_file", "msgspec"]


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


def wor(*words: str | Path, stdin: str = "") -> Ran:
    """Run `wor` with these words."""
    context = _forking()
    if context is None:
        return process(*words, stdin=stdin)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "0").write_text(stdin, "utf-8")
        child = context.Process(target=_run, args=(name, [str(word) for word in words]))  # pyright: ignore[reportAttributeAccessIssue]
        child.start()
        child.join(WITHIN_S)
        if child.exitcode is None:
            child.kill()
            child.join()
        return Ran(child.exitcode, (folder / "1").read_text("utf-8"), (folder / "2").read_text("utf-8"))


def process(
    *words: str | Path, stdin: str | bytes = "", environment: dict[str, str] | None = None, code: str = ""
) -> Ran:
    """Run `wor` with these words, from nothing; `code` runs before it in the same process."""
    start = f"{code}\nimport sys\nfrom wor_tui.cli import main\nsys.exit(main())" if code else ""
    command = [sys.executable, *(("-c", start) if start else ("-m", "wor_tui")), *map(str, words)]
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        command,
        input=given,
        capture_output=True,
        timeout=WITHIN_S,
        check=False,
        env={**os.environ, **(environment or {})},
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


@cache
def _forking() -> BaseContext | None:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return None
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    return context


def _run(folder: str, words: Sequence[str]) -> None:
    """In the child: read and write the files in `folder` as the standard streams, and leave as `wor` leaves."""
    for descriptor, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY | os.O_CREAT), (2, os.O_WRONLY | os.O_CREAT)):
        opened = os.open(Path(folder) / str(descriptor), flags, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8", write_through=True)
    sys.argv = ["wor", *words]
    leave = 1
    try:
        leave = main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    sys.exit(leave)
