"""Escrow: what a device that was sent away hadn't sent yet, kept for whoever leads the scope."""

from typing import Annotated

from msgspec import Meta, Struct

from sync.op import Header
from sync.wire.exchange import PushedOp
from sync.wire.limits import PAGE_OPS, PUSH_OPS
from sync.wire.values import Count, Epoch, FromOne, Id, Moment, Sha256


class EscrowDeposit(Struct, omit_defaults=True):
    """Ops `first_n`, `first_n + 1`, … of the device that signs, as it would push them; without ops: how far it is."""

    device: Id
    first_n: FromOne
    digest_before: Sha256
    ops: Annotated[list[PushedOp], Meta(max_length=PUSH_OPS)] = []


class EscrowDeposited(Struct):
    """Everything up to `through_n` is here, accepted before or in escrow; a repeat gets the same answer."""

    through_n: Count
    server_time: Moment


class EscrowRead(Struct, omit_defaults=True):
    """A page of what waits in a scope, after op `after_n` of `after_device`, by device and n."""

    scope: Id
    after_device: Annotated[str, Meta(max_length=36)] = ""
    after_n: Count = 0
    limit: Annotated[int, Meta(ge=1, le=PAGE_OPS)] = PAGE_OPS


class EscrowedOp(Struct, frozen=True):
    """An op in escrow, as it was sealed; `user`: whose device it was. `deposited_at`: when it came."""

    device: Id
    user: Id
    n: FromOne
    record: Id
    kind: str
    fields: tuple[str, ...]
    base: Count
    at: Moment
    schema: Epoch
    key_epoch: Epoch
    group: Id
    body: bytes
    deposited_at: Moment

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


class EscrowPage(Struct):
    """One page of them."""

    ops: list[EscrowedOp]
    more: bool


class EscrowDecision(Struct, omit_defaults=True):
    """Ops `ns` of `device` leave the escrow of `scope`, for good.

    `seqs`: the places of the ops by which the caller saved them as its own; none: they are declined.
    """

    scope: Id
    device: Id
    ns: Annotated[list[FromOne], Meta(min_length=1, max_length=PAGE_OPS)]
    seqs: Annotated[list[FromOne], Meta(max_length=PAGE_OPS)] = []


class EscrowDecided(Struct):
    """It is done; the same decision again gets an answer all the same. `left`: saves that still wait in the scope."""

    left: Count
