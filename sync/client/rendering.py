"""From the live ops of records to what people read: typed rows, and the conflicts that somebody must decide."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table

from sync.client.lives import json_list
from sync.merge import DELETED_AT, Live, Presence, conflicting, overlaid, presence, shown
from sync.schema import ELEMENT, FieldRule, Kind, Schema, Value


@dataclass(frozen=True, slots=True)
class Rendered:
    """A record whose typed row was written: whether there was one before, and whether the record is there now.

    A deleted record isn't `present`; its row stays, with `deleted_at`, so that the deletion can be undone.
    """

    kind: str
    record: str
    scope: str
    existed: bool
    present: bool


@dataclass(slots=True)
class Known:
    """A record as this device holds it: its accepted live ops, and whether it was present when last rendered."""

    record: str
    kind: str
    scope: str
    live: list[Live]
    present: bool = False
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Contender:
    """One of the values that compete in a conflict; `device` and `n` name the op that holds it."""

    value: Value
    device: str
    n: int
    at: int


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    rule: FieldRule
    required: bool


@dataclass(slots=True)
class Shape:
    """How rows of one kind are written."""

    kind: Kind
    columns: list[Column]
    upsert: str
    delete: str
    types: dict[str, type]
    elements: bool
    names: tuple[str, ...]
    required: tuple[str, ...]
    moments: dict[str, set[str]]
    """Of each column of days or moments the texts that were found to be such."""


@dataclass(slots=True)
class _Written:
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict[str, list[tuple[Any, ...]]])
    gone: dict[str, list[tuple[str]]] = field(default_factory=dict[str, list[tuple[str]]])
    conflicts: list[tuple[str, str, str, str, str, str]] = field(
        default_factory=list[tuple[str, str, str, str, str, str]]
    )


AS_THEY_ARE = frozenset((str, bool))
"""Types of which every value fits a column of that type."""
_SCALARS = (str, int, float)
_json = msgspec.json.Encoder(order="sorted")
_contenders = msgspec.json.Decoder(list[tuple[Value, str, int, int]])


def conflict_id(record: str, field_name: str, contenders: Sequence[Contender]) -> str:
    """Names a conflict together with its values: another value makes another conflict."""
    named = _json.encode([record, field_name, [(one.device, one.n) for one in contenders]])
    return hashlib.sha256(named).hexdigest()[:16]


def contenders_of(text: str) -> list[Contender]:
    """The options of a kept conflict."""
    return [Contender(*row) for row in _contenders.decode(text)]


class Renderer:
    """Writes the typed rows of a schema; the statements are made once."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._shapes: dict[str, Shape] = {}

    def shape(self, kind_name: str) -> Shape | None:
        """How a kind's rows are written; None for a kind that this version doesn't know."""
        if kind_name not in self._shapes:
            kind = self.schema.kinds.get(kind_name)
            if kind is None:
                return None
            self._shapes[kind_name] = _shape_of(kind)
        return self._shapes[kind_name]

    def render(
        self, connection: Connection, known: Sequence[Known], pending: Mapping[str, list[Live]]
    ) -> list[Rendered]:
        """Write rows and conflicts of these records in bulk, and set their `present`."""
        written = _Written()
        rendered: list[Rendered] = []
        for one in known:
            shape = self.shape(one.kind)
            if shape is None:
                continue
            above = pending.get(one.record)
            live = overlaid(one.live, above) if above else one.live
            existed = one.present
            one.present = self._row(shape, one, live, written)
            rendered.append(Rendered(one.kind, one.record, one.scope, existed, one.present))
        self._write(connection, known, written)
        return rendered

    def _row(self, shape: Shape, one: Known, live: list[Live], written: _Written) -> bool:
        values = live[0].values if len(live) == 1 else shown(live)
        deleted = False
        if any(entry.values.get(DELETED_AT) is not None for entry in live):
            values, deleted = _with_deletion(one, live, values, written)
        row = typed_row(shape, one, values)
        if row is None:
            if not one.fresh:
                written.gone.setdefault(one.kind, []).append((one.record,))
            return False
        written.rows.setdefault(one.kind, []).append(row)
        if len(live) > 1 and not deleted:
            for name, competing in conflicting(live, shape.kind.rule).items():
                _note(one, name, competing, written)
        return not deleted

    def _write(self, connection: Connection, known: Sequence[Known], written: _Written) -> None:
        seen = [one.record for one in known if not one.fresh]
        if seen:
            connection.exec_driver_sql(
                "DELETE FROM conflict WHERE record IN (SELECT value FROM json_each(?))", (json_list(seen),)
            )
        for kind_name, rows in written.rows.items():
            connection.exec_driver_sql(self._shapes[kind_name].upsert, rows)
        for kind_name, gone in written.gone.items():
            connection.exec_driver_sql(self._shapes[kind_name].delete, gone)
        if written.conflicts:
            connection.exec_driver_sql(
                "INSERT INTO conflict (id, kind, record, scope, field, options) VALUES (?, ?, ?, ?, ?, ?)",
                written.conflicts,
            )


