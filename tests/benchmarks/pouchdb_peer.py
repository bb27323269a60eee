"""PouchDB and express-pouchdb as the peer of the synchronisation; they are fetched by npm at the first measurement."""

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.documents import json_lines

FOLDER = Path(__file__).parent / "pouchdb"


@dataclass(frozen=True, slots=True)
class Figure:
    """Medians of one measurement: milliseconds, bytes both ways together, and requests."""

    ms: float
    size: float
    requests: float


def together(rounds: list[dict[str, Figure]]) -> dict[str, Figure]:
    """The medians of several measurements."""
    return {
        name: Figure(
            ms=median(each[name].ms for each in rounds),
            size=median(each[name].size for each in rounds),
            requests=median(each[name].requests for each in rounds),
        )
        for name in (rounds[0] if rounds else ())
    }


def measured(runs: int = 3) -> dict[str, Figure] | None:
    """Measure the peer; None where node and npm, or the peer's packages, can't be had.

    The names are `pull 10,000`, `next, nothing to do`, `push 1,000`, `nothing` and `10 changed`.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    if not (FOLDER / "node_modules").exists():
        done = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--no-package-lock"],
            cwd=FOLDER,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            return None
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder) / "documents.jsonl"
        documents.write_text(json_lines(), encoding="utf-8")
        answer = subprocess.run(
            [node, "measure.js", str(documents), str(runs)], cwd=FOLDER, capture_output=True, check=True, timeout=600
        )
    figures: dict[str, list[dict[str, float]]] = json.loads(answer.stdout)
    return {
        name: Figure(
            ms=median(each["ms"] for each in found),
            size=median(each["up"] + each["down"] for each in found),
            requests=median(each["requests"] for each in found),
        )
        for name, found in figures.items()
    }
