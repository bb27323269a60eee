"""What goes with a record that was erased by law, on every device that hears of it: drafts, and what belongs to it."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from sync.client import erasing, scopes, state
from sync.client.lives import json_list
from sync.client.rendering import Rendered
from wor_tui.clock import Clock, milliseconds, moment_text
from wor_tui.domain.kinds import SCHEMA_VERSION

Hook = Callable[[Connection, Sequence[Rendered]], None]
ERASED_AT = "erased_at"
"""When something was last erased here: backups made before may still hold it."""
_BELONGS = {
    "case": "client_id", "intake": "case_id", "web": "case_id", "contact": "case_id", "consent": "case_id",
    "feedback": "case_id", "appointment": "case_id", "referral": "case_id", "letter": "referral_id",
}  # fmt: skip
"""Which field of a kind names what it belongs to."""


class Forgetting:
    """Hooks for the replica; each runs in its transaction."""

    def __init__(self, clock: Clock) -> None:
        """The clock says when."""
        self._clock = clock

    def after_erase(self, connection: Connection, records: Sequence[str]) -> None:
        """Drop the drafts about these records, and have erased what was made of them meanwhile, also elsewhere."""
        names = json_list(records)
        connection.exec_driver_sql(
            "DELETE FROM draft WHERE EXISTS (SELECT 1 FROM json_each(?) AS gone"
            ' WHERE draft.record = gone.value OR instr(draft."values", gone.value) > 0)',
            (names,),
        )
        state.put(connection, **{ERASED_AT: moment_text(self._clock.now())})
        for kind, field in _BELONGS.items():
            rows = connection.exec_driver_sql(
                f'SELECT scope, id FROM "{kind}" WHERE {field} IN (SELECT value FROM json_each(?))',  # noqa: S608 -- of _BELONGS
                (names,),
            )
            self._also(connection, [(scope, record) for scope, record in rows])

    def after_render(self, connection: Connection, rendered: Sequence[Rendered]) -> None:
        """What comes later of somebody who was erased, from a device that didn't know, is erased, too."""
        if connection.exec_driver_sql("SELECT 1 FROM erased LIMIT 1").scalar() is None:
            return
        came: dict[str, list[str]] = {}
        for one in rendered:
            if one.present and one.kind in _BELONGS:
                came.setdefault(one.kind, []).append(one.record)
        for kind, ids in came.items():
            rows = connection.exec_driver_sql(
                f'SELECT scope, id FROM "{kind}" WHERE id IN (SELECT value FROM json_each(?))'  # noqa: S608 -- of _BELONGS
                f" AND {_BELONGS[kind]} IN (SELECT record FROM erased)",
                (json_list(ids),),
            )
            self._also(connection, [(scope, record) for scope, record in rows])

    def _also(self, connection: Connection, found: Sequence[tuple[str, str]]) -> None:
        here = scopes.by_id(connection)
        by_scope: dict[str, list[str]] = {}
        for scope, record in found:
            by_scope.setdefault(scope, []).append(record)
        for scope, records in by_scope.items():
            if scope in here and not here[scope].lost and not here[scope].keys_only:
                at = milliseconds(self._clock.now())
                erasing.ask(connection, scope, records, at, SCHEMA_VERSION, asked=False)


def after_both(*hooks: Hook) -> Hook:
    """One hook that does what several do, in order."""

    def hook(connection: Connection, rendered: Sequence[Rendered]) -> None:
        for each in hooks:
            each(connection, rendered)

    return hook
