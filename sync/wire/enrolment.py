"""One-time codes: inviting a user, and enrolling a device."""

from typing import Annotated

from msgspec import Meta, Struct

from sync.wire.organisation import Rights, ScopeState
from sync.wire.values import Count, HybridKey, Id, Lookup, Moment, Sha256, SigningKey, Word


class PackageRequest(Struct):
    """Ask for the sealed package behind a code."""

    lookup: Lookup


class PackageAnswer(Struct):
    """The package; empty for the first coordinator, who makes the organisation."""

    package: bytes


class EnrolmentRequest(Struct, omit_defaults=True):
    """A new device shows that it holds the code; signed with the new `signing_key` under `keyid("", device)`.

    `organisation` and `user` are named by the first coordinator only, who makes them.
    """

    lookup: Lookup
    proof: Sha256
    device: Id
    signing_key: SigningKey
    sealing_key: HybridKey
    organisation: Annotated[str, Meta(max_length=36)] = ""
    user: Annotated[str, Meta(max_length=36)] = ""


class EnrolmentAnswer(Struct, omit_defaults=True):
    """The device is enrolled; a repeat with the same keys gets the same answer.

    `scopes` are those that the user may read, `keys_only` those whose keys the user only hands out.
    """

    organisation: Id
    incarnation: Id
    user: Id
    role: Word
    device: Id
    scopes: list[ScopeState]
    server_time: Moment
    keys_only: list[ScopeState] = []


class SignOutRequest(Struct):
    """The device goes for good, and everything of it is here: its ops up to `through_n`, in this `incarnation`."""

    device: Id
    through_n: Count
    incarnation: Id


class SignOutAnswer(Struct):
    """The device is served no more; the same request again gets an answer all the same."""

    server_time: Moment


class Membered(Struct, omit_defaults=True, frozen=True):
    """A scope that an invited user gets rights in, one of `Rights`, between two moments where given."""

    scope: Id
    rights: Word = Rights.WRITE
    since: Moment | None = None
    until: Moment | None = None


class InvitationRequest(Struct, omit_defaults=True):
    """A one-time code for one device of `user`, who becomes a member of `members`.

    The package is sealed under the code (`seal.seal_package`).
    """

    lookup: Lookup
    proof_hash: Sha256
    user: Id
    role: Word
    package: Annotated[bytes, Meta(max_length=256 * 1024)]
    members: Annotated[list[Membered], Meta(max_length=1000)] = []
    valid_s: Annotated[int, Meta(ge=60, le=14 * 86_400)] = 48 * 3600


class RecoveryRequest(Struct):
    """What lies behind the code of the organisation's one recovery sheet, in place of what lay there.

    `user` gets rights where others of the role have any: to write in the organisation's scope, elsewhere `Rights.KEYS`.
    """

    lookup: Lookup
    proof_hash: Sha256
    user: Id
    role: Word
    package: Annotated[bytes, Meta(max_length=256 * 1024)]


class RecoveryAnswer(Struct):
    """It lies there."""

    server_time: Moment


class InvitationAnswer(Struct):
    """The invitation stands until then."""

    expires_at: Moment
