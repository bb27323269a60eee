"""Unsaved input, kept in the vault as one types, so that a crash or a lock loses nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sync.schema import Value
from wor_tui.clock import moment_text
from wor_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form held: `bases` as they were when it opened, `values` what was typed, by field."""

    form: str
    record: str
    values: Mapping[str, Value]
    bases: Mapping[str, int] = field(default_factory=dict[str, int])
    saved_at: datetime | None = None


def save(workspace: Workspace, form: str, record: str, values: Mapping[str, Value], bases: Mapping[str, int]) -> None:
    """Keep what a form holds now, in place of what it held; `record` is empty for a new one."""
    with workspace.database.write() as connection:
        connection.exec_driver_sql(
            'INSERT INTO draft (form, record, scope_bases, "values", saved_at) VALUES (?, ?, ?, ?, ?)'
            " ON CONFLICT (form, record) DO UPDATE SET scope_bases = excluded.scope_bases,"
            ' "values" = excluded."values", saved_at = excluded.saved_at',
            (form, record, json.dumps(dict(bases)), json.dumps(dict(values)), moment_text(workspace.clock.now())),
        )


def load(workspace: Workspace, form: str, record: str) -> Draft | None:
    """What was kept of a form; None when there is nothing."""
    return next((draft for draft in _drafts(workspace, "WHERE form = ? AND record = ?", (form, record))), None)


def every(workspace: Workspace) -> list[Draft]:
    """All drafts, the newest first."""
    return _drafts(workspace, "ORDER BY saved_at DESC, form, record", ())


def drop(workspace: Workspace, form: str, record: str) -> None:
    """Forget what was kept of a form; a save that names its draft does so by itself."""
    with workspace.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM draft WHERE form = ? AND record = ?", (form, record))


def _drafts(workspace: Workspace, which: str, parameters: tuple[str, ...]) -> list[Draft]:
    statement = f'SELECT form, record, "values", scope_bases, saved_at FROM draft {which}'  # noqa: S608 -- constants
    with workspace.database.read() as connection:
        rows = connection.exec_driver_sql(statement, parameters).all()
    return [
        Draft(form, record, json.loads(values), json.loads(bases), datetime.fromisoformat(saved_at))
        for form, record, values, bases, saved_at in rows
    ]
