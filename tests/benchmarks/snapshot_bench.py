"""Snapshots of a small and a large scope: what a record costs must stay the same, and memory bounded.

Run as a program it is the device that joins: `python -m tests.benchmarks.snapshot_bench FOLDER INVITATION`.
"""

import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from sync.client import enrolment
from sync.codes import Invitation
from sync.schema import ScopeKind
from tests.benchmarks.documents import contacts
from tests.benchmarks.rows import Row
from tests.benchmarks.sync_bench import Seat, central, now_ms, timed

SMALL, LARGE = 1_000, 100_000
RUNS = {SMALL: 5, LARGE: 1}


def measure() -> list[Row]:
    """Milliseconds for 1,000 records, and the memory of the process that takes the large one."""
    figures: dict[int, list[dict[str, float]]] = {}
    made: dict[int, float] = {}
    for size in (SMALL, LARGE):
        with tempfile.TemporaryDirectory() as folder, central(Path(folder) / "central", snapshot_ops=500) as found:
            writer, made[size] = _written(Path(folder) / "writer", *found, size)
            figures[size] = [_taken(writer, Path(folder) / f"reader{run}") for run in range(RUNS[size])]
            writer.close()
    small, large = (median(one["processor"] / size * 1000 for one in figures[size]) for size in (SMALL, LARGE))
    one = figures[LARGE][0]
    return [
        Row(
            "snapshot: processor time of 1,000 of 100,000, beside 1,000 of 1,000",
            large, small, "ms", large / small, "≤ 1.2×", f"{one['ms'] / LARGE * 1000:,.0f} ms on the clock",
        ),
        Row("snapshot: memory of who takes 100,000 records", one["memory"], None, "MB", None, "≤ 150 MB"),
        Row("snapshot: bytes of 100,000 records", one["bytes"] / 1000, None, "KB", None, ""),
        Row("snapshot: 1,000 of 100,000 made, beside 1,000 of 1,000", made[LARGE], made[SMALL], "ms", None, ""),
    ]  # fmt: skip


def _written(folder: Path, server: str, code: str, size: int) -> tuple[Seat, float]:
    """A device that has sent so many records and made the snapshot, and how many ms that took for 1,000."""
    writer = Seat(folder)
    enrolment.found(writer.database, server, code, [enrolment.ScopeWanted(ScopeKind.TEAM, "Oost")], now_ms)
    writer.joined()
    documents = itertools.cycle(list(contacts(10_000)))
    for _ in range(0, size, SMALL):
        writer.write(documents, SMALL)
    writer.engine.until_done()
    return writer, timed(writer.engine.until_done) / size * 1000


def _taken(writer: Seat, folder: Path) -> dict[str, float]:
    """What it costs a new device, in a process of its own."""
    invitation = enrolment.invite(writer.database, writer.transport, [writer.team()], role="coach")
    command = [sys.executable, "-m", __name__, str(folder), invitation.text]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _read(folder: Path, invitation: str) -> None:
    reader = Seat(folder)
    enrolment.join(reader.database, Invitation.parse(invitation), now_ms)
    reader.joined()
    seen: list[float] = []
    began = time.process_time()
    figure = reader.counted(lambda: reader.engine.until_done(lambda _: seen.append(_memory())))
    used = (time.process_time() - began) * 1000
    print(json.dumps({"ms": figure.ms, "processor": used, "bytes": figure.size, "memory": max(seen)}))
    reader.close()


def _memory() -> float:
    """This process's memory now, in MB: its highest was when the passphrase was stretched."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    _read(Path(sys.argv[1]), sys.argv[2])
