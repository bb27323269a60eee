"""How the vault answers single questions, beside the same build without a key: pages, points and full text."""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.rows import Row
from tests.benchmarks.turns import Figures, alternating, row

ROUNDS = 300
CPU = "ms cpu"
TEXTS, WORDS = 20_000, 40
KEYSET = """SELECT case_id, sort_key, coach_id, due_on, intake_on, contacts FROM case_summary
    WHERE sort_key > ? ORDER BY sort_key LIMIT 50"""
POINT = "SELECT case_id, sort_key, coach_id, due_on, intake_on, contacts FROM case_summary WHERE case_id = ?"
PREFIX = "SELECT rowid FROM scratch_text WHERE scratch_text MATCH ? LIMIT 50"
RANKED = "SELECT rowid FROM scratch_text WHERE scratch_text MATCH ? ORDER BY rank LIMIT 20"


def of_rows(ours: Any, peer: Any, files: tuple[Path, Path]) -> list[Row]:
    """Pages by key and single rows, in open databases in `files`, filled with the same cases."""
    chosen = random.Random(4)
    keys = [found[0] for found in peer.execute("SELECT sort_key FROM case_summary ORDER BY random() LIMIT 300")]
    ids = [found[0] for found in peer.execute("SELECT case_id FROM case_summary ORDER BY random() LIMIT 2000")]
    few = ids[:50]
    return [
        row("keyset page of 50", _asked(ours, peer, KEYSET, lambda: chosen.choice(keys)), CPU, "≤ 1.3×"),
        row("point lookup, hot", _asked(ours, peer, POINT, lambda: chosen.choice(few), 2000), CPU, "≤ 1.15×"),
        row(
            "point lookup, SQLite's cache empty",
            _asked(ours, peer, POINT, lambda: chosen.choice(ids), warm=False),
            CPU,
            "≤ 3×",
        ),
        *_from_disk((ours, peer), files, [chosen.choice(ids) for _ in range(ROUNDS)]),
    ]


def _from_disk(connections: tuple[Any, Any], files: tuple[Path, Path], ids: list[str]) -> list[Row]:
    """A row that nobody has in memory, as the first one after a start; not measured where a system can't forget."""
    if not hasattr(os, "posix_fadvise"):
        return []
    took: Figures = ([], [])
    for at, case_id in enumerate(ids):
        for side in (0, 1) if at % 2 else (1, 0):
            connection = connections[side]
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("PRAGMA shrink_memory")
            with files[side].open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            start = time.perf_counter()
            connection.execute(POINT, (case_id,)).fetchall()
            took[side].append((time.perf_counter() - start) * 1000)
    return [row("point lookup, from the disk", took, "ms", "≤ 3×")]


def of_texts(ours: Any, peer: Any) -> list[Row]:
    """Full text over made-up notes, in a scratch table of the same databases."""
    chosen = random.Random(5)
    syllables = ["an", "be", "co", "da", "el", "fi", "ga", "ho", "in", "jo", "ka", "le", "mo", "na", "os", "pa"]
    words = ["".join(chosen.choices(syllables, k=chosen.randrange(2, 5))) for _ in range(5000)]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    texts = [(" ".join(chosen.choices(words, weights, k=WORDS)),) for _ in range(TEXTS)]
    for connection in (ours, peer):
        connection.execute("CREATE VIRTUAL TABLE scratch_text USING fts5(note, prefix='2 3')")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO scratch_text (note) VALUES (?)", texts)
        connection.execute("COMMIT")
    frequent = words[50:400]
    return [
        row(
            f"full text of {TEXTS:,} notes, prefix",
            _asked(ours, peer, PREFIX, lambda: f'"{chosen.choice(words)[:4]}"*'),
            CPU,
            "≤ 2.2×",
        ),
        row(
            f"full text of {TEXTS:,} notes, ranked",
            _asked(ours, peer, RANKED, lambda: f'"{chosen.choice(frequent)}"'),
            CPU,
            "≤ 1.8×",
        ),
    ]


def _asked(
    ours: Any, peer: Any, question: str, argument: Callable[[], str], rounds: int = ROUNDS, *, warm: bool = True
) -> Figures:
    """Each round another argument; `warm` asks it once before, else SQLite's cache is emptied (the system's isn't)."""
    figures: Figures = ([], [])
    for _ in range(rounds):
        given = argument()
        for connection in (ours, peer):
            if warm:
                connection.execute(question, (given,)).fetchall()
            else:
                connection.execute("PRAGMA shrink_memory")
        once = alternating(
            lambda: ours.execute(question, (given,)).fetchall(),  # noqa: B023  called within the round
            lambda: peer.execute(question, (given,)).fetchall(),  # noqa: B023
            1,
            time.thread_time,  # nothing here waits for the disk, and a busy machine doesn't count
        )
        figures[0].extend(once[0])
        figures[1].extend(once[1])
    return figures
