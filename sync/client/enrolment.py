"""How a device comes to belong to an organisation: founding one, inviting a colleague, joining.

All of it may be repeated after a failure: what was made (ids, keys) is kept before anything is sent, and the central
API gives the same answer to the same request.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import Connection, MetaData

from sync.client import adoption, keyring, outbox, scopes, state
from sync.client.errors import BrokenAnswer, NotJoined, SyncError
from sync.client.store import Database
from sync.client.transport import READ_S, Transport
from sync.codes import Code, Invitation, server_address
from sync.identifiers import uuid7
from sync.schema import ScopeKind
from sync.seal import KeyPair, open_package, seal_package, wrap
from sync.wire import (
    EnrolmentAnswer,
    EnrolmentRequest,
    InvitationAnswer,
    InvitationRequest,
    Membered,
    Membership,
    NewGrant,
    NewScope,
    OrganisationAnswer,
    OrganisationRequest,
    PackageAnswer,
    PackageRequest,
)

COORDINATOR = "coordinator"


class AlreadyJoined(SyncError):
    """This vault belongs to an organisation already."""


class NotAnInvitation(SyncError):
    """The code is the first coordinator's, or the other way round."""


@dataclass(frozen=True, slots=True)
class ScopeWanted:
    """A scope to make when an organisation is founded."""

    kind: ScopeKind
    name: str


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


def found(
    database: Database,
    server: str,
    code: str | Code,
    wanted: Sequence[ScopeWanted],
    clock_ms: Callable[[], int],
    *,
    user: str | None = None,
    http: httpx.Client | None = None,
) -> Joined:
    """Found an organisation with the code that a fresh server printed; this device's user becomes coordinator.

    Scopes that the vault made without a server become the organisation's, with all that is in them; of `wanted` only
    those are made that aren't there yet (by kind and name). `user`: an id of the program's choosing.
    Raises BadInvitation (the address), MistypedCode, AlreadyJoined, Declined, an `Unanswered`.
    """
    server = server_address(server)
    code = Code.parse(code) if isinstance(code, str) else code
    with database.write() as connection:
        _refuse_joined(connection)
        device = _identity(connection)
        keys = keyring.device_keys(connection)
        organisation = str(state.get(connection, state.ORGANISATION) or uuid7())
        user = str(state.get(connection, state.USER) or user or uuid7())
        state.put(connection, organisation=organisation, user=user)
        _make_scopes(connection, wanted)
        pairs = {one: _pair(connection, one) for one in scopes.by_id(connection)}
        kept = scopes.by_id(connection)
    enrolling = Transport(server, device, keys.signing, clock_ms, http=http)
    answer = enrolling.post(
        "/v1/enrolment",
        EnrolmentRequest(code.lookup, code.proof, device, keys.signing_public, keys.sealing_public, organisation, user),
        EnrolmentAnswer,
    )
    signed = Transport(server, device, keys.signing, clock_ms, organisation=organisation, http=http)
    signed.post(
        "/v1/organisation",
        OrganisationRequest(
            scopes=[NewScope(one, str(kept[one].kind), pair.public) for one, pair in pairs.items()],
            members=[Membership(one, user, "lead") for one in pairs],
            grants=[
                NewGrant(
                    one,
                    1,
                    device,
                    wrap(
                        pair.private, keys.sealing_public, organisation=organisation, scope=one, epoch=1, device=device
                    ),
                )
                for one, pair in pairs.items()
            ],
        ),
        OrganisationAnswer,
    )
    with database.write() as connection:
        state.put(connection, server=server.rstrip("/"), incarnation=answer.incarnation, role=answer.role)
        kept = scopes.by_id(connection)
    if http is None:
        enrolling.close()
        signed.close()
    return Joined(organisation, user, answer.role, device, list(kept.values()), {})


def invite(
    database: Database,
    transport: Transport,
    members: Sequence[str],
    *,
    role: str,
    user: str | None = None,
    about: Mapping[str, Any] | None = None,
    rights: str = "write",
    valid_s: int = 48 * 3600,
) -> Invitation:
    """A one-time invitation for one device of `user` (by default a new one), who may read the scopes `members`.

    `about` travels sealed to whoever uses the code: for the program, such as the person's id and name. This device
    must hold the scopes' keys. Raises Declined, an `Unanswered`.
    """
    code = Code.new()
    user = user or uuid7()
    with database.read() as connection:
        organisation = state.required(connection, state.ORGANISATION)
        kept = scopes.by_id(connection)
        package = {
            "server": transport.server,
            "organisation": organisation,
            "user": user,
            "role": role,
            "about": dict(about or {}),
            "scopes": [
                {
                    "id": one,
                    "kind": str(kept[one].kind),
                    "name": kept[one].name,
                    "keys": {
                        str(epoch): base64.b64encode(private).decode()
                        for epoch, private in keyring.private_keys(connection, one).items()
                    },
                }
                for one in members
            ],
        }
    transport.post(
        "/v1/invitations",
        InvitationRequest(
            code.lookup,
            code.proof_hash,
            user,
            role,
            seal_package(code.package_key, code.lookup, package),
            [Membered(one, rights) for one in members],
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
    http: httpx.Client | None = None,
) -> Joined:
    """Enrol this vault with an invitation (`https://server/#CODE`).

    A vault that was made without a server brings its records along: each of its scopes becomes the granted scope of
    the same kind (see `adoption`; `synced` holds the typed tables). A vault that was found to be a copy gets a new
    identity and keeps what it hadn't sent. Raises BadInvitation, MistypedCode, NotAnInvitation, AlreadyJoined,
    Unopenable, Declined, an `Unanswered`.
    """
    invitation = Invitation.parse(invitation) if isinstance(invitation, str) else invitation
    code = invitation.code
    with database.write() as connection:
        if state.get(connection, state.STOPPED) is None:
            _refuse_joined(connection)
        device = _identity(connection)
        keys = keyring.device_keys(connection)
    enrolling = Transport(invitation.server, device, keys.signing, clock_ms, http=http)
    package = open_package(code.package_key, code.lookup, _package(database, enrolling, code))
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
        for one in answer.scopes:
            if one.kind in set(ScopeKind):
                scopes.add(connection, one.id, ScopeKind(one.kind), names.get(one.id, ""), one.key_epoch)
        for one in package["scopes"]:
            for epoch, private in one["keys"].items():
                keyring.keep(connection, one["id"], int(epoch), base64.b64decode(private))
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


def _refuse_joined(connection: Connection) -> None:
    if state.joined(connection):
        raise AlreadyJoined


def _identity(connection: Connection) -> str:
    """This device's id; a new one, with new keys, when the old one turned out to live in two places."""
    device = state.device_of(connection)
    if state.get(connection, state.STOPPED) is None:
        return device
    renewed = uuid7()
    outbox.renumber(connection, device, renewed)
    state.put(connection, keys=None, held_from=None, durable_n=None, stopped=None, server=None)
    return renewed


def _make_scopes(connection: Connection, wanted: Sequence[ScopeWanted]) -> None:
    there = {(one.kind, one.name) for one in scopes.by_id(connection).values()}
    for one in wanted:
        if (one.kind, one.name) not in there:
            scopes.add(connection, uuid7(), one.kind, one.name)


def _pair(connection: Connection, scope_id: str) -> KeyPair:
    private = keyring.private_keys(connection, scope_id).get(1)
    if private is not None:
        return KeyPair.of(private)
    pair = KeyPair.new()
    keyring.keep(connection, scope_id, 1, pair.private)
    return pair
