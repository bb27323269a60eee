"""On PostgreSQL, too, an exchange finds everything by a key, however many ops there are."""

from typing import Any

from sqlalchemy import event, update

from sync.identifiers import uuid7
from sync.server.models import SCOPE
from sync.wire import Cursor, Rights
from tests.server.conftest import POSTGRESQL_ONLY, World
from tests.server.device import joined
from tests.server.test_query_plans import everything

pytestmark = POSTGRESQL_ONLY
MANY = 30_000
FILL = """
INSERT INTO op (organisation_id, scope_id, seq, device_id, n, record_id, kind, fields, base, at, schema_version,
                key_epoch, group_id, live, live_fields, reach, digest, chain, body)
SELECT %s, %s, i, 'somebody', i, 'record' || (i / 2), 'client', '["a"]', 0, 1, 1,
       1, 'group' || i, i %% 2, '["a"]', '{}', decode(repeat('00', 32), 'hex'), decode(repeat('00', 8), 'hex'), 'x'
FROM generate_series(1, %s) AS numbers (i)
"""
Asked = list[tuple[str, Any]]


def filled(world: World) -> None:
    """Put many ops of somebody into the team's scope, half of them superseded, and nothing else."""
    assert world.cluster is not None
    world.cluster.run("DELETE FROM op", "prepared")
    with world.central.database.writing() as connection:
        connection.exec_driver_sql(FILL, (world.organisation.id, world.team, MANY))
        connection.execute(update(SCOPE).where(SCOPE.c.scope_id == world.team).values(head=MANY, chain=bytes(32)))
        connection.exec_driver_sql("ANALYZE op")


def follow(engine: Any, asked: Asked) -> Any:
    """Hear what is asked on all new connections, with its values."""
    import psycopg  # noqa: PLC0415 # there may be none

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, values: Any = None, **options: Any) -> Any:
            asked.append((str(query), values))
            return super().execute(query, values, **options)

        def executemany(self, query: Any, rows: Any, **options: Any) -> Any:
            asked.append((str(query), rows[0]))
            return super().executemany(query, rows, **options)

    def heard(connection: Any, _record: object) -> None:
        connection.cursor_factory = Cursor

    engine.dispose()
    event.listen(engine, "connect", heard)
    return heard


def steps(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """A plan's steps, those below included."""
    return [plan, *(step for below in plan.get("Plans", ()) for step in steps(below))]


def test_every_statement_of_an_exchange_finds_ops_by_a_key(world: World) -> None:
    filled(world)
    one, lead = world.coach(), joined(world.coordinator, world.organisation, "team", rights=Rights.LEAD)
    for device in (one, lead):
        device.cursors[world.team] = Cursor(MANY, "00" * 8, 1)
    asked: Asked = []
    heard = follow(world.central.database.engine, asked)
    everything(world, one, lead, [uuid7() for _ in range(5)])
    event.remove(world.central.database.engine, "connect", heard)
    world.central.database.engine.dispose()
    different = {query: values for query, values in asked if " op " in f"{query} ".replace("\n", " ")}
    assert len(different) >= 8
    with world.central.database.writing() as connection:
        for query, values in different.items():
            if query.startswith("INSERT"):
                continue
            plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {query}", tuple(values)).scalar()
            assert plan is not None
            for step in steps(plan[0]["Plan"]):
                assert step["Node Type"] != "Seq Scan" or step["Relation Name"] != "op", query
