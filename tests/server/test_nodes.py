"""Two nodes on one PostgreSQL: what holds for one holds for both, and who waits at one hears of the other."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from sync import wire
from sync.codes import Code
from sync.identifiers import uuid7
from sync.server.app import make_app
from sync.server.settings import Settings
from sync.server.store.standing import DeviceName
from sync.wire import ProblemType
from tests import postgresql
from tests.server.conftest import POSTGRESQL_ONLY, World
from tests.server.device import Device, found_organisation, joined
from tests.server.served import ADDRESS, Served
from tests.server.test_enrolment import asks, invited
from tests.server.test_exchange import edits, problem


@pytest.fixture
def other_node(world: World, tmp_path: Path) -> Iterator[httpx.Client]:
    """A second node on the same database, with a folder of its own."""
    app = make_app(Settings(data=tmp_path / "other", database_url=world.central.settings.database_url, look_s=0.2))
    with httpx.Client(transport=Served(app), base_url=ADDRESS, timeout=60) as client:
        yield client


def at(node: httpx.Client, device: Device) -> Device:
    """The same device, calling another node."""
    return replace(device, client=node)


@POSTGRESQL_ONLY
def test_the_same_request_at_another_node_is_a_replay(world: World, other_node: httpx.Client) -> None:
    one = world.coach()
    sent = one.post("/v1/exchange", one.request())
    again = other_node.post("/v1/exchange", content=sent.request.content, headers=dict(sent.request.headers))
    problem(again, 401, ProblemType.REPLAYED)
    assert at(other_node, one).exchange().accepted_through == 0


@POSTGRESQL_ONLY
def test_nonces_are_forgotten_when_their_signatures_are_stale(world: World) -> None:
    one, clock = world.coach(), world.central.clock_ms
    cluster = world.cluster
    assert cluster is not None
    one.exchange()
    assert cluster.run("SELECT count(*) FROM nonce", "prepared")[0][0] > 0
    later = clock() // 1000 + 3600
    assert world.central.nonces.first_of_all(DeviceName(one.organisation, one.id), "nonce", later)
    assert cluster.run("SELECT nonce FROM nonce", "prepared") == [("nonce",)]


@POSTGRESQL_ONLY
def test_an_older_database_is_told_so_at_any_node(world: World, other_node: httpx.Client) -> None:
    one = world.coach()
    one.exchange(vault_seq=3)
    for number, node in enumerate((other_node, world.client, other_node), start=4):
        at(node, one).exchange(vault_seq=number)
        for asked in (world.client, other_node):
            elsewhere = at(asked, one)
            problem(elsewhere.post("/v1/exchange", elsewhere.request(vault_seq=number - 1)), 409, ProblemType.OLDER)


@POSTGRESQL_ONLY
def test_a_code_enrols_one_of_many_who_come_at_once(world: World, other_node: httpx.Client) -> None:
    code, _ = invited(world)
    devices = [Device((world.client, other_node)[place % 2], "") for place in range(6)]
    statuses: list[int] = []

    def enrol(device: Device) -> None:
        asked = asks(device, code)
        statuses.append(device.post("/v1/enrolment", asked, key_name=f"/{device.id}").status_code)

    at_once([lambda device=device: enrol(device) for device in devices])
    assert sorted(statuses) == [200] + [410] * 5


@POSTGRESQL_ONLY
def test_five_wrong_proofs_are_five_however_many_come_at_once(world: World, other_node: httpx.Client) -> None:
    code, _ = invited(world)
    statuses: list[int] = []

    def guess(place: int) -> None:
        device = Device((world.client, other_node)[place % 2], "")
        asked = asks(device, code, bytes([place]) * 32)
        statuses.append(device.post("/v1/enrolment", asked, key_name=f"/{device.id}").status_code)

    at_once([lambda place=place: guess(place) for place in range(12)])
    assert sorted(statuses) == [403] * 5 + [429] * 7


@POSTGRESQL_ONLY
def test_the_same_push_at_two_nodes_at_once_is_taken_once(world: World, other_node: httpx.Client) -> None:
    one = world.coach()
    request = one.request(*edits(one, world.team, 20))
    answers: list[wire.ExchangeAnswer] = []

    def push(node: httpx.Client) -> None:
        answers.append(wire.decode(at(node, one).post("/v1/exchange", request).content, wire.ExchangeAnswer))

    at_once([lambda node=node: push(node) for node in (world.client, other_node) * 3])
    assert [answer.accepted for answer in answers] == [[wire.Run(1, world.team, 1, 20)]] * 6


@POSTGRESQL_ONLY
def test_a_new_member_who_waits_elsewhere_hears_of_it(world: World, other_node: httpx.Client) -> None:
    waiting = at(other_node, world.assistant())
    heard: list[wire.ExchangeAnswer] = []
    thread = threading.Thread(target=lambda: heard.append(waiting.exchange(wait_s=25)))
    thread.start()
    time.sleep(0.1)
    asked = wire.OrganisationRequest(members=[wire.Membership(world.team, waiting.user)])
    assert world.coordinator.post("/v1/organisation", asked).status_code == 200
    thread.join()
    assert [scope.id for scope in heard[0].scopes.granted] == [world.team]


@POSTGRESQL_ONLY
def test_a_node_whose_connections_are_all_in_use_looks_again_afterwards(world: World, tmp_path: Path) -> None:
    narrow = world.central.settings.model_copy(
        update={"data": tmp_path / "narrow", "connections": 2, "busy_timeout_s": 0.05, "poll_s": 0.02}
    )
    app = make_app(narrow)
    one, heard = world.coach(), []
    with httpx.Client(transport=Served(app), base_url=ADDRESS, timeout=60) as client:
        waiting = at(client, world.coach())
        thread = threading.Thread(target=lambda: heard.append(waiting.exchange(wait_s=25)))
        thread.start()
        while not app.state.central.wakes._waiting:
            time.sleep(0.005)
        time.sleep(0.2)
        with app.state.central.database.engine.connect(), app.state.central.database.engine.connect():
            time.sleep(0.4)
        one.exchange(one.op(world.team, uuid7(), {"a": 1}))
        thread.join()
    assert world.team in heard[0].changes


def at_once(works: list) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def node(folder: Path, url: str) -> Iterator[tuple[httpx.Client, Path]]:
    """`wor-central serve` in a process of its own."""
    command = [sys.executable, "-m", "sync.server.cli", "serve", "--data", str(folder), "--port", "0"]
    # Who waits is only woken: it doesn't look by itself.
    process = subprocess.Popen(
        [*command, "--database", url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"WOR_CENTRAL_LOOK_S": "3600"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        ready = re.search(r"http://\S+", process.stdout.readline())
        assert ready, process.communicate(timeout=60)
        with httpx.Client(base_url=ready[0], timeout=60) as client:
            yield client, folder / "first-coordinator-code.txt"
    finally:
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 0, told
        assert "Traceback" not in told


def test_who_waits_at_one_server_is_woken_by_what_another_accepts(
    cluster: postgresql.Cluster, tmp_path: Path, counts
) -> None:
    took: list[float] = []
    with ExitStack() as stack:
        url = cluster.url(stack.enter_context(cluster.database()))
        first, code = stack.enter_context(node(tmp_path / "one", url))
        coordinator, organisation = found_organisation(first, Code.parse(code.read_text()))
        second, _ = stack.enter_context(node(tmp_path / "two", url))
        team = organisation.scopes["team"]
        writer, reader = joined(coordinator, organisation, "team"), joined(coordinator, organisation, "team")
        reader.client = second
        for _ in range(3):
            heard: list[tuple[wire.ExchangeAnswer, float]] = []
            thread = threading.Thread(
                target=lambda heard=heard: heard.append((reader.exchange(wait_s=25), time.monotonic()))
            )
            thread.start()
            time.sleep(0.4)
            accepted = writer.exchange(writer.op(team, uuid7(), {"a": 1}), cursors={})
            done = time.monotonic()
            thread.join()
            answer, when = heard[0]
            assert [op.seq for op in answer.changes[team].ops] == [accepted.accepted[0].seq]
            took.append(when - done)
    counts(f"PostgreSQL: woken at another node after {', '.join(f'{each * 1000:.0f}' for each in took)} ms")
