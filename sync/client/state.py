"""The single facts that a device keeps about its synchronisation."""

import json
from typing import Any

from sqlalchemy import Connection

from sync.client.errors import NotJoined
from sync.identifiers import uuid7

DEVICE = "device"
"""This device's id; made at the first save or at enrolment."""
NEXT_N = "next_n"
"""The number of the next op."""
ORGANISATION = "organisation"
SERVER = "server"
"""The central API's address; absent until enrolled."""
KEYS = "keys"
"""This device's private keys, base64."""
USER = "user"
ROLE = "role"
PACKAGE = "package"
"""While joining: the code's lookup and the sealed package behind it."""
SHEET = "sheet"
"""What a coordinator knows of the organisation's recovery sheet (`sheet.Sheet`)."""
SHEET_COVERS = "sheet_covers"
"""Which keys lay behind the sheet's code when this device last put them there, as a digest."""
INCARNATION = "incarnation"
ACKNOWLEDGED_N = "acknowledged_n"
"""All ops up to this one have their answer."""
ACKNOWLEDGED_DIGEST = "acknowledged_digest"
"""The chain's link of that op, as hexadecimal digits."""
LAST_EXCHANGE = "last_exchange"
"""When everything was last in step with the central API, ms since 1970."""
LEASE = "lease"
"""What `lease.Lease` keeps of the last contact with the central API."""
DURABLE_N = "durable_n"
"""The central API has ops up to this one in its backups too."""
HELD_FROM = "held_from"
"""From this n on the device has all its own ops; below it some were pruned."""
PRUNED = "pruned"
"""When the archive was last looked through for what needn't be kept, by the central API's clock, ms since 1970."""
PRUNED_THROUGH = "pruned_through"
"""The newest op that was pruned from the archive, and the chain's link of it, as hexadecimal digits."""
UNWIPED = "unwiped"
"""Something was purged that may still lie in the database's log."""
LEAVING = "leaving"
"""This device is being signed out: nobody knows whether the central API heard it."""
SENT_AWAY = "sent_away"
"""The central API serves this device no more: since when it knows (ms since 1970), and whether it was ordered to be
wiped, by a coordinator that it knows."""
ESCROW = "escrow"
"""Scope → how many saves of devices that were sent away wait there for whoever leads it."""
ESCROW_TAKEN = "escrow_taken"
"""What was accepted here of that and isn't removed there yet: scope, device, the ops' numbers, and the groups that save
it."""
STOPPED = "stopped"
"""Why this device may not exchange until a person acts: `copied`."""
RESTORED = "restored"
"""The database was put back from a backup; whoever put it back says so."""
WENT_BACK = "went_back"
"""Scope → histories that the central API lost when it was put back: for each up to where it still had it, and the
furthest that this device was in it."""
MARKS = "marks/"
"""With a scope's id: places where the cursor stood, oldest first, with the running hash there."""
LEFT = "left"
"""While the device may hold something that the central API lost (`offering`): the scopes in which it may write, and
since when it has everything else, ms since 1970 by the central API's clock, None until then."""
HEADS = "heads"
"""Scope → its newest seq, as last heard while there was more of it to come; counts only until it is complete."""
SCHEMA_VERSION = "schema_version"
"""The version of the schema by which the rows were written; absent before the first time that it was looked at."""
SUCCESSOR = "successor"
"""While a new identity is asked for: the old one's id, the new one's id and private keys."""
PREDECESSOR = "predecessor"
"""The identity that this device had before."""
OLDER = "older"
"""That the device took another identity: why (`succession.Reason`), when (ms since 1970), and True once it was read."""

REVOKING = "revoking"
"""While somebody is sent away and nobody knows whether the central API heard it: devices, user, and whether to wipe."""
ROTATING = "rotating"
"""Scope → the key epoch that must be replaced, because somebody who has it was sent away from here."""


def get(connection: Connection, key: str, default: Any = None) -> Any:
    """The fact called `key`, or `default`."""
    found = connection.exec_driver_sql("SELECT value FROM sync_state WHERE key = ?", (key,)).scalar()
    return default if found is None else json.loads(found)


def facts(connection: Connection) -> dict[str, Any]:
    """All facts at once, but for the marks."""
    found = connection.exec_driver_sql("SELECT key, value FROM sync_state WHERE key NOT LIKE 'marks/%'")
    return {key: json.loads(value) for key, value in found}


def put(connection: Connection, **news: Any) -> None:
    """Keep facts under their names; None forgets one."""
    kept = [(key, json.dumps(value)) for key, value in news.items() if value is not None]
    if kept:
        connection.exec_driver_sql(
            "INSERT INTO sync_state (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value",
            kept,
        )
    for key, value in news.items():
        if value is None:
            connection.exec_driver_sql("DELETE FROM sync_state WHERE key = ?", (key,))


def device_of(connection: Connection) -> str:
    """This device's id, made now if there is none yet."""
    device = get(connection, DEVICE)
    if device is None:
        device = uuid7()
        put(connection, device=device, next_n=1)
    return str(device)


def joined(connection: Connection) -> bool:
    """Whether this device is enrolled."""
    return get(connection, SERVER) is not None


def required(connection: Connection, key: str) -> Any:
    """The fact called `key`; raises NotJoined when it isn't there."""
    value = get(connection, key)
    if value is None:
        raise NotJoined(key)
    return value
