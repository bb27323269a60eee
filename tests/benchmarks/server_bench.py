"""The central API: how much it takes in, hands out and wakes, over loopback, signed, on SQLite."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import httpx

from sync import seal, signature, wire
from sync.codes import Code
from sync.identifiers import uuid7
from sync.server.settings import Settings
from sync.server.store import invites
from sync.server.store.database import Database
from sync.wire import Cursor, PushedOp
from tests.benchmarks.documents import contacts
from tests.benchmarks.rows import Row
from tests.server.device import Device, Organisation, found_organisation, joined

PUSH, PULL, ROUNDS = 100, 500, 15
WRITERS, COMMITS = 8, 60
ORGANISATIONS, MANY_WRITERS, EACH = 50, 32, 12


def measure() -> list[Row]:
    """All figures; ratios are of changes a second, ours over the peer's, from alternating rounds."""
    with tempfile.TemporaryDirectory() as folder, central(Path(folder)) as (process, client, code):
        coordinator, organisation = found_organisation(client, code)
        with template(f"sqlite:///{folder}/peer.db") as (peer_process, peer):
            rows = _throughput(process, coordinator, organisation, peer_process, peer)
        rows += [_nothing(coordinator, organisation), _wake(coordinator, organisation)]
        rows += _writers(process, str(client.base_url), coordinator, organisation)
        rows += _organisations(process, client, Path(folder) / "central")
        rows.append(Row("RSS of the API process", _rss(process), None, "MB", None, "≤ 120 MB", "after all of this"))
        return [*rows, _signature()]


def _throughput(
    process: int, coordinator: Device, organisation: Organisation, peer_process: int, peer: httpx.Client
) -> list[Row]:
    scope = organisation.scopes["team"]
    device = joined(coordinator, organisation, "team")
    texts = [str(contact["text"]) + str(contact["subject"]) for contact in islice(contacts(), PUSH)]
    ours: list[float] = []
    theirs: list[float] = []
    cpu = processor_s(process)
    for _ in range(ROUNDS):
        values = [{"note": text, "kind": "phone", "minutes": 15, "reached": True} for text in texts]
        ops = [device.op(scope, uuid7(), each, n=device.n + 1 + place) for place, each in enumerate(values)]
        ours.append(PUSH / _timed(lambda ops=ops: device.exchange(*ops, follow=False, limit=1, cursors={})))
        plain = [
            {
                "scope": scope,
                "device": device.id,
                "n": place,
                "record": uuid7(),
                "kind": "contact",
                "at": 1,
                "body": text,
            }
            for place, text in enumerate(text + "x" * 250 for text in texts)
        ]
        theirs.append(PUSH / _timed(lambda plain=plain: peer.post("/changes", json=plain).raise_for_status()))
    push_cpu = (processor_s(process) - cpu) / (PUSH * ROUNDS) * 1e6
    pulled: list[float] = []
    peer_pulled: list[float] = []
    cpu = processor_s(process)
    for _ in range(ROUNDS):
        device.cursors = {scope: Cursor(epoch=1)}
        pulled.append(PULL / _timed(lambda: device.exchange(follow=False, limit=PULL)))
        asked = {"scope": scope, "limit": PULL}
        peer_pulled.append(PULL / _timed(lambda asked=asked: peer.get("/changes", params=asked).json()))
    pull_cpu = (processor_s(process) - cpu) / (PULL * ROUNDS) * 1e6
    note = "peer: the template's way, unsealed and unsigned; SQLite, 1 connection"
    return [
        rates(f"push of {PUSH} × 1 KB, signed and merged", ours, theirs, "≥ 2.5×", note),
        Row("CPU of a pushed change", push_cpu, None, "µs", None, "≤ 90 µs", "server process"),
        rates(f"pull of {PULL}", pulled, peer_pulled, "≥ 1.5×", note),
        Row("CPU of a pulled change", pull_cpu, None, "µs", None, "≤ 20 µs", "server process, zstd included"),
    ]


def rates(what: str, ours: list[float], theirs: list[float], bar: str, note: str) -> Row:
    """Changes a second of both, from alternating rounds."""
    mine, peers = statistics.median(ours), statistics.median(theirs)
    spread = f"{min(ours):,.0f}–{max(ours):,.0f}"
    return Row(what, mine, peers, "/s", mine / peers, bar, f"{note}; spread {spread}")


def _nothing(coordinator: Device, organisation: Organisation) -> Row:
    device = joined(coordinator, organisation, "organisation", "team", "desk")
    while device.exchange().more:
        pass
    client = device.client
    ours: list[float] = []
    floor: list[float] = []
    size = 0
    for _ in range(101):
        request = device.request()
        started = time.perf_counter()
        answer = device.post("/v1/exchange", request)
        ours.append((time.perf_counter() - started) * 1000)
        assert not wire.decode(answer.content, wire.ExchangeAnswer).changes
        size = len(answer.request.content) + len(answer.content)
        size += sum(len(k) + len(v) + 4 for message in (answer.request, answer) for k, v in message.headers.raw)
        floor.append(_timed(lambda: client.get("/v1/health")) * 1000)
    mine, least = statistics.median(ours), statistics.median(floor)
    note = f"{size} bytes with headers (≤ 1,500); floor: an unsigned GET of the same server"
    return Row("an exchange of nothing, three scopes", mine, least, "ms", mine / least, "≤ 7 ms, 1 request", note)


