"""The synchronisation over loopback: the real `wor-central`, real vaults, beside a floor and PouchDB."""

import itertools
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from uuid import UUID

import httpx
import msgspec
import zstandard

from sync.client import enrolment, scopes
from sync.client.changes import Change
from sync.client.engine import Engine
from sync.client.replica import Replica
from sync.client.transport import Transport
from sync.identifiers import uuid7
from sync.schema import ScopeKind, Value
from tests.benchmarks import floor
from tests.benchmarks.documents import contacts
from tests.benchmarks.pouchdb_peer import Figure, Peer, pouchdb
from tests.benchmarks.rows import Row
from wor_tui.domain.kinds import schema
from wor_tui.vault.passphrase_cost import Cost
from wor_tui.vault.vault import Vault, create

AUTHOR = "018f4a6e-7c00-7000-8000-000000000001"
RECORDS, PUSHED, CHANGED = 10_000, 1_000, 10
RUNS, PUSHES, EXCHANGES = 3, 5, 10
SNAPSHOT = "pull 10,000 by snapshot"
PULL, NEXT, PUSH, NOTHING, FEW = "pull 10,000", "next, nothing to do", "push 1,000", "nothing", "10 changed"


class Rounds:
    """What was measured so far, by step; in every round ours, then the floor's, then the peer's."""

    def __init__(self, peer: Peer | None) -> None:
        self._peer = peer
        self.ours: dict[str, list[Figure]] = {}
        self.floors: dict[str, list[float]] = {}
        self.peers: dict[str, list[Figure]] = {}

    def turn(self, name: str, ours: Callable[[], Figure], floor_ms: Callable[[], float] | None = None) -> None:
        """One round, so that all of them meet the same machine."""
        self.ours.setdefault(name, []).append(ours())
        if floor_ms is not None:
            self.floors.setdefault(name, []).append(floor_ms())
        if self._peer is not None:
            self.peers.setdefault(name, []).append(self._peer.measured(name))

    @contextmanager
    def fresh_peer(self) -> Iterator[None]:
        """The peer with an empty client."""
        if self._peer is not None:
            self._peer.start()
        yield
        if self._peer is not None:
            self._peer.stop()


class Seat:
    """A vault with its engine."""

    def __init__(self, folder: Path) -> None:
        self.vault: Vault = create(folder, "bench", Cost()).vault
        self.database = self.vault.database
        self.replica = Replica(schema())
        self.transport: Transport
        self.engine: Engine

    def joined(self, *, snapshots: bool = True) -> None:
        """Enrolment is over: an engine can be made."""
        self.transport = enrolment.connect(self.database, now_ms)
        self.engine = Engine(self.database, self.replica, self.transport, now_ms, snapshots=snapshots)

    def team(self) -> str:
        """The team's scope."""
        with self.database.read() as connection:
            return next(one.id for one in scopes.by_id(connection).values() if one.kind is ScopeKind.TEAM)

    def write(self, found: Iterator[dict[str, object]], count: int) -> None:
        """Save so many contacts."""
        team = self.team()
        changes = [Change("contact", uuid7(), team, as_contact(each)) for each in itertools.islice(found, count)]
        with self.database.write() as connection:
            self.replica.save(connection, changes, now_ms())

    def counted(self, work: Callable[[], object]) -> Figure:
        """Milliseconds, bytes both ways and requests of some work."""
        before = self.transport.bytes_sent + self.transport.bytes_received, self.transport.requests
        ms = timed(work)
        after = self.transport.bytes_sent + self.transport.bytes_received, self.transport.requests
        return Figure(ms, after[0] - before[0], after[1] - before[1])

    def close(self) -> None:
        """Give everything back."""
        self.transport.close()
        self.vault.close()


def as_contact(document: dict[str, object]) -> dict[str, Value]:
    """A document of the peer as a contact of ours, of the same size."""
    return {
        "case_id": str(UUID(str(document["client"]), version=4)),
        "happened_at": "2026-11-02T09:30:00Z",
        "kind": "phone",
        "minutes": 20,
        "reached": True,
        "note": f"{document['subject']} {document['text']}",
        "author_id": AUTHOR,
        "client_bound": True,
    }


