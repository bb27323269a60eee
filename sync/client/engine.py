"""The exchange: push what is unsent, take in what is new, in one request; and what to do when it goes wrong."""

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.client import keyring, outbox, purge, quarantine, scopes, state
from sync.client.changes import Arrived, Spoiled
from sync.client.errors import Busy, Cancelled, CopiedDatabase, NotJoined, ServerTooNew, Slow, TooLarge
from sync.client.keyring import Keyring
from sync.client.lives import content_of
from sync.client.opening import opened
from sync.client.outbox import OwnOp, Sealed
from sync.client.replica import Replica
from sync.client.store import Database
from sync.client.transport import Declined, Transport
from sync.op import FIRST_DIGEST, Digest, Header, SealedOp
from sync.schema import ScopeKind
from sync.seal import Unopenable, unwrap
from sync.wire import (
    PAGE_OPS,
    PROTOCOL,
    PUSH_OPS,
    WAIT_S,
    Cursor,
    ExchangeAnswer,
    ExchangeRequest,
    ProblemType,
    PushedOp,
)

PATH = "/v1/exchange"
_PUSH_CONTENT_BYTES = 400_000
_ATTEMPTS = 4
_SUCCESSES_TO_GROW = 3


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one exchange did; `more`: there is something left to send or to fetch."""

    pushed: int
    pulled: int
    refused: int
    more: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a longer synchronisation has come: ops sent and received so far, and still to send."""

    pushed: int
    pulled: int
    unsent: int


