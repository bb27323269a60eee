"""`/v1/organisation` and `/v1/invitations`: what a coordinator sets up. All of it may be repeated without harm."""

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync.server import problems
from sync.server.auth import Coordinator, Signed
from sync.server.bodies import answer, check_readable
from sync.server.store import identity, invites
from sync.server.store.invites import StoredInvite
from sync.wire import (
    InvitationAnswer,
    InvitationRequest,
    Membership,
    NewUser,
    OrganisationAnswer,
    OrganisationRequest,
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
async def invitation(coordinator: Coordinator) -> Response:
    """Keep an invitation, with the user and the memberships that come with it."""
    asked = coordinator.read(InvitationRequest)
    check_readable((asked.user, asked.role))
    told = await run_in_threadpool(_invite, coordinator, asked)
    return answer(coordinator.request, told)


def _set_up(coordinator: Signed, asked: OrganisationRequest) -> OrganisationAnswer:
    name, database = coordinator.device.organisation, coordinator.central.database
    changes = asked.scopes or asked.users or asked.members or asked.grants
    done = database.write if changes else database.read
    return done(lambda connection: _all_set_up(connection, name, asked))


def _all_set_up(connection: Connection, name: str, asked: OrganisationRequest) -> OrganisationAnswer:
    try:
        identity.add_scopes(connection, name, asked.scopes)
        identity.add_users(connection, name, asked.users)
        identity.set_members(connection, name, asked.members)
        identity.add_grants(connection, name, asked.grants)
    except identity.TakenError:
        raise problems.taken() from None
    except identity.UnknownIdError:
        raise problems.malformed() from None
    return OrganisationAnswer(
        identity.all_scopes(connection, name),
        identity.all_users(connection, name),
        identity.all_members(connection, name),
        identity.all_devices(connection, name),
    )


def _invite(coordinator: Signed, asked: InvitationRequest) -> InvitationAnswer:
    name = coordinator.device.organisation
    expires_at = coordinator.central.clock_ms() + asked.valid_s * 1000
    members = [Membership(member.scope, asked.user, member.rights) for member in asked.members]
    invite = StoredInvite(
        asked.lookup, name, asked.proof_hash, asked.user, asked.role, asked.package, expires_at, 0, "",
        coordinator.device.device,
    )  # fmt: skip
    return coordinator.central.database.write(lambda connection: _invited(connection, invite, members))


def _invited(connection: Connection, invite: StoredInvite, members: list[Membership]) -> InvitationAnswer:
    name = invite.organisation
    try:
        identity.add_users(connection, name, [NewUser(invite.user, invite.role)])
        identity.set_members(connection, name, members)
        invites.add(connection, invite)
    except identity.TakenError:
        raise problems.taken() from None
    except identity.UnknownIdError:
        raise problems.malformed() from None
    kept = invites.found(connection, invite.lookup)
    return InvitationAnswer(kept.expires_at if kept is not None else invite.expires_at)
