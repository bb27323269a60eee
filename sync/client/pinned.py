"""Wrapping keys for a device, and only for one whose keys are known to be its own.

What the central API says of a device's keys counts only where it fits what the device itself wrote into the
organisation's directory: the field `keys` of its record, of which the live value came from that very device. What
somebody else wrote there counts for nothing.
"""

from sqlalchemy import Connection

from sync.client import keyring, state
from sync.client.errors import SyncError
from sync.client.lives import decoded
from sync.device_keys import belong, fingerprint
from sync.seal import wrap
from sync.wire import DeviceState, EnrolledDevice, NewGrant

KIND, KEYS, PERSON = "device", "keys", "person_id"
"""The directory's kind of record of a device, and its fields for the fingerprint of its keys and for whose it is."""
_TOLD = """
SELECT live FROM replica WHERE record = ? AND kind = ?
AND scope IN (SELECT id FROM scope WHERE kind = 'organisation' AND lost = 0 AND keys_only = 0)
"""


class Unpinned(SyncError):
    """The keys that the central API tells of a device aren't known to be that device's own: nothing was wrapped."""


def own_fingerprint(connection: Connection) -> str:
    """The fingerprint of this device's own keys."""
    keys = keyring.device_keys(connection)
    return fingerprint(state.device_of(connection), keys.signing_public, keys.sealing_public)


def told_by(connection: Connection, device: str) -> dict[str, str]:
    """What the device itself wrote into the directory and still counts, of its keys and of whose it is."""
    row = connection.exec_driver_sql(_TOLD, (device, KIND)).one_or_none()
    if row is None:
        return {}
    return {
        name: str(value)
        for live in decoded(row[0])
        if live.device == device
        for name, value in live.values.items()
        if name in {KEYS, PERSON} and value is not None
    }


def is_own(connection: Connection, one: EnrolledDevice | DeviceState) -> bool:
    """Whether what the central API says of a device's keys and person is what the device itself said."""
    if one.id == state.device_of(connection):
        keys = keyring.device_keys(connection)
        return (one.signing_key, one.sealing_key) == (keys.signing_public, keys.sealing_public)
    told = told_by(connection, one.id)
    if KEYS not in told or told.get(PERSON) != one.user:
        return False
    return belong(told[KEYS], one.id, one.signing_key, one.sealing_key)


def grant(connection: Connection, one: EnrolledDevice, scope: str, epoch: int, private: bytes) -> NewGrant:
    """A scope's private key of one epoch for a device; raises Unpinned, and Unopenable for what is no key."""
    if not is_own(connection, one):
        raise Unpinned(one.id)
    organisation = str(state.required(connection, state.ORGANISATION))
    wrapped = wrap(private, one.sealing_key, organisation=organisation, scope=scope, epoch=epoch, device=one.id)
    return NewGrant(scope, epoch, one.id, wrapped)
