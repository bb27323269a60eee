"""A vault that was made alone joins an organisation: what its owner wrote becomes the invited person's.

Nothing of it was ever sent, so it is written as if the invited person had made it from the start: no second card in the
directory, and no author whom the organisation doesn't know.
"""

import json

from sqlalchemy import Connection

from sync.client import outbox, state
from sync.op import canonical_values
from wor_tui.domain.kinds import metadata

_FROM = "taking_over_from"
_OF_THE_INVITER = frozenset({"name", "role"})
"""What the coordinator filled in about the invited person."""


def begin(connection: Connection) -> None:
    """Note who works here, before joining; nothing for a vault that belongs to an organisation already."""
    if not state.joined(connection):
        state.put(connection, **{_FROM: state.get(connection, state.USER)})


def waits(connection: Connection) -> bool:
    """Whether the vault has joined since and `finish` is still to come: before anything is exchanged."""
    return state.get(connection, _FROM) is not None and state.joined(connection)


def finish(connection: Connection) -> None:
    """Make all that was written alone the invited person's; what they noted about themself goes to their card."""
    before, user = state.get(connection, _FROM), str(state.get(connection, state.USER))
    state.put(connection, **{_FROM: None})
    if before is None or before == user:
        return
    _move_card(connection, before, user)
    connection.exec_driver_sql(
        f"UPDATE op SET content = replace(content, ?, ?) WHERE {outbox.UNSENT} AND instr(content, ?)",  # noqa: S608 -- a constant
        (before, user, before),
    )
    connection.exec_driver_sql('UPDATE draft SET "values" = replace("values", ?, ?)', (before, user))
    for table in metadata.sorted_tables:
        for column in table.c:
            if column.name.endswith("_id"):
                connection.execute(table.update().where(column == before).values({column.name: user}))


def _move_card(connection: Connection, before: str, user: str) -> None:
    device = state.device_of(connection)
    own = connection.exec_driver_sql(
        "SELECT n, content FROM op WHERE device = ? AND record = ?", (device, before)
    ).all()
    moved = False
    for n, content in own:
        kept = {name: value for name, value in json.loads(content).items() if name not in _OF_THE_INVITER}
        if kept:
            moved = True
            connection.exec_driver_sql(
                "UPDATE op SET record = ?, content = ? WHERE device = ? AND n = ?",
                (user, canonical_values(kept).decode(), device, n),
            )
        else:
            connection.exec_driver_sql("DELETE FROM op WHERE device = ? AND n = ?", (device, n))
    if moved:
        connection.exec_driver_sql("UPDATE replica SET record = ?, present = 0 WHERE record = ?", (user, before))
    connection.exec_driver_sql("DELETE FROM replica WHERE record = ?", (before,))
    connection.exec_driver_sql("DELETE FROM person WHERE id = ?", (before,))
    # The ops are counted without gaps.
    outbox.renumber(connection, device, device)
