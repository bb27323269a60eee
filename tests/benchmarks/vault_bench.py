"""The vault: unlocking, opening, committing and reading, beside the same build of SQLite without a key.

Both sides run in turn, so that a busy machine slows both.
"""

import contextlib
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.benchmarks import vault_queries
from tests.benchmarks.rows import Row
from tests.benchmarks.turns import Figures, alternating, middle, ms, row, spread
from wor_tui.vault import keyfile
from wor_tui.vault.connection import SETTINGS, driver, opened, reading_connection
from wor_tui.vault.database import Database
from wor_tui.vault.local_tables import CaseSummary
from wor_tui.vault.migrations import bring_up_to_date
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create, open_vault, unlock

CASES = 100_000

INSERT = """INSERT INTO case_summary (case_id, coach_id, owed_by, due_on, sort_key, search_key, contacts, attempts,
    may_contact, may_report, intake_planned, waiting_for_consent, not_reached)
    VALUES (?, ?, ?, ?, ?, ?, 0, 0, 1, 1, 0, 0, 0)"""
INDEX = "SELECT case_id, search_key FROM case_summary ORDER BY sort_key"
COUNT = "INSERT INTO vault_state (id, seq) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET seq = seq + 1"
PAGE = """SELECT case_id, sort_key, coach_id, due_on, intake_on, contacts, first_reached_on, may_contact
    FROM case_summary WHERE case_id IN (SELECT value FROM json_each(?))"""


