"""Making a snapshot of a scope for new devices, when the central API asks for one: a part at a time, in between.

Only what was accepted is in it: `replica` holds nothing else. The central API says how far each part reaches, and hands
out itself what this device doesn't have there, such as what is in its quarantine.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from sync import snapshot
from sync.client import scopes, state
from sync.client.errors import Unanswered
from sync.client.keyring import Keyring
from sync.client.lives import decoded
from sync.client.store import Database
from sync.client.transport import Declined, Transport
from sync.seal import TooMuch
from sync.snapshot import Held, Place
from sync.wire import PART_BYTES, PART_OPS, SnapshotOffer, SnapshotTurn, SnapshotUpload

OFFER, PART = "/v1/snapshot/offer", "/v1/snapshot/part"


class _Seq(msgspec.Struct, array_like=True):
    """Of a live op only what stands first."""

    seq: int


_seqs = msgspec.json.Decoder(list[_Seq])
_encoder = msgspec.json.Encoder()


@dataclass(slots=True)
class _Making:
    """The snapshot that is being made: whose turn which part is, and where each op lies."""

    scope: str
    turn: SnapshotTurn
    seqs: "array[int]"
    """The accepted live ops' places, ascending."""
    rows: "array[int]"
    """The row of `replica` in which each of them is."""


class Maker:
    """Makes snapshots for one device; one that was turned down isn't tried again by this object."""

    def __init__(self, database: Database, transport: Transport, keyring: Callable[[Connection], Keyring]) -> None:
        self._database = database
        self._transport = transport
        self._keyring = keyring
        self._wanted: list[str] = []
        self._declined: set[str] = set()
        self._making: _Making | None = None

    def asked(self, wanted: Sequence[str]) -> None:
        """The central API would have snapshots of these scopes."""
        self._wanted = [scope for scope in wanted if scope not in self._declined]

    @property
    def busy(self) -> bool:
        """Whether there is a part to be made."""
        return self._making is not None or bool(self._wanted)

    def step(self) -> None:
        """Make and send the next part; raises Cancelled. What fails is left for another time, or another device."""
        try:
            if self._making is None:
                self._making = self._begun(self._wanted.pop(0)) if self._wanted else None
            if self._making is not None:
                turn = self._sent(self._making)
                self._making.turn = turn
                if turn.whole:
                    self._making = None
        except (Declined, KeyError, TooMuch, scopes.WrongScope):
            if self._making is not None:
                self._declined.add(self._making.scope)
            self._making = None
        except Unanswered:
            # Begun again where it was, once the central API asks again.
            self._making, self._wanted = None, []

    def _begun(self, scope_id: str) -> _Making | None:
        """Ask for the turn, and look where everything lies; None when the device isn't up to date there."""
        with self._database.read() as connection:
            here = scopes.scope(connection, scope_id)
        if not here.complete or here.lost or here.keys_only or not here.cursor:
            return None
        try:
            turn = self._transport.post(OFFER, SnapshotOffer(scope_id, here.cursor, here.chain), SnapshotTurn)
        except Declined:
            return None
        with self._database.read() as connection:
            if turn.whole or scopes.scope(connection, scope_id).cursor < turn.seq:
                return None
            found = sorted(
                (one.seq, row)
                for row, live in _rows(connection, scope_id)
                for one in _seqs.decode(live)
                if turn.after < one.seq <= turn.seq
            )
        return _Making(scope_id, turn, array("q", (seq for seq, _ in found)), array("q", (row for _, row in found)))

    def _sent(self, making: _Making) -> SnapshotTurn:
        turn = making.turn
        with self._database.read() as connection:
            ring = self._keyring(connection)
            organisation, maker = str(state.required(connection, state.ORGANISATION)), state.device_of(connection)
            ops = _ops(connection, making)[:PART_OPS]
        epoch = ring.newest(making.scope)
        place = Place(
            organisation, making.scope, turn.id, maker, turn.number, turn.after, turn.through, turn.seq,
            turn.seq_chain, epoch,
        )  # fmt: skip
        while True:
            body = snapshot.sealed(ring.cipher(making.scope, epoch), place, ops)
            if len(body) <= PART_BYTES:
                break
            # What is left out comes from the feed.
            ops = ops[: len(ops) // 2]
        names: dict[tuple[str, ...], int] = {}
        fields = [names.setdefault(tuple(sorted(live.values)), len(names)) for _, _, live in ops]
        upload = SnapshotUpload(
            making.scope, turn.id, turn.number, epoch, [list(each) for each in names],
            [live.seq for _, _, live in ops], fields, body,
        )  # fmt: skip
        return self._transport.post(PART, upload, SnapshotTurn)


def _rows(connection: Connection, scope_id: str) -> Iterator[tuple[int, str]]:
    found = connection.exec_driver_sql("SELECT rowid, live FROM replica WHERE scope = ?", (scope_id,))
    for rows in found.partitions(1000):
        yield from ((row[0], row[1]) for row in rows)


def _ops(connection: Connection, making: _Making) -> list[Held]:
    """What is live now of the ops in the stretch of the next part, in seq order."""
    after, through = making.turn.after, making.turn.through
    first, last = bisect_right(making.seqs, after), bisect_right(making.seqs, through)
    rows = sorted(set(making.rows[first:last]))
    found = connection.exec_driver_sql(
        "SELECT kind, record, live FROM replica WHERE rowid IN (SELECT value FROM json_each(?)) AND scope = ?",
        (_encoder.encode(rows).decode(), making.scope),
    )
    ops = [
        (kind, record, live)
        for kind, record, kept in found.all()
        for live in decoded(kept)
        if after < live.seq <= through
    ]
    return sorted(ops, key=lambda op: op[2].seq)
