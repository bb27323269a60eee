"""How a device comes to belong to an organisation: founding one, inviting a colleague, joining.

All of it may be repeated after a failure: what was made (ids, keys) is kept before anything is sent, and the central
API gives the same answer to the same request.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
from sqlalchemy import Connection, MetaData

from sync.client import adoption, keyring, packages, scopes, sheet, state
from sync.client.errors import BrokenAnswer, SyncError
from sync.client.founding import ScopeWanted, found
from sync.client.identity import AlreadyJoined, Joined, connect, own_identity, refuse_joined
from sync.client.store import Database
from sync.client.transport import Transport
from sync.codes import Code, Invitation
from sync.identifiers import uuid7
from sync.schema import ScopeKind
from sync.seal import KeyPair, Unopenable, open_package, seal_package
from sync.wire import (
    EnrolmentAnswer,
    EnrolmentRequest,
    InvitationAnswer,
    InvitationRequest,
    Membered,
    PackageAnswer,
    PackageRequest,
    Rights,
)

__all__ = ["AlreadyJoined", "Joined", "NotAnInvitation", "ScopeWanted", "connect", "found", "invite", "join"]


TakeOver = Callable[[Connection, Mapping[str, Any]], None]
"""Takes what an inviter put into the package for the program."""


class NotAnInvitation(SyncError):
    """The code is the first coordinator's, or the other way round."""


def invite(
    database: Database,
    transport: Transport,
    members: Sequence[str],
    *,
    role: str,
    user: str | None = None,
    about: Mapping[str, Any] | None = None,
    rights: str = Rights.WRITE,
    keys_only: Sequence[str] = (),
    leads: Sequence[str] = (),
    valid_s: int = 48 * 3600,
    until: Mapping[str, int] | None = None,
) -> Invitation:
    """A one-time invitation for one device of `user` (by default a new one), who may read the scopes `members`.

    Of the scopes `keys_only` they get the keys, to invite others with them, and no access.
    `until`: the moment (ms since 1970) at which the rights in a scope end. Those in `leads` they lead.
    `about` travels sealed to whoever uses the code: for the program, such as the person's id and name. This device
    must hold the scopes' keys. Raises Declined, an `Unanswered`.
    """
    code = Code.new()
    user = user or uuid7()
    with database.read() as connection:
        package = packages.contents(connection, transport.server, user, role, (*members, *keys_only), dict(about or {}))
    transport.post(
        "/v1/invitations",
        InvitationRequest(
            code.lookup,
            code.proof_hash,
            user,
            role,
            seal_package(code.package_key, code.lookup, package),
            [
                *(
                    Membered(one, Rights.LEAD if one in leads else rights, None, (until or {}).get(one))
                    for one in members
                ),
                *(Membered(one, Rights.KEYS) for one in keys_only),
            ],
            valid_s,
        ),
        InvitationAnswer,
    )
    return Invitation(transport.server, code)


def join(
    database: Database,
    invitation: str | Invitation,
    clock_ms: Callable[[], int],
    *,
    synced: MetaData | None = None,
    check: TakeOver | None = None,
    keep: TakeOver | None = None,
    recovery_key: KeyPair | None = None,
    http: httpx.Client | None = None,
) -> Joined:
    """Enrol this vault with an invitation (`https://server/#CODE`).

    A vault that was made without a server brings its records along: each of its scopes becomes the granted scope of
    the same kind (see `adoption`; `synced` holds the typed tables). A vault that was found to be a copy gets a new
    identity and keeps what it hadn't sent. What the inviter put into the package for the program goes to `check` before
    anything is enrolled, which may refuse it by raising, and to `keep` in the transaction that enrols this vault.
    With the organisation's recovery key the code is a recovery sheet's, and nobody's invitation.
    Raises BadInvitation, MistypedCode, NotAnInvitation, AlreadyJoined, Unopenable, Declined, an `Unanswered`.
    """
    invitation = Invitation.parse(invitation) if isinstance(invitation, str) else invitation
    code = invitation.code
    with database.write() as connection:
        if state.get(connection, state.STOPPED) is None:
            refuse_joined(connection)
        device = own_identity(connection)
        keys = keyring.device_keys(connection)
    enrolling = Transport(invitation.server, device, keys.signing, clock_ms, http=http)
    try:
        package = _opened(code, _package(database, enrolling, code), recovery_key)
    except Unopenable:
        # Whatever came wasn't it; the next attempt asks for it again.
        with database.write() as connection:
            state.put(connection, package=None)
        raise
    if check is not None:
        with database.read() as connection:
            check(connection, package["about"])
    answer = enrolling.post(
        "/v1/enrolment",
        EnrolmentRequest(code.lookup, code.proof, device, keys.signing_public, keys.sealing_public),
        EnrolmentAnswer,
    )
    if answer.device != device or answer.organisation != package["organisation"]:
        raise BrokenAnswer("the central API enrolled something else")
    with database.write() as connection:
        before = scopes.by_id(connection)
        names = {one["id"]: one["name"] for one in package["scopes"]}
        for keys_only, told in ((False, answer.scopes), (True, answer.keys_only)):
            for one in told:
                if one.kind in set(ScopeKind):
                    name, epoch = names.get(one.id, ""), one.key_epoch
                    scopes.add(connection, one.id, ScopeKind(one.kind), name, epoch, keys_only=keys_only)
        packages.keep_keys(connection, package)
        granted = [one.id for one in answer.scopes]
        adoption.adopt(connection, adoption.by_kind(connection, before, granted), synced)
        state.put(
            connection,
            server=invitation.server,
            organisation=answer.organisation,
            user=answer.user,
            role=answer.role,
            incarnation=answer.incarnation,
            stopped=None,
            package=None,
        )
        if keep is not None:
            keep(connection, package["about"])
        kept = scopes.by_id(connection)
    if http is None:
        enrolling.close()
    return Joined(
        answer.organisation,
        answer.user,
        answer.role,
        device,
        [kept[one] for one in granted if one in kept],
        package["about"],
    )


def _opened(code: Code, sealed: bytes, recovery_key: KeyPair | None) -> dict[str, Any]:
    """What lies behind the code; raises Unopenable, and NotAnInvitation for an invitation taken for a sheet."""
    package = open_package(code.package_key, code.lookup, sealed)
    if sheet.is_one(package) != (recovery_key is not None):
        raise NotAnInvitation
    return package if recovery_key is None else sheet.opened(package, code.lookup, recovery_key)


def _package(database: Database, transport: Transport, code: Code) -> bytes:
    """The sealed package behind a code, kept until joined: a code that was used gives it no more."""
    with database.read() as connection:
        kept = state.get(connection, state.PACKAGE)
    if kept is not None and kept[0] == code.lookup:
        return base64.b64decode(kept[1])
    sealed = transport.post("/v1/enrolment/package", PackageRequest(code.lookup), PackageAnswer).package
    if not sealed:
        raise NotAnInvitation
    with database.write() as connection:
        state.put(connection, package=[code.lookup, base64.b64encode(sealed).decode()])
    return sealed
