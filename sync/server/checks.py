"""`wor-central doctor`: looks whether the database is whole, and changes nothing."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from sync.server.models import DEVICE, INSTALLATION, OP, ORGANISATION, SCHEMA_VERSION, SCOPE
from sync.server.store import walls
from sync.server.store.database import Database
from sync.server.store.incarnations import RAISED


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `well` False when something is wrong."""

    what: str
    well: bool
    said: str


def examine(database: Database) -> Iterator[Finding]:
    """Look at the database's form, its pages and every scope's running hash."""
    with walls.everywhere(), database.reading() as connection:
        version = connection.execute(select(INSTALLATION.c.schema_version)).scalar()
        yield Finding("schema", version == SCHEMA_VERSION, f"version {version}, this server has {SCHEMA_VERSION}")
        if database.shared:
            yield _wall(connection)
        if connection.dialect.name == "sqlite":
            said = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
            yield Finding("pages", said == "ok", said if said == "ok" else "damaged")
        for what, table in (("organisations", ORGANISATION), ("devices", DEVICE), ("ops", OP)):
            yield Finding(what, True, str(connection.execute(select(func.count()).select_from(table)).scalar()))
        scopes = connection.execute(
            select(SCOPE.c.organisation_id, SCOPE.c.scope_id, SCOPE.c.head, SCOPE.c.chain)
        ).all()
        broken = [row.scope_id for row in scopes if not _whole(connection, *row)]
        said = f"{len(scopes)} whole" if not broken else "broken: " + ", ".join(broken)
        yield Finding("scopes", not broken, said)


def _wall(connection: Connection) -> Finding:
    bare = walls.unwalled(connection)
    said = "around every table" if not bare else "missing around " + ", ".join(bare)
    if not bare and walls.passes(connection):
        said += ", but this role goes through it: a superuser, or one with BYPASSRLS"
    return Finding("row-level security", not bare, said)


def _whole(connection: Connection, organisation: str, scope: str, head: int, chain: bytes) -> bool:
    """Whether the scope's ops, in order, give its running hash."""
    running, last = bytes(32), 0
    rows = connection.execution_options(yield_per=1000).execute(
        select(OP.c.seq, OP.c.digest, OP.c.chain)
        .where(OP.c.organisation_id == organisation, OP.c.scope_id == scope)
        .order_by(OP.c.seq)
    )
    for seq, digest, kept in rows:
        running, last = hashlib.sha256(running + digest).digest(), seq
        if running[:8] != kept:
            return False
    # A new incarnation raises the head over what may have been given out since the backup.
    return running == chain and (head == last or head - last >= RAISED)
