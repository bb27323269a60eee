"""A small schema with everything that merging knows: required, latest, elements, deletion, append-only."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, Integer, MetaData, String, Table, Text

from sync.schema import FieldRule, Kind, Policy, Schema, ScopeKind

metadata = MetaData()
TEAM = frozenset({ScopeKind.TEAM})


class BadFieldError(ValueError):
    """A value that its kind turns down, with the field's name."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def check_client(values: Mapping[str, Any]) -> None:
    """A client's number lies between 0 and 10."""
    if values["number"] is not None and not 0 <= values["number"] <= 10:
        raise BadFieldError("number", "out of range")


def rules(*named: FieldRule) -> dict[str, FieldRule]:
    """Rules under their names."""
    return {rule.name: rule for rule in named}


client = Table(
    "client",
    metadata,
    Column("id", String, primary_key=True),
    Column("scope", String, nullable=False),
    Column("name", String, nullable=False),
    Column("phone", String),
    Column("number", Integer),
    Column("born", Date),
    Column("happy", Boolean),
    Column("colour", String),
    Column("aspects", Text, nullable=False),
    Column("deleted_at", String),
)
entry = Table(
    "entry",
    metadata,
    Column("id", String, primary_key=True),
    Column("scope", String, nullable=False),
    Column("client_id", String, nullable=False),
    Column("note", Text),
    Column("score", Float),
)
CLIENT = Kind(
    "client",
    client,
    rules(
        FieldRule("name", Policy.ASK, required=True),
        FieldRule("phone", Policy.ASK),
        FieldRule("number", Policy.ASK),
        FieldRule("born", Policy.ASK),
        FieldRule("happy", Policy.ASK),
        FieldRule("colour", Policy.LATEST),
        FieldRule("aspects", Policy.ASK, elements=True),
        FieldRule("deleted_at", Policy.LATEST),
    ),
    TEAM,
    validate=check_client,
)
ENTRY = Kind(
    "entry",
    entry,
    rules(
        FieldRule("client_id", Policy.ASK, required=True),
        FieldRule("note", Policy.ASK),
        FieldRule("score", Policy.ASK),
    ),
    TEAM,
    append_only=True,
)
SCHEMA = Schema.of(1, [CLIENT, ENTRY])
BORN = date(1950, 2, 3).isoformat()
