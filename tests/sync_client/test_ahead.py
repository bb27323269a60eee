"""Requests that are under way while the answer before them is taken in."""

import threading
import time

import httpx
import pytest

from sync.client import incoming, state
from sync.client.changes import Change
from sync.client.engine import Engine, Progress
from sync.client.errors import Cancelled, Unanswered
from sync.client.limits import Exchanged
from sync.client.status import quarantine
from sync.identifiers import uuid7
from tests.sync_model.world import Device, World


def save(device: Device, count: int) -> None:
    for number in range(count):
        with device.database.write() as connection:
            device.replica.save(connection, [Change("client", uuid7(), device.team, {"name": f"name {number}"})], 1)


def small(device: Device, size: int = 2) -> Engine:
    device.limits.push = device.limits.page = size
    device.limits.successes = -1000
    return device.engine()


def test_a_page_is_fetched_while_the_one_before_is_taken_in(world: World) -> None:
    writer, reader = world.device(0), world.device(1)
    save(writer, 12)
    writer.until_done()
    threads: list[int] = []
    passed = reader.faults.handle_request

    def noted(request: httpx.Request) -> httpx.Response:
        threads.append(threading.get_ident())
        return passed(request)

    reader.faults.handle_request = noted  # pyright: ignore[reportAttributeAccessIssue]
    done = small(reader).until_done()
    assert (done.pulled, len(reader.rows("client"))) == (12, 12)
    assert len(threads) == 6, "a page each, and no request for nothing"
    assert threads[0] == threading.get_ident()
    assert threading.get_ident() not in threads[1:]


def test_pushes_ahead_are_accepted_once_and_in_order(world: World) -> None:
    writer, reader = world.device(0), world.device(1)
    save(writer, 11)
    done = small(writer).until_done()
    assert (done.pushed, writer.faults.requests, writer.status().unsent) == (11, 6, 0)
    reader.until_done()
    assert [row["name"] for row in sorted(reader.rows("client").values(), key=lambda row: row["id"])] == [
        f"name {number}" for number in range(11)
    ]
    with world.central.app.state.central.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM op").scalar() == 11


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "truncate", "500", "200", "duplicate", "401"])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_trouble_with_a_request_ahead_loses_nothing(world: World, fault: str, after: int) -> None:
    device, other = world.device(0), world.device(1)
    save(device, 9)
    save(other, 5)
    other.until_done()
    try:
        device.exchange(fault, push=2, page=2, all_of_it=True, after=after)
    except Unanswered:
        assert fault != "duplicate"
    small(device).until_done()
    other.until_done()
    assert device.rows("client").keys() == other.rows("client").keys()
    assert len(other.rows("client")) == 14
    assert (device.status().unsent, device.status().quarantined) == (0, 0)


def test_cancelling_leaves_what_was_taken_in_and_no_request_behind(world: World) -> None:
    writer, reader = world.device(0), world.device(1)
    save(writer, 12)
    writer.until_done()
    seen: list[Progress] = []
    with pytest.raises(Cancelled):
        small(reader).until_done(seen.append, lambda: len(seen) == 2)
    assert len(reader.rows("client")) == 4
    requests = reader.faults.requests
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("wor-exchange-ahead")]
    assert small(reader).until_done().pulled == 8
    assert reader.faults.requests > requests


def test_an_error_while_taking_in_leaves_no_request_behind(world: World) -> None:
    writer, reader = world.device(0), world.device(1)
    save(writer, 12)
    writer.until_done()

    def stops(_: Progress) -> None:
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        small(reader).until_done(stops)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("wor-exchange-ahead")]
    reader.until_done()
    assert len(reader.rows("client")) == 12


def test_a_save_between_two_answers_goes_too(world: World) -> None:
    device = world.device(0)
    save(device, 6)

    def one_more(progress: Progress) -> None:
        if progress.pushed == 4:
            save(device, 1)

    assert small(device).until_done(one_more).pushed == 7
    assert device.status().unsent == 0


def test_progress_counts_ops_that_arrived_without_an_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    device = world.device(0)
    save(device, 6)
    engine = small(device)
    device.limits.page = 200

    def dies(*_: object) -> Exchanged:
        while device.faults.requests < 2:
            time.sleep(0.001)
        raise RuntimeError("killed before the answer was taken in, with the next request under way")

    with monkeypatch.context() as patched:
        patched.setattr(incoming, "take", dies)
        with pytest.raises(RuntimeError):
            engine.until_done()
    steps: list[Progress] = []
    assert engine.until_done(steps.append).pushed == 6
    assert [step.pushed + step.unsent for step in steps] == [6] * len(steps)


def test_an_exchange_of_nothing_right_after_another_writes_nothing(world: World) -> None:
    device = world.device(0)
    save(device, 1)
    device.until_done()
    before = device.database.vault_seq()
    device.exchange()
    assert device.database.vault_seq() == before
    with device.database.write() as connection:
        state.put(connection, last_exchange=device.clock_ms() - 60_000)
    device.exchange()
    assert device.database.vault_seq() == before + 2


def test_what_was_opened_ahead_is_judged_like_the_rest(world: World) -> None:
    writer, reader = world.device(0), world.device(1)
    save(writer, 12)
    with writer.database.write() as connection:
        # As a faulty program would have it: more than the kind allows, and not a number at all.
        for n, number in ((2, "99"), (7, '"seven"'), (12, "99")):
            content = f'{{"name":"name {n}","number":{number}}}'
            connection.exec_driver_sql("UPDATE op SET content = ? WHERE n = ?", (content, n))
    writer.until_done()
    assert small(reader).until_done().pulled == 12
    with reader.database.read() as connection:
        found = [(row.seq, row.reason) for row in quarantine(connection)]
    assert sorted(found) == [(2, "invalid"), (7, "misfit"), (12, "invalid")]
    assert len(reader.rows("client")) == 9
