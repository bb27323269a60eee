"""Every tenant's statement names the organisation, and nothing is asked that a spread-out database lacks.

The other tests of the server hold every statement that the app runs to the same (`conftest`).
"""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from sqlalchemy import Table, UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from sync.server import store
from sync.server.models import INVITE, ServerTable
from sync.server.store import walls
from sync.server.store.prepared import Prepared, PreparedForMany, PreparedRows
from tests.server.statements import FORBIDDEN, TENANTS, complaints

TABLES = ServerTable.metadata.sorted_tables
DIALECTS = (postgresql.psycopg.dialect(paramstyle="format"), sqlite.dialect(paramstyle="qmark"))


def prepared() -> Iterator[tuple[str, Prepared]]:
    for found in pkgutil.iter_modules(store.__path__):
        module = importlib.import_module(f"{store.__name__}.{found.name}")
        for name, one in vars(module).items():
            if isinstance(one, Prepared):
                yield f"{found.name}.{name}", one
            elif isinstance(one, PreparedForMany):
                yield f"{found.name}.{name} (array)", one.in_array()
                yield f"{found.name}.{name} (list)", one.prepared(2)


def test_every_prepared_statement_names_the_organisation() -> None:
    everything = list(prepared())
    assert len(everything) >= 40
    for name, one in everything:
        for dialect in DIALECTS:
            if "(array)" in name and dialect.name == "sqlite":
                continue
            if not (name == "nonces._REMEMBER" and dialect.name == "sqlite"):
                assert complaints(one.sql(dialect)) == [], name
        if isinstance(one, PreparedRows):
            assert complaints(one._from_json(DIALECTS[0])) == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_is_keyed_by_the_organisation_and_needs_nothing_special(table: Table) -> None:
    for dialect in DIALECTS:
        made = [str(CreateTable(table).compile(dialect=dialect))]
        made += [str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes]
        assert not [FORBIDDEN.findall(each) for each in made if FORBIDDEN.search(each)]
        assert "REFERENCES" not in made[0]
    if table.name not in TENANTS or table is INVITE:
        return
    keys = [table.primary_key, *(each for each in table.constraints if isinstance(each, UniqueConstraint))]
    for key in (*keys, *table.indexes):
        assert next(iter(key.columns)).name == "organisation_id", key.name


def test_the_second_wall_uses_nothing_special_either() -> None:
    said = [walls._BEGIN, *(how for table in TENANTS for how in walls._policies(table).values())]
    assert not [FORBIDDEN.search(each) for each in said if FORBIDDEN.search(each)]


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("SELECT op.seq FROM op WHERE op.organisation_id = %s AND op.scope_id = %s", []),
        ("SELECT op.seq FROM op WHERE op.scope_id = %s", ["touches op without its organisation"]),
        ("SELECT op.organisation_id FROM op", ["touches op without its organisation"]),
        (
            "SELECT 1 FROM member JOIN scope ON scope.scope_id = member.scope_id WHERE member.organisation_id = %s",
            ["touches scope without its organisation"],
        ),
        ("UPDATE device SET state = 'x' WHERE device.device_id = ?", ["touches device without its organisation"]),
        ("DELETE FROM snapshot", ["touches snapshot without its organisation"]),
        ("INSERT INTO op (scope_id, seq) VALUES (1, 2)", ["touches op without its organisation"]),
        ("SELECT invite.package FROM invite WHERE invite.lookup = ?", []),
        ("SELECT invite.package FROM invite WHERE invite.tries = ?", ["touches invite without its organisation"]),
        ("SELECT pg_advisory_xact_lock(1)", ["uses pg_advisory_xact_lock"]),
        ("SELECT nextval('x')", ["uses nextval"]),
        ("SELECT xmin FROM installation", ["uses xmin"]),
    ],
)
def test_the_rule_finds_what_it_is_for(statement: str, wrong: list[str]) -> None:
    assert complaints(statement) == wrong
