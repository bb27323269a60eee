"""From ops as they came over the wire to ops that can be merged: opened with the scope's key, or set aside."""

from collections.abc import Iterable, Mapping

import msgspec

from sync.client import judging
from sync.client.changes import Arrived, Spoiled
from sync.client.keyring import Keyring
from sync.client.lives import content_of
from sync.client.rendering import Renderer
from sync.merge import Live
from sync.op import author_of
from sync.schema import Value
from sync.seal import Unopenable
from sync.wire import ERASE, Change

NO_KEY = "no-key"
"""The reason of an op whose key isn't here yet; it is tried again when a key comes."""
UNOPENABLE = "unopenable"

_encoder = msgspec.json.Encoder()


Early = Mapping[int, Arrived]
"""Ops of a page that were opened before its turn came, by seq."""


def opened(
    changes: Iterable[Change],
    organisation: str,
    scope: str,
    keyring: Keyring,
    own: Mapping[tuple[str, int], str],
    early: Early | None = None,
) -> list[Arrived | Spoiled]:
    """Open a page of `scope`; `own` has the contents of this device's ops, which may come without body."""
    ready = early or {}
    return [ready.get(change.seq) or _opened(change, organisation, scope, keyring, own) for change in changes]


def opened_early(
    changes: Iterable[Change], organisation: str, scope: str, keyring: Keyring, renderer: Renderer
) -> Early:
    """What can be opened of a page with the keys that are here now and nothing else, and judged by its values."""
    found = (_opened(change, organisation, scope, keyring, {}) for change in changes if change.body is not None)
    return {
        one.live.seq: Arrived(one.kind, one.record, one.live, fits=judging.fits(renderer, one.kind, one.live.values))
        for one in found
        if isinstance(one, Arrived)
    }


def _opened(
    change: Change, organisation: str, scope: str, keyring: Keyring, own: Mapping[tuple[str, int], str]
) -> Arrived | Spoiled:
    try:
        values = _values(change, organisation, scope, keyring, own)
    except KeyError:
        return _spoiled(change, NO_KEY)
    except Unopenable:
        return _spoiled(change, UNOPENABLE)
    author = author_of(change.device, change.n, change.group)
    live = Live(change.seq, author, change.n, change.at, change.base, change.reach, values)
    return Arrived(change.kind, change.record, live)


def _values(
    change: Change, organisation: str, scope: str, keyring: Keyring, own: Mapping[tuple[str, int], str]
) -> dict[str, Value]:
    if change.kind == ERASE:
        return {}
    if change.body is None:
        return content_of(own[change.device, change.n])
    return keyring.unseal(change.header(organisation, scope), change.body)


def _spoiled(change: Change, reason: str) -> Spoiled:
    return Spoiled(change.kind, change.record, change.device, change.n, change.seq, reason, _encoder.encode(change))
