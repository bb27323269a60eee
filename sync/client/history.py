"""The history of a record on demand: what this device has of it, and all of it from the central API."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.client import kept, state
from sync.client.errors import BrokenAnswer
from sync.client.keyring import Keyring
from sync.client.lives import content_of
from sync.client.store import Database
from sync.client.transport import Transport
from sync.history import Told
from sync.merge import Live, names_only
from sync.op import author_of
from sync.seal import Unopenable
from sync.wire import Change, HistoryAnswer, HistoryRequest

PATH = "/v1/history"
MOST_PAGES = 200
"""No record has so many; whoever answers more isn't to be believed."""


@dataclass(frozen=True, slots=True)
class History:
    """The ops of a record; `whole` False when some may be missing. An erased record has none."""

    ops: list[Told]
    whole: bool
    erased: bool = False


def here(connection: Connection, record: str) -> History:
    """What this device has: its own ops, and the others' of which a field still counts (those fields only).

    Of a vault without central API that is all there is.
    """
    if kept.erased(connection, [record]):
        return History([], whole=True, erased=True)
    own = {(one.op.device, one.op.n): one for one in _own(connection, record, "'pending', 'sent', 'accepted'")}
    known = kept.load(connection, [record]).get(record)
    others = [Told(live) for live in known.live if (live.device, live.n) not in own] if known is not None else []
    return History([*own.values(), *others], whole=not state.joined(connection))


def fetched(database: Database, transport: Transport, scope: str, record: str) -> History:
    """All of it, from the central API, with what this device hasn't sent yet.

    Raises NotJoined, Declined (`forbidden`: no member of the scope), an `Unanswered`, Cancelled.
    """
    with database.read() as connection:
        organisation = state.required(connection, state.ORGANISATION)
        ring = Keyring(connection)
    found: list[Told] = []
    for page in pages(transport, scope, record):
        if page.erased:
            return History([], whole=True, erased=True)
        found += [_told(change, organisation, scope, ring) for change in page.ops]
    with database.read() as connection:
        if kept.erased(connection, [record]):
            return History([], whole=True, erased=True)
        unsent = _own(connection, record, "'pending', 'sent'")
    there = {(one.op.device, one.op.n) for one in found}
    found += [one for one in unsent if (one.op.device, one.op.n) not in there]
    return History(found, whole=True)


def pages(transport: Transport, scope: str, record: str) -> Iterator[HistoryAnswer]:
    """All that the central API has of a record, page by page; raises Declined, an `Unanswered`, Cancelled."""
    after = 0
    for _ in range(MOST_PAGES):
        page = transport.post(PATH, HistoryRequest(scope, record, after), HistoryAnswer)
        if any(change.record != record for change in page.ops) or (page.more and page.next <= after):
            raise BrokenAnswer("the history is of something else, or stands still")
        yield page
        if not page.more:
            return
        after = page.next
    raise BrokenAnswer("the history has no end")


def _told(change: Change, organisation: str, scope: str, ring: Keyring) -> Told:
    """An op, opened; with the names of its fields only where its key isn't here or it doesn't open."""
    values, opened = names_only(change.fields), False
    try:
        values = ring.unseal(change.header(organisation, scope), change.body or b"")
        opened = True
    except (KeyError, Unopenable):
        pass
    author = author_of(change.device, change.n, change.group)
    live = Live(change.seq, author, change.n, change.at, change.base, change.reach, values)
    return Told(live, opened)


def _own(connection: Connection, record: str, states: str) -> list[Told]:
    """This device's own ops on the record in one of these states (a constant)."""
    rows = connection.exec_driver_sql(
        "SELECT coalesce(seq, 0), device, n, group_id, at, base, content FROM op"  # noqa: S608 (two constants)
        f" WHERE record = ? AND state IN ({states})",
        (record,),
    )
    return [
        Told(Live(seq, author_of(device, n, group), n, at, base, {}, content_of(content)))
        for seq, device, n, group, at, base, content in rows
    ]