def _wake(coordinator: Device, organisation: Organisation) -> Row:
    scope = organisation.scopes["desk"]
    one, other = (joined(coordinator, organisation, "desk") for _ in range(2))
    figures: list[float] = []
    for _ in range(11):
        heard: list[float] = []

        def wait(heard: list[float] = heard) -> None:
            assert scope in other.exchange(wait_s=20).changes
            heard.append(time.perf_counter())

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.15)
        one.exchange(one.op(scope, uuid7(), {"a": 1}), follow=False, cursors={})
        done = time.perf_counter()
        thread.join()
        figures.append((heard[0] - done) * 1000)
    middle = statistics.median(figures)
    note = f"from the pusher's answer to the waiter's; spread {min(figures):.1f}–{max(figures):.1f}"
    return Row("waking who waits", middle, None, "ms", None, "≤ 50 ms", note)


def _writers(process: int, url: str, coordinator: Device, organisation: Organisation) -> list[Row]:
    """Commits a second of several writers in one scope, with a reader that polls and must miss nothing."""
    scope = organisation.scopes["organisation"]
    devices = [joined(coordinator, organisation, "organisation") for _ in range(WRITERS + 1)]
    prepared: list[list[PushedOp]] = [
        [device.op(scope, uuid7(), {"a": n}, n=n) for n in range(1, COMMITS + 1)] for device in devices[1:]
    ]

    def write(device: Device, ops: list[PushedOp]) -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            device.client = client
            for op in ops:
                device.exchange(op, follow=False, cursors={})

    threads = [threading.Thread(target=write, args=each) for each in zip(devices[1:], prepared, strict=True)]
    cpu = processor_s(process)
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    seen: list[int] = []
    while any(thread.is_alive() for thread in threads):
        page = devices[0].exchange(wait_s=0.2).changes.get(scope)
        seen += [op.seq for op in page.ops] if page else []
    took = time.perf_counter() - started
    each = (processor_s(process) - cpu) / (WRITERS * COMMITS) * 1e3
    page = devices[0].exchange().changes.get(scope)
    seen += [op.seq for op in page.ops] if page else []
    assert seen == list(range(1, WRITERS * COMMITS + 1)), "a row was skipped"
    note = "one op each; a polling reader missed none; the clients share the machine"
    return [
        Row(f"one scope, {WRITERS} writers", WRITERS * COMMITS / took, None, "/s", None, "≥ 200/s", note),
        Row(
            "CPU of one of these commits",
            each,
            None,
            "ms",
            None,
            "≤ 5 ms",
            "server process, the reader's polls included",
        ),
    ]


def _organisations(process: int, client: httpx.Client, data: Path) -> list[Row]:
    """Commits a second of many writers, each of whom goes round the organisations that are theirs."""
    database = Database(Settings(data=data).url, 20)
    found: list[tuple[Device, list[PushedOp]]] = []
    for _ in range(ORGANISATIONS):
        code = Code.new()
        database.write(lambda connection, code=code: invites.replace_first(connection, code.lookup, code.proof_hash))
        device, organisation = found_organisation(client, code)
        scope = organisation.scopes["team"]
        found.append((device, [device.op(scope, uuid7(), {"a": n}, n=n) for n in range(1, EACH + 1)]))
    database.close()

    def write(own: list[tuple[Device, list[PushedOp]]]) -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as connection:
            for device, ops in own:
                device.client = connection
                for op in ops:
                    device.exchange(op, follow=False, cursors={})

    threads = [
        threading.Thread(target=write, args=(found[place::MANY_WRITERS],))
        for place in range(min(MANY_WRITERS, ORGANISATIONS))
    ]
    cpu = processor_s(process)

    def together() -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    took = _timed(together)
    each = (processor_s(process) - cpu) / (ORGANISATIONS * EACH) * 1e3
    return [
        Row(
            f"{ORGANISATIONS} organisations, {MANY_WRITERS} writers",
            ORGANISATIONS * EACH / took,
            None,
            "/s",
            None,
            "≥ 1,000/s",
            f"one op each, {each:.1f} ms of the server's processor time; the clients share the machine",
        )
    ]


def _signature() -> Row:
    keys, body = seal.DeviceKeys.new(), os.urandom(100_000)
    headers = signature.sign(keys.signing, "o/d", method="POST", path="/v1/exchange", body=body, created=1)
    public = keys.signing_public
    figures = [
        _timed(
            lambda: signature.verify(
                signature.presented(headers), public, method="POST", path="/v1/exchange", body=body, now=1
            )
        )
        * 1000
        for _ in range(101)
    ]
    return Row("checking the signature of 100 KB", statistics.median(figures), None, "ms", None, "≤ 1.5 ms")


@contextmanager
def central(folder: Path, *options: str) -> Iterator[tuple[int, httpx.Client, Code]]:
    """A served central API: its process, a client of it, and the first coordinator's code."""
    command = [sys.executable, "-m", "sync.server.cli", "serve", "--data", str(folder / "central"), "--port", "0"]
    command += options
    # One device makes the requests of many.
    unhurried = os.environ | {"WOR_CENTRAL_REQUESTS_PER_S": "100000"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=unhurried)
    assert process.stdout is not None
    try:
        url = process.stdout.readline().split()[-1]
        code = Code.parse((folder / "central" / "first-coordinator-code.txt").read_text())
        with httpx.Client(base_url=url, timeout=60) as client:
            yield process.pid, client, code
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def template(url: str) -> Iterator[tuple[int, httpx.Client]]:
    """A served peer on that database: its process and a client of it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.benchmarks.template_server", url, str(port)]
    process = subprocess.Popen(command)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            for _ in range(200):
                try:
                    client.get("/changes", params={"scope": "none"})
                    break
                except httpx.ConnectError:
                    time.sleep(0.1)
            yield process.pid, client
    finally:
        process.terminate()
        process.wait(30)


def _timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


def processor_s(process: int) -> float:
    """Seconds of processor time so far; 0 where the system doesn't tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss(process: int) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
