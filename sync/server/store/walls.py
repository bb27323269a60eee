"""The second wall on PostgreSQL: row-level security, forced, by settings that last one transaction.

The first wall is that every statement names the organisation, and every route asks for the caller's rights. If one of
them forgot, the database itself would hand out no more than what the device whose signature was checked may see: the
rows of its organisation, and ops and snapshots of the scopes that its user reads (or that its user made). These are
looked up in the database itself when a transaction begins, and are gone when it ends, so that nothing stays behind on a
connection that a pooler gives to the next. On SQLite there is one process and no such thing.
"""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.server.models import ESCROW, INSTALLATION, INVITE, OP, SNAPSHOT, SNAPSHOT_PART, ServerTable

EVERYWHERE = "*"
MARGIN_MS = 60_000
"""By how much the second wall is later than the first to see a membership end, and sooner to see it begin.

The first decides to the millisecond; the second must never hide what the first takes for there.
"""
_SCOPED = (OP, SNAPSHOT, SNAPSHOT_PART)
_OURS = "(SELECT current_setting('wor.organisation', true)) IN (organisation_id, '*')"
_SCOPES = "(SELECT string_to_array(current_setting('wor.scopes', true), ','))::text[]"
_MAY = f"{_OURS} AND (scope_id = ANY ({_SCOPES}) OR '*' = ANY ({_SCOPES}))"
_DEVICES = "(SELECT string_to_array(current_setting('wor.devices', true), ','))::text[]"
_OWN = f"(device_id = ANY ({_DEVICES}) OR '*' = ANY ({_DEVICES}))"
_INVITED = (
    "(SELECT current_setting('wor.organisation', true)) = '*' OR (organisation_id <> '' AND "
    "organisation_id = (SELECT current_setting('wor.organisation', true))) "
    "OR lookup = (SELECT current_setting('wor.lookup', true))"
)
_BEGIN = """
CREATE OR REPLACE FUNCTION wor_begin(the_organisation text, the_device text, now_ms bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE the_user text;
BEGIN
    PERFORM set_config('wor.organisation', the_organisation, true), set_config('wor.scopes', '', true),
            set_config('wor.devices', '', true), set_config('wor.lookup', '', true);
    IF the_organisation = '*' THEN
        PERFORM set_config('wor.scopes', '*', true), set_config('wor.devices', '*', true);
    ELSIF the_device <> '' THEN
        SELECT user_id INTO the_user FROM device
            WHERE organisation_id = the_organisation AND device_id = the_device AND state = 'enrolled';
        PERFORM set_config('wor.scopes', coalesce((
            SELECT string_agg(scope_id, ',') FROM member
            WHERE organisation_id = the_organisation AND user_id = the_user AND rights <> 'keys'
                AND (since IS NULL OR since <= now_ms + :margin)
                AND (until IS NULL OR until > now_ms - :margin)), ''), true);
        PERFORM set_config('wor.devices', coalesce((
            SELECT string_agg(device_id, ',') FROM device
            WHERE organisation_id = the_organisation AND user_id = the_user), ''), true);
    END IF;
END $$
"""


@dataclass(frozen=True, slots=True)
class Within:
    """As whom transactions are begun: the organisation, the device whose signature was checked, and when that was."""

    organisation: str
    device: str = ""
    now_ms: int = 0


_within: ContextVar[Within | None] = ContextVar("within", default=None)


def enter(within: Within) -> None:
    """From here on in this request, transactions are this device's."""
    _within.set(within)


@contextmanager
def inside(within: Within | None) -> Generator[None]:
    """Transactions that begin in this are that device's, or that organisation's; None: nobody's."""
    before = _within.set(within)
    try:
        yield
    finally:
        _within.reset(before)


def everywhere() -> AbstractContextManager[None]:
    """For what the server's own people do: transactions that begin in this see all organisations."""
    return inside(Within(EVERYWHERE))


def begin(connection: Connection) -> None:
    """Tell the database as whom this transaction is; nobody's sees no row that is anybody's."""
    within = _within.get()
    if within is not None:
        _run(connection, "SELECT wor_begin(%s, %s, %s)", within.organisation, within.device, within.now_ms)


