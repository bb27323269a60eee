"""A vault that was made without a server joins an organisation: its records move along, nothing is lost."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, MetaData

from sync.client import scopes
from sync.client.scopes import Scope
from sync.client.tables import metadata


def by_kind(connection: Connection, before: Mapping[str, Scope], granted: Collection[str]) -> dict[str, str]:
    """For each scope from before that wasn't granted, the granted one of the same kind, if there is one."""
    kept = scopes.by_id(connection)
    first: dict[str, str] = {}
    for scope_id in granted:
        if scope_id in kept:
            first.setdefault(kept[scope_id].kind, scope_id)
    return {one.id: first[one.kind] for one in before.values() if one.id not in granted and one.kind in first}


def adopt(connection: Connection, into: Mapping[str, str], synced: MetaData | None = None) -> int:
    """Move all unsent ops and their records from one scope into another; returns how many ops moved.

    `into` maps old scopes to new ones; `synced` holds the typed tables, whose column `scope` moves along. A form that
    was open knows nothing of the new scope, so the ops' bases become 0: what is different there becomes a conflict.
    """
    moved = 0
    moving = [metadata.tables[name] for name in ("replica", "conflict", "erased", "erasing")]
    moving += [table for table in synced.sorted_tables if "scope" in table.c] if synced is not None else []
    for old, new in into.items():
        moved += connection.exec_driver_sql(
            "UPDATE op SET scope = ?, base = 0, state = 'pending', key_epoch = NULL, body = NULL, digest = NULL"
            " WHERE scope = ? AND state IN ('pending', 'sent')",
            (new, old),
        ).rowcount
        for table in moving:
            connection.execute(table.update().where(table.c.scope == old).values(scope=new))
        connection.exec_driver_sql("DELETE FROM scope WHERE id = ?", (old,))
        connection.exec_driver_sql("DELETE FROM scope_key WHERE scope = ?", (old,))
    return moved