def _with_deletion(
    one: Known, live: list[Live], values: Mapping[str, Value], written: _Written
) -> tuple[dict[str, Value], bool]:
    """The values with the deletion as people see it, and whether the record is gone; notes an overlooked edit."""
    deletions = [entry for entry in live if entry.values.get(DELETED_AT) is not None]
    if presence(live) is Presence.DISPUTED:
        edits = [entry for entry in live if entry.values.get(DELETED_AT) is None]
        _note(one, DELETED_AT, [*deletions, max(edits, key=lambda entry: (entry.at, entry.device))], written)
        return {**values, DELETED_AT: None}, False
    newest = max(deletions, key=lambda entry: (entry.at, entry.device))
    return {**values, DELETED_AT: newest.values[DELETED_AT]}, True


def typed_row(shape: Shape, one: Known, values: Mapping[str, Value]) -> tuple[Any, ...] | None:
    """The parameters of a row's upsert; None while a required column has no value."""
    get = values.get
    for name in shape.required:
        if get(name) is None:
            return None
    if not shape.elements:
        return (one.record, one.scope, *map(get, shape.names))
    maps = _maps(values)
    return (
        one.record,
        one.scope,
        *(
            _json.encode(maps.get(column.name, {})).decode() if column.rule.elements else get(column.name)
            for column in shape.columns
        ),
    )


def _maps(values: Mapping[str, Value]) -> dict[str, dict[str, Value]]:
    maps: dict[str, dict[str, Value]] = {}
    for name, value in values.items():
        column, separator, element = name.partition(ELEMENT)
        if separator and value is not None:
            maps.setdefault(column, {})[element] = value
    return maps


def whole_record(shape: Shape, values: Mapping[str, Value]) -> dict[str, Any]:
    """The shown values as a kind's `validate` reads them: every column, element maps gathered."""
    if not shape.elements:
        return dict(zip(shape.names, map(values.get, shape.names), strict=True))
    maps = _maps(values)
    return {
        column.name: maps.get(column.name, {}) if column.rule.elements else values.get(column.name)
        for column in shape.columns
    }


def misfit(shape: Shape, field_name: str, value: object) -> str | None:
    """Why a value can't stand in its column; None when it can or the column is unknown here."""
    expected = shape.types.get(field_name)
    if value is None or (type(value) is expected and expected in AS_THEY_ARE):
        return None
    if not isinstance(value, _SCALARS):
        return "not a single value"
    if isinstance(value, float) and value - value != 0:
        return "not a finite number"
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return "number too large"
    if expected is None or _fits(value, expected):
        return None
    return f"not a {expected.__name__}"


def _fits(value: str | float | bool, expected: type) -> bool:
    if expected is bool:
        return isinstance(value, bool)
    if expected in {int, float}:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and (expected is float or value == int(value))
    if not isinstance(value, str):
        return False
    if expected in {date, datetime}:
        try:
            expected.fromisoformat(value)  # pyright: ignore[reportAttributeAccessIssue] (both have it)
        except ValueError:
            return False
    return True


def _note(one: Known, field_name: str, competing: Sequence[Live], written: _Written) -> None:
    contenders = [
        Contender(entry.values.get(field_name), entry.device, entry.n, entry.at)
        for entry in sorted(competing, key=lambda entry: (entry.at, entry.device, entry.n))
    ]
    options = _json.encode([(each.value, each.device, each.n, each.at) for each in contenders]).decode()
    written.conflicts.append(
        (conflict_id(one.record, field_name, contenders), one.kind, one.record, one.scope, field_name, options)
    )


def _shape_of(kind: Kind) -> Shape:
    table: Table = kind.table
    columns = [
        Column(name, rule, rule.required or (not table.c[name].nullable and not rule.elements))
        for name, rule in kind.fields.items()
    ]
    names = ["id", "scope", *(column.name for column in columns)]
    quoted = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    news = ", ".join(f'"{name}" = excluded."{name}"' for name in names[1:])
    types: dict[str, type] = {}
    for column in columns:
        if not column.rule.elements:
            types[column.name] = _python_type(table, column.name)
    return Shape(
        kind,
        columns,
        f'INSERT INTO "{table.name}" ({quoted}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {news}',  # noqa: S608 (names of our own tables)
        f'DELETE FROM "{table.name}" WHERE id = ?',  # noqa: S608 (idem)
        types,
        any(column.rule.elements for column in columns),
        tuple(column.name for column in columns),
        tuple(column.name for column in columns if column.required),
        {name: set() for name, expected in types.items() if expected in {date, datetime}},
    )


def _python_type(table: Table, name: str) -> type:
    try:
        return table.c[name].type.python_type
    except NotImplementedError:
        return str
