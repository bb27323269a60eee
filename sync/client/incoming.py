"""Taking in an answer: what became of the device's ops, scopes and keys that came or went, and pages of changes."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from sync.client import erasing, keyring, lease, outbox, purge, quarantine, scopes, state
from sync.client.changes import Arrived, Spoiled
from sync.client.errors import Cancelled
from sync.client.keyring import Keyring
from sync.client.limits import Exchanged
from sync.client.opening import Early, opened
from sync.client.outgoing import Outgoing
from sync.client.replica import Replica
from sync.client.succession import PutBack, Reason
from sync.schema import ScopeKind
from sync.seal import Unopenable, unwrap
from sync.wire import ExchangeAnswer

STAMP_MS = 10_000
"""How exactly the time of the last exchange is kept while nothing else happens: each commit costs a flush."""
PRUNE_EVERY_MS = 86_400_000

Keys = dict[tuple[str, int], bytes]


@dataclass(frozen=True, slots=True)
class Opened:
    """An answer's new scope keys, by scope and epoch, and its pages, opened."""

    keys: Keys
    pages: dict[str, list[Arrived | Spoiled]]


def open_answer(
    connection: Connection, outgoing: Outgoing, answer: ExchangeAnswer, ring: Keyring, early: Mapping[str, Early]
) -> Opened:
    """Open what came with the scopes' keys; before the writer's turn is taken, as it takes a while.

    `early`: what was opened of it already, by scope.
    Raises PutBack when an op under this device's name isn't its own.
    """
    device = outgoing.request.device
    granted = _unwrapped(connection, outgoing, answer, ring) if answer.key_grants else {}
    for (scope_id, epoch), private in granted.items():
        ring.add(scope_id, epoch, private)
    own = _own(connection, device, outgoing.batch.last_n, answer)
    known = outgoing.request.cursors.keys()
    return Opened(
        granted,
        {
            scope_id: opened(changes.ops, outgoing.organisation, scope_id, ring, own, early.get(scope_id))
            for scope_id, changes in answer.changes.items()
            if scope_id in known
        },
    )


def _own(connection: Connection, device: str, last_n: int, answer: ExchangeAnswer) -> dict[tuple[str, int], str]:
    """The contents of the device's own ops that came back without."""
    came = {
        change.n: change.group
        for changes in answer.changes.values()
        for change in changes.ops
        if change.device == device and change.body is None
    }
    if not came:
        return {}
    if max(came) > last_n:
        raise PutBack(Reason.OLDER)
    here = outbox.contents(connection, device, came)
    if any(group != came[n] for n, (group, _) in here.items()):
        raise PutBack(Reason.COPIED)
    return {(device, n): content for n, (_, content) in here.items()}


def is_news(outgoing: Outgoing, answer: ExchangeAnswer, facts: Mapping[str, object]) -> bool:
    """Whether an answer leaves anything to write, but for the time; `facts` as `state.facts` gives them."""
    changed = answer.accepted or answer.refusals or answer.changes or answer.key_grants
    scope_news = answer.scopes.granted or answer.scopes.lost or answer.scopes.keys_only
    return bool(
        outgoing.request.ops
        or changed
        or scope_news
        or answer.more
        or outgoing.whole(answer) - outgoing.complete
        or facts.keys() & {state.LEAVING, state.SENT_AWAY}
        or facts.get(state.ESCROW, {}) != answer.escrow
        or facts.get(state.INCARNATION) != answer.incarnation
        or facts.get(state.DURABLE_N) != answer.durable_through
    )


