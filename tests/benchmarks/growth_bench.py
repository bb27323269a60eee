"""Whether an exchange costs more in a scope of 100,000 records than in one of 1,000: the two in turn, over loopback."""

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sync.client import enrolment
from sync.schema import ScopeKind
from tests.benchmarks.documents import contacts
from tests.benchmarks.rows import Row
from tests.benchmarks.sync_bench import Seat, central, now_ms, timed

SMALL, LARGE, AT_ONCE = 1_000, 100_000, 5_000
TURNS, CHANGED, PUSHED = 25, 10, 200
FEW, PUSH, NOTHING = f"{CHANGED} changed", f"a push of {PUSHED}", "nothing"
BAR = "≤ 1.2×"


@dataclass(frozen=True, slots=True)
class Pair:
    """A scope of some size at a central API of its own: who writes in it, and who reads."""

    writer: Seat
    reader: Seat

    def figures(self, documents: Iterator[dict[str, object]]) -> dict[str, float]:
        """Milliseconds of each exchange, once."""
        self.writer.write(documents, PUSHED)
        push = timed(self.writer.engine.until_done)
        self.reader.engine.until_done()
        self.writer.write(documents, CHANGED)
        self.writer.engine.until_done()
        return {PUSH: push, FEW: timed(self.reader.engine.exchange), NOTHING: timed(self.reader.engine.exchange)}


def measure() -> list[Row]:
    """An exchange of nothing, one with 10 changed, and a push of 200; ours is the large scope, beside the small one."""
    documents = itertools.cycle(list(contacts(AT_ONCE)))
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        large, small = (_pair(stack, Path(made) / str(size), size, documents) for size in (LARGE, SMALL))
        taken = [(large.figures(documents), small.figures(documents)) for _ in range(TURNS)]
    rows: list[Row] = []
    for name in (NOTHING, FEW, PUSH):
        ours, theirs = (median(turn[side][name] for turn in taken) for side in (0, 1))
        note = f"beside the same in a scope of {SMALL:,}, in turn, medians of {TURNS}"
        rows.append(Row(f"sync: {name}, scope of {LARGE:,} records", ours, theirs, "ms", ours / theirs, BAR, note))
    return rows


def _pair(stack: ExitStack, folder: Path, size: int, documents: Iterator[dict[str, object]]) -> Pair:
    folder.mkdir()
    server, code = stack.enter_context(central(folder / "central"))
    writer, reader = Seat(folder / "writer"), Seat(folder / "reader")
    enrolment.found(writer.database, server, code, [enrolment.ScopeWanted(ScopeKind.TEAM, "Oost")], now_ms)
    writer.joined()
    stack.callback(writer.close)
    for start in range(0, size, AT_ONCE):
        writer.write(documents, min(AT_ONCE, size - start))
        writer.engine.until_done()
    invitation = enrolment.invite(writer.database, writer.transport, [writer.team()], role="coach")
    enrolment.join(reader.database, invitation, now_ms)
    reader.joined()
    stack.callback(reader.close)
    reader.engine.until_done()
    return Pair(writer, reader)
