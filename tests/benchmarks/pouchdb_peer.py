"""PouchDB and express-pouchdb as the peer of the synchronisation; they are fetched by npm at the first measurement."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.documents import json_lines

FOLDER = Path(__file__).parent / "pouchdb"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement: milliseconds, bytes both ways together, and requests."""

    ms: float
    size: float
    requests: float


class Peer:
    """A running peer that measures one step when asked to, so that it can take turns with what it is held against.

    The steps are `pull 10,000`, `next, nothing to do`, `push 1,000`, `nothing` and `10 changed`.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def start(self) -> None:
        """A fresh server with all documents, and an empty client."""
        self._asked("start")

    def stop(self) -> None:
        """End those."""
        self._asked("stop")

    def measured(self, step: str) -> Figure:
        """Do one step now."""
        found = self._asked(step)
        return Figure(found["ms"], found["up"] + found["down"], found["requests"])

    def _asked(self, step: str) -> dict[str, float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{step}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def pouchdb() -> Iterator[Peer | None]:
    """The peer; None where node and npm, or the peer's packages, can't be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or not _fetched(npm):
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder) / "documents.jsonl"
        documents.write_text(json_lines(), encoding="utf-8")
        process = subprocess.Popen(
            [node, "measure.js", str(documents)], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            yield Peer(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _fetched(npm: str) -> bool:
    if (FOLDER / "node_modules").exists():
        return True
    install = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock"]
    return not subprocess.run(install, cwd=FOLDER, capture_output=True, check=False).returncode
