"""Going on under a new identity: a device whose database was put back or copied names its successor."""

from typing import Annotated

from msgspec import Meta, Struct

from sync.wire.exchange import KeyGrant
from sync.wire.values import Count, FromOne, HeldEpoch, HybridKey, Id, Moment, Sha256, SigningKey, Word

SUCCESSION_OPS = 5000
"""So many numbers are looked through for one request."""


class SuccessionRequest(Struct, omit_defaults=True):
    """Enrol `device` for the same user; signed by the device that it follows.

    `first_n` to `through_n`: the ops of which the old device doesn't know what became. `held`: the newest epoch that it
    holds of each scope's key. May be repeated, with another `first_n` too.
    """

    device: Id
    signing_key: SigningKey
    sealing_key: HybridKey
    first_n: FromOne = 1
    through_n: Count = 0
    held: Annotated[dict[Id, HeldEpoch], Meta(max_length=10_000)] = {}


class Made(Struct, array_like=True, frozen=True):
    """An op that was accepted: its place, and what tells it from every other (a save's `group` is random)."""

    n: FromOne
    scope: Id
    seq: FromOne
    record: Id
    group: Id


class TurnedDown(Struct, array_like=True, frozen=True):
    """An op that was refused: `code` is one of `RefusalCode`, `digest` the device's chain at it."""

    n: FromOne
    code: Word
    digest: Sha256


class SuccessionAnswer(Struct, omit_defaults=True):
    """The successor is enrolled; its first op is number 1.

    `made`: what was accepted of the numbers up to `through_n`, also what earlier successors took along and sent.
    `key_grants` are wrapped to the old device. `through_n` below the asked one: ask again from there.
    """

    device: Id
    user: Id
    through_n: Count
    server_time: Moment
    made: list[Made] = []
    refused: list[TurnedDown] = []
    key_grants: list[KeyGrant] = []
