"""The recovery sheet: with the code on it an organisation goes on of which no coordinator's device is left.

The sheet is an invitation that doesn't end, for a coordinator who hands out keys and reads nothing. Its package is
sealed twice: under a key of the code's, which coordinators keep and the central API doesn't have, so that the central
API can't put another in its place; and within it to the public half of the organisation's recovery key, so that nobody
without the sheet can open what coordinators put there later, not even one who was sent away.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from sync.client import packages, scopes, state
from sync.client.keyring import Keyring
from sync.client.store import Database
from sync.client.transport import Transport
from sync.codes import Code
from sync.identifiers import uuid7
from sync.op import canonical_json
from sync.seal import KeyPair, Unopenable, open_from, parsed, seal_package, seal_to
from sync.wire import OrganisationAnswer, OrganisationRequest, RecoveryAnswer, RecoveryRequest

PATH = "/v1/recovery"
_SEALED = "sealed"


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """What coordinators know of the sheet: enough to renew what lies behind its code, and nothing to open it with.

    `lookup`, `proof_hash` and `package_key` as `codes.Code` derives them; `user` is who joins with it. Its `repr` shows
    nothing.
    """

    lookup: str
    proof_hash: bytes
    package_key: bytes
    user: str

    @classmethod
    def of(cls, code: Code) -> "Sheet":
        """The sheet with this code, for a user of its own."""
        return cls(code.lookup, code.proof_hash, code.package_key, uuid7())

    @classmethod
    def read(cls, told: Mapping[str, str]) -> "Sheet":
        """What `told` gave."""
        return cls(told["lookup"], base64.b64decode(told["proof"]), base64.b64decode(told["package"]), told["user"])

    def told(self) -> dict[str, str]:
        """As it is kept, and travels in another coordinator's invitation."""
        proof, package = (base64.b64encode(one).decode() for one in (self.proof_hash, self.package_key))
        return {"lookup": self.lookup, "proof": proof, "package": package, "user": self.user}

    def __repr__(self) -> str:
        return "Sheet(…)"


def keep(connection: Connection, sheet: Sheet) -> None:
    """From now on this device knows of the sheet."""
    state.put(connection, **{state.SHEET: sheet.told(), state.SHEET_COVERS: None})


def kept(connection: Connection) -> Sheet | None:
    """The sheet that this device knows of."""
    told = state.get(connection, state.SHEET)
    return Sheet.read(told) if told is not None else None


def cover(database: Database, transport: Transport, public: bytes, role: str, about: Mapping[str, Any]) -> bool:
    """Put behind the sheet's code all keys that coordinators hold now; returns whether they all are there.

    Asks nothing of the central API while nothing changed since it was done. A device that doesn't hold all of them
    leaves it to one that does: what lies there mustn't become less. `public`: the organisation's recovery key, 1,216
    bytes; `role` and `about` as for an invitation. Raises Declined, an `Unanswered`.
    """
    with database.read() as connection:
        sheet = kept(connection)
        if sheet is None:
            return False
        covers = _covers(connection, about)
        if state.get(connection, state.SHEET_COVERS) == covers:
            return True
    told = transport.post("/v1/organisation", OrganisationRequest(), OrganisationAnswer)
    with database.read() as connection:
        ring, here = Keyring(connection), scopes.by_id(connection)
        wanted = _held_by_coordinators(told, role)
        if any(one not in here or ring.newest(one) < epoch for one, epoch in wanted.items()):
            return False
        content = packages.contents(connection, transport.server, sheet.user, role, sorted(wanted), about)
    inner = seal_to(public, canonical_json(content), _context(sheet.lookup))
    package = seal_package(sheet.package_key, sheet.lookup, {_SEALED: base64.b64encode(inner).decode()})
    transport.post(PATH, RecoveryRequest(sheet.lookup, sheet.proof_hash, sheet.user, role, package), RecoveryAnswer)
    with database.write() as connection:
        state.put(connection, **{state.SHEET_COVERS: covers})
    return True


def opened(package: Mapping[str, Any], lookup: str, pair: KeyPair) -> dict[str, Any]:
    """What lies behind a sheet's code, with the organisation's recovery key; raises Unopenable."""
    try:
        inner = base64.b64decode(package[_SEALED], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise Unopenable from error
    return parsed(open_from(pair, inner, _context(lookup)))


def is_one(package: Mapping[str, Any]) -> bool:
    """Whether this lies behind a sheet's code and not an invitation's."""
    return _SEALED in package


def _held_by_coordinators(told: OrganisationAnswer, role: str) -> dict[str, int]:
    """The scopes that somebody with this role has rights in, and their epochs."""
    users = {user.id for user in told.users if user.role == role}
    held = {member.scope for member in told.members if member.user in users}
    return {scope.id: scope.key_epoch for scope in told.scopes if scope.id in held}


def _covers(connection: Connection, about: Mapping[str, Any]) -> str:
    keys = connection.exec_driver_sql("SELECT scope, epoch FROM scope_key ORDER BY scope, epoch").all()
    named = [[str(scope), int(epoch)] for scope, epoch in keys]
    return hashlib.sha256(canonical_json([named, dict(about)])).hexdigest()


def _context(lookup: str) -> bytes:
    return b"wor recovery sheet 1 " + lookup.encode()