def take(
    connection: Connection, replica: Replica, outgoing: Outgoing, answer: ExchangeAnswer, found: Opened, now: int
) -> Exchanged:
    """Everything of one answer, in the caller's transaction; raises Cancelled when the device has become another.

    `now`: ms since 1970, by the device's clock, for people. How long ops are kept goes by the central API's.
    """
    device, answered = outgoing.request.device, answer.server_time
    facts = state.facts(connection)
    if facts.get(state.DEVICE) != device or _stands_elsewhere(connection, outgoing, found):
        raise Cancelled
    # Not by the answer alone: ops that arrived before, unheard, may come back by the pull. A count only where it can.
    before = outbox.unsent(connection) if outgoing.request.ops else 0
    touched = _take_answers(connection, device, answer)
    granted = _take_scopes(connection, replica, answer, found.keys)
    for scope_id, page in found.pages.items():
        changes = answer.changes[scope_id]
        replica.apply(connection, scope_id, page, changes.next, changes.chain, now)
    if answer.heads.keys() - outgoing.complete:
        scopes.note_heads(connection, {one: answer.heads[one] for one in answer.heads.keys() - outgoing.complete})
    if touched:
        replica.render_again(connection, touched)
    if found.keys:
        quarantine.try_again(connection, replica, outgoing.organisation, set(found.keys))
    told_again = 0
    for scope_id in outgoing.whole(answer) - outgoing.complete:
        scopes.complete(connection, scope_id)
        told_again += erasing.tell_again(connection, scope_id, now, replica.schema.version)
    unsent = outbox.unsent(connection)
    # Ops that were just sent or that have just got a key can go on; others must not keep us spinning.
    movable = unsent > 0 and (bool(outgoing.request.ops) or bool(found.keys) or told_again > 0)
    more = answer.more or granted or movable
    # Served as ever: that the device wanted to go never arrived, and that it was sent away is undone.
    news: dict[str, Any] = dict.fromkeys(facts.keys() & {state.LEAVING, state.SENT_AWAY})
    news[state.ESCROW] = answer.escrow or None
    news |= {state.INCARNATION: answer.incarnation, state.DURABLE_N: answer.durable_through}
    news[state.LEASE] = lease.fact(lease.begun(now))
    if not more and not unsent:
        news[state.LAST_EXCHANGE] = now
        if answered - int(facts.get(state.PRUNED, 0)) >= PRUNE_EVERY_MS:
            news[state.PRUNED] = answered
    state.put(connection, **{key: value for key, value in news.items() if facts.get(key) != value})
    if state.PRUNED in news:
        outbox.prune(connection, device, answered)
    refused = len(answer.refusals)
    pulled = sum(len(page) for page in found.pages.values())
    return Exchanged(max(before - unsent - refused, 0), pulled, refused, more)


def _take_answers(connection: Connection, device: str, answer: ExchangeAnswer) -> set[str]:
    """Note what became of the device's ops; returns the records whose rows must be written again."""
    if not answer.accepted and not answer.refusals:
        return set()
    touched = outbox.acknowledge(connection, device, answer.accepted, answer.refusals, answer.server_time)
    if answer.refusals:
        erasing.let_go(connection)
    return touched


def _stands_elsewhere(connection: Connection, outgoing: Outgoing, found: Opened) -> bool:
    """Whether a page doesn't follow on what is here: a request ahead names places that weren't taken in yet then."""
    if not found.pages:
        return False
    here = scopes.by_id(connection)
    asked = outgoing.request.cursors
    return any(one not in here or here[one].cursor != asked[one].seq for one in found.pages)


def _take_scopes(connection: Connection, replica: Replica, answer: ExchangeAnswer, keys: Keys) -> bool:
    """Start and stop keeping scopes, and keep new keys; returns whether there is a scope to fetch now."""
    handed_out = {one.id for one in answer.scopes.keys_only}
    for scope_id in answer.scopes.lost:
        purge.lose(connection, replica, scope_id, keep_keys=scope_id in handed_out)
    usable = [one for one in answer.scopes.granted if one.kind in set(ScopeKind)]
    for one in usable:
        scopes.add(connection, one.id, ScopeKind(one.kind), key_epoch=one.key_epoch)
    for one in answer.scopes.keys_only:
        if one.kind in set(ScopeKind):
            scopes.add(connection, one.id, ScopeKind(one.kind), key_epoch=one.key_epoch, keys_only=True)
    for (scope_id, epoch), private in keys.items():
        keyring.keep(connection, scope_id, epoch, private)
    return bool(usable)


def _unwrapped(connection: Connection, outgoing: Outgoing, answer: ExchangeAnswer, ring: Keyring) -> Keys:
    """The scope keys that came for this device and aren't here yet; what isn't for it is passed over."""
    own = keyring.device_keys(connection)
    keys: Keys = {}
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
