"""Snapshots: the sealed live ops of a scope in parts, which a member's device makes and new devices take."""

from typing import Annotated

from msgspec import Meta, Struct

from sync.wire.exchange import Change
from sync.wire.limits import PART_BYTES, PART_OPS
from sync.wire.values import Chain, Count, Epoch, FieldName, FromOne, Id, Sha256


class SnapshotRequest(Struct, frozen=True):
    """The part of `scope`'s snapshot that follows on a cursor."""

    scope: Id
    seq: Count = 0
    chain: Chain = ""


class SnapshotPart(Struct, omit_defaults=True, frozen=True):
    """What was live after `after`, up to `through`, when `maker` sealed it; then the cursor is `through`, `chain`.

    `id`, `number` (from 1), `seq` and `seq_chain` (where the snapshot ends) are bound to what is sealed in `body` under
    the scope's key of `epoch`. `digest` is that of the headers of the ops in it (`sync.snapshot`), by the central API.
    `rest`: the live ops of this stretch that aren't in it, as the feed has them. `head`: the scope's newest seq.
    """

    id: Id
    maker: Id
    number: FromOne
    after: Count
    through: FromOne
    chain: Chain
    seq: FromOne
    seq_chain: Chain
    epoch: Epoch
    digest: Sha256
    head: Count
    body: bytes
    rest: list[Change] = []


class SnapshotAnswer(Struct, omit_defaults=True):
    """The part, None when there is none that follows: the feed goes on from the cursor."""

    part: SnapshotPart | None = None


class SnapshotOffer(Struct, frozen=True):
    """A device would make the snapshot of a scope, as it stands there at `seq` with `chain`."""

    scope: Id
    seq: FromOne
    chain: Chain


class SnapshotUpload(Struct, frozen=True):
    """A part. Of each op in it, in order, its seq (`seqs`) and the fields that count (`fields`, a place in `names`)."""

    scope: Id
    id: Id
    number: FromOne
    epoch: Epoch
    names: Annotated[list[Annotated[list[FieldName], Meta(max_length=300)]], Meta(max_length=PART_OPS)]
    seqs: Annotated[list[FromOne], Meta(max_length=PART_OPS)]
    fields: Annotated[list[Count], Meta(max_length=PART_OPS)]
    body: Annotated[bytes, Meta(max_length=PART_BYTES)]


class SnapshotTurn(Struct, frozen=True):
    """Which part the maker is to send next; `whole`: none, the snapshot is there.

    The snapshot ends at `seq`, `seq_chain`: where the maker stood when it began.
    """

    id: Id
    seq: FromOne
    seq_chain: Chain
    number: FromOne
    after: Count
    through: FromOne
    whole: bool = False
