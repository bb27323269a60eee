"""From ops as they came over the wire to ops that can be merged: opened with the scope's key, or set aside."""

from collections.abc import Iterable, Mapping

import msgspec

from sync.client.changes import Arrived, Spoiled
from sync.client.keyring import Keyring
from sync.client.lives import content_of
from sync.merge import Live
from sync.op import author_of
from sync.schema import Value
from sync.seal import Unopenable
from sync.wire import ERASE, Change

NO_KEY = "no-key"
"""The reason of an op whose key isn't here yet; it is tried again when a key comes."""
UNOPENABLE = "unopenable"

_encoder = msgspec.json.Encoder()


def opened(
    changes: Iterable[Change], organisation: str, scope: str, keyring: Keyring, own: Mapping[tuple[str, int], str]
) -> list[Arrived | Spoiled]:
    """Open a page of `scope`; `own` has the contents of this device's ops, which may come without body."""
    return [_opened(change, organisation, scope, keyring, own) for change in changes]


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