def measure() -> list[Row]:
    """Exchange of nothing, push of 1,000, pull of 10,000 and 10 changed of 10,000."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with central(folder / "central") as (server, code), bare() as bare_server, pouchdb() as peer:
            rounds = Rounds(peer)
            _run(folder, server, code, bare_server, rounds)
    # Held against the same pulls of the peer and the floor as the feed.
    rounds.floors[SNAPSHOT] = rounds.floors[PULL]
    if PULL in rounds.peers:
        rounds.peers[SNAPSHOT] = rounds.peers[PULL]
    rows: list[Row] = []
    for name, bar, against, limit in (
        (PULL, "≤ 3× floor", "≤ 0.30×", ""),
        (SNAPSHOT, "≤ 3× floor", "≤ 0.15×", "≤ 2.7 MB"),
        (NEXT, "", "≤ 0.02×", ""),
        (PUSH, "", "≤ 0.9×", "≤ 0.6 MB, ≤ 6 requests"),
        (NOTHING, "", "≤ 0.25×", "≤ 1.5 KB, 1 request"),
        (FEW, "", "≤ 0.5×", "≤ 8 KB, 1 request"),
    ):
        ours = rounds.ours[name]
        ms, size, requests = (median(part) for part in ([f.ms for f in ours], *_sizes(ours)))
        if name in rounds.floors:
            bare_ms = median(rounds.floors[name])
            rows.append(Row(f"sync: {name}, beside the floor", ms, bare_ms, "ms", ms / bare_ms, bar, _spread(ours)))
        if name in rounds.peers:
            peers = rounds.peers[name]
            theirs, their_size = median(each.ms for each in peers), median(each.size for each in peers)
            note = f"{_spread(ours)} / {_spread(peers)}, alternating"
            rows.append(Row(f"sync: {name}, beside PouchDB", ms, theirs, "ms", ms / theirs, against, note))
            rows.append(Row(f"sync: {name}, bytes", size / 1000, their_size / 1000, "KB", size / their_size, limit))
        else:
            rows.append(Row(f"sync: {name}, bytes", size / 1000, None, "KB", None, limit))
        rows.append(Row(f"sync: {name}, requests", requests, None, "", None, limit))
    return rows


def _sizes(figures: list[Figure]) -> tuple[list[float], list[float]]:
    return [each.size for each in figures], [each.requests for each in figures]


def _spread(figures: list[Figure]) -> str:
    return f"{min(each.ms for each in figures):,.1f}–{max(each.ms for each in figures):,.1f} ms"


def _run(folder: Path, server: str, code: str, bare_server: str, rounds: Rounds) -> None:
    writer = Seat(folder / "writer")
    wanted = [enrolment.ScopeWanted(ScopeKind.TEAM, "Oost")]
    enrolment.found(writer.database, server, code, wanted, now_ms)
    writer.joined()
    documents = itertools.cycle(list(contacts(RECORDS)))
    writer.write(documents, RECORDS)
    writer.engine.until_done()
    with httpx.Client(timeout=60) as http:
        # With nothing new it is asked for a snapshot.
        writer.engine.until_done()
        for run in range(RUNS):
            reader = _joined(writer, folder / f"reader{run}", snapshots=False)
            taker = _joined(writer, folder / f"taker{run}", snapshots=True)
            with rounds.fresh_peer():
                rounds.ours.setdefault(SNAPSHOT, []).append(taker.counted(taker.engine.until_done))
                taker.close()
                _pull(reader, rounds, partial(_bare_pull, folder / f"bare{run}.db", bare_server, http))
                if run == RUNS - 1:
                    _change(writer, reader, documents, rounds, partial(_bare_push, bare_server, http))
            reader.close()
    writer.close()


def _joined(writer: Seat, folder: Path, *, snapshots: bool) -> Seat:
    """A new device in the writer's team."""
    reader = Seat(folder)
    invitation = enrolment.invite(writer.database, writer.transport, [writer.team()], role="coach")
    enrolment.join(reader.database, invitation, now_ms)
    reader.joined(snapshots=snapshots)
    return reader


def _pull(reader: Seat, rounds: Rounds, bare_pull: Callable[[], float]) -> None:
    everything = partial(reader.counted, reader.engine.until_done)
    rounds.turn(PULL, everything, bare_pull)
    rounds.turn(NEXT, everything)
    for _ in range(EXCHANGES):
        rounds.turn(NOTHING, partial(reader.counted, reader.engine.exchange))


def _change(
    writer: Seat,
    reader: Seat,
    documents: Iterator[dict[str, object]],
    rounds: Rounds,
    bare_push: Callable[[list[dict[str, object]]], float],
) -> None:
    for _ in range(EXCHANGES):
        writer.write(documents, CHANGED)
        writer.engine.until_done()
        rounds.turn(FEW, partial(reader.counted, reader.engine.exchange))
    plain = list(contacts(PUSHED))
    for _ in range(PUSHES):
        writer.write(documents, PUSHED)
        rounds.turn(PUSH, partial(writer.counted, writer.engine.until_done), partial(bare_push, plain))


def _bare_pull(path: Path, server: str, http: httpx.Client) -> float:
    database = floor.bare_database(str(path))

    def work() -> None:
        decompressor = zstandard.ZstdDecompressor()
        for page in range(RECORDS // floor.PAGE):
            answer = http.get(f"{server}/page/{page}").content
            floor.insert(database, msgspec.json.decode(decompressor.decompress(answer)))

    ms = timed(work)
    database.close()
    return ms


def _bare_push(server: str, http: httpx.Client, documents: list[dict[str, object]]) -> float:
    def work() -> None:
        http.post(f"{server}/push", content=zstandard.ZstdCompressor(level=3).compress(msgspec.json.encode(documents)))

    return timed(work)


def timed(work: Callable[[], object]) -> float:
    """How many milliseconds some work takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def now_ms() -> int:
    """The system's clock."""
    return time.time_ns() // 1_000_000


@contextmanager
def central(folder: Path, snapshot_ops: int = 2000) -> Iterator[tuple[str, str]]:
    """The real server process: its address and the first coordinator's code. See `Settings.snapshot_ops`."""
    command = [sys.executable, "-m", "sync.server.cli", "serve", "--data", str(folder), "--port", "0"]
    environment = os.environ | {"WOR_CENTRAL_SNAPSHOT_OPS": str(snapshot_ops)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        ready = re.search(r"(http://\S+)", process.stdout.readline())
        assert ready is not None, "the server didn't start"
        yield ready[1], (folder / "first-coordinator-code.txt").read_text().strip()
    finally:
        process.terminate()
        process.wait()


@contextmanager
def bare() -> Iterator[str]:
    """The floor's server process: its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.floor", str(port)])
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{address}/nothing")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait()
