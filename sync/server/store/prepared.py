"""Statements that are put together once and then handed to the driver as they are.

Every exchange runs the same dozen of them; SQLAlchemy's own way of running one costs six times as much as SQLite takes.
They are Core statements all the same, so that they read alike on SQLite and PostgreSQL.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    Executable,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    any_,
    bindparam,
    insert,
)
from sqlmodel import AutoString

_WORTH_TOGETHER = 8
_TYPES: dict[type, str] = {
    BigInteger: "int8",
    Integer: "int4",
    SmallInteger: "int2",
    LargeBinary: "text",
    AutoString: "text",
}
"""What PostgreSQL calls the types of our columns in JSON, where bytes are base64."""
Rows = list[tuple[Any, ...]]
_MEMBER, _MEMBERS = "member_", "members"
Among = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""Says that a column is one of some ids."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    names: tuple[str, ...]
    fixed: dict[str, Any]

    def values(self, given: dict[str, Any]) -> tuple[Any, ...]:
        known = {**self.fixed, **given} if self.fixed else given
        return tuple(map(known.__getitem__, self.names))


class Prepared:
    """A statement whose `bindparam`s are given by name; for an `insert` these are the table's columns."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, **values: Any) -> Rows:
        """All rows of a `select`."""
        compiled = self._for(connection.dialect)
        cursor: Any = connection.connection.cursor()
        try:
            cursor.execute(compiled.sql, compiled.values(values))
            return cursor.fetchall()
        finally:
            cursor.close()

    def row(self, connection: Connection, **values: Any) -> tuple[Any, ...] | None:
        """The only row of a `select`, None when there is none."""
        found = self.rows(connection, **values)
        return found[0] if found else None

    def run(self, connection: Connection, **values: Any) -> None:
        """Run an `insert` or `update` once."""
        compiled = self._for(connection.dialect)
        self._many(connection, compiled, [compiled.values(values)])

    def run_each(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Run an `insert` or `update` for each of these."""
        compiled = self._for(connection.dialect)
        self._many(connection, compiled, [compiled.values(row) for row in rows])

    def sql(self, dialect: Dialect) -> str:
        """The statement as the driver gets it."""
        return self._for(dialect).sql

    def _for(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self._statement, dialect)
        return compiled

    @staticmethod
    def _many(connection: Connection, compiled: _Compiled, rows: Sequence[tuple[Any, ...]]) -> None:
        if not rows:
            return
        cursor: Any = connection.connection.cursor()
        try:
            cursor.executemany(compiled.sql, rows)
        finally:
            cursor.close()


class PreparedRows(Prepared):
    """Puts whole rows into a table: by an `insert`; on PostgreSQL many at once, as one JSON text, bytes as base64.

    COPY isn't for tables with row-level security, and arrays or single rows cost the driver three times as much.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(insert(table))
        self._table = table
        self._names = table.columns.keys()
        self._at_once = ""

    def run_rows(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Put these rows in, each with a value for every column, in the table's order."""
        if len(rows) < _WORTH_TOGETHER or connection.dialect.name != "postgresql":
            self._many(connection, self._for(connection.dialect), rows)
            return
        self._at_once = self._at_once or self._from_json(connection.dialect)
        cursor: Any = connection.connection.cursor()
        try:
            told = msgspec.json.encode([dict(zip(self._names, row, strict=True)) for row in rows])
            cursor.execute(self._at_once, (told.decode(),))
        finally:
            cursor.close()

    def _from_json(self, dialect: Dialect) -> str:
        quote = dialect.identifier_preparer.quote
        columns = {quote(column.name): column.type for column in self._table.columns}
        types = ", ".join(f"{name} {_TYPES[type(kind)]}" for name, kind in columns.items())
        values = ", ".join(
            f"decode({name}, 'base64')" if type(kind) is LargeBinary else name for name, kind in columns.items()
        )
        return (
            f"INSERT INTO {quote(self._table.name)} ({', '.join(columns)}) "  # noqa: S608 # our own names
            f"SELECT {values} FROM json_to_recordset(%s::json) AS given ({types})"
        )


class PreparedForMany:
    """A `select` over any number of ids: `build` is given what says that a column is one of them.

    PostgreSQL takes them as one array. For SQLite there is a statement for 1, 2, 4, 8 … of them, the last id repeated
    to fill up.
    """

    def __init__(self, build: Callable[[Among], Executable]) -> None:
        self._build = build
        self._prepared: dict[int, Prepared] = {}
        self._array: Prepared | None = None

    def rows(self, connection: Connection, ids: Sequence[str], **values: Any) -> Rows:
        """All rows for these ids."""
        if not ids:
            return []
        if connection.dialect.name == "postgresql":
            return self.in_array().rows(connection, **values, **{_MEMBERS: list(ids)})
        room = self.room(len(ids))
        members = {f"{_MEMBER}{place}": one for place, one in enumerate(ids)}
        members |= {f"{_MEMBER}{place}": ids[-1] for place in range(len(ids), room)}
        return self.prepared(room).rows(connection, **members, **values)

    @staticmethod
    def room(count: int) -> int:
        """How many ids the statement for `count` of them takes."""
        return 1 << (count - 1).bit_length()

    def prepared(self, room: int) -> Prepared:
        """The statement for this many ids."""
        prepared = self._prepared.get(room)
        if prepared is None:
            members: list[BindParameter[str]] = [bindparam(f"{_MEMBER}{place}") for place in range(room)]
            prepared = self._prepared[room] = Prepared(self._build(lambda column: column.in_(members)))
        return prepared

    def in_array(self) -> Prepared:
        """The statement for PostgreSQL: the driver reads a text of hundreds of parameters anew each time."""
        if self._array is None:
            self._array = Prepared(
                self._build(lambda column: column == any_(bindparam(_MEMBERS, type_=ARRAY(column.type))))
            )
        return self._array


def _compile(statement: Executable, dialect: Dialect) -> _Compiled:
    compiled = cast("Any", statement).compile(dialect=dialect)
    names: list[str] | None = compiled.positiontup
    if names is None:
        message = "the dialect must take its parameters by place"
        raise TypeError(message)
    binds: dict[BindParameter[Any], str] = compiled.bind_names
    fixed: dict[str, Any] = {name: bind.value for bind, name in binds.items() if not bind.required and name in names}
    return _Compiled(str(compiled), tuple(names), fixed)