def open_all(connection: Connection) -> None:
    """Let this transaction see everything, where the wall isn't built yet or is of an earlier version."""
    _set(connection, "wor.organisation", EVERYWHERE)
    _set(connection, "wor.scopes", EVERYWHERE)


def as_organisation(connection: Connection, organisation: str) -> None:
    """Whoever proved to hold a code acts for its organisation from here on in this transaction."""
    _set(connection, "wor.organisation", organisation)


def by_lookup(connection: Connection, lookup: str) -> None:
    """Whoever knows a code's lookup may see that one invitation in this transaction, whosesoever it is."""
    _set(connection, "wor.lookup", lookup)


def all_scopes(connection: Connection) -> None:
    """What is done to all of an organisation's scopes in this transaction needs no member."""
    _set(connection, "wor.scopes", EVERYWHERE)


def build(connection: Connection, api_role: str = "") -> None:
    """Put the wall around every table that holds anything of an organisation's; `api_role` gets what it needs.

    It may be done again. Only the tables' owner can.
    """
    if connection.dialect.name != "postgresql":
        return
    connection.exec_driver_sql(_BEGIN.replace(":margin", str(MARGIN_MS)))
    quote = connection.dialect.identifier_preparer.quote
    for table in ServerTable.metadata.sorted_tables:
        name = quote(table.name)
        if "organisation_id" in table.c:
            connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
            for policy, how in _policies(table.name).items():
                connection.exec_driver_sql(f"DROP POLICY IF EXISTS {policy} ON {name}")
                connection.exec_driver_sql(f"CREATE POLICY {policy} ON {name} {how}")
        if api_role:
            rights = "SELECT" if table is INSTALLATION else "SELECT, INSERT, UPDATE, DELETE"
            connection.exec_driver_sql(f"GRANT {rights} ON {name} TO {quote(api_role)}")
    version = connection.dialect.server_version_info
    if api_role and version is not None and version >= (17,):
        # After an erasure it cleans up what is left of dead rows.
        connection.exec_driver_sql(
            f"GRANT MAINTAIN ON {OP.name}, {SNAPSHOT_PART.name}, {ESCROW.name} TO {quote(api_role)}"
        )


def may_build(connection: Connection) -> bool:
    """Whether this role may make tables."""
    asked = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
    return connection.dialect.name != "postgresql" or bool(connection.exec_driver_sql(asked).scalar())


def passes(connection: Connection) -> bool:
    """Whether this role goes through the wall: a superuser, or one that row-level security doesn't count for."""
    asked = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    return connection.dialect.name == "postgresql" and bool(connection.exec_driver_sql(asked).scalar())


def unwalled(connection: Connection) -> list[str]:
    """The tables that should have the wall around them and haven't."""
    if connection.dialect.name != "postgresql":
        return []
    asked = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    walled = set(connection.exec_driver_sql(asked).scalars())
    return [
        table.name
        for table in ServerTable.metadata.sorted_tables
        if "organisation_id" in table.c and table.name not in walled
    ]


def _policies(table: str) -> dict[str, str]:
    """Policy → what it says. What no policy allows is forbidden: nobody deletes an op."""
    if table == OP.name:
        return {
            "wor_read": f"FOR SELECT USING ({_MAY} OR ({_OURS} AND {_OWN}))",
            "wor_add": f"FOR INSERT WITH CHECK ({_MAY} AND {_OWN})",
            "wor_mark": f"FOR UPDATE USING ({_MAY})",
        }
    if table == INVITE.name:
        return {"wor_all": f"FOR ALL USING ({_INVITED})"}
    rule = _MAY if table in {each.name for each in _SCOPED} else _OURS
    return {"wor_all": f"FOR ALL USING ({rule})"}


def _set(connection: Connection, name: str, value: str) -> None:
    if connection.dialect.name == "postgresql":
        _run(connection, "SELECT set_config(%s, %s, true)", name, value)


def _run(connection: Connection, statement: str, *values: object) -> None:
    connection.exec_driver_sql(statement, values)
