"""The exchange: push what is unsent, take in what is new, in one request; and what to do when it goes wrong."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sync.client import incoming, lease, offering, outbox, restored, scopes, sent_away, state, succession
from sync.client.errors import (
    Busy,
    Cancelled,
    CopiedDatabase,
    NotAdmitted,
    ServerTooNew,
    Slow,
    SyncError,
    TooLarge,
)
from sync.client.flight import PATH, Flight
from sync.client.incoming import Opened
from sync.client.limits import Exchanged, Limits, Progress
from sync.client.making import Maker
from sync.client.outgoing import Outgoing, Preparer
from sync.client.rendering import Renderer
from sync.client.replica import Replica
from sync.client.rotating import Entitled, KeyKeeper
from sync.client.store import Database
from sync.client.succession import Introduce, PutBack, Reason
from sync.client.taking import Taker
from sync.client.transport import Declined, Transport
from sync.wire import PROTOCOL, ExchangeAnswer, ProblemType

__all__ = ["PATH", "Engine", "Exchanged", "Limits", "Progress"]

_ATTEMPTS = 4
_BETWEEN_PARTS_S = 0.25
"""How long an exchange waits while a snapshot is made: what is saved goes out before the next part."""
_OTHER_DATABASE = {ProblemType.FORKED: Reason.COPIED, ProblemType.OLDER: Reason.OLDER}
"""What the central API says of a database that was copied or put back."""


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
        introduce: Introduce | None = None,
        snapshots: bool = True,
        entitled: Entitled | None = None,
    ) -> None:
        """`introduce` may save what others should know of a new identity, in the transaction that takes it.

        `entitled`: whether a user may have a scope's keys; with it, this device looks after the keys that it hands out.
        `snapshots`: whether new scopes are taken by snapshots where there are any, and snapshots are made when asked.
        """
        self._introduce = introduce
        self._database = database
        self._replica = replica
        self._transport = transport
        self._clock_ms = clock_ms
        self._turn = threading.Lock()
        self._limits = limits or Limits()
        self._taker = Taker(database, replica, transport, clock_ms, self._limits)
        self._preparer = Preparer(database, self._limits, self._taker.useless if snapshots else None)
        self._maker = Maker(database, transport, self._preparer.keyring) if snapshots else None
        self._keys = KeyKeeper(database, transport, clock_ms, entitled) if entitled is not None else None
        self._offered: list[str] = []

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
                    making = self._maker is not None and self._maker.busy
                    done = self._exchange(min(wait_s, _BETWEEN_PARTS_S) if making else wait_s)
                except (Declined, PutBack) as trouble:
                    self._react(trouble)
                    continue
                if making and self._maker is not None and not done.more:
                    self._maker.step()
                self._look_after_keys(done)
                return done
        raise Busy("the central API keeps turning the exchange down")

    def until_done(
        self, progress: Callable[[Progress], None] | None = None, cancelled: Callable[[], bool] | None = None
    ) -> Exchanged:
        """Exchange until nothing is left either way; returns the totals. Raises what `exchange` raises.

        While one answer is taken in, the next request is under way; while the central API works on a push, the next
        one is sealed. `progress` and `cancelled` are called between two answers, and mustn't exchange themselves.
        """
        pushed = pulled = refused = 0
        with self._turn, ThreadPoolExecutor(1, "wor-exchange-ahead") as pool:
            ahead = _Ahead(self._transport, self._replica.renderer, pool)
            try:
                while True:
                    if cancelled is not None and cancelled():
                        raise Cancelled
                    done = self._step(ahead)
                    if done is None:
                        continue
                    pushed, pulled, refused = pushed + done.pushed, pulled + done.pulled, refused + done.refused
                    if progress is not None:
                        self._tell(progress, pushed, pulled)
                    if self._offered:
                        pulled += self._take_snapshots(pool, pushed, pulled, progress, cancelled)
                    elif not done.more:
                        while self._maker is not None and self._maker.busy and not (cancelled and cancelled()):
                            self._maker.step()
                        self._look_after_keys(done)
                        return Exchanged(pushed, pulled, refused, more=False)
            finally:
                ahead.abandon()

    def look_after_keys(self) -> None:
        """Send away who is noted to go, and replace the keys that they had. Raises Declined, an `Unanswered`.

        An exchange does the same in the end, and leaves what fails to the next.
        """
        with self._turn:
            if self._keys is not None:
                self._keys.look_after()

    def _look_after_keys(self, done: Exchanged) -> None:
        # Only with the whole directory here: whose keys are whose stands in it.
        if self._keys is not None and self._keys.busy and not done.more:
            self._keys.step()

    def _take_snapshots(
        self,
        pool: ThreadPoolExecutor,
        pushed: int,
        pulled: int,
        progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> int:
        """Take what the last answer offered, until something is saved meanwhile; returns how many ops came."""
        count = 0

        def go_on(taken: int) -> bool:
            nonlocal count
            count += taken
            unsent = self._tell(progress, pushed, pulled + count)
            return not unsent and not (cancelled is not None and cancelled())

        with self._database.read() as connection:
            ring = self._preparer.keyring(connection)
        for scope_id in self._offered:
            self._taker.take(scope_id, pool, ring, go_on)
        return count

    def _tell(self, progress: Callable[[Progress], None] | None, pushed: int, pulled: int) -> int:
        """Tell how far it has come; returns how many ops are unsent."""
        with self._database.read() as connection:
            unsent = outbox.unsent(connection)
            if progress is not None:
                progress(Progress(pushed, pulled, unsent, *scopes.come(connection)))
        return unsent

    # --- one exchange

    def _exchange(self, wait_s: float, *, push: bool = True) -> Exchanged:
        outgoing = self._preparer.request(wait_s, push=push)
        flight = Flight(self._transport, outgoing, self._replica.renderer)
        answer = self._answer(flight)
        done = self._take(flight, answer)
        if not push:
            with self._database.write() as connection:
                outbox.unseal_after(connection, flight.outgoing.request.device, answer.accepted_through)
        return done

    def _step(self, ahead: "_Ahead") -> Exchanged | None:
        """One exchange of several; None when it has to be tried again."""
        try:
            flight = ahead.flight or self._take_off(ahead)
            batch = self._preparer.batch_after(flight.outgoing)
            answer = self._answer(flight)
        except (Declined, PutBack) as trouble:
            ahead.failed(trouble)
            self._react(trouble)
            return None
        except (TooLarge, Slow) as error:
            ahead.failed(error)
            return None
        ahead.landed()
        following = self._preparer.request_after(flight.outgoing, batch, answer)
        if following is not None:
            ahead.send(following)
        try:
            return self._take(flight, answer)
        except PutBack as trouble:
            ahead.settle()
            ahead.failed(trouble)
            self._react(trouble)
            return None

    def _take_off(self, ahead: "_Ahead") -> Flight:
        outgoing = self._preparer.request(0, push=True)
        # With nothing to do meanwhile it goes from this thread.
        return ahead.send(outgoing, now=outgoing.batch.last_n > outgoing.through_n)

    def _answer(self, flight: Flight) -> ExchangeAnswer:
        try:
            answer = flight.answer()
        except (TooLarge, Slow):
            self._limits.shrink()
            raise
        except NotAdmitted as refused:
            if str(refused) == ProblemType.REVOKED:
                with self._database.write() as connection:
                    sent_away.heard(connection, refused.wipe, self._clock_ms())
            raise
        if answer.accepted_through > flight.outgoing.batch.last_n:
            # The central API has ops of this device that this database never made.
            raise PutBack(Reason.OLDER)
        self._limits.succeeded()
        self._offered = answer.snapshots
        if self._maker is not None:
            self._maker.asked(answer.wanted)
        if self._keys is not None:
            self._keys.heard(answer)
        return answer

    def _take(self, flight: Flight, answer: ExchangeAnswer) -> Exchanged:
        """Everything of one answer, in one transaction."""
        outgoing, now = flight.outgoing, self._clock_ms()
        found = Opened({}, {})
        with self._database.read() as connection:
            facts = state.facts(connection)
            if answer.changes or answer.key_grants:
                ring = self._preparer.keyring(connection)
                found = incoming.open_answer(connection, outgoing, answer, ring, flight.early)
            elif (
                not incoming.is_news(outgoing, answer, facts)
                and not facts.keys() & {state.UNWIPED, state.LEFT}
                and 0 <= now - int(facts.get(state.LAST_EXCHANGE, 0)) < incoming.STAMP_MS
                and lease.is_new(facts.get(state.LEASE), now, incoming.STAMP_MS)
                and not outbox.unsent(connection)
            ):
                return self._told(answer, Exchanged(0, 0, 0, more=False))
        with self._database.write() as connection:
            done = incoming.take(connection, self._replica, outgoing, answer, found, now)
            unwiped = state.get(connection, state.UNWIPED) is not None
        if unwiped:
            self._wipe()
        return self._told(answer, self._brought_back(done, answer.server_time) if state.LEFT in facts else done)

    def _brought_back(self, done: Exchanged, now: int) -> Exchanged:
        """With everything here and sent for a while, offer what the central API lost and nobody else brought back."""
        since = None if done.more else offering.waits_since(self._database, now)
        if since is None or now - since < self._limits.makers_have_ms:
            return done
        with contextlib.suppress(SyncError):
            return replace(done, more=offering.bring_back(self._database, self._replica, self._transport))
        return done

    def _wipe(self) -> None:
        """What was purged leaves the log too; tried again at the next exchange when somebody is reading now."""
        if self._database.checkpoint():
            with self._database.write() as connection:
                state.put(connection, unwiped=None)

    @staticmethod
    def _told(answer: ExchangeAnswer, done: Exchanged) -> Exchanged:
        if answer.minimum_client > PROTOCOL:
            raise ServerTooNew(answer.minimum_client)
        return done

    # --- when the central API turns a request down

    def _react(self, trouble: Declined | PutBack) -> None:
        """Set right what the central API says is wrong; raises `trouble` again when nothing here can."""
        if isinstance(trouble, PutBack):
            self._succeed(trouble.reason)
            return
        problem = trouble.problem
        if problem.name in _OTHER_DATABASE:
            self._succeed(_OTHER_DATABASE[problem.name])
            return
        if problem.name == ProblemType.STALE_KEY:
            # First learn what was taken, which must keep its bytes, and fetch the new keys.
            try:
                self._exchange(0, push=False)
            except (Declined, PutBack) as found:
                if isinstance(found, Declined) and found.problem.name == ProblemType.STALE_KEY:
                    raise
                self._react(found)
            return
        if problem.name == ProblemType.RESTORED:
            common = restored.ask(self._database, self._transport)
            with self._database.write() as connection:
                restored.begin_again(connection, problem.incarnation, problem.last_n or 0, common)
            return
        if problem.name != ProblemType.GAP:
            raise trouble
        with self._database.write() as connection:
            outbox.rewind(connection, state.device_of(connection), (problem.expected or 1) - 1)

    def _succeed(self, reason: str) -> None:
        """Go on under another identity; a central API that doesn't let us leaves it to a person."""
        try:
            succession.succeed(
                self._database, self._replica, self._transport, reason, self._clock_ms(), self._introduce
            )
        except Declined as declined:
            with self._database.write() as connection:
                state.put(connection, stopped="copied")
            raise CopiedDatabase from declined


class _Ahead:
    """The one request that is under way while the answer before it is taken in, and the failures in a row."""

    def __init__(self, transport: Transport, renderer: Renderer, pool: ThreadPoolExecutor) -> None:
        self._transport = transport
        self._renderer = renderer
        self._pool = pool
        self._failures = 0
        self.flight: Flight | None = None

    def send(self, outgoing: Outgoing, *, now: bool = True) -> Flight:
        self.flight = Flight(self._transport, outgoing, self._renderer, self._pool if now else None)
        return self.flight

    def landed(self) -> None:
        """The answer is here."""
        self.flight, self._failures = None, 0

    def settle(self) -> None:
        """Wait until nothing is under way; what comes isn't used."""
        if self.flight is not None:
            with contextlib.suppress(SyncError):
                self.flight.answer()

    def failed(self, error: Exception) -> None:
        """Raise `error` when it goes on: what is too large or slow may shrink twice as often."""
        self.flight = None
        self._failures += 1
        if isinstance(error, Declined | PutBack) and self._failures >= _ATTEMPTS:
            raise Busy("the central API keeps turning the exchange down") from error
        if self._failures > _ATTEMPTS * 2:
            raise error

    def abandon(self) -> None:
        if self.flight is not None:
            self.flight.abandon()
