"""The schema of the tests as a newer version of the program has it: one field and one kind more."""

from sqlalchemy import Column, Connection, MetaData, String, Table, Text

from sync.schema import FieldRule, Kind, Policy, Schema
from tests.sync_client.kinds import CLIENT, ENTRY, TEAM, client, rules

SHOE, PLAN = "shoe", "plan"

_metadata = MetaData()
_client = client.to_metadata(_metadata)
_client.append_column(Column(SHOE, String))
_plan = Table(
    PLAN,
    _metadata,
    Column("id", String, primary_key=True),
    Column("scope", String),
    Column("text", Text, nullable=False),
)
NEWER = Schema.of(
    2,
    [
        Kind(
            "client", _client, {**CLIENT.fields, SHOE: FieldRule(SHOE, Policy.LATEST)}, TEAM, validate=CLIENT.validate
        ),
        ENTRY,
        Kind(PLAN, _plan, rules(FieldRule("text", Policy.ASK, required=True)), TEAM),
    ],
)


def step(connection: Connection) -> None:
    """The step of the tables from the older version to this one; nothing when it was done."""
    columns = connection.exec_driver_sql("PRAGMA table_info(client)").all()
    if SHOE not in {row[1] for row in columns}:
        connection.exec_driver_sql(f"ALTER TABLE client ADD COLUMN {SHOE} TEXT")
        _plan.create(connection)
