"""How a device comes and goes: it joins with a one-time code, and signs itself out.

Who joins isn't enrolled yet, so the code is what is asked for.
"""

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync.identifiers import uuid7
from sync.server import problems
from sync.server.admitting import admitted
from sync.server.auth import Caller, Signed, check, shown_signature
from sync.server.bodies import answer, check_readable, message_of, read_body
from sync.server.central import Central, central_of
from sync.server.clock import ClockMs
from sync.server.store import identity, invites, numbering, standing, walls
from sync.server.store.database import Database
from sync.server.store.invites import StoredInvite
from sync.signature import keyid
from sync.wire import EnrolmentAnswer, EnrolmentRequest, NewUser, PackageAnswer, PackageRequest
from sync.wire.enrolment import SignOutAnswer, SignOutRequest

router = APIRouter()
_BODY = 64 * 1024
_ID = 36


@router.post("/v1/enrolment/package")
async def package(request: Request) -> Response:
    """The sealed package behind a code."""
    central = central_of(request)
    body = await read_body(request, _BODY, central.settings.body_timeout_s)
    asked = message_of(request, body, PackageRequest)
    await run_in_threadpool(central.admission.admit, central.admission.networks(request))
    return answer(request, await run_in_threadpool(_package, central, asked))


@router.post("/v1/enrolment")
async def enrol(request: Request) -> Response:
    """Enrol a device that shows the code's proof and signs with its own new key."""
    central = central_of(request)
    body = await read_body(request, _BODY, central.settings.body_timeout_s)
    asked = message_of(request, body, EnrolmentRequest)
    check_readable((asked.organisation, asked.user))
    shown = shown_signature(request)
    if shown.keyid != keyid("", asked.device):
        raise problems.unsigned()
    check(request, central, shown, asked.signing_key, body)
    await run_in_threadpool(central.admission.admit, central.admission.networks(request))
    enrolled = await run_in_threadpool(_enrol, central.database, central.clock_ms, asked)
    if asked.organisation:
        # The first coordinator's code has done its work; it needn't lie about until the next start.
        await run_in_threadpool(central.settings.code_file.unlink, missing_ok=True)
    return answer(request, enrolled)


@router.post("/v1/sign-out")
async def sign_out(caller: Caller) -> Response:
    """Serve the device that asks for it no more, as soon as all that it made is here."""
    asked = caller.read(SignOutRequest)
    if asked.device != caller.device.device:
        raise problems.forbidden()
    told = await run_in_threadpool(_sign_out, caller, asked)
    return answer(caller.request, told)


def _sign_out(caller: Signed, asked: SignOutRequest) -> SignOutAnswer:
    caller.central.database.write(lambda connection: _signed_out(connection, caller.device, asked))
    return SignOutAnswer(caller.central.clock_ms())


def _signed_out(connection: Connection, name: standing.DeviceName, asked: SignOutRequest) -> None:
    # A push that is under way is waited for.
    state = numbering.device_state(connection, *name, lock=True)
    known = standing.known_device(connection, *name)
    if known is not None and known.state == identity.SIGNED_OUT:
        # Its answer was lost.
        return
    known = admitted(connection, name)
    if state is None:
        raise problems.unknown_device()
    if asked.incarnation != known.incarnation:
        raise problems.restored(known.incarnation, state.last_n)
    if state.last_n < asked.through_n:
        raise problems.gap(state.last_n + 1)
    if state.last_n > asked.through_n:
        raise problems.forked(state.last_n)
    identity.sign_out(connection, *name)


def _package(central: Central, asked: PackageRequest) -> PackageAnswer:
    invite = central.database.read(lambda connection: invites.found(connection, asked.lookup))
    invite = _usable(invite, central.clock_ms())
    if invite.used_by:
        raise problems.used_code()
    return PackageAnswer(invite.package)


def _usable(invite: StoredInvite | None, now: int) -> StoredInvite:
    if invite is None:
        raise problems.unknown_code()
    if not invite.tries_left:
        raise problems.blocked_code()
    if invite.expires_at <= now and not invite.used_by:
        raise problems.expired_code()
    return invite


def _enrol(database: Database, clock_ms: ClockMs, asked: EnrolmentRequest) -> EnrolmentAnswer:
    now = clock_ms()
    tries_left = database.write(lambda connection: _wrong_proof(connection, asked, now))
    if tries_left is not None:
        raise problems.wrong_proof(tries_left)
    return database.write(lambda connection: _enrolled(connection, asked, now))


def _wrong_proof(connection: Connection, asked: EnrolmentRequest, now: int) -> int | None:
    """How many tries are left after this wrong proof; None when it is the right one."""
    invite = _usable(invites.found(connection, asked.lookup, lock=True), now)
    if invite.proven_by(asked.proof):
        return None
    # Counted in this transaction, which must end well for that.
    invites.count_try(connection, asked.lookup)
    return invite.tries_left - 1


def _enrolled(connection: Connection, asked: EnrolmentRequest, now: int) -> EnrolmentAnswer:
    invite = _usable(invites.found(connection, asked.lookup, lock=True), now)
    walls.as_organisation(connection, invite.organisation or asked.organisation)
    if invite.used_by:
        return _repeated(connection, asked, invite, now)
    organisation, user = _place(connection, asked, invite, now)
    try:
        identity.add_device(connection, organisation, asked.device, user, asked.signing_key, asked.sealing_key, now)
    except identity.TakenError:
        raise problems.taken() from None
    invites.use(connection, asked.lookup, organisation, user, asked.device)
    return _answer(connection, organisation, asked.device, now)


def _place(connection: Connection, asked: EnrolmentRequest, invite: StoredInvite, now: int) -> tuple[str, str]:
    """The organisation and user that the device belongs to; the first coordinator makes both."""
    if invite.organisation:
        return invite.organisation, invite.user
    if len(asked.organisation) != _ID or len(asked.user) != _ID:
        raise problems.malformed()
    try:
        identity.add_organisation(connection, asked.organisation, uuid7(), now)
    except identity.TakenError:
        raise problems.taken() from None
    identity.add_users(connection, asked.organisation, [NewUser(asked.user, standing.COORDINATOR)])
    return asked.organisation, asked.user


def _repeated(connection: Connection, asked: EnrolmentRequest, invite: StoredInvite, now: int) -> EnrolmentAnswer:
    """The same device asks again because the answer was lost: the same answer. Anybody else: the code is used."""
    device = standing.known_device(connection, invite.organisation, asked.device)
    if invite.used_by != asked.device or device is None or device.signing_key != asked.signing_key:
        raise problems.used_code()
    return _answer(connection, invite.organisation, asked.device, now)


def _answer(connection: Connection, organisation: str, device_id: str, now: int) -> EnrolmentAnswer:
    device = standing.known_device(connection, organisation, device_id)
    incarnation = identity.incarnation(connection, organisation)
    if device is None or incarnation is None:
        raise problems.unknown_device()
    has = standing.standing(connection, organisation, device.user, now)
    scopes, keys_only = ([access.state for access in part.values()] for part in (has.may, has.keys_only))
    return EnrolmentAnswer(organisation, incarnation, device.user, device.role, device_id, scopes, now, keys_only)
