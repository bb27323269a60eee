"""Requests as they are prepared: from what the database holds, or ahead of the answer to the one before."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from sync.client import outbox, scopes, state, succession
from sync.client.errors import NotJoined
from sync.client.keyring import Keyring
from sync.client.limits import CONTENT_BYTES, Limits
from sync.client.lives import content_of
from sync.client.outbox import OwnOp, Sealed
from sync.client.scopes import Scope
from sync.client.store import Database
from sync.client.succession import PutBack
from sync.op import FIRST_DIGEST, Digest, Header, SealedOp
from sync.wire import PROTOCOL, WAIT_S, Cursor, ExchangeAnswer, ExchangeRequest, PushedOp


@dataclass(frozen=True, slots=True)
class Batch:
    """Ops as they travel, the device's chain after them, and the newest op that the device had made then."""

    ops: list[PushedOp]
    digest: Digest
    last_n: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request, and what its answer must be held against; `complete`: the scopes that were here whole.

    `ring`: the keys that were here then.
    """

    request: ExchangeRequest
    organisation: str
    batch: Batch
    complete: frozenset[str]
    ring: Keyring

    @property
    def through_n(self) -> int:
        """The last op that the central API has once it has taken this request in."""
        return self.request.first_n - 1 + len(self.batch.ops)

    def whole(self, answer: ExchangeAnswer) -> set[str]:
        """The scopes that this device has everything of with this answer."""
        asked = self.request.cursors.keys() - set(answer.scopes.lost)
        if not answer.more:
            return set(asked)
        return {scope_id for scope_id in asked & answer.changes.keys() if not answer.changes[scope_id].more}


class Preparer:
    """Prepares the requests of one device; keeps the scopes' keys ready."""

    def __init__(self, database: Database, limits: Limits, without: Set[str] | None = None) -> None:
        """`without`: the scopes of which no snapshot is to be had; None: no scope is to be taken by snapshots."""
        self._database = database
        self._without = without
        self._limits = limits
        self._ring: Keyring | None = None

    def request(self, wait_s: float, *, push: bool) -> Outgoing:
        """From what the database holds; raises PutBack when it mustn't go on as it is, NotJoined."""
        with self._database.read() as connection:
            # As of the same moment as the rest: never higher than what it tells of.
            vault_seq = self._database.vault_seq(connection)
            facts = state.facts(connection)
            if state.SERVER not in facts:
                raise NotJoined
            if (reason := succession.needed(facts)) is not None:
                raise PutBack(reason)
            device, organisation = str(facts[state.DEVICE]), str(facts[state.ORGANISATION])
            acknowledged = int(facts.get(state.ACKNOWLEDGED_N, 0))
            before = bytes.fromhex(facts[state.ACKNOWLEDGED_DIGEST]) if acknowledged else FIRST_DIGEST
            last_n = int(facts.get(state.NEXT_N, 1)) - 1
            kept = [one for one in scopes.by_id(connection).values() if not one.lost]
            keys, first_kept = self._keys_and_first(connection, device)
            found = self._next(connection, device, acknowledged) if push and last_n > acknowledged else []
        batch = self._sealed(organisation, device, before, found, keys, last_n)
        request = ExchangeRequest(
            device,
            acknowledged + 1,
            before,
            str(facts.get(state.INCARNATION, "")),
            batch.ops,
            {one.id: Cursor(one.cursor, one.chain, keys.newest(one.id)) for one in kept if not one.keys_only},
            keys_only={one.id: keys.newest(one.id) for one in kept if one.keys_only},
            held_from_n=max(first_kept, int(facts.get(state.HELD_FROM, 0))),
            limit=self._limits.page,
            wait_s=0 if batch.ops else min(wait_s, WAIT_S),
            vault_seq=vault_seq,
            by_snapshot=self._by_snapshot(kept, facts),
            unsent=max(last_n - acknowledged - len(batch.ops), 0),
        )
        return Outgoing(request, organisation, batch, frozenset(one.id for one in kept if one.complete), keys)

    def batch_after(self, before: Outgoing) -> Batch | None:
        """What goes after `before`'s ops, sealed and kept while that request is under way; None for nothing."""
        if not before.batch.ops or before.batch.last_n <= before.through_n:
            return None
        device = before.request.device
        with self._database.read() as connection:
            found = self._next(connection, device, before.through_n)
            keys = self.keyring(connection)
        batch = self._sealed(before.organisation, device, before.batch.digest, found, keys, before.batch.last_n)
        return batch if batch.ops else None

    def request_after(self, before: Outgoing, batch: Batch | None, answer: ExchangeAnswer) -> Outgoing | None:
        """What follows on a plain answer, before that is taken in; None when it must be taken in first.

        Plain: all ops accepted, and nothing new about scopes, keys or the central API itself.
        """
        asked, scope_news = before.request, answer.scopes
        plain = (
            answer.accepted_through == before.through_n
            and answer.incarnation == asked.incarnation
            and answer.minimum_client <= PROTOCOL
            and not (answer.refusals or answer.key_grants)
            and not (scope_news.granted or scope_news.lost or scope_news.keys_only)
            and answer.changes.keys() <= asked.cursors.keys()
            and not answer.snapshots
        )
        if not plain or not (answer.more or batch):
            return None
        cursors = dict(asked.cursors)
        for scope_id, changes in answer.changes.items():
            cursors[scope_id] = Cursor(changes.next, changes.chain, cursors[scope_id].epoch)
        request = ExchangeRequest(
            asked.device,
            answer.accepted_through + 1,
            before.batch.digest,
            asked.incarnation,
            batch.ops if batch else [],
            cursors,
            keys_only=asked.keys_only,
            held_from_n=asked.held_from_n,
            limit=self._limits.page,
            vault_seq=asked.vault_seq,
            by_snapshot=asked.by_snapshot,
            unsent=max(before.batch.last_n - before.through_n - len(batch.ops if batch else ()), 0),
        )
        following = batch or Batch([], before.batch.digest, before.batch.last_n)
        return Outgoing(request, before.organisation, following, before.complete | before.whole(answer), before.ring)

    def _by_snapshot(self, kept: Sequence[Scope], facts: Mapping[str, Any]) -> list[str]:
        """The scopes that are to be had whole yet. After a restore of the central API the feed is held against them."""
        if self._without is None:
            return []
        without = self._without | facts.get(state.WENT_BACK, {}).keys()
        return [one.id for one in kept if not (one.complete or one.keys_only) and one.id not in without]

    def keyring(self, connection: Connection) -> Keyring:
        """The keys of the scopes; deriving them again at each exchange would cost more than the rest of it."""
        return self._keys_and_first(connection, "")[0]

    def _keys_and_first(self, connection: Connection, device: str) -> tuple[Keyring, int]:
        """The keyring, and the first op of `device` that is still here, 0 for none."""
        count, first = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM scope_key), (SELECT min(n) FROM op WHERE device = ? AND n > 0)", (device,)
        ).one()
        if self._ring is None or len(self._ring) != count:
            self._ring = Keyring(connection)
        return self._ring, int(first or 0)

    def _next(self, connection: Connection, device: str, after: int) -> list[OwnOp]:
        return outbox.next_batch(connection, device, after, self._limits.push, CONTENT_BYTES)

    def _sealed(
        self, organisation: str, device: str, before: Digest, found: Sequence[OwnOp], keys: Keyring, last_n: int
    ) -> Batch:
        """Ops as they travel; bytes that were sent before are the same again, new ones are kept first."""
        ops: list[PushedOp] = []
        links: list[Digest] = []
        fresh: list[Sealed] = []
        link = before
        for op in found:
            epoch = op.key_epoch or keys.newest(op.scope)
            if op.body is None and not epoch:
                # No key for this scope yet: it and what follows wait, as numbers go without gaps.
                break
            header = _header(organisation, device, op, max(epoch, 1))
            body = op.body if op.body is not None else keys.seal(header, op.content.encode())
            link = SealedOp(header, body).digest(link)
            if op.body is None or op.digest != link:
                fresh.append(Sealed(op.n, op.group, epoch, body, link))
            ops.append(PushedOp.of(header, body))
            links.append(link)
        if len(ops) < len(found):
            cut = found[len(ops)].group
            ops = [op for op in ops if op.group != cut]
            fresh = [op for op in fresh if op.group != cut]
        if fresh:
            with self._database.write() as connection:
                outbox.keep_sealed(connection, device, fresh)
        return Batch(ops, links[len(ops) - 1] if ops else before, last_n)


def _header(organisation: str, device: str, op: OwnOp, epoch: int) -> Header:
    return Header(
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
        epoch,
        op.group,
    )
