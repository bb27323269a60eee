"""What PostgreSQL takes back, or loses, is done again by the server, and counts once."""

import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import select, update

from sync import wire
from sync.codes import Code
from sync.identifiers import uuid7
from sync.server.models import DEVICE, INVITE, OP, ORGANISATION
from sync.server.store import invites, retrying, walls
from sync.server.store.database import Database
from sync.server.store.together import DatabaseBusyError
from sync.wire import ProblemType
from tests.server.conftest import POSTGRESQL_ONLY, World
from tests.server.device import Device
from tests.server.faults import Faults, faults_of
from tests.server.test_exchange import edits, problem

pytestmark = POSTGRESQL_ONLY


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "FIRST_S", 0.0001)


def insisting(post: Callable[[], httpx.Response], faults: Faults) -> httpx.Response:
    """The answer. Only where a nonce is kept may the server pass a fault on, and then the device signs anew."""
    answer = post()
    if answer.status_code == 503:
        assert "nonce" in faults.failed
        assert answer.headers["retry-after"]
        answer = post()
    assert answer.status_code == 200, answer.text
    return answer


def at_every_statement(world: World, counts, what: str, act: Callable[[Faults], None]) -> None:
    """Do something once in peace, and then again with each kind of fault at each of its statements."""
    with faults_of(world.central.database.engine) as faults:
        faults.at(None)
        act(faults)
        asked = list(faults.asked)
        for kind in Faults.kinds:
            for place in range(len(asked)):
                faults.at(place, kind)
                act(faults)
        faults.at(None)
    assert faults.happened == len(asked) * len(Faults.kinds)
    counts(f"PostgreSQL: {what}: {faults.happened} faults at {len(asked)} statements, each done once")


def test_a_push_is_taken_once_whatever_it_was_hit_by(world: World, counts) -> None:
    one, record = world.coach(), uuid7()
    one.exchange(one.op(world.team, record, {"a": 1}))
    # What is noted the first time that a device asks so is none of every push.
    one.exchange(cursors={}, follow=False)
    world.central.exchanges._seen.clear()
    seen: list[tuple[str, int]] = []

    def push(faults: Faults) -> None:
        ops = [
            one.op(world.team, record, {"a": one.n}),
            one.op(world.desk, uuid7(), {"a": 1}, n=one.n + 2),
            one.op(uuid7(), uuid7(), {"a": 1}, n=one.n + 3),
        ]
        request = one.request(*ops, cursors={})
        answer = insisting(lambda: one.post("/v1/exchange", request), faults)
        told = one.heard(request, wire.decode(answer.content, wire.ExchangeAnswer))
        assert [(run.n, run.scope) for run in told.accepted] == [(one.n - 2, world.team), (one.n - 1, world.desk)]
        assert [refusal.n for refusal in told.refusals] == [one.n]
        seen.extend((run.scope, run.seq) for run in told.accepted)

    at_every_statement(world, counts, "a push to two scopes", push)
    pushes = len(seen) // 2
    assert seen == [place for k in range(pushes) for place in ((world.team, k + 2), (world.desk, k + 1))]
    with world.central.database.reading() as connection:
        stored = connection.execute(select(OP.c.n).where(OP.c.device_id == one.id).order_by(OP.c.n)).scalars().all()
    assert list(stored) == [n for n in range(1, one.n + 1) if n == 1 or n % 3 != 1]


def test_a_pull_is_answered_whatever_it_was_hit_by(world: World, counts) -> None:
    one, other = world.coach(), world.coach()
    one.exchange(*edits(one, world.team, 3))

    def pull(faults: Faults) -> None:
        answer = insisting(lambda: other.post("/v1/exchange", other.request()), faults)
        assert len(wire.decode(answer.content, wire.ExchangeAnswer).changes[world.team].ops) == 3

    other.exchange(follow=False)
    at_every_statement(world, counts, "a pull", pull)


def test_a_code_is_used_once_whatever_it_was_hit_by(world: World, counts) -> None:
    devices: list[str] = []
    codes = [Code.new() for _ in range(100)]
    with world.central.database.writing() as connection:
        for code in codes:
            mine = (world.organisation.id, code.proof_hash, world.coordinator.user, "coordinator", b"x")
            invites.add(connection, invites.StoredInvite(code.lookup, *mine, invites.NEVER, 0, ""))

    def enrol(faults: Faults) -> None:
        code, device = codes[len(devices)], Device(world.client, "")
        devices.append(device.id)
        asked = wire.EnrolmentRequest(
            code.lookup, code.proof, device.id, device.keys.signing_public, device.keys.sealing_public
        )
        insisting(lambda: device.post("/v1/enrolment", asked, key_name=f"/{device.id}"), faults)

    at_every_statement(world, counts, "an enrolment", enrol)
    with world.central.database.reading() as connection:
        used = connection.execute(select(INVITE.c.used_by).where(INVITE.c.used_by != "")).scalars().all()
        enrolled = connection.execute(select(DEVICE.c.device_id)).scalars().all()
    assert set(devices) <= set(used)
    assert set(devices) <= set(enrolled)
    assert len(used) == len(set(used))


def test_what_fails_for_good_is_told_as_busy_and_nothing_was_done(world: World) -> None:
    one = world.coach()
    with faults_of(world.central.database.engine) as faults:
        for kind in ("40001", "40P01", "lost"):
            faults.happened = 0
            faults.always(kind)
            problem(one.post("/v1/exchange", one.request(*edits(one, world.team, 1))), 503, ProblemType.BUSY)
            assert faults.happened == retrying.TRIES
        faults.at(None)
    assert one.exchange(*edits(one, world.team, 1)).accepted == [wire.Run(1, world.team, 1, 1)]


