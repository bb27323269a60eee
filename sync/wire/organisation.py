"""The organisation as a coordinator sets it up: scopes, users, rights and keys; and whether the server is well."""

from typing import Annotated

from msgspec import Meta, Struct

from sync.wire.values import Count, Epoch, HybridKey, Id, Moment, Word


class Rights:
    """What a user may do in a scope."""

    KEYS = "keys"
    """Hold the scope's keys, to hand them to whoever is invited; neither read nor write, so no member."""
    READ = "read"
    WRITE = "write"
    LEAD = "lead"
    """Write, and erase. A coach who may write may erase, too."""


class ScopeState(Struct, frozen=True):
    """A scope that the user has rights in; `head` is its newest seq, for showing progress."""

    id: Id
    kind: Word
    key_epoch: Epoch
    public_key: bytes
    head: Count = 0
    rights: Word = Rights.WRITE


class NewScope(Struct, frozen=True):
    """A scope and the public half of its first key."""

    id: Id
    kind: Word
    public_key: HybridKey
    key_epoch: Epoch = 1


class NewUser(Struct, frozen=True):
    """A user; the central API knows no names."""

    id: Id
    role: Word


class Membership(Struct, omit_defaults=True, frozen=True):
    """A user's rights in a scope, one of `Rights`, between two moments where given."""

    scope: Id
    user: Id
    rights: Word = Rights.WRITE
    since: Moment | None = None
    until: Moment | None = None


class NewGrant(Struct, frozen=True):
    """A scope's private key, wrapped to one device."""

    scope: Id
    epoch: Epoch
    device: Id
    wrapped: Annotated[bytes, Meta(max_length=4096)]


class OrganisationRequest(Struct, omit_defaults=True):
    """What a coordinator adds; all of it may be repeated. Empty: only tell what there is."""

    scopes: Annotated[list[NewScope], Meta(max_length=1000)] = []
    users: Annotated[list[NewUser], Meta(max_length=1000)] = []
    members: Annotated[list[Membership], Meta(max_length=5000)] = []
    grants: Annotated[list[NewGrant], Meta(max_length=1000)] = []


class EnrolledDevice(Struct, frozen=True):
    """A device of the organisation, to which keys can be wrapped once they are known to be its own."""

    id: Id
    user: Id
    state: Word
    sealing_key: bytes
    signing_key: bytes = b""


class OrganisationAnswer(Struct):
    """The organisation as the central API knows it."""

    scopes: list[ScopeState]
    users: list[NewUser]
    members: list[Membership]
    devices: list[EnrolledDevice]


class Health(Struct):
    """The server answers and can read its database."""

    status: str
    protocol: int
    server_time: Moment
