"""The exchange: push and pull in one request."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from sync.op import Digest, Header, canonical_header, link
from sync.wire.limits import BODY_BYTES, PAGE_OPS, PROTOCOL, PUSH_OPS, WAIT_S
from sync.wire.organisation import ScopeState
from sync.wire.rotation import KeyWish
from sync.wire.values import Chain, Count, Epoch, FieldName, FromOne, HeldEpoch, Id, Moment, Sha256, Word


class Cursor(Struct, array_like=True, frozen=True):
    """Where a replica stands in a scope: `[seq, chain, epoch]`; `epoch` is the newest key epoch that it holds."""

    seq: Count = 0
    chain: Chain = ""
    epoch: HeldEpoch = 0


class PushedOp(Struct, frozen=True):
    """An op as a device sends it; organisation, device and n follow from the request."""

    scope: Id
    record: Id
    kind: Word
    fields: Annotated[tuple[FieldName, ...], Meta(max_length=300)]
    base: Count
    at: Moment
    schema: Epoch
    key_epoch: Epoch
    group: Id
    body: Annotated[bytes, Meta(max_length=BODY_BYTES)]

    @classmethod
    def of(cls, header: Header, body: bytes) -> "PushedOp":
        """The op of this header and sealed body."""
        return cls(
            header.scope,
            header.record,
            header.kind,
            header.fields,
            header.base,
            header.at,
            header.schema,
            header.key_epoch,
            header.group,
            body,
        )

    def header(self, organisation: str, device: str, n: int) -> Header:
        """The op's header, as sealed."""
        return Header(
            organisation,
            self.scope,
            device,
            n,
            self.record,
            self.kind,
            self.fields,
            self.base,
            self.at,
            self.schema,
            self.key_epoch,
            self.group,
        )


class ExchangeRequest(Struct, omit_defaults=True):
    """Push and pull in one: ops `first_n`, `first_n + 1`, … and where the replica stands in each scope that it has.

    `digest_before` is the device's chain at `first_n - 1`. `held_from_n`: the replica still has its own ops from this n
    on, so that they come back without body (0: send all). Groups are sent whole. `keys_only`: the newest key epoch that
    the device holds of each scope whose keys it hands out without reading it. `vault_seq`: how many commits its
    database has seen, 0 when it doesn't count them. `by_snapshot`: the scopes that it would rather take in parts of a
    snapshot than by the feed, where there are any. `unsent`: how many ops it will have left after these.
    """

    device: Id
    first_n: FromOne
    digest_before: Sha256
    incarnation: Annotated[str, Meta(max_length=36)] = ""
    ops: Annotated[list[PushedOp], Meta(max_length=PUSH_OPS)] = []
    cursors: Annotated[dict[Id, Cursor], Meta(max_length=10_000)] = {}
    keys_only: Annotated[dict[Id, HeldEpoch], Meta(max_length=10_000)] = {}
    held_from_n: Count = 0
    limit: Annotated[int, Meta(ge=1, le=PAGE_OPS)] = PAGE_OPS
    wait_s: Annotated[float, Meta(ge=0, le=WAIT_S)] = 0
    vault_seq: Count = 0
    by_snapshot: Annotated[list[Id], Meta(max_length=10_000)] = []
    unsent: Count | None = None


class Run(Struct, array_like=True, frozen=True):
    """Accepted ops `n … n+count-1`, which got `seq … seq+count-1` in `scope`."""

    n: FromOne
    scope: Id
    seq: FromOne
    count: FromOne


class Refusal(Struct, array_like=True, frozen=True):
    """Op `n` is refused for good; it used its number. `code` is one of `RefusalCode`."""

    n: FromOne
    code: Word


class RefusalCode:
    """Why an op is refused for good."""

    NOT_A_MEMBER = "not_a_member"
    """The user may not write in this scope, or there is none."""
    ERASED = "erased"
    """The record was legally erased."""
    GROUP = "group"
    """Another op of the same save was refused."""
    SPLIT_GROUP = "split_group"
    """The save was cut over two pushes."""
    MALFORMED = "malformed"
    """Not an op that anybody may store: a name with control characters, no fields, no body."""
    NOT_ALLOWED = "not_allowed"
    """Erasing is for coaches who may write in the scope, and for whoever leads it."""


class Change(Struct, omit_defaults=True, frozen=True):
    """An op as it is handed out: whole, even where later ops superseded some of its fields.

    `reach` names only the fields where it differs from `base`. `body` is None for an op that the replica holds itself.
    """

    seq: FromOne
    device: Id
    n: FromOne
    record: Id
    kind: str
    fields: tuple[str, ...]
    base: Count
    at: Moment
    schema: Epoch
    key_epoch: Epoch
    group: Id
    reach: dict[str, int] = {}
    body: bytes | None = None

    def header(self, organisation: str, scope: str) -> Header:
        """The op's header, as sealed."""
        return Header(
            organisation,
            scope,
            self.device,
            self.n,
            self.record,
            self.kind,
            self.fields,
            self.base,
            self.at,
            self.schema,
            self.key_epoch,
            self.group,
        )


class Changes(Struct, frozen=True):
    """A scope's live ops after the cursor, in order; the cursor moves to `next`, `chain`. `more`: ask again at once."""

    ops: list[Change]
    next: Count
    chain: Chain
    more: bool = False


class ScopeChanges(Struct, omit_defaults=True, frozen=True):
    """What the request didn't name but the user has, and what it named and the user hasn't.

    `granted`: scopes that the user may read. `keys_only`: scopes whose keys the user holds to hand them out, and
    nothing else. A scope of which a member keeps only the keys is in `lost` and in `keys_only`.
    """

    granted: list[ScopeState] = []
    lost: list[Id] = []
    keys_only: list[ScopeState] = []


class KeyGrant(Struct, frozen=True):
    """A scope's private key of one epoch, wrapped to this device (`seal.unwrap`)."""

    scope: Id
    epoch: Epoch
    wrapped: bytes


class ExchangeAnswer(Struct, omit_defaults=True):
    """What the server did and has: every op up to `accepted_through` is accepted or refused, none above it was seen.

    `durable_through`: ops up to here need no keeping against a server restore. `more`: ask again at once.
    `snapshots`: scopes of which a part of a snapshot follows on the cursor, so that no ops were handed out. `wanted`:
    scopes of which this device may make a snapshot. `heads`: the newest seq of each scope that has more. For whoever
    hands out keys, `due`: scopes that need a new one, with the old epoch, and `wishes`: devices that lack one.
    `escrow`: how many saves of devices that were sent away wait in each scope that the user leads, where any do.
    """

    incarnation: Id
    accepted_through: Count
    durable_through: Count
    server_time: Moment
    minimum_client: int = PROTOCOL
    accepted: list[Run] = []
    refusals: list[Refusal] = []
    changes: dict[str, Changes] = {}
    scopes: ScopeChanges = msgspec.field(default_factory=ScopeChanges)
    key_grants: list[KeyGrant] = []
    more: bool = False
    snapshots: list[Id] = []
    wanted: list[Id] = []
    heads: dict[str, Count] = {}
    due: dict[Id, Epoch] = {}
    wishes: list[KeyWish] = []
    escrow: dict[str, Count] = {}


def digests(before: Digest, ops: list[PushedOp], organisation: str, device: str, first_n: int) -> list[Digest]:
    """The device's chain after each of `ops`, given the link before the first."""
    links: list[Digest] = []
    for n, op in enumerate(ops, first_n):
        before = link(before, canonical_header(organisation, device, n, op), op.body)
        links.append(before)
    return links
