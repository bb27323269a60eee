"""Verifying a log: `python -m tests.benchmarks.audit_bench [lines]`."""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from sync import trail
from tests.benchmarks.rows import Row
from wor_tui.clock import SystemClock
from wor_tui.services import audit, enrolment
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

LINES, TURNS, AT_ONCE = 100_000, 3, 10_000
BAR = 100_000


def filled(workspace: Workspace, lines: int) -> None:
    """That many lines of reading."""
    for _ in range(0, lines, AT_ONCE):
        workspace.note([workspace.line("open", audit.READ, "other", "", "care") for _ in range(AT_ONCE)])


def measure(lines: int = LINES) -> list[Row]:
    """Lines a second of processor time: the pure chain by itself, and a whole vault's log read from the disk."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_workspace(create(Path(folder) / "home", "vier gewone woorden samen", FLOOR).vault, SystemClock()) as made,
    ):
        enrolment.begin_alone(made, "Ina de Wit")
        filled(made, lines)
        pure, whole = [], []
        with made.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM audit ORDER BY n").all()
            kept = [(row[1], audit.canonical(row[:-1]), row[-1]) for row in rows]
            for _ in range(TURNS):
                began = time.process_time()
                assert trail.verify(kept) == []
                pure.append(len(kept) / (time.process_time() - began))
                began = time.process_time()
                [verdict] = audit.verify(connection)
                assert not verdict.findings
                whole.append(verdict.lines / (time.process_time() - began))
    note = f"{len(kept):,} lines, processor time"
    return [
        Row("audit: the chain verified", statistics.median(pure), BAR, "line/s", None, f">= {BAR:,}/s", note),
        Row(
            "audit: a vault's log read and verified",
            statistics.median(whole),
            BAR,
            "line/s",
            None,
            f">= {BAR:,}/s",
            note,
        ),
    ]


if __name__ == "__main__":
    for measured in measure(int(sys.argv[1]) if len(sys.argv) > 1 else LINES):
        print(f"{measured.what}: {measured.ours:,.0f} {measured.unit}")
