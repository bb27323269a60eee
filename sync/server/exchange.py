"""One exchange: first the push, in a transaction of its own, then what the replica misses, read in another.

The push's transaction is over before anything is read, so that no writer waits for a reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count, starmap

from sqlalchemy import Connection

from sync.server import problems
from sync.server.admitting import admitted
from sync.server.clock import ClockMs
from sync.server.noticing import Noticing, PutBackError
from sync.server.snapshots import Snapshots
from sync.server.store import escrow, feed, incarnations, numbering, push, rotating, standing
from sync.server.store.database import Database
from sync.server.store.numbering import Numbered, Told
from sync.server.store.standing import DeviceName, KnownDevice, Standing
from sync.server.store.wiping import Wiping
from sync.wire import Changes, ExchangeAnswer, ExchangeRequest, Rights, ScopeChanges, digests

SEEN_EVERY_MS = 60_000
"""How exactly the last contact of a device is kept."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What the push part did, whose it was, and what they had rights in then, with the heads after the push.

    `vault_seq`: the highest that the device has told; `kept_vault_seq`: that in the database.
    """

    taken: push.Taken
    caller: KnownDevice
    has: Standing
    vault_seq: int
    kept_vault_seq: int = 0


@dataclass(frozen=True, slots=True)
class _Answered:
    """An answer, and of which scopes the device lacks the newest key, with the epoch that it holds of each."""

    answer: ExchangeAnswer
    lacking: dict[str, int]


class Exchanges:
    """Exchanges on one database."""

    def __init__(self, database: Database, clock_ms: ClockMs, snapshots: Snapshots, noticing: Noticing) -> None:
        self._database = database
        self._noticing = noticing
        self._snapshots = snapshots
        self._clock_ms = clock_ms
        self._wiping = Wiping(database)
        self._wiping.settle()
        self._seen: dict[DeviceName, int] = {}
        self._told: dict[DeviceName, int] = {}
        self._lacks: dict[DeviceName, dict[str, int]] = {}

    def take_in(self, caller: DeviceName, request: ExchangeRequest) -> Pushed:
        """Check where the replica stands and take in its ops; raises ProblemError, and then no op was taken."""
        try:
            return self._take_in(caller, request)
        except PutBackError as found:
            raise self._noticing.begin_anew(caller, found) from None

    def _take_in(self, caller: DeviceName, request: ExchangeRequest) -> Pushed:
        now = self._clock_ms()
        ops = _numbered(caller, request)
        long_ago = self._seen_long_ago(caller, now)

        def work(connection: Connection) -> Pushed:
            pushed = self._push(connection, caller, request, ops, now, writes=bool(ops) or long_ago)
            if long_ago and not ops:
                numbering.saw(connection, *caller, now, Told(pushed.vault_seq, _unsent(request)))
            return pushed

        if ops or long_ago:
            pushed = self._database.write(work)
            self._seen[caller] = now
            if pushed.taken.erased:
                self._wiping.owe()
            self._wiping.settle()
        else:
            pushed = self._database.read(work)
            self._tell_all(caller, request, pushed, now)
        self._told[caller] = pushed.vault_seq
        return pushed

    def hand_out(self, caller: DeviceName, request: ExchangeRequest, taken: push.Taken) -> ExchangeAnswer:
        """The answer: what became of the push, and what is new to the replica."""
        now = self._clock_ms()

        def work(connection: Connection) -> _Answered:
            known, has = standing_of(connection, caller, now)
            return self._answer(connection, request, Pushed(taken, known, has, request.vault_seq), now)

        return self._wished(caller, self._database.read(work))

    def at_once(self, caller: DeviceName, request: ExchangeRequest) -> tuple[Pushed, ExchangeAnswer]:
        """Both for who doesn't wait; who pushes hears of what there was up to then."""
        now = self._clock_ms()
        if request.ops or self._seen_long_ago(caller, now):
            pushed = self.take_in(caller, request)
            answered = self._database.read(lambda connection: self._answer(connection, request, pushed, now))
            return pushed, self._wished(caller, answered)

        def work(connection: Connection) -> tuple[Pushed, _Answered]:
            pushed = self._push(connection, caller, request, [], now, writes=False)
            return pushed, self._answer(connection, request, pushed, now)

        try:
            pushed, answered = self._database.read(work)
        except PutBackError as found:
            raise self._noticing.begin_anew(caller, found) from None
        self._told[caller] = pushed.vault_seq
        self._tell_all(caller, request, pushed, now)
        return pushed, self._wished(caller, answered)

    def _answer(self, connection: Connection, request: ExchangeRequest, pushed: Pushed, now: int) -> _Answered:
        caller = pushed.caller
        taken, may, keys_only = pushed.taken, pushed.has.may, pushed.has.keys_only
        reader = feed.Reader(caller.organisation, caller.device, request.held_from_n)
        cursors, organisation = request.cursors, caller.organisation
        covered = self._snapshots.covering(connection, organisation, cursors, pushed.has, request.by_snapshot)
        fed = {scope: access for scope, access in may.items() if scope not in covered} if covered else may
        changes = feed.changes(connection, reader, cursors, fed, request.limit)
        for scope in covered:
            changes[scope] = Changes([], cursors[scope].seq, cursors[scope].chain, more=True)
        granted = [access.state for scope, access in may.items() if scope not in request.cursors]
        keys_granted = [access.state for scope, access in keys_only.items() if scope not in request.keys_only]
        lost = [scope for scope in request.cursors if scope not in may]
        lost += [scope for scope in request.keys_only if scope not in keys_only and scope not in may]
        held = {scope: cursor.epoch for scope, cursor in request.cursors.items() if scope in may}
        held |= {scope: epoch for scope, epoch in request.keys_only.items() if scope in keys_only}
        held |= dict.fromkeys((scope.id for scope in [*granted, *keys_granted]), 0)
        grants = standing.grants(connection, caller.organisation, caller.device, held)
        hands_out = pushed.has.hands_out(caller.role)
        answer = ExchangeAnswer(
            incarnation=caller.incarnation,
            accepted_through=taken.through,
            durable_through=taken.through,
            server_time=now,
            accepted=taken.runs,
            refusals=taken.refusals,
            changes=changes,
            scopes=ScopeChanges(granted, lost, keys_granted),
            key_grants=grants,
            more=any(change.more for change in changes.values()),
            snapshots=covered,
            wanted=self._snapshots.wanted(
                connection, DeviceName(organisation, caller.device), cursors, pushed.has, now
            ),
            heads={scope: may[scope].head for scope, change in changes.items() if change.more},
            # A newer key than the scope's is from before the database was put back.
            due={
                scope: access.key_epoch
                for scope, access in hands_out.items()
                if access.due_epoch >= access.key_epoch or held.get(scope, 0) > access.key_epoch
            },
            wishes=rotating.wishes(connection, organisation, hands_out.keys(), now) if hands_out else [],
            escrow=escrow.waiting(
                connection, organisation, [scope for scope, access in may.items() if access.rights == Rights.LEAD]
            ),
        )
        here = {(grant.scope, grant.epoch) for grant in grants}
        lacking = {
            scope: held[scope]
            for scope, access in [*may.items(), *keys_only.items()]
            if held.get(scope, 0) < access.key_epoch and (scope, access.key_epoch) not in here
        }
        return _Answered(answer, lacking)

    def _wished(self, caller: DeviceName, answered: _Answered) -> ExchangeAnswer:
        """Note which keys the device lacks and nobody has given it yet, for whoever hands them out."""
        lacking = answered.lacking
        if lacking != self._lacks.get(caller, {}):
            self._database.write(lambda connection: rotating.wish(connection, *caller, lacking))
            self._lacks[caller] = lacking
            if not lacking:
                del self._lacks[caller]
        return answered.answer

    def clean_up(self) -> None:
        """What was removed for good leaves the database's own files too."""
        self._wiping.owe()
        self._wiping.settle()

    def _tell_all(self, caller: DeviceName, request: ExchangeRequest, pushed: Pushed, now: int) -> None:
        """Where other nodes may be asked next, they must know what this one was told of the device's database."""
        if self._database.shared and pushed.vault_seq > pushed.kept_vault_seq:
            told = Told(pushed.vault_seq, _unsent(request))
            self._database.write(lambda connection: numbering.saw(connection, *caller, now, told))
            self._seen[caller] = now

    def _seen_long_ago(self, caller: DeviceName, now: int) -> bool:
        return now - self._seen.get(caller, 0) > SEEN_EVERY_MS

    def _push(
        self,
        connection: Connection,
        caller: DeviceName,
        request: ExchangeRequest,
        ops: Sequence[Numbered],
        now: int,
        *,
        writes: bool,
    ) -> Pushed:
        """What became of the ops; raises ProblemError."""
        organisation, device = caller
        state = numbering.device_state(connection, organisation, device, lock=writes)
        known, has = standing_of(connection, caller, now)
        if state is None:
            raise problems.unknown_device()
        here = PutBackError(known.incarnation, state.last_n)
        if incarnations.is_later(request.incarnation, known.incarnation):
            raise here
        if request.incarnation not in {"", known.incarnation}:
            raise problems.restored(known.incarnation, state.last_n)
        if not feed.knows(connection, organisation, request.cursors, has.may):
            raise here
        # On the disk it is kept with each push and once a minute, like the last contact; in between, here.
        highest = max(state.vault_seq, self._told.get(caller, 0))
        if 0 < request.vault_seq < highest:
            raise problems.older(state.last_n)
        vault_seq = max(request.vault_seq, highest)
        links = [op.digest for op in ops]
        try:
            numbering.check_place(
                connection, organisation, device, state, request.first_n, request.digest_before, links
            )
            told = Told(vault_seq, _unsent(request))
            taken = push.take(connection, organisation, device, state, ops, has.may, known.role, now, told)
        except numbering.GapError:
            raise here from None
        except numbering.ForkedError as error:
            raise problems.forked(error.last_n) from None
        except push.StaleKeyError as error:
            raise problems.stale_key(error.epochs) from None
        grown = {scope: replace(has.may[scope], head=head.seq, chain=head.chain) for scope, head in taken.grown.items()}
        # In the order of the scopes, in which room on a page is given out.
        may = {scope: grown.get(scope, had) for scope, had in has.may.items()}
        return Pushed(taken, known, replace(has, may=may), vault_seq, state.vault_seq)


def standing_of(connection: Connection, caller: DeviceName, now: int) -> tuple[KnownDevice, Standing]:
    """The device and its user's scopes; raises ProblemError when it was revoked, also since its signature was made."""
    known = admitted(connection, caller)
    return known, standing.standing(connection, caller.organisation, known.user, now)


def _unsent(request: ExchangeRequest) -> int:
    return -1 if request.unsent is None else request.unsent


def _numbered(caller: DeviceName, request: ExchangeRequest) -> list[Numbered]:
    """The ops with their numbers and links: before any lock is taken, as it takes a while."""
    links = digests(request.digest_before, request.ops, caller.organisation, caller.device, request.first_n)
    return list(starmap(Numbered, zip(count(request.first_n), request.ops, links, strict=False)))


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