def test_who_waits_too_long_for_a_lock_is_told_busy_and_is_not_tried_again(world: World) -> None:
    one, database = world.coach(), world.central.database
    lock = select(DEVICE.c.device_id).where(DEVICE.c.device_id == one.id).with_for_update()

    def wait(connection) -> None:
        tries.append(1)
        connection.exec_driver_sql("SET LOCAL lock_timeout = '20ms'")
        connection.execute(lock)

    tries: list[int] = []
    with database.writing() as connection:
        connection.execute(lock)
        with pytest.raises(DatabaseBusyError):
            database.write(wait)
    assert len(tries) == 1


@pytest.fixture
def unwalled(world: World) -> Iterator[Database]:
    """The database for a role that sees everything, so that a transaction begins with the test's own statement."""
    assert world.cluster is not None
    database = Database(world.cluster.url("prepared"), 20)
    with walls.inside(None):
        yield database
    database.close()


def test_a_true_serialization_failure_is_done_again(unwalled: Database) -> None:
    database, tries = unwalled, []
    change = update(ORGANISATION).values(created_at=ORGANISATION.c.created_at + 1)

    def work(connection) -> int:
        tries.append(1)
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        before = connection.execute(select(ORGANISATION.c.created_at)).scalar_one()
        if len(tries) == 1:
            database.write(lambda other: other.execute(change))
        connection.execute(change)
        return before

    first = database.read(lambda connection: connection.execute(select(ORGANISATION.c.created_at)).scalar_one())
    assert database.write(work) == first + 1
    assert len(tries) == 2


def test_a_true_deadlock_is_done_again(world: World, unwalled: Database) -> None:
    database, names = unwalled, [world.coach().id, world.coach().id]
    meet, tries = threading.Barrier(2), []

    def work(connection, order: list[str]) -> None:
        connection.exec_driver_sql("SET LOCAL deadlock_timeout = '10ms'")
        tries.append(1)
        for place, name in enumerate(order):
            if place and len(tries) == 2 and not meet.broken:
                meet.wait(20)
            connection.execute(
                update(DEVICE).where(DEVICE.c.device_id == name).values(last_seen=DEVICE.c.last_seen + 1)
            )
            if not place and len(tries) == 1:
                while len(tries) < 2:
                    time.sleep(0.001)

    before = seen_of(database, names)
    threads = [
        threading.Thread(target=lambda order=order: database.write(lambda connection: work(connection, order)))
        for order in (names, names[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tries) == 3
    assert seen_of(database, names) == [one + 2 for one in before]


def seen_of(database: Database, names: list[str]) -> list[int]:
    with database.reading() as connection:
        found = dict(connection.execute(select(DEVICE.c.device_id, DEVICE.c.last_seen)).all())
    return [found[name] for name in names]


def pushing(world: World, devices: list[Device], pushes: int, outcomes: list[object]) -> list[threading.Thread]:
    """Devices that push until all is accepted, whatever they are answered on the way."""

    def push(device: Device) -> None:
        for _ in range(pushes):
            request = device.request(*edits(device, world.team, 2), cursors={})
            for _ in range(1000):
                answer = device.post("/v1/exchange", request)
                if answer.status_code == 200:
                    break
                outcomes.append(wire.decode(answer.content, wire.Problem).name)
            device.heard(request, wire.decode(answer.content, wire.ExchangeAnswer))

    threads = [threading.Thread(target=push, args=(device,)) for device in devices]
    for thread in threads:
        thread.start()
    return threads


def assert_each_once(world: World, devices: list[Device], pushes: int) -> None:
    reader = world.coach()
    got: list[tuple[str, int]] = []
    seqs: list[int] = []
    while (page := reader.exchange().changes.get(world.team)) is not None:
        got += [(op.device, op.n) for op in page.ops]
        seqs += [op.seq for op in page.ops]
    assert seqs == list(range(1, len(devices) * pushes * 2 + 1))
    for device in devices:
        assert [n for name, n in got if name == device.id] == list(range(1, pushes * 2 + 1))


def test_connections_that_are_cut_at_any_moment_lose_and_double_nothing(world: World, counts) -> None:
    assert world.cluster is not None
    devices, outcomes, cut = [world.coach() for _ in range(4)], [], 0
    threads = pushing(world, devices, 15, outcomes)
    while any(thread.is_alive() for thread in threads):
        cut += len(
            world.cluster.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'wor-central' AND random() < 0.3"
            )
        )
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    assert set(outcomes) <= {"busy"}
    assert cut
    assert_each_once(world, devices, 15)
    counts(f"PostgreSQL: {cut} connections cut under 60 pushes of 2, {len(outcomes)} told busy, each op there once")


def test_a_database_that_crashes_meanwhile_loses_and_doubles_nothing(world: World) -> None:
    assert world.cluster is not None
    devices, outcomes = [world.coach() for _ in range(2)], []
    threads = pushing(world, devices, 20, outcomes)
    time.sleep(0.1)
    world.cluster.crash()
    world.cluster.start()
    for thread in threads:
        thread.join()
    assert set(outcomes) <= {"busy"}
    assert_each_once(world, devices, 20)
