"""What was changed of a merged record since then, and differs: shown with the conflicts, and decided like them."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.client import kept
from sync.client.changes import Change, Option
from sync.client.errors import NoSuchConflict
from sync.client.lives import overlays
from sync.merge import overlaid
from sync.schema import Value
from wor_tui.domain.merged import settled_by
from wor_tui.services import aliases, records
from wor_tui.services.aliases import Pair
from wor_tui.services.merging import writing

PREFIX = "merged:"
"""How the id of such a difference begins."""


@dataclass(frozen=True, slots=True)
class Late:
    """A field of a merged record that was changed since: the remaining one's value first, then that one.

    `owner`: the client or case that was merged, `shows` the one at which it shows.
    """

    id: str
    pair: Pair
    scope: str
    field: str
    shows: str
    options: tuple[Option, Option]


def count(connection: Connection) -> int:
    """How many there are."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM difference").scalar() or 0)


def late_differences(connection: Connection) -> list[Late]:
    """All that are to be decided, by record and field."""
    rows = connection.exec_driver_sql("SELECT owner, kind, field, remaining FROM difference ORDER BY 1, 2, 3")
    pairs = {(each.owner, each.kind): each for each in aliases.pairs(connection)}
    found: list[Late] = []
    for owner, kind, name, shows in rows.all():
        pair = pairs[owner, kind]
        scope = connection.exec_driver_sql(f'SELECT scope FROM "{pair.owner_kind}" WHERE id = ?', (owner,)).scalar()  # noqa: S608 -- one of two names
        values = [aliases.values_of(connection, kind, record)[name] for record in (pair.remaining, pair.merged)]
        options = (
            _option(connection, 1, pair.remaining, name, values[0]),
            _option(connection, 2, pair.merged, name, values[1]),
        )
        found.append(Late(_named(pair, name, values), pair, str(scope), name, shows, options))
    return found


def deciding(connection: Connection, difference_id: str, take: int) -> list[Change]:
    """The changes that choose option `take` (1 or 2); raises sync's NoSuchConflict when the values changed since.

    The remaining one's value is written in either case, so that two people who choose differently hear of each other.
    """
    found = next((each for each in late_differences(connection) if each.id == difference_id), None)
    if found is None or take not in (1, 2):
        raise NoSuchConflict(difference_id)
    pair, base = found.pair, records.current_base(connection, found.scope)
    value = found.options[take - 1].value
    notes = aliases.noting(pair, "settled", settled_by({found.field: found.options[1].value}))
    changes = [Change(pair.owner_kind, pair.owner, found.scope, notes, base)]
    if value is not None or found.options[0].value is not None:
        changes.append(writing(connection, pair, found.scope, {found.field: value}, base))
    return changes


def _named(pair: Pair, field: str, values: list[Value]) -> str:
    """Names the difference together with its values: another value makes another one."""
    text = "\x1f".join([pair.owner, pair.kind, field, *("" if value is None else str(value) for value in values)])
    return PREFIX + hashlib.sha256(text.encode()).hexdigest()[:16]


def _option(connection: Connection, take: int, record: str, field: str, value: Value) -> Option:
    known = kept.load(connection, [record]).get(record)
    live = overlaid(known.live if known is not None else [], overlays(connection, [record]).get(record, []))
    holding = [one for one in live if field in one.values]
    newest = max(holding, key=lambda one: (one.at, one.device), default=None)
    return Option(take, value, newest.device if newest else "", newest.at if newest else 0)
