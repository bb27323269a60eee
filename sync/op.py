"""The op: one saved change to one record.

The header is in clear, for order, access and pruning; the values are sealed. The canonical bytes of header and body
are what the device's hash chain runs over, so a copied or restored database is found out (docs/protocol.md).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as _quoted
from typing import Protocol

from sync.schema import Value

Digest = bytes
"""SHA-256, 32 bytes."""

FIRST_DIGEST: Digest = bytes(32)
"""What stands before a device's first op."""


OFFER = "offer-"
"""How the group of an op begins that brings back what others made, for a central API that lost it."""


def author_of(device: str, n: int, group: str) -> str:
    """As whose an op takes part in merging: a device knows its own earlier ops, but an offer is of nobody there.

    Each offer is its own author, so that it replaces, and is replaced, only by what a base says.
    """
    return f"{device}#{n}" if group.startswith(OFFER) else device


def device_of(author: str) -> str:
    """The device that sent what this author made."""
    return author.partition("#")[0]


class InClear(Protocol):
    """What an op shows of itself beside whose it is."""

    @property
    def scope(self) -> str: ...
    @property
    def record(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def fields(self) -> tuple[str, ...]: ...
    @property
    def base(self) -> int: ...
    @property
    def at(self) -> int: ...
    @property
    def schema(self) -> int: ...
    @property
    def key_epoch(self) -> int: ...
    @property
    def group(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Header:
    """Everything of an op that the central API may read; all of it is bound to the sealed values.

    `n` counts the device's ops from 1 without gaps. `base` is the scope's seq that the values the person looked at
    reflect, 0 for a new record. `at` is the device's wall clock in milliseconds since 1970 UTC, for people to read
    only. `schema` and `key_epoch` count from 1. `group` ties the ops of one save together.
    """

    organisation: str
    scope: str
    device: str
    n: int
    record: str
    kind: str
    fields: tuple[str, ...]
    base: int
    at: int
    schema: int
    key_epoch: int
    group: str

    def canonical(self) -> bytes:
        """The one byte form of this header: a JSON array, without spaces, ASCII only; what `canonical_json` gives."""
        return canonical_header(self.organisation, self.device, self.n, self)


@dataclass(frozen=True, slots=True)
class SealedOp:
    """An op as it travels: the header in clear and `body`, the sealed values."""

    header: Header
    body: bytes

    def digest(self, before: Digest) -> Digest:
        """This op's link in the device's chain, given the link `before` it."""
        return link(before, self.header.canonical(), self.body)


def link(before: Digest, canonical: bytes, body: bytes) -> Digest:
    """The link after `before` in a device's chain, of the op with this header in its byte form and this body."""
    return hashlib.sha256(before + len(canonical).to_bytes(4, "big") + canonical + body).digest()


def canonical_header(organisation: str, device: str, n: int, op: InClear) -> bytes:
    """The byte form of the header of a device's op, see `Header.canonical`."""
    # Put together by hand, as both sides do it for every op: twice as quick as the general encoder.
    return (
        f"[{_quoted(organisation)},{_quoted(op.scope)},{_quoted(device)},{n},"
        f"{_quoted(op.record)},{_quoted(op.kind)},[{','.join(map(_quoted, op.fields))}],"
        f"{op.base},{op.at},{op.schema},{op.key_epoch},{_quoted(op.group)}]"
    ).encode()


def canonical_json(value: object) -> bytes:
    """Sorted keys, no spaces, ASCII: two sides that agree on the value agree on the bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def canonical_values(values: Mapping[str, Value]) -> bytes:
    """The byte form of an op's values before they are compressed and sealed."""
    return canonical_json(dict(values))
