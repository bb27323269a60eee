"""What the synchronisation must know of a kind of record: its fields, and how each of them merges.

The domain declares its kinds once; both the device's store and the merge read them here. Nothing in this module
imports a database.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Value = str | int | float | bool | None
"""What a field of an op may hold: a JSON scalar. Dates and times travel as ISO 8601 text."""

ELEMENT = "/"
"""Separates a column from its element in a field's name: `aspects/1.3` is the element `1.3` of `aspects`."""


class Policy(StrEnum):
    """What happens when two people changed one field without knowing of each other."""

    ASK = "ask"
    """Both values are kept and shown, and a person decides."""
    LATEST = "latest"
    """The newest is shown, the other stays in the history, and nobody is asked."""


class ScopeKind(StrEnum):
    """The kinds of scope: the units of access, of order and of encryption.

    A scope of a kind that a version doesn't know is passed over by it, and its keys are kept for the version that does.
    """

    ORGANISATION = "organisation"
    """What everybody may read: who works where."""
    TEAM = "team"
    """The case files of a team."""
    DESK = "desk"
    """What a practice shares with its coaches."""
    PRACTICE = "practice"
    """What is a practice's own, before anybody consented to anything."""
    AUDIT = "audit"
    """Who did what: many write, only auditors read."""
    DATASET = "dataset"
    """Pseudonymous rows."""
    CASE = "case"
    """A single case file, shielded from the team or handed over."""


class SchemaError(Exception):
    """A kind was declared without something that merging needs."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one column synchronises.

    `required`: a typed row appears only when every required field has a value. `elements`: the column is a map, of
    which each element is a field of its own (`aspects/1.3`), so that two people who fill in different elements merge.
    """

    name: str
    policy: Policy
    required: bool = False
    elements: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    `table` is the SQLAlchemy table of the rendered rows: a text primary key `id`, a text column `scope`, and a column
    for each field. `scopes` says in which kinds of scope such a record may live. `append_only`: no op may touch a
    record that exists. `validate` gets the shown values of a whole record and raises `ValueError` with a sentence.
    `by_value`: it judges each value by itself, so that it may be given some of them.
    """

    name: str
    table: Any
    fields: Mapping[str, FieldRule]
    scopes: frozenset[ScopeKind]
    append_only: bool = False
    validate: Callable[[Mapping[str, Any]], None] | None = None
    by_value: bool = False

    def rule(self, field_name: str) -> FieldRule | None:
        """The rule of `field_name`, which may name an element; None for a field this version doesn't know."""
        column, separator, _ = field_name.partition(ELEMENT)
        rule = self.fields.get(column)
        return rule if rule is not None and rule.elements == bool(separator) else None


@dataclass(frozen=True, slots=True)
class Schema:
    """All kinds that a device knows, and the version it writes into its ops (from 1)."""

    version: int
    kinds: Mapping[str, Kind] = field(default_factory=dict[str, Kind])

    @classmethod
    def of(cls, version: int, kinds: Iterable[Kind]) -> "Schema":
        """Gather kinds under their names; raises SchemaError on a name that comes twice."""
        gathered: dict[str, Kind] = {}
        for kind in kinds:
            if kind.name in gathered:
                message = f"the kind {kind.name} is declared twice"
                raise SchemaError(message)
            gathered[kind.name] = kind
        return cls(version, gathered)
