"""Many at once: no seq skipped, none twice, and whoever waits is woken."""

import threading
import time
from types import SimpleNamespace

import pytest

from sync import wire
from sync.identifiers import uuid7
from sync.server.routes import exchange
from sync.server.store import feed
from sync.server.store.standing import DeviceName
from tests.server.conftest import World
from tests.server.test_exchange import edits

WRITERS, PUSHES, EACH = 4, 12, 5


def test_a_polling_reader_misses_nothing_of_several_writers(world: World) -> None:
    writers, reader = [world.coach() for _ in range(WRITERS)], world.coach()
    failures: list[BaseException] = []

    def write(place: int) -> None:
        try:
            for _ in range(PUSHES):
                device = writers[place]
                device.exchange(*edits(device, world.team, EACH), follow=False, limit=1)
        except BaseException as error:  # noqa: BLE001 # told in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=write, args=(place,)) for place in range(WRITERS)]
    for thread in threads:
        thread.start()
    seen: list[tuple[int, str, int]] = []
    while any(thread.is_alive() for thread in threads) or len(seen) < WRITERS * PUSHES * EACH:
        page = reader.exchange(limit=7).changes.get(world.team)
        if page is None and not any(thread.is_alive() for thread in threads):
            break
        seen += [(op.seq, op.device, op.n) for op in page.ops] if page else []
    for thread in threads:
        thread.join()
    assert not failures
    assert [seq for seq, _, _ in seen] == list(range(1, WRITERS * PUSHES * EACH + 1))
    for device in writers:
        assert [n for _, name, n in seen if name == device.id] == list(range(1, PUSHES * EACH + 1))


def test_what_is_handed_out_is_of_one_moment(world: World) -> None:
    one = world.coach()
    place = (world.organisation.id, [world.team])
    with world.central.database.reading() as connection:
        before = feed.heads(connection, *place)
        one.exchange(*edits(one, world.team, 3))
        assert feed.heads(connection, *place) == before == {world.team: 0}
    with world.central.database.reading() as connection:
        assert feed.heads(connection, *place) == {world.team: 3}


def test_the_same_push_twice_at_once_is_taken_once(world: World) -> None:
    one = world.coach()
    request = one.request(*edits(one, world.team, 20))
    answers: list[wire.ExchangeAnswer] = []

    def push() -> None:
        answers.append(wire.decode(one.post("/v1/exchange", request).content, wire.ExchangeAnswer))

    threads = [threading.Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.accepted for answer in answers] == [[wire.Run(1, world.team, 1, 20)]] * 4
    assert len(world.coach().exchange().changes[world.team].ops) == 20


# When the time is up the answer holds what was read before: what came meanwhile is only heard by who was woken.
def test_who_waits_is_woken_by_what_another_pushes(world: World) -> None:
    one, other = world.coach(), world.coach()
    heard: list[wire.ExchangeAnswer] = []
    thread = threading.Thread(target=lambda: heard.append(other.exchange(wait_s=25)))
    thread.start()
    while not world.central.wakes._waiting:
        time.sleep(0.005)
    assert one.exchange(one.op(world.team, uuid7(), {"a": 1})).accepted
    thread.join()
    assert [op.device for op in heard[0].changes[world.team].ops] == [one.id]


def test_who_waits_hears_of_what_another_process_accepted(world: World) -> None:
    one, other = world.coach(), world.coach()
    heard: list[wire.ExchangeAnswer] = []
    thread = threading.Thread(target=lambda: heard.append(other.exchange(wait_s=25)))
    thread.start()
    while not world.central.wakes._waiting:
        time.sleep(0.005)
    # Straight into the database, as another process would.
    request = one.request(one.op(world.team, uuid7(), {"a": 1}))
    world.central.exchanges.take_in(DeviceName(one.organisation, one.id), request)
    thread.join()
    assert world.team in heard[0].changes


def test_waiting_ends_with_nothing_new(world: World) -> None:
    answer = world.coach().exchange(wait_s=0.2)
    assert not answer.changes
    assert not world.central.wakes._waiting


def test_a_server_that_stops_keeps_nobody_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # The time that was asked for is never up: only the stop can end the waiting.
    monkeypatch.setattr(exchange, "time", SimpleNamespace(monotonic=float))
    one = world.coach()
    heard: list[wire.ExchangeAnswer] = []
    thread = threading.Thread(target=lambda: heard.append(one.exchange(wait_s=25)), daemon=True)
    thread.start()
    while not world.central.wakes._waiting:
        time.sleep(0.005)
    world.served.call(world.central.wakes.close)
    thread.join(300)
    assert heard
