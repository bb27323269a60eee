"""What goes over the wire: every request and every answer of the central API, as JSON.

Bytes travel as base64. Both sides refuse what is malformed or too large before they use it. Moments are milliseconds
since 1970 UTC; ids are UUIDs as text of 36 characters. docs/protocol.md tells how the messages are used.
"""

import gzip
import zlib
from typing import Annotated, TypeVar

import msgspec
import zstandard
from msgspec import Meta, Struct

from sync.op import Digest, Header, SealedOp

PROTOCOL = 1
"""The protocol's version; the answer to an exchange names the lowest that the server still takes."""
PUSH_OPS = 200
PUSH_BYTES = 512 * 1024
"""A push's limits: ops, and bytes of the request as sent."""
PAGE_OPS = 1000
PAGE_BYTES = 1 << 20
"""An answer's limits: ops, and bytes of their bodies (an answer always holds one group, however large)."""
PLAIN_BYTES = 8 << 20
"""The most bytes that a message may have once decompressed."""
WAIT_S = 25
"""The longest that a client may ask the server to wait for something new."""
BODY_BYTES = 256 * 1024
"""The most bytes of one op's sealed body."""
PROOF_TRIES = 5
"""Wrong proofs after which a code is dead."""
ERASE = "erase"
"""The kind of the op that erases its record for good (legal erasure); it has no fields."""

Id = Annotated[str, Meta(min_length=36, max_length=36)]
Count = Annotated[int, Meta(ge=0, le=(1 << 53) - 1)]
FromOne = Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]
Moment = Annotated[int, Meta(ge=-(1 << 53), le=(1 << 53) - 1)]
Epoch = Annotated[int, Meta(ge=1, le=(1 << 31) - 1)]
HeldEpoch = Annotated[int, Meta(ge=0, le=(1 << 31) - 1)]
"""The newest key epoch that a device holds; 0: none."""
Sha256 = Annotated[bytes, Meta(min_length=32, max_length=32)]
Lookup = Annotated[str, Meta(min_length=32, max_length=32, pattern="^[0-9a-f]*$")]
FieldName = Annotated[str, Meta(min_length=1, max_length=120)]
Word = Annotated[str, Meta(min_length=1, max_length=40)]
SigningKey = Annotated[bytes, Meta(min_length=32, max_length=32)]
HybridKey = Annotated[bytes, Meta(min_length=1216, max_length=1216)]
Chain = Annotated[str, Meta(max_length=16)]
"""The 8 bytes of a scope's running hash at a seq, as 16 hexadecimal digits; empty at seq 0."""


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
    the device holds of each scope whose keys it hands out without reading it.
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
    """Erasing is for whoever leads the scope."""


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


class Rights:
    """What a user may do in a scope."""

    KEYS = "keys"
    """Hold the scope's keys, to hand them to whoever is invited; neither read nor write, so no member."""
    READ = "read"
    WRITE = "write"
    LEAD = "lead"
    """Write, and erase."""


class ScopeState(Struct, frozen=True):
    """A scope that the user has rights in; `head` is its newest seq, for showing progress."""

    id: Id
    kind: Word
    key_epoch: Epoch
    public_key: bytes
    head: Count = 0
    rights: Word = Rights.WRITE


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
    """A device of the organisation, to which a coordinator can wrap keys."""

    id: Id
    user: Id
    state: Word
    sealing_key: bytes


class OrganisationAnswer(Struct):
    """The organisation as the central API knows it."""

    scopes: list[ScopeState]
    users: list[NewUser]
    members: list[Membership]
    devices: list[EnrolledDevice]


class Membered(Struct, omit_defaults=True, frozen=True):
    """A scope that an invited user gets rights in, one of `Rights`."""

    scope: Id
    rights: Word = Rights.WRITE


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


class InvitationAnswer(Struct):
    """The invitation stands until then."""

    expires_at: Moment


class Health(Struct):
    """The server answers and can read its database."""

    status: str
    protocol: int
    server_time: Moment


