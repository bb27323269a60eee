"""A scope's next key, and keys for who came too late for it."""

from typing import Annotated

from msgspec import Meta, Struct

from sync.wire.organisation import EnrolledDevice, NewGrant
from sync.wire.values import Epoch, HeldEpoch, HybridKey, Id, Moment

ROTATION_DEVICES = 250
"""For so many devices a rotation brings the key; others ask for it."""


class KeyWish(Struct, frozen=True):
    """A device of somebody with rights in a scope, without its newest key; it holds those up to `held`, 0 for none."""

    scope: Id
    held: HeldEpoch
    device: EnrolledDevice


class HoldersRequest(Struct):
    """Who holds a scope's keys, and for whom a new one must be wrapped."""

    scope: Id


class HoldersAnswer(Struct):
    """The scope's key epoch, and the enrolled devices of all who have rights in it, also later."""

    epoch: Epoch
    devices: list[EnrolledDevice]


class Wrapped(Struct, array_like=True, frozen=True):
    """A private key wrapped to a device."""

    device: Id
    wrapped: Annotated[bytes, Meta(max_length=4096)]


class RotationRequest(Struct, omit_defaults=True):
    """Instead of the key of `from_epoch` comes that of `epoch`, which is later.

    `wrapped`: for each device that gets it. `without`: devices that get none now, knowingly: whose keys aren't known to
    be their own yet, or for which there was no room.
    """

    scope: Id
    from_epoch: Epoch
    epoch: Epoch
    public_key: HybridKey
    wrapped: Annotated[list[Wrapped], Meta(max_length=ROTATION_DEVICES)]
    without: Annotated[list[Id], Meta(max_length=10_000)] = []


class RotationAnswer(Struct):
    """The scope's key is now that of `epoch`."""

    epoch: Epoch
    server_time: Moment


class GrantsRequest(Struct):
    """Keys for devices, of scopes whose keys the caller hands out."""

    grants: Annotated[list[NewGrant], Meta(max_length=ROTATION_DEVICES)]


class GrantsAnswer(Struct):
    """They are kept until the devices fetch them."""

    server_time: Moment
