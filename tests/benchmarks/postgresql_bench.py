"""The central API on PostgreSQL beside the plain service on the same one: eight connections at a time, over loopback.

PostgreSQL waits for the disk at every commit, as it does in earnest, and shares the machine with both and the clients.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from sync import signature, wire
from sync.identifiers import uuid7
from sync.server.app import make_app
from sync.server.settings import Settings
from sync.server.store import walls
from sync.server.store.database import Database
from sync.server.store.standing import DeviceName
from sync.wire import Cursor
from tests import postgresql
from tests.benchmarks.documents import contacts
from tests.benchmarks.rows import Row
from tests.benchmarks.server_bench import central, processor_s, rates, template
from tests.server.device import Device, found_organisation, joined

CONNECTIONS, ROUNDS, PUSHES, PUSH, PULL = 8, 7, 2, 100, 500
PULLS_AT_A_TIME = 20
OWNER, API = "wor_owner", "wor_api"
Request = tuple[bytes, dict[str, str]]


def measure() -> list[Row]:
    """All figures; none where there is no PostgreSQL to be had."""
    if postgresql.why_not() is not None:
        return []
    with tempfile.TemporaryDirectory() as folder, postgresql.cluster(()) as cluster:
        cluster.run(f"CREATE ROLE {OWNER} LOGIN; CREATE ROLE {API} LOGIN")
        cluster.run("CREATE DATABASE theirs")
        cluster.run(f"CREATE DATABASE ours OWNER {OWNER}")
        database = Database(cluster.url("ours", OWNER), 20)
        database.prepare(API)
        database.close()
        theirs = cluster.url("theirs").replace("postgresql:", "postgresql+psycopg:")
        with (
            central(Path(folder), "--database", cluster.url("ours", API)) as (process, client, code),
            template(theirs) as (_, peer),
            ThreadPoolExecutor(CONNECTIONS) as pool,
        ):
            coordinator, organisation = found_organisation(client, code)
            devices = [joined(coordinator, organisation, "team") for _ in range(CONNECTIONS)]
            scope = organisation.scopes["team"]
            ours = [httpx.Client(base_url=client.base_url, timeout=60) for _ in devices]
            peers = [httpx.Client(base_url=peer.base_url, timeout=60) for _ in devices]
            rows = _pushes(process, pool, devices, scope, ours, peers)
            rows += _pulls(process, pool, devices, scope, ours, peers)
            rows.append(_walls(Path(folder), cluster, devices[0], scope))
            for each in (*ours, *peers):
                each.close()
            return rows


def _pushes(
    process: int,
    pool: ThreadPoolExecutor,
    devices: Sequence[Device],
    scope: str,
    ours: Sequence[httpx.Client],
    peers: Sequence[httpx.Client],
) -> list[Row]:
    texts = [str(contact["text"]) + str(contact["subject"]) for contact in islice(contacts(), PUSH)]
    plain = [
        {"scope": scope, "device": "d", "n": place, "record": uuid7(), "kind": "contact", "at": 1, "body": text}
        for place, text in enumerate(text + "x" * 250 for text in texts)
    ]
    mine: list[float] = []
    theirs: list[float] = []
    used = 0.0
    count = CONNECTIONS * PUSHES * PUSH
    for _ in range(ROUNDS):
        prepared = [[_pushed(device, scope, texts) for _ in range(PUSHES)] for device in devices]
        before = processor_s(process)
        mine.append(count / _together(pool, [_sending(*each) for each in zip(ours, prepared, strict=True)]))
        used += processor_s(process) - before
        theirs.append(count / _together(pool, [_posting(each, plain) for each in peers]))
    note = f"{CONNECTIONS} connections at once; peer: the template's way, unsealed and unsigned, on the same PostgreSQL"
    return [
        rates(f"PostgreSQL: push of {PUSH} × 1 KB, signed and merged", mine, theirs, "≥ 2.5×", note),
        Row(
            "PostgreSQL: CPU of a pushed change",
            used / count / ROUNDS * 1e6,
            None,
            "µs",
            None,
            "≤ 90 µs",
            "API process",
        ),
    ]


def _pulls(
    process: int,
    pool: ThreadPoolExecutor,
    devices: Sequence[Device],
    scope: str,
    ours: Sequence[httpx.Client],
    peers: Sequence[httpx.Client],
) -> list[Row]:
    mine: list[float] = []
    theirs: list[float] = []
    used = 0.0
    count = CONNECTIONS * PULL
    for _ in range(ROUNDS):
        prepared = [
            [_signed(device, device.request(cursors={scope: Cursor(epoch=1)}, limit=PULL))] for device in devices
        ]
        before = processor_s(process)
        mine.append(count / _together(pool, [_sending(*each) for each in zip(ours, prepared, strict=True)]))
        used += processor_s(process) - before
        theirs.append(count / _together(pool, [_getting(each, scope) for each in peers]))
    note = f"{CONNECTIONS} connections at once; peer as above"
    return [
        rates(f"PostgreSQL: pull of {PULL}", mine, theirs, "≥ 1.5×", note),
        Row(
            "PostgreSQL: CPU of a pulled change",
            used / count / ROUNDS * 1e6,
            None,
            "µs",
            None,
            "≤ 20 µs",
            "API process",
        ),
    ]


def _walls(folder: Path, cluster: postgresql.Cluster, device: Device, scope: str) -> Row:
    """The same pulls with row-level security and without, by turns, in this process: its time and PostgreSQL's."""
    request = device.request(cursors={scope: Cursor(epoch=1)}, limit=PULL)
    caller = DeviceName(device.organisation, device.id)
    used: list[list[float]] = [[], []]
    settings = [Settings(data=folder / role, database_url=cluster.url("ours", role)) for role in (API, "postgres")]
    apps = [make_app(each).state.central for each in settings]
    with apps[0].database.reading() as connection:
        connection.exec_driver_sql("SELECT 1")
    for _ in range(4 * ROUNDS):
        for place, within in enumerate((walls.Within(*caller, int(time.time() * 1000)), None)):
            central_parts = apps[place]
            with walls.inside(within):
                # The same backend serves what follows: the pool gives out the connection that came back last.
                backend = central_parts.database.read(
                    lambda connection: connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
                )
                before = time.process_time() + processor_s(backend)
                for _ in range(PULLS_AT_A_TIME):
                    answer = central_parts.exchanges.at_once(caller, request)[1]
                    assert len(answer.changes[scope].ops) == PULL
                used[place].append(time.process_time() + processor_s(backend) - before)
    for each in apps:
        each.database.close()
    ours, bare = (statistics.median(each) / PULLS_AT_A_TIME / PULL * 1e6 for each in used)
    cost = (ours / bare - 1) * 100
    note = f"{ours:.1f} against {bare:.1f} µs a change, API process and PostgreSQL, by turns"
    return Row(f"PostgreSQL: row-level security on a pull of {PULL}", cost, None, "%", None, "≤ 35 %", note)


