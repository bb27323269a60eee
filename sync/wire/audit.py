"""Audit lines on their way to the central API, sealed in batches, and on their way to an auditor."""

from typing import Annotated

from msgspec import Meta, Struct

from sync.wire.limits import AUDIT_BYTES
from sync.wire.values import Count, Epoch, FromOne, Id, Moment, Sha256

Sealed = Annotated[bytes, Meta(min_length=1, max_length=AUDIT_BYTES)]


class AuditRequest(Struct):
    """The lines `first_n` to `last_n` of the device that signs, sealed to the audit scope's public key of `key_epoch`.

    `before` and `after`: the links of the device's chain before the first of them and after the last.
    """

    first_n: FromOne
    last_n: FromOne
    before: Sha256
    after: Sha256
    key_epoch: Epoch
    body: Sealed


class AuditAnswer(Struct):
    """How far the central API has the device's lines, and the chain's link there; nothing was taken but up to that.

    `forked`: what was sent isn't on the chain that the central API has, which is noted.
    """

    last_n: Count
    hash: Sha256
    server_time: Moment
    forked: bool = False


class AuditReadRequest(Struct):
    """What an auditor misses: `have` says of each device up to which line it is here."""

    have: dict[Id, Count]


class AuditBatch(Struct, frozen=True):
    """A batch as it was sent, and when."""

    device: Id
    first_n: FromOne
    last_n: FromOne
    before: Sha256
    after: Sha256
    key_epoch: Epoch
    body: Sealed
    at: Moment


class AuditChain(Struct, frozen=True):
    """How far a device's chain is here, how often something was sent that isn't on it, and when that was last."""

    device: Id
    last_n: Count
    hash: Sha256
    at: Moment
    forks: Count = 0
    forked_at: Moment = 0


class AuditReadAnswer(Struct):
    """A page of batches, by device and in order; `chains`: all of them. `more`: there is another page."""

    batches: list[AuditBatch]
    chains: list[AuditChain]
    more: bool = False
