"""Founding an organisation: its id, scopes and keys are made on the first coordinator's device.

It may be repeated after a failure: what was made is kept before anything is sent, and the central API gives the same
answer to the same request.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import httpx
from sqlalchemy import Connection

from sync.client import keyring, scopes, state
from sync.client.identity import Joined, own_identity, refuse_joined
from sync.client.store import Database
from sync.client.transport import Transport
from sync.codes import Code, server_address
from sync.identifiers import uuid7
from sync.schema import ScopeKind
from sync.seal import KeyPair, wrap
from sync.wire import (
    EnrolmentAnswer,
    EnrolmentRequest,
    Membership,
    NewGrant,
    NewScope,
    OrganisationAnswer,
    OrganisationRequest,
    Rights,
)


@dataclass(frozen=True, slots=True)
class ScopeWanted:
    """A scope to make when an organisation is founded."""

    kind: ScopeKind
    name: str


def found(
    database: Database,
    server: str,
    code: str | Code,
    wanted: Sequence[ScopeWanted],
    clock_ms: Callable[[], int],
    *,
    user: str | None = None,
    keys_only: Collection[ScopeKind] = (),
    http: httpx.Client | None = None,
) -> Joined:
    """Found an organisation with the code that a fresh server printed; this device's user becomes coordinator.

    Scopes that the vault made without a server become the organisation's, with all that is in them; of `wanted` only
    those are made that aren't there yet (by kind and name). `user`: an id of the program's choosing. Of scopes of the
    kinds `keys_only` the coordinator keeps the keys, to hand them out, but is no member, and never gets to read them;
    scopes in which this vault has work already are read all the same, or that work would be refused.
    Raises BadInvitation (the address), MistypedCode, AlreadyJoined, Declined, an `Unanswered`.
    """
    server = server_address(server)
    code = Code.parse(code) if isinstance(code, str) else code
    with database.write() as connection:
        refuse_joined(connection)
        device = own_identity(connection)
        keys = keyring.device_keys(connection)
        organisation = str(state.get(connection, state.ORGANISATION) or uuid7())
        user = str(state.get(connection, state.USER) or user or uuid7())
        state.put(connection, organisation=organisation, user=user)
        _make_scopes(connection, wanted)
        pairs = {one: _pair(connection, one) for one in scopes.by_id(connection)}
        kept = scopes.by_id(connection)
        handed_out = {one.id for one in kept.values() if one.kind in keys_only and not _has_work(connection, one.id)}
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
            members=[Membership(one, user, Rights.KEYS if one in handed_out else Rights.LEAD) for one in pairs],
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
        for one in handed_out:
            scopes.hand_out(connection, one)
        kept = scopes.by_id(connection)
    if http is None:
        enrolling.close()
        signed.close()
    return Joined(organisation, user, answer.role, device, list(kept.values()), {})


def _make_scopes(connection: Connection, wanted: Sequence[ScopeWanted]) -> None:
    there = {(one.kind, one.name) for one in scopes.by_id(connection).values()}
    for one in wanted:
        if (one.kind, one.name) not in there:
            scopes.add(connection, uuid7(), one.kind, one.name)


def _has_work(connection: Connection, scope_id: str) -> bool:
    return bool(
        connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM op WHERE scope = ?)", (scope_id,)).scalar_one()
    )


def _pair(connection: Connection, scope_id: str) -> KeyPair:
    private = keyring.private_keys(connection, scope_id).get(1)
    if private is not None:
        return KeyPair.of(private)
    pair = KeyPair.new()
    keyring.keep(connection, scope_id, 1, pair.private)
    return pair
