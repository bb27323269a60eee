"""Snapshots for new devices: when one is wanted, whose turn it is to make it, and handing out its parts."""

from sqlalchemy import Connection

from sync.identifiers import uuid7
from sync.server import problems
from sync.server.admitting import admitted
from sync.server.clock import ClockMs
from sync.server.store import feed, snapshots, standing, writing
from sync.server.store.database import Database
from sync.server.store.snapshots import Stored
from sync.server.store.standing import Access, DeviceName, Standing
from sync.wire import (
    PART_OPS,
    Cursor,
    Rights,
    SnapshotAnswer,
    SnapshotOffer,
    SnapshotPart,
    SnapshotRequest,
    SnapshotTurn,
    SnapshotUpload,
)

TURN_MS = 600_000
"""How long a device may take for one part before another device may begin."""


class Snapshots:
    """The snapshots of one database; `at_least`: how many live ops beyond the last one make a scope want another.

    `part_ops`: about so many ops lie in one part.
    """

    def __init__(self, database: Database, clock_ms: ClockMs, at_least: int, part_ops: int = PART_OPS) -> None:
        self.part_ops = part_ops
        self._database = database
        self._clock_ms = clock_ms
        self._at_least = at_least
        self._looked: dict[tuple[str, str], int] = {}
        """Where a scope's head was when it had too few ops to want one: looked at again once it has grown."""
        self._enough: dict[tuple[str, str], int] = {}
        """The snapshot (by where it ends) beyond which a scope was found to have enough: that isn't counted again."""

    def covering(
        self, connection: Connection, organisation: str, cursors: dict[str, Cursor], has: Standing, asked: list[str]
    ) -> list[str]:
        """Those of the scopes `asked` of which a part follows on the cursor."""
        return [
            scope
            for scope in asked
            if scope in cursors
            and scope in has.may
            and cursors[scope].seq < has.may[scope].covered
            and snapshots.part_at(connection, organisation, scope, cursors[scope].seq) is not None
        ]

    def wanted(
        self, connection: Connection, caller: DeviceName, cursors: dict[str, Cursor], has: Standing, now: int
    ) -> list[str]:
        """The scopes that this device, which is up to date in them, may make a snapshot of."""
        if not self._at_least:
            return []
        return [
            scope
            for scope, access in has.may.items()
            if access.head - access.covered >= self._at_least
            and access.rights != Rights.READ
            and scope in cursors
            and cursors[scope].seq >= access.head
            and self._wants(connection, caller, access, now)
        ]

    def part(self, caller: DeviceName, asked: SnapshotRequest) -> SnapshotAnswer:
        """The part that follows on a cursor; raises ProblemError `forbidden`, `restored`."""
        organisation = caller.organisation
        now = self._clock_ms()

        def work(connection: Connection) -> SnapshotAnswer:
            access = _access(connection, caller, asked.scope, now)
            _same_history(connection, caller, access, Cursor(asked.seq, asked.chain))
            found = snapshots.part_at(connection, organisation, asked.scope, asked.seq)
            if found is None:
                return SnapshotAnswer()
            stored, part = found
            return SnapshotAnswer(
                SnapshotPart(
                    stored.id, stored.device, part.number, part.after, part.through, part.chain.hex(),
                    stored.seq, stored.seq_chain, part.epoch, part.digest, access.head,
                    snapshots.body_of(connection, organisation, asked.scope, stored, part),
                    snapshots.rest_of(connection, organisation, asked.scope, part),
                )
            )  # fmt: skip

        return self._database.read(work)

    def offer(self, caller: DeviceName, asked: SnapshotOffer) -> SnapshotTurn:
        """Whose turn it is: the device's, from where it had come, or `taken`.

        Raises ProblemError `forbidden`, `taken`, `restored`, `outdated` (nobody asks for one now, or not from there).
        """
        organisation, scope = caller.organisation, asked.scope
        now, new = self._clock_ms(), uuid7()

        def work(connection: Connection) -> SnapshotTurn:
            access = _access(connection, caller, scope, now, writes=True)
            writing.heads(connection, organisation, [scope])
            _same_history(connection, caller, access, Cursor(asked.seq, asked.chain))
            _, making = snapshots.of_scope(connection, organisation, scope)
            if making is not None and making.until > now:
                if making.device != caller.device:
                    raise problems.taken()
                return _turn(making)
            if access.head - access.covered < self._at_least or not self._at_least:
                raise problems.outdated()
            stored = Stored(new, caller.device, 0, asked.seq, asked.chain, 1, 0, 0, 0, now + TURN_MS)
            begun = snapshots.begin(connection, organisation, scope, stored, self.part_ops)
            if begun is None:
                raise problems.outdated()
            return _turn(begun)

        return self._database.write(work)

    def upload(self, caller: DeviceName, sent: SnapshotUpload) -> SnapshotTurn:
        """Keep a part, and tell which is next; what was kept before is answered as it stands now.

        Raises ProblemError `forbidden`, `outdated` (it isn't this device's turn any more, or something that is in the
        part was erased), `stale-key`.
        """
        organisation, scope = caller.organisation, sent.scope
        now = self._clock_ms()

        def work(connection: Connection) -> SnapshotTurn:
            _access(connection, caller, scope, now, writes=True)
            head = writing.heads(connection, organisation, [scope])[scope]
            whole, making = snapshots.of_scope(connection, organisation, scope)
            if whole is not None and whole.id == sent.id and whole.device == caller.device:
                return _turn(whole)
            if making is None or (making.id, making.device) != (sent.id, caller.device):
                raise problems.outdated()
            if sent.number != making.number:
                return _turn(making)
            if sent.epoch != head.key_epoch:
                raise problems.stale_key({scope: head.key_epoch})
            try:
                until, part_ops = now + TURN_MS, self.part_ops
                return _turn(snapshots.add_part(connection, organisation, scope, making, sent, until, part_ops))
            except snapshots.WrongPartError:
                raise problems.outdated() from None

        return self._database.write(work)

    def _wants(self, connection: Connection, caller: DeviceName, access: Access, now: int) -> bool:
        key = (caller.organisation, access.scope)
        if access.head - self._looked.get(key, 0) < self._at_least // 8:
            return False
        whole, making = snapshots.of_scope(connection, *key)
        if making is not None and making.until > now:
            return making.device == caller.device
        if self._enough.get(key) == access.covered:
            return True
        enough = max(self._at_least, whole.ops // 4 if whole is not None else 0)
        if snapshots.live_after(connection, *key, access.covered, access.head, enough) < enough:
            self._looked[key] = access.head
            return False
        self._enough[key] = access.covered
        return True


def _turn(stored: Stored) -> SnapshotTurn:
    return SnapshotTurn(
        stored.id, stored.seq, stored.seq_chain, stored.number, stored.after, stored.through, bool(stored.whole)
    )


def _access(connection: Connection, caller: DeviceName, scope: str, now: int, *, writes: bool = False) -> Access:
    """What the device's user may do in the scope; raises ProblemError."""
    known = admitted(connection, caller)
    access = standing.standing(connection, caller.organisation, known.user, now).may.get(scope)
    if access is None or (writes and access.rights == Rights.READ):
        raise problems.forbidden()
    return access


def _same_history(connection: Connection, caller: DeviceName, access: Access, cursor: Cursor) -> None:
    if not feed.knows(connection, caller.organisation, {access.scope: cursor}, {access.scope: access}):
        # What it has sent so far it hears at its next exchange.
        raise problems.outdated()
