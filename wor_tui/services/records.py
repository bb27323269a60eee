"""What all services that write have in common: reading one record, adding one, and editing one."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from sync.client import scopes
from sync.client.changes import Change
from sync.client.replica import base_of
from sync.schema import ELEMENT, ScopeKind, Value
from wor_tui.domain.kinds import kind
from wor_tui.services import audit
from wor_tui.services.entry import Entered, scalar, values_of, whole
from wor_tui.services.errors import CASE_FILES, DESKS, NotAllowed, NotFound, NothingToChange
from wor_tui.services.workspace import Workspace

CARE = "care"
"""The purpose of what a coach does for a client."""
DESK = "desk"
"""The purpose of what is done at the practice's desk."""
DIRECTORY = "directory"
"""The purpose of keeping the directory."""

Draft = tuple[str, str]
"""A form and the record that it edits; a service that saves a form drops its draft in the same transaction."""


def found(connection: Connection, kind_name: str, record: str) -> Mapping[str, Any]:
    """A record's columns; raises NotFound when it isn't here or was deleted.

    Raises NotAllowed when it can't be here: this device has no scope in which such records are.
    """
    row = found_or_none(connection, kind_name, record)
    if row is None:
        may_be_in = kind(kind_name).scopes
        if not any(
            scope.kind in may_be_in
            for scope in scopes.by_id(connection).values()
            if not scope.lost and not scope.keys_only
        ):
            raise NotAllowed(CASE_FILES if ScopeKind.TEAM in may_be_in else DESKS)
        raise NotFound(kind_name, record)
    return row


def found_or_none(connection: Connection, kind_name: str, record: str | None) -> Mapping[str, Any] | None:
    """A record's columns; None when it isn't here, was deleted, or `record` is None or empty."""
    if not record:
        return None
    table = kind(kind_name).table
    row = connection.execute(select(table).where(table.c.id == record)).mappings().one_or_none()
    return None if row is None or row.get("deleted_at") is not None else dict(row)


def known_values(connection: Connection, kind_name: str, record: str) -> dict[str, Value] | None:
    """A record's values as an op would have them, elements by their own names, also of one that was deleted.

    None when it isn't here.
    """
    table = kind(kind_name).table
    row = connection.execute(select(table).where(table.c.id == record)).mappings().one_or_none()
    if row is None:
        return None
    values: dict[str, Value] = {}
    for name, rule in kind(kind_name).fields.items():
        if rule.elements:
            values |= {f"{name}{ELEMENT}{element}": held for element, held in row[name].items()}
        else:
            values[name] = scalar(kind_name, name, row[name])
    return values


def adding(
    workspace: Workspace, kind_name: str, scope: str, entered: Mapping[str, Entered], record: str = ""
) -> Change:
    """The change that makes a new record, under a new id unless `record` gives one; raises Invalid."""
    return Change(kind_name, record or workspace.new_id(), scope, whole(kind_name, entered), 0)


def add(
    workspace: Workspace,
    kind_name: str,
    scope: str,
    entered: Mapping[str, Entered],
    *,
    purpose: str,
    draft: Draft | None = None,
) -> str:
    """Make a new record in `scope` and return its id; raises Invalid."""
    change = adding(workspace, kind_name, scope, entered)
    workspace.save([change], purpose, event=f"{kind_name}.add", action=audit.CREATE, draft=draft)
    return change.record


def editing(workspace: Workspace, kind_name: str, record: str, entered: Mapping[str, Entered], base: int) -> Change:
    """The change of a record's fields: hand in those that the person changed, and no others.

    `base`: the scope's seq that the form showed when it opened. Raises Invalid, NotFound, NothingToChange.
    """
    if not entered:
        raise NothingToChange(kind_name)
    values = values_of(kind_name, entered)
    with workspace.database.read() as connection:
        scope = str(found(connection, kind_name, record)["scope"])
    return Change(kind_name, record, scope, values, base)


def edit(
    workspace: Workspace,
    kind_name: str,
    record: str,
    entered: Mapping[str, Entered],
    base: int,
    *,
    purpose: str,
    draft: Draft | None = None,
) -> None:
    """Change fields of a record, as `editing` has it; raises Invalid, NotFound, NothingToChange."""
    change = editing(workspace, kind_name, record, entered, base)
    workspace.save([change], purpose, event=f"{kind_name}.edit", action=audit.UPDATE, draft=draft)


def current_base(connection: Connection, scope: str) -> int:
    """The base of a form that opens now, or of what is derived now without anybody looking."""
    return base_of(connection, scope)
