"""What an exchange costs doesn't grow with its scope: the same statements, each by a key, and as many steps."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, event, select, update

from sync import wire
from sync.identifiers import uuid7
from sync.server.models import OP, SCOPE
from sync.wire import Cursor
from tests.server.conftest import SQLITE_ONLY, World
from tests.server.device import Device, joined

MANY = 100_000
BY_A_KEY = re.compile(
    r"SEARCH op USING INDEX op_feed \(organisation_id=\? AND scope_id=\? AND seq>\?"
    r"|SEARCH op USING .*\(organisation_id=\? AND scope_id=\? AND (seq|record_id)="
    r"|SEARCH (op|refusal) USING .*\(organisation_id=\? AND device_id=\? AND n[<>=]"
    r"|SEARCH (scope|snapshot|member|keygrant|keywish) USING .*\(organisation_id=\? AND (scope|user|device)_id=\?"
    r"|SEARCH escrow USING INDEX escrow_scope \(organisation_id=\? AND scope_id=\?\)"
    r"|SEARCH (device|account) USING .*\(organisation_id=\? AND (user|device)_id=\?"
    r"|SEARCH organisation USING .*\(organisation_id=\?\)"
)
NEAREST = re.compile(r"SEARCH op USING .*\(organisation_id=\? AND scope_id=\? AND seq<\?\)")
FILL = """
WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {many})
INSERT INTO op (organisation_id, scope_id, seq, device_id, n, record_id, kind, fields, base, at, schema_version,
                key_epoch, group_id, live, live_fields, reach, digest, chain, body)
SELECT '{organisation}', '{scope}', i, 'somebody', i, 'record' || (i / 2), 'client', '["a"]', 0, 1, 1,
       1, 'group' || i, i % 2, '["a"]', '{{}}', zeroblob(32), zeroblob(8), zeroblob(20) FROM number
"""


class Heard:
    """What the database was asked: statements with their values, and steps of SQLite's machine (in hundreds)."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.steps = 0

    def follow(self, connection: sqlite3.Connection) -> None:
        def step() -> int:
            self.steps += 1
            return 0

        connection.set_trace_callback(self.statements.append)
        connection.set_progress_handler(step, 100)

    @property
    def shapes(self) -> list[str]:
        """The statements without their values."""
        return [re.sub(r"'[^']*'|x?'[^']*'|\b\d+\b", "?", statement) for statement in self.statements]


@contextmanager
def heard(world: World) -> Iterator[Heard]:
    """Listen to all new connections of the server's database."""
    heard, engine = Heard(), world.central.database.engine

    def follow(connection: sqlite3.Connection, _record: object) -> None:
        heard.follow(connection)

    engine.dispose()
    event.listen(engine, "connect", follow)
    yield heard
    event.remove(engine, "connect", follow)
    engine.dispose()


def everything(world: World, one: Device, lead: Device, records: list[str]) -> None:
    """Each kind of exchange that there is: new, edited, repeated, refused, erased; behind, and nothing to do."""
    scope, start = world.team, dict(one.cursors)
    first = one.request(*[one.op(scope, record, {"a": 1}, n=one.n + 1 + place) for place, record in enumerate(records)])
    for _ in range(2):
        answer = one.post("/v1/exchange", first)
        assert answer.status_code == 200, answer.text
    told = one.heard(first, wire.decode(answer.content, wire.ExchangeAnswer))
    assert len(told.changes[scope].ops) == len(records)
    again = one.request(*first.ops[:1])
    again.first_n, again.digest_before = first.first_n, first.digest_before
    assert one.post("/v1/exchange", again).status_code == 200
    one.exchange(*[one.op(scope, record, {"a": 2}, n=one.n + 1 + place) for place, record in enumerate(records)])
    one.cursors = {**start, scope: Cursor(start[scope].seq + 1, told_chain(world, scope, start[scope].seq + 1), 1)}
    assert one.exchange(limit=2).more
    one.cursors = start
    lead.exchange(lead.op(scope, records[0], {}, kind=wire.ERASE), follow=False, cursors={})
    assert one.exchange(one.op(scope, records[0], {"a": 3}), cursors={}).refusals
    one.exchange(cursors={}, wait_s=0.01)


def told_chain(world: World, scope: str, seq: int) -> str:
    place = (OP.c.organisation_id == world.organisation.id, OP.c.scope_id == scope, OP.c.seq == seq)
    with world.central.database.reading() as connection:
        return connection.execute(select(OP.c.chain).where(*place)).scalar_one().hex()


def filled(world: World, many: int) -> None:
    """Put `many` ops of somebody into the team's scope, half of them superseded, and nothing else."""
    with world.central.database.writing() as connection:
        connection.execute(delete(OP))
        connection.exec_driver_sql(FILL.format(many=many, organisation=world.organisation.id, scope=world.team))
        # As if a snapshot reached here: whether one is wanted is looked at only where much came since.
        there = {"head": many, "covered": many, "chain": bytes(32)}
        connection.execute(update(SCOPE).where(SCOPE.c.scope_id == world.team).values(there))


@SQLITE_ONLY
def test_an_exchange_costs_the_same_in_a_scope_of_a_hundred_thousand(world: World) -> None:
    costs: list[Heard] = []
    for many in (10, MANY):
        filled(world, many)
        one, lead = world.coach(), joined(world.coordinator, world.organisation, "team", rights="lead")
        for device in (one, lead):
            device.cursors[world.team] = Cursor(many, "00" * 8, 1)
        with heard(world) as told:
            everything(world, one, lead, [uuid7() for _ in range(5)])
        costs.append(told)
    small, large = costs
    assert small.shapes == large.shapes
    assert large.steps <= small.steps * 1.2 + 5
    for statement in dict(zip(large.shapes, large.statements, strict=True)).values():
        assert_by_a_key(world, statement)


def assert_by_a_key(world: World, statement: str) -> None:
    if not statement.lstrip().startswith(("SELECT", "UPDATE")):
        return
    with world.central.database.reading() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("EXPLAIN QUERY PLAN " + statement)
        plan = [row[3] for row in cursor.fetchall()]
    assert plan
    for line in plan:
        # The last of those is found at once; all of them are the whole scope.
        nearest = NEAREST.match(line) and "LIMIT 1 " in statement
        assert nearest or BY_A_KEY.match(line), f"{line}\n{statement}"
