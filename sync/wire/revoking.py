"""Devices as a coordinator sees them, and sending them away."""

from typing import Annotated

from msgspec import Meta, Struct

from sync.wire.organisation import Membership
from sync.wire.values import Count, Epoch, Id, Moment, Word

Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]
"""An Ed25519 signature."""


class DevicesRequest(Struct):
    """Which devices are there."""


class DeviceState(Struct, omit_defaults=True, frozen=True):
    """A device: when it was last in contact, and how many saved changes it said then that it hadn't sent.

    `unsent` is None where it never said. `predecessor`: the device whose database it goes on with, or "". `invited_by`:
    the device that made the code it joined with, or "".
    """

    id: Id
    user: Id
    state: Word
    sealing_key: bytes
    signing_key: bytes
    last_seen: Moment
    unsent: Count | None = None
    predecessor: str = ""
    invited_by: str = ""


class DevicesAnswer(Struct):
    """All devices of the organisation, and who may what."""

    devices: list[DeviceState]
    members: list[Membership]
    server_time: Moment


class WipeSigned(Struct, frozen=True):
    """The order that `device` be wiped (`sync.wipe_order`), signed by the device that asks."""

    device: Id
    at: Moment
    signature: Signature


class RevocationRequest(Struct, omit_defaults=True):
    """Serve these devices no more, nor those that they go on with or that go on with them.

    `user`: all devices of this user, who also loses every right. `orders`: to wipe; one for each device that is to be.
    It may be repeated; an order that wasn't there before is added.
    """

    devices: Annotated[list[Id], Meta(max_length=1000)] = []
    user: Annotated[str, Meta(max_length=36)] = ""
    orders: Annotated[list[WipeSigned], Meta(max_length=1000)] = []


class RevocationAnswer(Struct):
    """`devices`: all that are served no more by this. `scopes`: those that need a new key now, with the old epoch."""

    devices: list[Id]
    scopes: dict[Id, Epoch]
    server_time: Moment


class WipeOrder(Struct, frozen=True):
    """What a revoked device is told: `by` ordered at `at` that it be wiped, with the public keys that `by` has.

    The device believes it only when these keys are what the device `by` told of itself in the sealed directory.
    """

    device: Id
    at: Moment
    by: Id
    signing_key: bytes
    sealing_key: bytes
    signature: Signature
