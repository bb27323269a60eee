"""Taking a scope by its snapshot: part by part, each like a page of the feed that came at once.

After every part the cursor stands where the part ends, just as after a page. So whatever goes wrong with a part, the
feed goes on from there: what can't be opened, a snapshot that is gone, a process that was killed in between.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from sync import snapshot
from sync.client import judging, scopes, state
from sync.client.changes import Arrived, Spoiled
from sync.client.errors import Cancelled, Slow, SyncError, TooLarge
from sync.client.keyring import Keyring
from sync.client.limits import Limits
from sync.client.opening import opened
from sync.client.page import seq_of
from sync.client.rendering import Renderer
from sync.client.replica import Replica
from sync.client.store import Database
from sync.client.transport import Declined, Transport
from sync.seal import Unopenable
from sync.snapshot import Place
from sync.wire import Cursor, SnapshotAnswer, SnapshotPart, SnapshotRequest

PATH = "/v1/snapshot"


@dataclass(slots=True)
class _Batch:
    """Some parts, opened, that are taken in together: their ops, and where the cursor stands after them.

    `broken`: what follows can't be had or isn't what it should be. `more`: there is a part that follows.
    """

    begins: Cursor
    ends: Cursor
    page: list[Arrived | Spoiled] = field(default_factory=list[Arrived | Spoiled])
    head: int = 0
    broken: bool = False
    more: bool = True


class Taker:
    """Takes snapshots for one device; what turned out to be useless isn't asked for again by this object."""

    def __init__(
        self, database: Database, replica: Replica, transport: Transport, clock_ms: Callable[[], int], limits: Limits
    ) -> None:
        self._database = database
        self._replica = replica
        self._transport = transport
        self._clock_ms = clock_ms
        self._limits = limits
        self.useless: set[str] = set()
        """The scopes that are read by the feed, as their snapshot couldn't be opened or isn't what it should be."""

    def take(self, scope_id: str, pool: ThreadPoolExecutor, ring: Keyring, go_on: Callable[[int], bool]) -> int:
        """Take the parts that follow on the cursor of a scope; returns how many ops they had.

        While some are taken in, the next are under way. `go_on` hears how many ops there were, and may say that it is
        enough for now. Raises an `Unanswered`, Cancelled; what was taken by then stays.
        """
        count = 0
        with self._database.read() as connection:
            here = scopes.scope(connection, scope_id)
            whose = _Whose(
                str(state.required(connection, state.ORGANISATION)),
                scope_id,
                state.device_of(connection),
                int(state.get(connection, state.NEXT_N, 1)),
            )
        # The first by itself, so that there is something to do while the others are under way.
        begins, at_once = Cursor(here.cursor, here.chain), self._limits.at_once
        flight: Future[_Batch] | None = pool.submit(self._fetch, whose, begins, ring, 1)
        try:
            while flight is not None:
                batch = flight.result()
                ahead = batch.more and not batch.broken
                flight = pool.submit(self._fetch, whose, batch.ends, ring, at_once) if ahead else None
                if batch.ends != batch.begins:
                    self._take_in(whose, batch)
                    count += len(batch.page)
                if batch.broken:
                    self.useless.add(scope_id)
                elif batch.ends != batch.begins and not go_on(len(batch.page)):
                    break
        finally:
            if flight is not None and not flight.cancel():
                with suppress(SyncError):
                    flight.result()
        return count

    def _fetch(self, whose: "_Whose", begins: Cursor, ring: Keyring, at_least: int) -> _Batch:
        """The next parts, until they have so many ops together; raises an `Unanswered`, Cancelled."""
        batch = _Batch(begins, begins)
        while batch.more and len(batch.page) < at_least:
            try:
                asked = SnapshotRequest(whose.scope, batch.ends.seq, batch.ends.chain)
                part = self._transport.post(PATH, asked, SnapshotAnswer).part
                if part is None:
                    batch.more = False
                    break
                page = _opened(part, whose, ring, self._replica.renderer) if part.through > batch.ends.seq else []
            except (Unopenable, KeyError, Declined, Slow, TooLarge):
                # The feed has smaller pages; what the central API holds against this device it says there, too.
                batch.broken = True
                break
            batch.page += page
            batch.ends, batch.head = Cursor(part.through, part.chain), part.head
            batch.more = part.through < part.seq
        return batch

    def _take_in(self, whose: "_Whose", batch: _Batch) -> None:
        """All of a batch in one transaction; raises Cancelled when the device or the scope stands elsewhere by now."""
        with self._database.write() as connection:
            here = scopes.scope(connection, whose.scope)
            stands = (here.cursor, here.chain) == (batch.begins.seq, batch.begins.chain) and not here.lost
            if state.device_of(connection) != whose.device or not stands:
                raise Cancelled
            ends = batch.ends
            self._replica.apply(connection, whose.scope, batch.page, ends.seq, ends.chain, self._clock_ms())
            scopes.note_heads(connection, {whose.scope: batch.head})


@dataclass(frozen=True, slots=True)
class _Whose:
    """Who takes what; `next_n`: the device never made an op of that number."""

    organisation: str
    scope: str
    device: str
    next_n: int


def _opened(part: SnapshotPart, whose: _Whose, ring: Keyring, renderer: Renderer) -> list[Arrived | Spoiled]:
    """The ops of a part, judged, with those that the central API hands out beside it; raises Unopenable, KeyError."""
    place = Place(
        whose.organisation, whose.scope, part.id, part.maker, part.number, part.after, part.through, part.seq,
        part.seq_chain, part.epoch,
    )  # fmt: skip
    held = snapshot.opened(ring.cipher(whose.scope, part.epoch), place, part.body, part.digest)
    page: list[Arrived | Spoiled] = [
        Arrived(kind, record, live, fits=judging.fits(renderer, kind, live.values)) for kind, record, live in held
    ]
    if part.rest:
        page += opened(part.rest, whose.organisation, whose.scope, ring, {})
        page.sort(key=seq_of)
    if any(made_by == whose.device and n >= whose.next_n for made_by, n in map(_maker, page)):
        # Of this device, and its database never made it: the feed finds out what became of that.
        raise Unopenable
    return page


def _maker(one: Arrived | Spoiled) -> tuple[str, int]:
    return (one.device, one.n) if isinstance(one, Spoiled) else (one.live.device, one.live.n)