def measure() -> list[Row]:
    """All figures of the vault; takes about a minute, most of it filling two databases with 100,000 cases."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        home = Path(folder) / "home"
        created = create(home, "passphrase", FLOOR)
        key = created.vault.key
        created.vault.close()
        plain = Path(folder) / "plain.db"
        rows = [_unlocking(home, created.recovery_code), _opening(home, key, plain)]
        ours, peer = opened(home / "vault.db", key), _unkeyed(plain)
        stack.callback(ours.close)
        stack.callback(peer.close)
        rows.append(_filling(ours, peer))
        rows.append(_committing(ours, peer))
        rows += _reading(home / "vault.db", key, plain)
        ours.close()
        rows += _through_the_database(home, key)
        rows.append(_size(home / "vault.db", plain))
        ours = opened(home / "vault.db", key)
        stack.callback(ours.close)
        rows += vault_queries.of_rows(ours, peer, (home / "vault.db", plain))
        rows += vault_queries.of_texts(ours, peer)
        return rows


def _unlocking(home: Path, code: str) -> Row:
    took = [ms(lambda: unlock(home, recovery_code=code)) for _ in range(50)]
    return Row("unlock without the passphrase's stretching", middle(took), None, "ms", None, "—", spread(took))


def _opening(home: Path, key: keyfile.UnlockedKey, plain: Path) -> Row:
    figures = alternating(lambda: opened(home / "vault.db", key).close(), lambda: _unkeyed(plain).close(), 50)
    whole = [ms(lambda: Database(home / "vault.db", key).close()) for _ in range(30)]
    return row("open with the raw key", figures, "ms", "≤ 5 ms", f"with checks and engines {middle(whole):.2f} ms")


def _filling(ours: Any, peer: Any) -> Row:
    cases = list(_cases())
    figures: Figures = ([], [])

    def fill(connection: Any, batch: list[tuple[str, ...]]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, batch)
        connection.execute("COMMIT")

    for start in range(0, CASES, CASES // 10):
        batch = cases[start : start + CASES // 10]
        once = alternating(partial(fill, ours, batch), partial(fill, peer, batch), 1)
        figures[0].extend(once[0])
        figures[1].extend(once[1])
    return row(f"bulk insert of {CASES // 10:,} cases, one transaction", figures, "ms", "≤ 2.5×")


def _committing(ours: Any, peer: Any) -> Row:
    def commit(connection: Any) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO vault_state (id, seq) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET seq = seq + 1"
        )
        connection.execute("COMMIT")

    return row("commit, synchronous=FULL", alternating(lambda: commit(ours), lambda: commit(peer), 200), "ms", "≤ 2.2×")


def _reading(path: Path, key: keyfile.UnlockedKey, plain: Path) -> list[Row]:
    ours, peer = reading_connection(path, key), _unkeyed(plain)
    ids = [row[0] for row in peer.execute("SELECT case_id FROM case_summary")]
    chosen = random.Random(2)

    def page(connection: Any) -> None:
        assert len(connection.execute(PAGE, (wanted,)).fetchall()) == 50

    figures: Figures = ([], [])
    for _ in range(200):
        wanted = "[" + ",".join(f'"{one}"' for one in chosen.sample(ids, 50)) + "]"
        page(peer)  # both from a warm cache
        page(ours)
        once = alternating(lambda: page(ours), lambda: page(peer), 1)
        figures[0].extend(once[0])
        figures[1].extend(once[1])
    ours.close()
    peer.close()

    def index(connect: Callable[[], Any]) -> None:
        connection = connect()
        assert len(connection.execute(INDEX).fetchall()) == CASES
        connection.close()

    cold = alternating(lambda: index(lambda: reading_connection(path, key)), lambda: index(lambda: _unkeyed(plain)), 7)
    return [
        row(f"list of 50 of {CASES:,}, columns", figures, "ms", "≤ 1.3×"),
        row(f"caseload of {CASES:,} as two columns, cold", cold, "ms", "—"),
    ]


def _through_the_database(home: Path, key: keyfile.UnlockedKey) -> list[Row]:
    """What `Database` adds to a bare connection: the pool, the transaction, SQLAlchemy."""
    one = select(CaseSummary.case_id).limit(1)
    with open_vault(home, key) as vault:
        bare = reading_connection(home / "vault.db", key)

        def read() -> None:
            with vault.database.read() as connection:
                connection.execute(one).one()

        figures = alternating(read, lambda: bare.execute("SELECT case_id FROM case_summary LIMIT 1").fetchone(), 500)
        bare.close()

        def write() -> None:
            with vault.database.write() as connection:
                connection.exec_driver_sql(
                    "INSERT INTO sync_state VALUES ('bench', '1') ON CONFLICT DO UPDATE SET value = value || '1'"
                )

        writes = [ms(write) for _ in range(200)]
    return [
        row("one read through Database", figures, "ms", "—", peer_is="a bare connection with the key"),
        Row("one write through Database, counted", middle(writes), None, "ms", None, "—", spread(writes)),
    ]


def _size(ours: Path, plain: Path) -> Row:
    sizes = ours.stat().st_size / 1e6, plain.stat().st_size / 1e6
    return Row("file", *sizes, "MB", sizes[0] / sizes[1], "≤ 1.10×", "peer: without a key")


def _unkeyed(path: Path) -> Any:
    new = not path.exists()
    connection = driver.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    for setting in SETTINGS:
        connection.execute(setting)
    if new:
        bring_up_to_date(connection)
    return connection


def _cases() -> Iterator[tuple[str, ...]]:
    """Made-up cases in the order in which they came in, so that names arrive in no order."""
    chosen = random.Random(1)
    syllables = re.findall("..", "anbecodaelfigahoinjokalemonaosparisotaulvawizo")

    def name() -> str:
        return "".join(chosen.choices(syllables, k=3))

    for number in range(CASES):
        given, family, quarter, referrer = name(), name(), name(), name()
        yield (
            f"0199aa00-{number >> 16 & 0xFFFF:04x}-7{number & 0xFFF:03x}-8{number >> 12 & 0xF:03x}-{number:012x}",
            f"coach-{number % 3}",
            f"coach-{number % 3}",
            f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
            f"{family}, {given}",
            f"{given} {family} {quarter} {referrer} 06 {number:08}",
        )
