"""`/v1/escrow`: the one thing that a device which was sent away may still do, and what becomes of what it left."""

from itertools import count, starmap

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync.server import problems
from sync.server.admitting import admitted
from sync.server.auth import Caller, Signed
from sync.server.bodies import answer
from sync.server.store import escrow, identity, numbering, standing, walls
from sync.server.store.numbering import Numbered
from sync.wire import Rights, digests
from sync.wire.escrow import (
    EscrowDecided,
    EscrowDecision,
    EscrowDeposit,
    EscrowDeposited,
    EscrowPage,
    EscrowRead,
)

router = APIRouter()


@router.post("/v1/escrow")
async def deposit(caller: Caller) -> Response:
    """Take in what the device hadn't sent, for who leads the scopes."""
    asked = caller.read(EscrowDeposit)
    if asked.device != caller.device.device:
        raise problems.forbidden()
    return answer(caller.request, await run_in_threadpool(_deposit, caller, asked))


@router.post("/v1/escrow/read")
async def read(caller: Caller) -> Response:
    """Hand out what waits in a scope; one that isn't there and one that the caller doesn't lead read alike."""
    asked = caller.read(EscrowRead)
    return answer(caller.request, await run_in_threadpool(_read, caller, asked))


@router.post("/v1/escrow/decide")
async def decide(caller: Caller) -> Response:
    """Remove what was accepted, once that is saved, or declined."""
    asked = caller.read(EscrowDecision)
    return answer(caller.request, await run_in_threadpool(_decide, caller, asked))


def _deposit(caller: Signed, asked: EscrowDeposit) -> EscrowDeposited:
    now = caller.central.clock_ms()
    links = digests(asked.digest_before, asked.ops, *caller.device, asked.first_n)
    ops = list(starmap(Numbered, zip(count(asked.first_n), asked.ops, links, strict=False)))
    through = caller.central.database.write(lambda connection: _deposited(connection, caller, asked, ops, now))
    return EscrowDeposited(through, now)


def _deposited(connection: Connection, caller: Signed, asked: EscrowDeposit, ops: list[Numbered], now: int) -> int:
    # Who was sent away is a member of nothing, and what was erased must be seen all the same.
    walls.all_scopes(connection)
    # A push that is under way is waited for.
    state = numbering.device_state(connection, *caller.device, lock=True)
    known = standing.known_device(connection, *caller.device)
    if state is None or known is None:
        raise problems.unknown_device()
    if known.state != identity.REVOKED:
        # One that signed itself out had nothing left.
        raise problems.forbidden() if known.state == standing.ENROLLED else problems.revoked()
    try:
        return escrow.deposit(connection, *caller.device, known.user, state, asked.digest_before, ops, now)
    except numbering.GapError as error:
        raise problems.gap(error.expected) from None
    except numbering.ForkedError as error:
        raise problems.forked(error.last_n) from None
    except escrow.TooMuchError:
        raise problems.too_large() from None


def _read(caller: Signed, asked: EscrowRead) -> EscrowPage:
    with caller.central.database.reading() as connection:
        _must_lead(connection, caller, asked.scope)
        return escrow.page(connection, caller.device.organisation, asked)


def _decide(caller: Signed, asked: EscrowDecision) -> EscrowDecided:
    decided = caller.central.database.write(lambda connection: _decided(connection, caller, asked))
    caller.central.exchanges.clean_up()
    return decided


def _decided(connection: Connection, caller: Signed, asked: EscrowDecision) -> EscrowDecided:
    organisation = caller.device.organisation
    user = _must_lead(connection, caller, asked.scope)
    if asked.seqs and not escrow.are_saved(connection, organisation, asked.scope, user, asked.seqs):
        raise problems.outdated()
    escrow.remove(connection, organisation, asked.scope, asked.device, asked.ns)
    return EscrowDecided(escrow.waiting(connection, organisation, [asked.scope]).get(asked.scope, 0))


def _must_lead(connection: Connection, caller: Signed, scope: str) -> str:
    """The user who calls; raises ProblemError `forbidden`."""
    known = admitted(connection, caller.device)
    has = standing.standing(connection, known.organisation, known.user, caller.central.clock_ms())
    if scope not in has.may or has.may[scope].rights != Rights.LEAD:
        raise problems.forbidden()
    return known.user
