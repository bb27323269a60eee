"""What goes from this device when it may no longer read a scope."""

from sqlalchemy import Connection

from sync.client import outbox, scopes, state
from sync.client.errors import WrongScope
from sync.client.replica import Replica


def lose(connection: Connection, replica: Replica, scope_id: str, *, keep_keys: bool = False) -> None:
    """Remove a scope's rows, replica, conflicts and quarantine, and its accepted ops' contents.

    What is unsent stays and goes to the central API with the next push; its key stays until then, or with `keep_keys`,
    for who goes on handing them out. Whoever commits this empties the database's log afterwards (`state.UNWIPED`).
    """
    try:
        scopes.scope(connection, scope_id)
    except WrongScope:
        return
    records = list(connection.exec_driver_sql("SELECT record FROM replica WHERE scope = ?", (scope_id,)).scalars())
    replica.forget(connection, records)
    connection.exec_driver_sql("DELETE FROM quarantine WHERE scope = ?", (scope_id,))
    connection.exec_driver_sql(
        "UPDATE op SET content = '{}', body = NULL WHERE scope = ? AND state = 'accepted'", (scope_id,)
    )
    device = state.device_of(connection)
    last = connection.exec_driver_sql(
        "SELECT max(n) FROM op WHERE device = ? AND scope = ? AND state = 'accepted'", (device, scope_id)
    ).scalar()
    if last is not None:
        # Should the scope come back, these must come with their contents.
        state.put(connection, held_from=max(int(last) + 1, outbox.held_from(connection, device)))
    connection.exec_driver_sql("UPDATE op SET overlay = 0 WHERE scope = ?", (scope_id,))
    # Should the scope come back, it may be with another history than they know; what was sent keeps its bytes.
    sent = connection.exec_driver_sql(
        "SELECT coalesce(max(n), 0) FROM op WHERE device = ? AND state = 'sent'", (device,)
    ).scalar_one()
    outbox.lower_bases(connection, device, scope_id, 0, sent)
    state.put(connection, **{state.MARKS + scope_id: None})
    unsent = connection.exec_driver_sql(
        f"SELECT count(*) FROM op WHERE scope = ? AND {outbox.UNSENT}",  # noqa: S608 (a constant)
        (scope_id,),
    ).scalar()
    if not unsent and not keep_keys:
        connection.exec_driver_sql("DELETE FROM scope_key WHERE scope = ?", (scope_id,))
    connection.exec_driver_sql(
        "UPDATE scope SET lost = 1, complete = 0, cursor = 0, chain = '' WHERE id = ?", (scope_id,)
    )
    state.put(connection, unwiped=True)
