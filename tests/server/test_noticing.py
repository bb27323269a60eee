"""A database that was put back without a word: who knows more makes a new incarnation begin, and no place is reused."""

import logging

import httpx
import pytest

from sync import wire
from sync.identifiers import uuid7
from sync.op import OFFER
from sync.server.store import incarnations
from sync.wire import CommonAnswer, CommonRequest, Cursor, ExchangeRequest, Mark, ProblemType
from tests.server.conftest import POSTGRESQL_ONLY, SQLITE_ONLY, World
from tests.server.device import Device, joined
from tests.server.test_exchange import edits, problem
from tests.server.test_nodes import at, other_node

__all__ = ["other_node"]
RAISED = 1 << 32


def begun_anew(world: World, one: Device, asked: ExchangeRequest) -> str:
    """The new incarnation that this request makes begin; nothing of it is taken, and no place is given out again."""
    before, witness = one.incarnation, world.coach()
    found = problem(one.post("/v1/exchange", asked), 409, ProblemType.RESTORED)
    assert found.incarnation is not None
    assert found.incarnation > before
    told = problem(witness.post("/v1/exchange", witness.request()), 409, ProblemType.RESTORED)
    assert told.incarnation == found.incarnation
    witness.incarnation, witness.cursors = found.incarnation, dict.fromkeys(witness.cursors, Cursor(epoch=1))
    answer = witness.exchange(witness.op(world.team, uuid7(), {"a": 1}))
    assert answer.accepted[0].seq > RAISED
    assert [op.device for op in answer.changes[world.team].ops].count(one.id) == found.last_n
    return found.incarnation


@pytest.mark.parametrize("cursor", [Cursor(1, "00" * 8), Cursor(9, "00" * 8), Cursor(1, ""), Cursor((1 << 53) - 1, "")])
def test_a_cursor_on_another_history_makes_a_new_one_begin(world: World, cursor: Cursor) -> None:
    one = world.coach()
    one.exchange(*edits(one, world.team, 2), follow=False)
    one.cursors[world.team] = cursor
    begun_anew(world, one, one.request(one.op(world.team, uuid7(), {"a": 1})))


def test_numbers_ahead_make_a_new_one_begin(world: World) -> None:
    one = world.coach()
    one.n = 4
    begun_anew(world, one, one.request(*edits(one, world.team, 1)))


def test_a_later_incarnation_makes_a_new_one_begin_and_an_earlier_one_does_not(world: World) -> None:
    one, first = world.coach(), world.coach()
    earlier, one.incarnation = one.incarnation, uuid7()
    begun = begun_anew(world, one, one.request(one.op(world.team, uuid7(), {"a": 1})))
    first.incarnation = earlier
    assert problem(first.post("/v1/exchange", first.request()), 409, ProblemType.RESTORED).incarnation == begun


