"""`/v1/organisation`, `/v1/invitations` and `/v1/recovery`: what a coordinator sets up.

All of it may be repeated without harm.
"""

from collections.abc import Generator
from contextlib import contextmanager

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync.schema import ScopeKind
from sync.server import problems
from sync.server.admitting import admitted
from sync.server.auth import Caller, Coordinator, Signed
from sync.server.bodies import answer, check_readable
from sync.server.store import identity, invites, standing
from sync.server.store.invites import StoredInvite
from sync.wire import (
    InvitationAnswer,
    InvitationRequest,
    Membership,
    NewUser,
    OrganisationAnswer,
    OrganisationRequest,
    RecoveryAnswer,
    RecoveryRequest,
    Rights,
)

router = APIRouter()


@router.post("/v1/organisation")
async def organisation(coordinator: Coordinator) -> Response:
    """Add scopes, users, members and keys; tells what there is."""
    asked = coordinator.read(OrganisationRequest)
    check_readable(name for scope in asked.scopes for name in (scope.id, scope.kind))
    check_readable(name for user in asked.users for name in (user.id, user.role))
    told = await run_in_threadpool(_set_up, coordinator, asked)
    changed = {member.user for member in asked.members} | {grant.scope for grant in asked.grants}
    coordinator.central.wakes.wake(coordinator.device.organisation, changed)
    return answer(coordinator.request, told)


@router.post("/v1/invitations")
async def invitation(caller: Caller) -> Response:
    """Keep an invitation, with the user and the memberships that come with it.

    Who isn't a coordinator invites a device of their own, with nothing that they haven't themselves.
    """
    asked = caller.read(InvitationRequest)
    check_readable((asked.user, asked.role))
    told = await run_in_threadpool(_invite, caller, asked)
    return answer(caller.request, told)


@router.post("/v1/recovery")
async def recovery(coordinator: Coordinator) -> Response:
    """Keep what lies behind the code of the recovery sheet, with the user and the memberships that come with it."""
    asked = coordinator.read(RecoveryRequest)
    check_readable((asked.user, asked.role))
    await run_in_threadpool(_stand_by, coordinator, asked)
    return answer(coordinator.request, RecoveryAnswer(coordinator.central.clock_ms()))


def _stand_by(coordinator: Signed, asked: RecoveryRequest) -> None:
    name = coordinator.device.organisation
    invite = StoredInvite(
        asked.lookup, name, asked.proof_hash, asked.user, asked.role, asked.package, invites.NEVER, 0, ""
    )

    def work(connection: Connection) -> None:
        alike = {user.id for user in identity.all_users(connection, name) if user.role == asked.role}
        theirs = {one.scope for one in identity.all_members(connection, name) if one.user in alike}
        members = [
            Membership(scope.id, asked.user, Rights.WRITE if scope.kind == ScopeKind.ORGANISATION else Rights.KEYS)
            for scope in identity.all_scopes(connection, name)
            if scope.id in theirs
        ]
        with _known_ids():
            identity.add_users(connection, name, [NewUser(asked.user, asked.role)])
            identity.set_members(connection, name, members)
            invites.stand(connection, invite)

    coordinator.central.database.write(work)


def _set_up(coordinator: Signed, asked: OrganisationRequest) -> OrganisationAnswer:
    name, database = coordinator.device.organisation, coordinator.central.database
    changes = asked.scopes or asked.users or asked.members or asked.grants
    done = database.write if changes else database.read
    return done(lambda connection: _all_set_up(connection, name, asked))


def _all_set_up(connection: Connection, name: str, asked: OrganisationRequest) -> OrganisationAnswer:
    with _known_ids():
        identity.add_scopes(connection, name, asked.scopes)
        identity.add_users(connection, name, asked.users)
        identity.set_members(connection, name, asked.members)
        identity.add_grants(connection, name, asked.grants)
    return OrganisationAnswer(
        identity.all_scopes(connection, name),
        identity.all_users(connection, name),
        identity.all_members(connection, name),
        identity.all_devices(connection, name),
    )


def _invite(caller: Signed, asked: InvitationRequest) -> InvitationAnswer:
    name, device = caller.device
    now = caller.central.clock_ms()
    members = [
        Membership(member.scope, asked.user, member.rights, member.since, member.until) for member in asked.members
    ]
    invite = StoredInvite(
        asked.lookup, name, asked.proof_hash, asked.user, asked.role, asked.package, now + asked.valid_s * 1000, 0, "",
        device,
    )  # fmt: skip

    def work(connection: Connection) -> InvitationAnswer:
        known = admitted(connection, caller.device)
        if known.role == standing.COORDINATOR:
            return _invited(connection, invite, members)
        has = standing.standing(connection, name, known.user, now)
        scopes = {member.scope for member in members}
        if (asked.user, asked.role) != (known.user, known.role) or not scopes <= has.may.keys() | has.keys_only.keys():
            raise problems.forbidden()
        # Their rights are theirs already, and stay as they are.
        return _invited(connection, invite, [])

    return caller.central.database.write(work)


def _invited(connection: Connection, invite: StoredInvite, members: list[Membership]) -> InvitationAnswer:
    name = invite.organisation
    with _known_ids():
        identity.add_users(connection, name, [NewUser(invite.user, invite.role)])
        identity.set_members(connection, name, members)
        invites.add(connection, invite)
    kept = invites.found(connection, invite.lookup)
    return InvitationAnswer(kept.expires_at if kept is not None else invite.expires_at)


@contextmanager
def _known_ids() -> Generator[None]:
    """Answer ids that are taken, or that nobody knows."""
    try:
        yield
    except identity.TakenError:
        raise problems.taken() from None
    except identity.UnknownIdError:
        raise problems.malformed() from None