@dataclass(slots=True)
class Limits:
    """How much goes into one request; halved when it was too much, doubled after three successes."""

    push: int = PUSH_OPS
    page: int = PAGE_OPS
    successes: int = 0

    def shrink(self) -> None:
        self.push, self.page, self.successes = max(1, self.push // 2), max(1, self.page // 2), 0

    def succeeded(self) -> None:
        self.successes += 1
        if self.successes >= _SUCCESSES_TO_GROW:
            self.push, self.page, self.successes = min(PUSH_OPS, self.push * 2), min(PAGE_OPS, self.page * 2), 0


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A request as prepared from what the database holds."""

    request: ExchangeRequest
    organisation: str
    cursors: dict[str, Cursor]
    last_n: int
    complete: set[str]


class Engine:
    """Exchanges for one device; safe to use from several threads, which take turns."""

    def __init__(
        self,
        database: Database,
        replica: Replica,
        transport: Transport,
        clock_ms: Callable[[], int],
        *,
        limits: Limits | None = None,
    ) -> None:
        self._database = database
        self._replica = replica
        self._transport = transport
        self._clock_ms = clock_ms
        self._turn = threading.Lock()
        self._limits = limits or Limits()
        self._ring: Keyring | None = None

    def interrupt(self) -> None:
        """End a waiting exchange, for instance because something was saved: it raises Cancelled."""
        self._transport.interrupt()

    def exchange(self, wait_s: float = 0) -> Exchanged:
        """Push and pull once; with `wait_s` (at most 25) the central API waits for something new before it answers.

        Raises an `Unanswered` when no usable answer came (nothing changed then), CopiedDatabase, RestoredServer,
        ServerTooNew, NotJoined, Cancelled. The outbox never loses anything by any of them.
        """
        with self._turn:
            for _ in range(_ATTEMPTS):
                try:
                    return self._exchange(wait_s)
                except Declined as declined:
                    self._react(declined)
        raise Busy("the central API keeps turning the exchange down")

    def until_done(
        self, progress: Callable[[Progress], None] | None = None, cancelled: Callable[[], bool] | None = None
    ) -> Exchanged:
        """Exchange until nothing is left either way; returns the totals. Raises what `exchange` raises."""
        pushed = pulled = refused = failures = 0
        while True:
            if cancelled is not None and cancelled():
                raise Cancelled
            try:
                done = self.exchange()
            except (TooLarge, Slow):
                failures += 1
                if failures > _ATTEMPTS * 2:
                    raise
                continue
            failures = 0
            pushed, pulled, refused = pushed + done.pushed, pulled + done.pulled, refused + done.refused
            if progress is not None:
                with self._database.read() as connection:
                    progress(Progress(pushed, pulled, _unsent(connection)))
            if not done.more:
                return Exchanged(pushed, pulled, refused, more=False)

    # --- one exchange

    def _exchange(self, wait_s: float, *, push: bool = True) -> Exchanged:
        outgoing = self._prepare(wait_s, push=push)
        try:
            answer = self._transport.post(PATH, outgoing.request, ExchangeAnswer, wait_s=outgoing.request.wait_s)
        except (TooLarge, Slow):
            self._limits.shrink()
            raise
        if answer.accepted_through > outgoing.last_n:
            # The central API has ops of this device that this database never made.
            self._stop_as_copied()
        self._limits.succeeded()
        done = self._take(outgoing, answer)
        if not push:
            with self._database.write() as connection:
                outbox.unseal_after(connection, outgoing.request.device, answer.accepted_through)
        if answer.minimum_client > PROTOCOL:
            raise ServerTooNew(answer.minimum_client)
        return done

    def _prepare(self, wait_s: float, *, push: bool) -> _Outgoing:
        with self._database.read() as connection:
            facts = state.facts(connection)
            if state.STOPPED in facts:
                raise CopiedDatabase
            if state.SERVER not in facts:
                raise NotJoined
            device, organisation = str(facts[state.DEVICE]), str(facts[state.ORGANISATION])
            acknowledged = int(facts.get(state.ACKNOWLEDGED_N, 0))
            before = bytes.fromhex(facts[state.ACKNOWLEDGED_DIGEST]) if acknowledged else FIRST_DIGEST
            kept = scopes.by_id(connection)
            keys = self._keyring(connection)
            last_n = int(facts.get(state.NEXT_N, 1)) - 1
            batch = (
                outbox.next_batch(connection, device, acknowledged, self._limits.push, _PUSH_CONTENT_BYTES)
                if push and last_n > acknowledged
                else []
            )
            held_from = outbox.held_from(connection, device)
            incarnation = str(facts.get(state.INCARNATION, ""))
        ops = self._sealed(organisation, device, before, batch, keys)
        cursors = {one.id: Cursor(one.cursor, one.chain, keys.newest(one.id)) for one in kept.values() if not one.lost}
        request = ExchangeRequest(
            device,
            acknowledged + 1,
            before,
            incarnation,
            ops,
            cursors,
            held_from_n=held_from,
            limit=self._limits.page,
            wait_s=0 if ops else min(wait_s, WAIT_S),
        )
        complete = {one.id for one in kept.values() if one.complete}
        return _Outgoing(request, organisation, cursors, last_n, complete)

    def _sealed(
        self, organisation: str, device: str, before: Digest, batch: Sequence[OwnOp], keys: Keyring
    ) -> list[PushedOp]:
        """The batch as it travels; bytes that were sent before are the same again, new ones are kept first."""
        ops: list[PushedOp] = []
        fresh: list[Sealed] = []
        for op in batch:
            epoch = op.key_epoch or keys.newest(op.scope)
            header = Header(
                organisation,
                op.scope,
                device,
                op.n,
                op.record,
                op.kind,
                tuple(content_of(op.content)),  # in order: it is canonical
                op.base,
                op.at,
                op.schema,
                max(epoch, 1),
                op.group,
            )
            body = op.body
            if body is None:
                if not epoch:
                    # No key for this scope yet: it and what follows wait, as numbers go without gaps.
                    break
                body = keys.seal(header, op.content.encode())
            before = SealedOp(header, body).digest(before)
            if op.body is None or op.digest != before:
                fresh.append(Sealed(op.n, op.group, epoch, body, before))
            ops.append(PushedOp.of(header, body))
        if len(ops) < len(batch):
            ops, fresh = _whole_groups(ops, fresh, batch[len(ops)].group)
        if fresh:
            with self._database.write() as connection:
                outbox.keep_sealed(connection, device, fresh)
        return ops

    # --- the answer

    def _take(self, outgoing: _Outgoing, answer: ExchangeAnswer) -> Exchanged:
        """Everything of one answer, in one transaction."""
        now = self._clock_ms()
        keys: dict[tuple[str, int], bytes] = {}
        pages: dict[str, list[Arrived | Spoiled]] = {}
        if answer.changes or answer.key_grants:
            with self._database.read() as connection:
                keys, pages = self._opened(connection, outgoing, answer)
        with self._database.write() as connection:
            device = outgoing.request.device
            if state.device_of(connection) != device:
                raise Cancelled
            before = int(state.get(connection, state.ACKNOWLEDGED_N, 0))
            touched: set[str] = set()
            if answer.accepted or answer.refusals:
                touched = outbox.acknowledge(connection, device, answer.accepted, answer.refusals, now)
            granted = self._take_scopes(connection, answer, keys)
            for scope_id, page in pages.items():
                changes = answer.changes[scope_id]
                self._replica.apply(connection, scope_id, page, changes.next, changes.chain, now)
            if touched:
                self._replica.render_again(connection, touched)
            if keys:
                quarantine.try_again(connection, self._replica, outgoing.organisation, set(keys))
            for scope_id in _whole(outgoing, answer) - outgoing.complete:
                scopes.complete(connection, scope_id)
            unsent = _unsent(connection)
            # Ops that were just sent or that have just got a key can go on; others must not keep us spinning.
            movable = unsent > 0 and (bool(outgoing.request.ops) or bool(keys))
            more = answer.more or granted or movable
            acknowledged = int(state.get(connection, state.ACKNOWLEDGED_N, 0))
            news = {"incarnation": answer.incarnation, "durable_n": answer.durable_through}
            if not more and not unsent:
                news["last_exchange"] = now
            state.put(connection, **news)
        refused = len(answer.refusals)
        pulled = sum(len(page) for page in pages.values())
        return Exchanged(max(acknowledged - before - refused, 0), pulled, refused, more)

    def _take_scopes(
        self, connection: Connection, answer: ExchangeAnswer, keys: Mapping[tuple[str, int], bytes]
    ) -> bool:
        """Start and stop keeping scopes, and keep new keys; returns whether there is a scope to fetch now."""
        for scope_id in answer.scopes.lost:
            purge.lose(connection, self._replica, scope_id)
        usable = [one for one in answer.scopes.granted if one.kind in set(ScopeKind)]
        for one in usable:
            scopes.add(connection, one.id, ScopeKind(one.kind), key_epoch=one.key_epoch)
        for (scope_id, epoch), private in keys.items():
            keyring.keep(connection, scope_id, epoch, private)
        return bool(usable)

    def _opened(
        self, connection: Connection, outgoing: _Outgoing, answer: ExchangeAnswer
    ) -> tuple[dict[tuple[str, int], bytes], dict[str, list[Arrived | Spoiled]]]:
        device = outgoing.request.device
        ring = self._keyring(connection)
        granted = _unwrapped(connection, outgoing, answer, ring) if answer.key_grants else {}
        for (scope_id, epoch), private in granted.items():
            ring.add(scope_id, epoch, private)
        own_ns = {
            change.n
            for changes in answer.changes.values()
            for change in changes.ops
            if change.device == device and change.body is None
        }
        own = outbox.contents(connection, device, own_ns) if own_ns else {}
        known = outgoing.cursors.keys() | {one.id for one in answer.scopes.granted}
        return granted, {
            scope_id: opened(changes.ops, outgoing.organisation, scope_id, ring, own)
            for scope_id, changes in answer.changes.items()
            if scope_id in known
        }

    def _keyring(self, connection: Connection) -> Keyring:
        """The keys of the scopes; deriving them again at each exchange would cost more than the rest of it."""
        count = connection.exec_driver_sql("SELECT count(*) FROM scope_key").scalar_one()
        if self._ring is None or len(self._ring) != count:
            self._ring = Keyring(connection)
        return self._ring

    # --- when the central API turns a request down

    def _react(self, declined: Declined) -> None:
        """Set right what the central API says is wrong; raises `declined` again when nothing here can."""
        problem = declined.problem
        if problem.name == ProblemType.FORKED:
            self._stop_as_copied()
        if problem.name == ProblemType.STALE_KEY:
            # First learn what was taken, which must keep its bytes, and fetch the new keys.
            self._exchange(0, push=False)
            return
        with self._database.write() as connection:
            device = state.device_of(connection)
            if problem.name == ProblemType.GAP:
                outbox.rewind(connection, device, (problem.expected or 1) - 1)
            elif problem.name == ProblemType.RESTORED:
                outbox.rewind(connection, device, problem.last_n or 0)
                scopes.start_over(connection)
                state.put(connection, incarnation=problem.incarnation)
            else:
                raise declined

    def _stop_as_copied(self) -> None:
        with self._database.write() as connection:
            state.put(connection, stopped="copied")
        raise CopiedDatabase


def _unsent(connection: Connection) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM op WHERE {outbox.UNSENT}").scalar_one())  # noqa: S608 (a constant)


def _unwrapped(
    connection: Connection, outgoing: _Outgoing, answer: ExchangeAnswer, ring: Keyring
) -> dict[tuple[str, int], bytes]:
    """The scope keys that came for this device and aren't here yet; what isn't for it is passed over."""
    own = keyring.device_keys(connection)
    keys: dict[tuple[str, int], bytes] = {}
    for grant in answer.key_grants:
        if ring.has(grant.scope, grant.epoch):
            continue
        with contextlib.suppress(Unopenable):
            keys[grant.scope, grant.epoch] = unwrap(
                own,
                grant.wrapped,
                organisation=outgoing.organisation,
                scope=grant.scope,
                epoch=grant.epoch,
                device=outgoing.request.device,
            )
    return keys


def _whole(outgoing: _Outgoing, answer: ExchangeAnswer) -> set[str]:
    """The scopes that this device now has everything of."""
    asked = outgoing.cursors.keys() - set(answer.scopes.lost)
    if not answer.more:
        return set(asked)
    return {scope_id for scope_id in asked & answer.changes.keys() if not answer.changes[scope_id].more}


def _whole_groups(ops: list[PushedOp], fresh: list[Sealed], cut: str) -> tuple[list[PushedOp], list[Sealed]]:
    return [op for op in ops if op.group != cut], [op for op in fresh if op.group != cut]
