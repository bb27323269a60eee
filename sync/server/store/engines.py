"""Opening the server's database: which driver, how many connections, and how a transaction begins on each engine."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

WRITES = {"wor_writes": True}
CONNECT_S = 10
_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": CONNECT_S}
"""So that a server that is gone without a word is noticed within a minute."""


def engine_of(url: str, busy_timeout_s: float, connections: int) -> Engine:
    """The engine of an SQLAlchemy URL of SQLite or PostgreSQL.

    Raises ArgumentError for any other, ModuleNotFoundError when the driver isn't installed.

    `busy_timeout_s`: how long a transaction waits for another's lock; `connections`: at most, on PostgreSQL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, busy_timeout_s)
    if parsed.get_backend_name() not in {"postgresql", "postgres"}:
        message = "neither SQLite nor PostgreSQL"
        raise ArgumentError(message)
    return _postgresql(parsed, busy_timeout_s, connections)


def _postgresql(url: URL, busy_timeout_s: float, connections: int) -> Engine:
    waits = f"-c lock_timeout={round(busy_timeout_s * 1000)} -c idle_in_transaction_session_timeout=60000"
    said: dict[str, Any] = {"application_name": "wor-central", **_ALIVE}
    arguments = {name: value for name, value in said.items() if name not in url.query}
    arguments["options"] = " ".join([waits, *url.normalized_query.get("options", ())])
    return create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
        hide_parameters=True,
        # By place, as `prepared` hands the values over.
        paramstyle="format",
        # One statement sees what was committed before it: see docs/decisions/0011.
        isolation_level="READ COMMITTED",
        connect_args=arguments,
        pool_pre_ping=True,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=busy_timeout_s,
    )


def _sqlite(url: URL, busy_timeout_s: float) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, pool_size=8, max_overflow=40, connect_args={"timeout": busy_timeout_s}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("wor_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
