"""Who this device is to the central API, and where it belongs."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import Connection

from sync.client import keyring, outbox, scopes, state
from sync.client.errors import NotJoined, SyncError
from sync.client.store import Database
from sync.client.transport import READ_S, Transport
from sync.identifiers import uuid7


class AlreadyJoined(SyncError):
    """This vault belongs to an organisation already."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Where this device belongs now; `about` is what the inviter put into the invitation for the program."""

    organisation: str
    user: str
    role: str
    device: str
    scopes: list[scopes.Scope]
    about: dict[str, Any]


def connect(
    database: Database, clock_ms: Callable[[], int], *, http: httpx.Client | None = None, read_s: float = READ_S
) -> Transport:
    """The way to the central API that this vault is enrolled with; raises NotJoined.

    `read_s`: the seconds without a byte after which it counts as too slow, beside what the server was asked to wait.
    """
    with database.read() as connection:
        server = state.get(connection, state.SERVER)
        if server is None:
            raise NotJoined
        keys = state.get(connection, state.KEYS)
        organisation = state.required(connection, state.ORGANISATION)
        device = state.required(connection, state.DEVICE)
    signing = keyring.DeviceKeys.from_bytes(base64.b64decode(keys)).signing
    return Transport(server, device, signing, clock_ms, organisation=organisation, http=http, read_s=read_s)


def refuse_joined(connection: Connection) -> None:
    """Raise AlreadyJoined for a vault that belongs to an organisation."""
    if state.joined(connection):
        raise AlreadyJoined


def own_identity(connection: Connection) -> str:
    """This device's id; a new one, with new keys, when the old one turned out to live in two places."""
    device = state.device_of(connection)
    stopped, restored = state.get(connection, state.STOPPED), state.get(connection, state.RESTORED)
    if stopped is None and restored is None:
        return device
    renewed = uuid7()
    outbox.renumber(connection, device, renewed)
    forgotten = (state.KEYS, state.HELD_FROM, state.DURABLE_N, state.STOPPED, state.RESTORED, state.SERVER)
    state.put(connection, **dict.fromkeys(forgotten))
    return renewed