class ProblemType:
    """The `type` of every problem that the central API answers with (RFC 9457), without `urn:wor:problem:`."""

    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    UNSUPPORTED_ENCODING = "unsupported-encoding"
    UNSIGNED = "unsigned"
    WRONG_DIGEST = "wrong-digest"
    WRONG_SIGNATURE = "wrong-signature"
    WRONG_CLOCK = "wrong-clock"
    REPLAYED = "replayed"
    UNKNOWN_DEVICE = "unknown-device"
    REVOKED = "revoked"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    UNKNOWN_CODE = "unknown-code"
    USED_CODE = "used-code"
    EXPIRED_CODE = "expired-code"
    BLOCKED_CODE = "blocked-code"
    WRONG_PROOF = "wrong-proof"
    TAKEN = "taken"
    GAP = "gap"
    FORKED = "forked"
    RESTORED = "restored"
    STALE_KEY = "stale-key"
    BUSY = "busy"
    INTERNAL = "internal"


PROBLEM_PREFIX = "urn:wor:problem:"
PROBLEM_JSON = "application/problem+json"


class Problem(Struct, omit_defaults=True):
    """Why a request was not done; nothing of it was applied. The members after `detail` belong to some types only.

    `expected`: the n that a push must start with (gap). `last_n`, `incarnation`: what the server has of this device
    (restored, gap). `epochs`: the current key epoch of each stale scope. `tries_left`: of a code. `server_time`: always
    there for a device that the server knows.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    expected: int | None = None
    last_n: int | None = None
    incarnation: str | None = None
    epochs: dict[str, int] | None = None
    tries_left: int | None = None
    server_time: int | None = None

    @property
    def name(self) -> str:
        """The type without its prefix: one of `ProblemType`, or a text of a newer server."""
        return self.type.removeprefix(PROBLEM_PREFIX)


class WireError(Exception):
    """A message can't be read."""


class Malformed(WireError):
    """Not JSON, or not the message that belongs here."""


class TooLarge(WireError):
    """Larger than the limit, compressed or not."""


class UnsupportedEncoding(WireError):
    """A Content-Encoding that neither side agreed on."""


Message = TypeVar("Message")


def decode(payload: bytes, message: type[Message]) -> Message:
    """Read a message; raises Malformed, without the contents."""
    try:
        return msgspec.json.decode(payload, type=message)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Malformed from None


def encode(message: Struct) -> bytes:
    """Write a message."""
    return msgspec.json.encode(message)


_WORTH_COMPRESSING = 400


def compressed(payload: bytes, accepted: str) -> tuple[bytes, str]:
    """`payload` in the best encoding that an Accept-Encoding header allows, and its name, "" for none."""
    if len(payload) < _WORTH_COMPRESSING:
        return payload, ""
    names = {part.partition(";")[0].strip().lower() for part in accepted.split(",")}
    if "zstd" in names:
        # Mostly base64 of what can't be made smaller: a higher level takes twice as long for nothing.
        return zstandard.ZstdCompressor(level=1, write_content_size=True).compress(payload), "zstd"
    if "gzip" in names:
        return gzip.compress(payload, 1, mtime=0), "gzip"
    return payload, ""


def decompressed(body: bytes, encoding: str, limit: int = PLAIN_BYTES) -> bytes:
    """Undo a Content-Encoding, never making more than `limit` bytes.

    Raises TooLarge, Malformed, UnsupportedEncoding.
    """
    if encoding in {"", "identity"}:
        plain = body
    elif encoding == "zstd":
        plain = _from_zstd(body, limit)
    elif encoding == "gzip":
        plain = _from_gzip(body, limit)
    else:
        raise UnsupportedEncoding
    if len(plain) > limit:
        raise TooLarge
    return plain


def _from_zstd(body: bytes, limit: int) -> bytes:
    try:
        size = zstandard.frame_content_size(body)
        if size > limit:
            raise TooLarge
        reader = zstandard.ZstdDecompressor(max_window_size=PLAIN_BYTES).stream_reader(body)
        plain = reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise Malformed from error
    if 0 <= size != len(plain) and len(plain) <= limit:
        raise Malformed
    return plain


def _from_gzip(body: bytes, limit: int) -> bytes:
    reader = zlib.decompressobj(wbits=31)
    try:
        plain = reader.decompress(body, limit + 1)
    except zlib.error as error:
        raise Malformed from error
    if len(plain) <= limit and not reader.eof:
        raise Malformed
    return plain


def digests(before: Digest, ops: list[PushedOp], organisation: str, device: str, first_n: int) -> list[Digest]:
    """The device's chain after each of `ops`, given the link before the first."""
    links: list[Digest] = []
    for place, op in enumerate(ops):
        before = SealedOp(op.header(organisation, device, first_n + place), op.body).digest(before)
        links.append(before)
    return links
