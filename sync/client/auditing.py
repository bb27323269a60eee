"""Sending a device's audit lines, in its own order, each once; they can't be read any more by who sends them.

The program keeps the lines (`Kept`); here they are sealed to the public key that came with the invitation.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

from sync import audit_batch
from sync.client import keyring, scopes, state
from sync.client.errors import Cancelled
from sync.client.store import Database
from sync.client.transport import Transport
from sync.schema import ScopeKind
from sync.seal import PUBLIC_BYTES, KeyPair
from sync.trail import Anchor
from sync.wire import AuditAnswer, AuditRequest

PATH = "/v1/audit"
AUDIT_KEY = "audit_key"
"""The audit scope's public key, base64, and its epoch; held on to from the invitation on."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """Lines in their order that the central API lacks, and where the chain is before and after them."""

    lines: list[bytes]
    before: Anchor
    after: Anchor


class Kept(Protocol):
    """What the program knows of this device's lines."""

    def unsent(self, connection: Connection, device: str, most: int) -> Unsent | None:
        """The next lines to send, `most` at a time; None when all are sent."""
        ...

    def sent(self, connection: Connection, device: str, through: Anchor) -> bool:
        """The central API has all up to here; False when that place isn't on the chain that is kept here."""
        ...


class Forked(Exception):
    """The central API has other lines of this device: this database was copied or put back."""


def send(
    database: Database,
    transport: Transport,
    kept: Kept,
    *,
    most: int = audit_batch.LINES,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Send what is unsent, and return how many lines; may be broken off and repeated at any point.

    Without a key to seal them to the lines wait. Raises Forked, Cancelled, Declined, an `Unanswered`.
    """
    total = 0
    asked_from = -1
    while True:
        with database.read() as connection:
            pinned = state.get(connection, AUDIT_KEY)
            organisation = state.required(connection, state.ORGANISATION)
            batch = kept.unsent(connection, transport.device, most)
        if pinned is None or batch is None:
            return total
        if cancelled is not None and cancelled():
            raise Cancelled
        public, epoch = base64.b64decode(pinned["public"]), int(pinned["epoch"])
        first_n, device = batch.before.n + 1, transport.device
        body = audit_batch.seal(public, organisation, device, first_n, batch.before.hash, batch.lines)
        told = transport.post(
            PATH,
            AuditRequest(first_n, batch.after.n, batch.before.hash, batch.after.hash, epoch, body),
            AuditAnswer,
        )
        with database.write() as connection:
            known = kept.sent(connection, device, Anchor(told.last_n, told.hash))
        if told.forked or not known or told.last_n == asked_from:
            raise Forked
        total += max(0, told.last_n - batch.before.n)
        asked_from = told.last_n if told.last_n < batch.after.n else -1


def pin_own(connection: Connection) -> None:
    """Hold on to the public key of the audit scope that this device made."""
    for scope in scopes.by_id(connection).values():
        private = keyring.private_keys(connection, scope.id).get(scope.key_epoch)
        if scope.kind is ScopeKind.AUDIT and private is not None:
            public = base64.b64encode(KeyPair.of(private).public).decode()
            state.put(connection, **{AUDIT_KEY: {"scope": scope.id, "epoch": scope.key_epoch, "public": public}})


def about(connection: Connection) -> dict[str, Any]:
    """The same for the package of an invitation."""
    pinned = state.get(connection, AUDIT_KEY)
    return {} if pinned is None else {AUDIT_KEY: pinned}


def pin(connection: Connection, told: Mapping[str, Any]) -> None:
    """Hold on to what came with an invitation; what is no such key isn't one."""
    found: Any = told.get(AUDIT_KEY)
    try:
        whole = len(base64.b64decode(str(found["public"]), validate=True)) == PUBLIC_BYTES
    except (LookupError, TypeError, ValueError):
        whole = False
    if whole:
        state.put(connection, **{AUDIT_KEY: found})
    else:
        # Who gets the private half, as a coordinator who begins again with the recovery sheet, has it by that.
        pin_own(connection)


def private_pairs(connection: Connection) -> Mapping[int, KeyPair]:
    """The audit scope's pairs that this device may read with, by epoch; none unless it is an auditor's."""
    found: dict[int, KeyPair] = {}
    for scope in scopes.by_id(connection).values():
        if scope.kind is ScopeKind.AUDIT and not scope.keys_only and not scope.lost:
            pairs = keyring.private_keys(connection, scope.id)
            found |= {epoch: KeyPair.of(private) for epoch, private in pairs.items()}
    return found


def readers(connection: Connection) -> Sequence[str]:
    """The audit scopes of which this device has the keys, to read with or to hand out."""
    return [one.id for one in scopes.by_id(connection).values() if one.kind is ScopeKind.AUDIT and not one.lost]
