"""A record's history: all its ops, as they were sealed, for members of its scope and for nobody else."""

from secrets import token_hex

from sync import wire
from sync.identifiers import uuid7
from sync.wire import HistoryAnswer, HistoryRequest, Membership, OrganisationRequest, Rights
from tests.server.conftest import SQLITE_ONLY, World
from tests.server.device import Device, joined
from tests.server.test_exchange import problem
from tests.server.test_query_plans import BY_A_KEY, filled, heard

CANARY = "kanarie-0317"


def told(device: Device, scope: str, record: str, **asked: int) -> HistoryAnswer:
    answer = device.post("/v1/history", HistoryRequest(scope, record, **asked))
    assert answer.status_code == 200, answer.text
    return wire.decode(answer.content, HistoryAnswer)


def edited(device: Device, scope: str, record: str, times: int) -> None:
    for value in range(times):
        device.exchange(device.op(scope, record, {"phone": f"{value}"}))


def test_a_member_gets_the_superseded_ops_too_as_they_were_sealed(world: World) -> None:
    one, other, record = world.coach(), world.coach(), uuid7()
    edited(one, world.team, record, 2)
    other.exchange()
    other.exchange(other.op(world.team, record, {"phone": "3", "email": "e"}), other.op(world.team, uuid7(), {"a": 1}))
    other.exchange()
    one.exchange()
    assert [op.seq for op in one.exchange(cursors={world.team: wire.Cursor()}).changes[world.team].ops] == [3, 4]
    answer = told(one, world.team, record)
    assert [(op.device, op.seq) for op in answer.ops] == [(one.id, 1), (one.id, 2), (other.id, 3)]
    assert [one.values(world.team, op)["phone"] for op in answer.ops] == ["0", "1", "3"]
    assert (answer.next, answer.more, answer.erased) == (3, False, False)
    assert told(one, world.team, uuid7()) == HistoryAnswer([], 0)
    assert told(one, world.desk, record) == HistoryAnswer([], 0)


def test_it_comes_in_pages_of_a_number_and_of_a_size(world: World) -> None:
    one, record = world.coach(), uuid7()
    edited(one, world.team, record, 5)
    first = told(one, world.team, record, limit=2)
    assert ([op.seq for op in first.ops], first.next, first.more) == ([1, 2], 2, True)
    last = told(one, world.team, record, limit=3, after=2)
    assert ([op.seq for op in last.ops], last.next, last.more) == ([3, 4, 5], 5, False)
    for limit in (0, wire.HISTORY_OPS + 1):
        problem(one.post("/v1/history", HistoryRequest(world.team, record, limit=limit)), 400, "malformed")


def test_a_page_holds_about_a_mebibyte(world: World) -> None:
    one, record = world.coach(), uuid7()
    for _ in range(10):
        one.exchange(one.op(world.team, record, {"note": token_hex(120_000)}))
    first = told(one, world.team, record)
    assert 6 <= len(first.ops) < 10
    assert sum(len(op.body or b"") for op in first.ops) <= wire.PAGE_BYTES
    rest = told(one, world.team, record, after=first.next)
    assert [op.seq for op in (*first.ops, *rest.ops)] == list(range(1, 11))
    assert (first.more, rest.more) == (True, False)


def test_who_is_no_member_gets_nothing(world: World) -> None:
    one, record = world.coach(), uuid7()
    one.exchange(one.op(world.team, record, {"note": CANARY}))
    one.exchange(one.op(world.team, record, {"note": "anders"}))
    holder = joined(world.coordinator, world.organisation, "team", rights=Rights.KEYS)
    past = joined(world.coordinator, world.organisation, "team")
    ended = Membership(world.team, past.user, until=world.central.clock_ms() - 1)
    assert world.coordinator.post("/v1/organisation", OrganisationRequest(members=[ended])).status_code == 200
    (sealed, _) = told(one, world.team, record).ops
    assert sealed.body is not None
    for stranger in (world.assistant(), holder, past):
        answer = stranger.post("/v1/history", HistoryRequest(world.team, record))
        unknown = stranger.post("/v1/history", HistoryRequest(uuid7(), record))
        problem(answer, 403, "forbidden")
        assert answer.content == unknown.content
        assert record.encode() not in answer.content
    with world.central.database.reading() as connection:
        stored = connection.exec_driver_sql("SELECT body FROM op").scalars().all()
    assert all(CANARY.encode() not in bytes(body) for body in stored)


def test_whoever_only_reads_the_scope_reads_its_history(world: World) -> None:
    one, record = world.coach(), uuid7()
    edited(one, world.team, record, 2)
    reader = joined(world.coordinator, world.organisation, "team", rights=Rights.READ)
    assert len(told(reader, world.team, record).ops) == 2


def test_an_erased_record_has_no_history(world: World) -> None:
    one, lead = world.coach(), joined(world.coordinator, world.organisation, "team", rights=Rights.LEAD)
    record = uuid7()
    edited(one, world.team, record, 2)
    lead.exchange()
    lead.exchange(lead.op(world.team, record, {}, kind=wire.ERASE))
    assert told(one, world.team, record) == HistoryAnswer([], 0, erased=True)


@SQLITE_ONLY
def test_it_is_read_by_keys_also_in_a_scope_of_a_hundred_thousand(world: World) -> None:
    one = world.coach()
    filled(world, 100_000)
    with heard(world) as asked:
        told(one, world.team, "0" * 36)
    assert asked.steps < 50
    with world.central.database.reading() as connection:
        for statement in asked.statements:
            if statement.lstrip().startswith("SELECT"):
                plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement).all()
                assert all(BY_A_KEY.match(line[3]) for line in plan), (plan, statement)
