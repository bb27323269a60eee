"""One exchange: first the push, in a transaction of its own, then what the replica misses, read in another.

The push's transaction is over before anything is read, so that no writer waits for a reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import starmap

from sqlalchemy import Connection

from sync.server import problems
from sync.server.clock import ClockMs
from sync.server.store import feed, identity, push
from sync.server.store.database import Database
from sync.server.store.identity import KnownDevice, Standing
from sync.wire import ExchangeAnswer, ExchangeRequest, ScopeChanges, digests

SEEN_EVERY_MS = 60_000
"""How exactly the last contact of a device is kept."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What the push part did, and the scopes that the user had rights in then."""

    taken: push.Taken
    has: Standing


class Exchanges:
    """Exchanges on one database."""

    def __init__(self, database: Database, clock_ms: ClockMs) -> None:
        self._database = database
        self._clock_ms = clock_ms
        self._seen: dict[tuple[str, str], int] = {}

    def take_in(self, caller: KnownDevice, request: ExchangeRequest) -> Pushed:
        """Check where the replica stands and take in its ops; raises ProblemError, and then nothing was changed."""
        now = self._clock_ms()
        ops = _numbered(caller, request)
        long_ago = self._seen_long_ago(caller, now)
        with self._database.writing() if ops or long_ago else self._database.reading() as connection:
            pushed, _ = self._push(connection, caller, request, ops, now)
            if long_ago:
                identity.saw_device(connection, caller.organisation, caller.device, now)
        self._seen[caller.organisation, caller.device] = now
        return pushed

    def hand_out(self, caller: KnownDevice, request: ExchangeRequest, taken: push.Taken) -> ExchangeAnswer:
        """The answer: what became of the push, and what is new to the replica."""
        now = self._clock_ms()
        with self._database.reading() as connection:
            incarnation, has = self._standing(connection, caller, now)
            return _answer(connection, caller, request, Pushed(taken, has), incarnation, now)

    def at_once(self, caller: KnownDevice, request: ExchangeRequest) -> tuple[Pushed, ExchangeAnswer]:
        """Both for who doesn't wait; where there is nothing to write they share one transaction."""
        now = self._clock_ms()
        if request.ops or self._seen_long_ago(caller, now):
            pushed = self.take_in(caller, request)
            return pushed, self.hand_out(caller, request, pushed.taken)
        with self._database.reading() as connection:
            pushed, incarnation = self._push(connection, caller, request, [], now)
            answer = _answer(connection, caller, request, pushed, incarnation, now)
        return pushed, answer

    def _push(
        self,
        connection: Connection,
        caller: KnownDevice,
        request: ExchangeRequest,
        ops: Sequence[push.Numbered],
        now: int,
    ) -> tuple[Pushed, str]:
        """What became of the ops, and the organisation's incarnation; raises ProblemError."""
        organisation, device = caller.organisation, caller.device
        state = push.device_state(connection, organisation, device)
        incarnation, has = self._standing(connection, caller, now)
        same = request.incarnation in {"", incarnation}
        if not same or not feed.knows(connection, organisation, request.cursors, has.may):
            raise problems.restored(incarnation, state.last_n)
        links = [op.digest for op in ops]
        try:
            push.check_place(connection, organisation, device, state, request.first_n, request.digest_before, links)
            taken = push.take(connection, organisation, device, state, ops, has.may, now)
        except push.GapError as error:
            raise problems.gap(error.expected) from None
        except push.ForkedError as error:
            raise problems.forked(error.last_n) from None
        except push.StaleKeyError as error:
            raise problems.stale_key(error.epochs) from None
        return Pushed(taken, has), incarnation

    def _standing(self, connection: Connection, caller: KnownDevice, now: int) -> tuple[str, Standing]:
        """The organisation's incarnation and the user's scopes.

        Raises ProblemError when the device was revoked since its signature was checked.
        """
        device = identity.known_device(connection, caller.organisation, caller.device)
        if device is None or device.state != identity.ENROLLED:
            raise problems.revoked()
        return device.incarnation, identity.standing(connection, caller.organisation, caller.user, now)

    def _seen_long_ago(self, caller: KnownDevice, now: int) -> bool:
        return now - self._seen.get((caller.organisation, caller.device), 0) > SEEN_EVERY_MS


def _numbered(caller: KnownDevice, request: ExchangeRequest) -> list[push.Numbered]:
    """The ops with their numbers and links: before any lock is taken, as it takes a while."""
    links = digests(request.digest_before, request.ops, caller.organisation, caller.device, request.first_n)
    numbers = range(request.first_n, request.first_n + len(links))
    return list(starmap(push.Numbered, zip(numbers, request.ops, links, strict=True)))


def _answer(
    connection: Connection,
    caller: KnownDevice,
    request: ExchangeRequest,
    pushed: Pushed,
    incarnation: str,
    now: int,
) -> ExchangeAnswer:
    taken, may, keys_only = pushed.taken, pushed.has.may, pushed.has.keys_only
    reader = feed.Reader(caller.organisation, caller.device, request.held_from_n)
    changes = feed.changes(connection, reader, request.cursors, may, request.limit)
    granted = [access.state for scope, access in may.items() if scope not in request.cursors]
    keys_granted = [access.state for scope, access in keys_only.items() if scope not in request.keys_only]
    lost = [scope for scope in request.cursors if scope not in may]
    lost += [scope for scope in request.keys_only if scope not in keys_only and scope not in may]
    held = {scope: cursor.epoch for scope, cursor in request.cursors.items() if scope in may}
    held |= {scope: epoch for scope, epoch in request.keys_only.items() if scope in keys_only}
    held |= dict.fromkeys((scope.id for scope in [*granted, *keys_granted]), 0)
    return ExchangeAnswer(
        incarnation=incarnation,
        accepted_through=taken.through,
        durable_through=taken.through,
        server_time=now,
        accepted=taken.runs,
        refusals=taken.refusals,
        changes=changes,
        scopes=ScopeChanges(granted, lost, keys_granted),
        key_grants=identity.grants(connection, caller.organisation, caller.device, held),
        more=any(change.more for change in changes.values()),
    )


def has_news(answer: ExchangeAnswer) -> bool:
    """Whether the answer tells the replica anything, so that it needn't wait."""
    return bool(
        answer.accepted
        or answer.refusals
        or answer.changes
        or answer.key_grants
        or answer.scopes.granted
        or answer.scopes.lost
        or answer.scopes.keys_only
    )