def _pushed(device: Device, scope: str, texts: Sequence[str]) -> Request:
    """The next push of a device, which is taken for accepted."""
    values = [{"note": text, "kind": "phone", "minutes": 15, "reached": True} for text in texts]
    ops = [device.op(scope, uuid7(), each, n=device.n + 1 + place) for place, each in enumerate(values)]
    request = device.request(*ops, limit=1, cursors={})
    links = wire.digests(request.digest_before, ops, device.organisation, device.id, request.first_n)
    device.n, device.digest = request.first_n + len(links) - 1, links[-1]
    return _signed(device, request)


def _signed(device: Device, request: wire.ExchangeRequest) -> Request:
    """As it is sent, so that what the client computes isn't measured."""
    body, encoding = wire.compressed(wire.encode(request), "zstd")
    keyid = signature.keyid(device.organisation, device.id)
    asked: dict[str, Any] = {"method": "POST", "path": "/v1/exchange", "body": body, "created": int(time.time())}
    headers = signature.sign(device.keys.signing, keyid, **asked) | {"accept-encoding": "zstd"}
    return body, headers | ({"content-encoding": encoding} if encoding else {})


def _sending(client: httpx.Client, requests: Sequence[Request]) -> Callable[[], None]:
    def send() -> None:
        for body, headers in requests:
            answer = client.post("/v1/exchange", content=body, headers=headers)
            assert answer.status_code == 200, answer.text

    return send


def _posting(client: httpx.Client, changes: list[dict[str, object]]) -> Callable[[], None]:
    def post() -> None:
        for _ in range(PUSHES):
            client.post("/changes", json=changes).raise_for_status()

    return post


def _getting(client: httpx.Client, scope: str) -> Callable[[], None]:
    def get() -> None:
        assert len(client.get("/changes", params={"scope": scope, "limit": PULL}).json()) == PULL

    return get


def _together(pool: ThreadPoolExecutor, works: Sequence[Callable[[], None]]) -> float:
    """Seconds until all are done."""
    started = time.perf_counter()
    for done in [pool.submit(work) for work in works]:
        done.result()
    return time.perf_counter() - started
