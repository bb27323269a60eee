"""How the tables of the domain are declared: column types, and how each column synchronises.

A synced table is a `Record`. Each of its columns is declared with `synced(policy, bound)`; one without fails while its
module is imported, so that no field can be forgotten by the merge rule or the checks.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import Boolean, Dialect, Float, Integer, MetaData, String, Table, inspect
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

from sync.schema import ELEMENT, FieldRule, Kind, Policy, SchemaError, ScopeKind
from wor_tui.domain.bounds import Bound
from wor_tui.domain.errors import Invalid, Reason

_SYNCED = "synced"
_REMEMBERED, _SHORT = 4096, 36
"""How many texts of a column are remembered to be right, and how long these may be: an id, a code, a moment."""


class IsoDate(TypeDecorator[date]):
    """A date, kept as `2026-11-22`; ISO text may be handed in as it is."""

    impl = String
    cache_ok = True

    @property
    def python_type(self) -> type[date]:
        """What a row gives back."""
        return date

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To text."""
        return value.isoformat() if isinstance(value, date) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:  # noqa: ARG002
        """To a date."""
        return None if value is None else date.fromisoformat(value)


class IsoMoment(TypeDecorator[datetime]):
    """A moment, kept in UTC as `2026-11-22T09:30:00Z`; ISO text may be handed in as it is."""

    impl = String
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a row gives back."""
        return datetime

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To text; raises ValueError for a datetime without a zone."""
        if not isinstance(value, datetime):
            return value
        if value.tzinfo is None:
            message = "a moment needs a time zone"
            raise ValueError(message)
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To an aware datetime in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class Elements(TypeDecorator[dict[str, Any]]):
    """A map of elements, kept as JSON text; nothing reads back as an empty map."""

    impl = String
    cache_ok = True

    @property
    def python_type(self) -> type[dict[str, Any]]:
        """What a row gives back."""
        return dict

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To JSON text."""
        return value if value is None or isinstance(value, str) else json.dumps(value, sort_keys=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any]:  # noqa: ARG002
        """To a dict."""
        return {} if not value else json.loads(value)


@dataclass(frozen=True, slots=True)
class Synced:
    """What a synced column declares: policy and bound, and for a map the form of its elements' names."""

    policy: Policy
    bound: Bound
    required: bool
    elements: str | None


_COLUMN_TYPES: Mapping[type, type[TypeEngine[Any]]] = {
    str: String,
    bool: Boolean,
    int: Integer,
    float: Float,
    date: IsoDate,
    datetime: IsoMoment,
}


def synced(
    policy: Policy, bound: Bound, *, required: bool = False, elements: str | None = None, indexed: bool = False
) -> Any:
    """A column that synchronises.

    `bound` says what it may hold. `required`: a row appears only when it has a value. `elements`: it is a map whose
    elements each synchronise apart, and this regular expression is what their names must match; `bound` is then for
    each element. The column's type follows from the bound: dates and moments are kept as ISO text.
    """
    rule = Synced(policy, bound, required, elements)
    options: dict[str, Any] = {} if required else {"default": None}
    return Field(
        sa_type=Elements if elements else _COLUMN_TYPES[bound.kept_as],
        nullable=not required,
        index=indexed,
        sa_column_kwargs={"info": {_SYNCED: rule}},
        **options,
    )


class Record(SQLModel):
    """Base of every synced table: `id` (UUID text) and the `scope` that it lives in."""

    metadata: ClassVar[MetaData] = MetaData()  # pyright: ignore[reportIncompatibleVariableOverride]  SQLModel reads it here

    id: str = Field(primary_key=True)
    scope: str

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a column that doesn't say how it synchronises; raises SchemaError."""
        super().__pydantic_init_subclass__(**kwargs)
        for name, info in cls.model_fields.items():
            if name in {"id", "scope"}:
                continue
            declared = getattr(info, "sa_column_kwargs", None)
            if not isinstance(declared, Mapping) or _SYNCED not in cast("Mapping[str, Any]", declared).get("info", {}):
                message = f"{cls.__name__}.{name} doesn't say how it synchronises: declare it with synced(...)"
                raise SchemaError(message)


metadata: MetaData = Record.metadata
"""The synced tables and no others."""


def kind_of(name: str, table: type[Record], *scopes: ScopeKind, append_only: bool = False) -> Kind:
    """The kind that a synced table declares, with a `validate` made of its columns' bounds."""
    columns = cast("Table", inspect(table).local_table)
    declared: dict[str, Synced] = {
        column.name: column.info[_SYNCED] for column in columns.columns if _SYNCED in column.info
    }
    fields = {
        column: FieldRule(column, rule.policy, rule.required, rule.elements is not None)
        for column, rule in declared.items()
    }
    return Kind(name, columns, fields, frozenset(scopes), append_only, _Bounds(declared), by_value=True)


class _Bounds:
    """The bounds of a kind's columns, as the `validate` of its `Kind`."""

    def __init__(self, declared: Mapping[str, Synced]) -> None:
        self._declared = declared
        # For one value; most columns are such, and a page of arriving records has thousands of them.
        self._plain = {name: rule.bound.check for name, rule in declared.items() if rule.elements is None}
        self._required = {name for name, rule in declared.items() if rule.required and rule.elements is None}
        self._element_names = {name: re.compile(rule.elements) for name, rule in declared.items() if rule.elements}
        # Texts that were found right: of thousands of records most have the same codes, days and people.
        self._right = {name: set[str]() for name in self._plain}

    def __call__(self, values: Mapping[str, Any]) -> None:
        """Raise Invalid for the first value that its column may not hold.

        A map comes whole (`aspects`) or as its elements (`aspects/1.3`). None, and columns that this version doesn't
        know, are passed over; a required column may be missing, but isn't blank.
        """
        for name, value in values.items():
            if value is None:
                continue
            check = self._plain.get(name)
            if check is not None:
                if type(value) is str:
                    self._check_text(name, value, check)
                else:
                    check(name, value)
                continue
            column, separator, element = name.partition(ELEMENT)
            rule = self._declared.get(column)
            if rule is None:
                continue
            if rule.elements is None:
                rule.bound.check(name, value)
            elif separator:
                self._check_element(column, rule, element, value)
            elif not isinstance(value, Mapping):
                raise Invalid(name, Reason.UNKNOWN_ELEMENT)
            else:
                for each, held in cast("Mapping[str, Any]", value).items():
                    self._check_element(column, rule, each, held)

    def _check_text(self, name: str, text: str, check: Callable[[str, object], None]) -> None:
        right = self._right[name]
        if text in right:
            return
        if name in self._required and not text.strip():
            raise Invalid(name, Reason.REQUIRED)
        check(name, text)
        if len(text) <= _SHORT:
            if len(right) >= _REMEMBERED:
                right.clear()
            right.add(text)

    def _check_element(self, column: str, rule: Synced, element: str, value: object) -> None:
        # The element's name isn't repeated in the error until it is known to be one.
        if not self._element_names[column].fullmatch(element):
            raise Invalid(column, Reason.UNKNOWN_ELEMENT)
        if value is not None:
            rule.bound.check(f"{column}{ELEMENT}{element}", value)