def warned(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What the log says of it; a line of each request may stand between."""
    return [record for record in caplog.records if record.name == "sync.server.noticing"]


def test_the_log_names_the_device_which_cannot_do_it_again_at_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = world.coach(), world.coach()
    lie = {world.team: Cursor(7, "00" * 8)}
    with caplog.at_level(logging.WARNING):
        one.incarnation = problem(
            one.post("/v1/exchange", one.request(cursors=lie)), 409, ProblemType.RESTORED
        ).incarnation or ""  # fmt: skip
        (record,) = warned(caplog)
        assert one.id in record.getMessage()
        answer = one.post("/v1/exchange", one.request(one.op(world.team, uuid7(), {"a": 1}), cursors=lie))
        problem(answer, 503, ProblemType.BUSY)
        assert 3000 < int(answer.headers["retry-after"]) <= 3601
        assert len(warned(caplog)) == 1
    other.incarnation = one.incarnation
    begun_anew(world, other, other.request(cursors=lie))


def test_of_two_who_notice_at_once_one_makes_it_begin(world: World) -> None:
    organisation, now = world.organisation.id, world.central.clock_ms()
    was = world.coordinator.incarnation
    write = world.central.database.write
    assert write(lambda connection: incarnations.begin(connection, organisation, now, unless_past=was))
    assert not write(lambda connection: incarnations.begin(connection, organisation, now, unless_past=was))


def test_a_cursor_where_no_op_stands_is_no_other_history(world: World) -> None:
    one, other = world.coach(), world.coach()
    one.exchange(*edits(one, world.team, 2), follow=False)
    now = world.central.clock_ms()
    world.central.database.write(lambda connection: incarnations.begin(connection, world.organisation.id, now))
    for device in (one, other):
        device.incarnation, device.cursors = "", dict.fromkeys(device.cursors, Cursor(epoch=1))
        device.exchange()
    raised = other.cursors[world.team].seq
    assert raised > RAISED
    assert one.exchange(one.op(world.team, uuid7(), {"a": 1})).accepted[0].seq == raised + 1
    assert [op.seq for op in other.exchange().changes[world.team].ops] == [raised + 1]


@SQLITE_ONLY
def test_two_histories_from_one_backup_share_no_place(world: World) -> None:
    """As when the same backup is put back twice: the first history grew from a millisecond before."""
    now = world.central.clock_ms()
    heads: list[int] = []
    for moment in (now, now + 1):
        with world.central.database.engine.connect() as connection:
            incarnations.begin(connection, world.organisation.id, moment)
            heads.append(connection.exec_driver_sql("SELECT max(head) FROM scope").scalar_one())
            connection.rollback()
    assert heads[1] - heads[0] >= 1000


def test_the_common_part_of_two_histories(world: World) -> None:
    one, reader = world.coach(), joined(world.coordinator, world.organisation, "team", rights="read")
    seen = [Mark(0, "")]
    for _ in range(3):
        one.exchange(*edits(one, world.team, 1))
        here = one.cursors[world.team]
        seen.append(Mark(here.seq, here.chain))
    other = [Mark(mark.seq + 3, mark.chain) for mark in seen]
    for marks, common in ((seen[::-1], 3), ([*other, *seen[2::-1]], 2), (other[1:], 0), ([], 0)):
        answer = one.post("/v1/common", CommonRequest({world.team: marks, uuid7(): marks}))
        told = wire.decode(answer.content, CommonAnswer)
        assert told.common == {world.team: common}
        assert world.team in told.writes
    answer = reader.post("/v1/common", CommonRequest({world.team: seen, world.desk: seen}))
    told = wire.decode(answer.content, CommonAnswer)
    assert (told.common, told.writes) == ({world.team: 0}, [])


def test_what_a_device_offers_is_not_its_own(world: World) -> None:
    """It stands beside what the device made itself, before and after; a base counts as ever."""
    one, record = world.coach(), uuid7()
    for place in range(3):
        group = OFFER + f"{place:030}" if place == 1 else None
        one.exchange(one.op(world.team, record, {"a": place}, base=0, group=group), follow=False)
    page = world.coach().exchange().changes[world.team].ops
    assert [op.seq for op in page] == [2, 3]
    one.exchange(one.op(world.team, record, {"a": 4}, base=2), follow=False)
    assert [op.seq for op in world.coach().exchange().changes[world.team].ops] == [4]


@POSTGRESQL_ONLY
def test_what_one_node_notices_holds_at_the_other(world: World, other_node: httpx.Client) -> None:
    one, other = world.coach(), world.coach()
    one.exchange(*edits(one, world.team, 2))
    other.exchange()
    lie = one.request(cursors={world.team: Cursor(7, "00" * 8)})
    begun = problem(at(other_node, one).post("/v1/exchange", lie), 409, ProblemType.RESTORED).incarnation
    for device in (other, at(other_node, other)):
        assert problem(device.post("/v1/exchange", device.request()), 409, ProblemType.RESTORED).incarnation == begun
