"""The central API's tables.

Every key leads with the organisation, so that an organisation can live on a node of its own. They work on SQLite and on
PostgreSQL alike: no sequences, triggers or database clocks. Flags are 0 or 1, so that a partial index reads the same on
both; lists and maps are JSON text. Moments are milliseconds since 1970 UTC.
"""

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger, Table, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

SCHEMA_VERSION = 10
_ID = 36


class ServerTable(SQLModel, registry=registry()):
    """The base of the server's tables: their own metadata, apart from any client's."""


class Installation(ServerTable, table=True):
    """The one row about the database itself."""

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    schema_version: int


class Organisation(ServerTable, table=True):
    """A tenant. `incarnation` changes when the server came back from a backup."""

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    incarnation: str = Field(max_length=_ID)
    created_at: int = Field(sa_type=BigInteger)


class Scope(ServerTable, table=True):
    """A unit of access and order. `head` is the newest seq, `chain` the running hash (32 bytes) at it.

    `covered`: where the snapshot that is handed out ends, 0 for none. `due_epoch`: the newest key epoch that somebody
    has who was sent away, so that a newer one is due; 0 for none.
    """

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    scope_id: str = Field(primary_key=True, max_length=_ID)
    kind: str = Field(max_length=40)
    head: int = Field(sa_type=BigInteger)
    chain: bytes = Field(sa_type=LargeBinary)
    key_epoch: int
    public_key: bytes = Field(sa_type=LargeBinary)
    covered: int = Field(default=0, sa_type=BigInteger)
    due_epoch: int = Field(default=0)


class Account(ServerTable, table=True):
    """A user, without a name."""

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    user_id: str = Field(primary_key=True, max_length=_ID)
    role: str = Field(max_length=40)


class Member(ServerTable, table=True):
    """What a user may do in a scope, one of `wire.Rights`, and between which moments."""

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    user_id: str = Field(primary_key=True, max_length=_ID)
    scope_id: str = Field(primary_key=True, max_length=_ID)
    rights: str = Field(max_length=10)
    since: int | None = Field(default=None, sa_type=BigInteger)
    until: int | None = Field(default=None, sa_type=BigInteger)


class Device(ServerTable, table=True):
    """An enrolled device: its public keys, and the last op that it pushed (accepted or refused).

    `vault_seq`: the highest that it told, 0 for none. `predecessor`: the device whose database it goes on with, or "".
    `unsent`: how many ops it said last that it hadn't sent, -1 for never.
    """

    __table_args__ = (Index("device_predecessor", "organisation_id", "predecessor"),)

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    device_id: str = Field(primary_key=True, max_length=_ID)
    user_id: str = Field(max_length=_ID)
    state: str = Field(max_length=10)
    signing_key: bytes = Field(sa_type=LargeBinary)
    sealing_key: bytes = Field(sa_type=LargeBinary)
    last_n: int = Field(sa_type=BigInteger)
    last_digest: bytes = Field(sa_type=LargeBinary)
    last_group: str = Field(max_length=_ID)
    last_seen: int = Field(sa_type=BigInteger)
    vault_seq: int = Field(sa_type=BigInteger)
    predecessor: str = Field(max_length=_ID)
    unsent: int = Field(default=-1, sa_type=BigInteger)


class Op(ServerTable, table=True):
    """An accepted op. `live_fields` are those that no later op superseded; `live` is 1 while it is in the feed.

    An erased op keeps its place and its hashes, and nothing else.
    """

    __table_args__ = (
        UniqueConstraint("organisation_id", "device_id", "n", name="op_device_n"),
        Index("op_record", "organisation_id", "scope_id", "record_id"),
        Index(
            "op_feed",
            "organisation_id",
            "scope_id",
            "seq",
            sqlite_where=text("live = 1"),
            postgresql_where=text("live = 1"),
        ),
    )
    organisation_id: str = Field(primary_key=True, max_length=_ID)
    scope_id: str = Field(primary_key=True, max_length=_ID)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    device_id: str = Field(max_length=_ID)
    n: int = Field(sa_type=BigInteger)
    record_id: str = Field(max_length=_ID)
    kind: str
    fields: str
    base: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    schema_version: int
    key_epoch: int
    group_id: str = Field(max_length=_ID)
    live: int = Field(sa_type=SmallInteger)
    live_fields: str
    reach: str
    digest: bytes = Field(sa_type=LargeBinary)
    chain: bytes = Field(sa_type=LargeBinary)
    body: bytes = Field(sa_type=LargeBinary)


class Snapshot(ServerTable, table=True):
    """A snapshot of a scope up to `seq` by a device: one that is handed out (`whole` 1), one that is being made (0).

    `number`, `after_seq` and `through_seq` are those of the next part; `ops` counts those in the parts that are here;
    `until`: so long it is its maker's turn, if it isn't whole.
    """

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    scope_id: str = Field(primary_key=True, max_length=_ID)
    snapshot_id: str = Field(primary_key=True, max_length=_ID)
    device_id: str = Field(max_length=_ID)
    whole: int = Field(sa_type=SmallInteger)
    seq: int = Field(sa_type=BigInteger)
    seq_chain: str = Field(max_length=16)
    number: int
    after_seq: int = Field(sa_type=BigInteger)
    through_seq: int = Field(sa_type=BigInteger)
    ops: int = Field(sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger)


class SnapshotPart(ServerTable, table=True):
    """What was live after `after_seq` up to `through_seq`, where the running hash is `chain` (8 bytes), sealed.

    `digest` is that of the headers of the ops in it, `rest` the seqs of those that were live there besides.
    """

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    scope_id: str = Field(primary_key=True, max_length=_ID)
    snapshot_id: str = Field(primary_key=True, max_length=_ID)
    after_seq: int = Field(primary_key=True, sa_type=BigInteger)
    number: int
    through_seq: int = Field(sa_type=BigInteger)
    chain: bytes = Field(sa_type=LargeBinary)
    key_epoch: int
    digest: bytes = Field(sa_type=LargeBinary)
    rest: str
    body: bytes = Field(sa_type=LargeBinary)


class Refusal(ServerTable, table=True):
    """A refused op's number, so that a repeat gets the same answer."""

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    device_id: str = Field(primary_key=True, max_length=_ID)
    n: int = Field(primary_key=True, sa_type=BigInteger)
    code: str = Field(max_length=40)
    digest: bytes = Field(sa_type=LargeBinary)


class KeyGrant(ServerTable, table=True):
    """A scope's private key of one epoch, wrapped to one device."""

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    device_id: str = Field(primary_key=True, max_length=_ID)
    scope_id: str = Field(primary_key=True, max_length=_ID)
    epoch: int = Field(primary_key=True)
    wrapped: bytes = Field(sa_type=LargeBinary)


class KeyWish(ServerTable, table=True):
    """A device that lacks the newest key of a scope that its user has rights in; it holds those up to `held`."""

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    scope_id: str = Field(primary_key=True, max_length=_ID)
    device_id: str = Field(primary_key=True, max_length=_ID)
    held: int


class Invite(ServerTable, table=True):
    """A one-time code's other half.

    The only key that doesn't lead with the organisation: whoever holds a code doesn't know it yet. The first
    coordinator's code has no organisation. `made_by`: the device that invites, or "".
    """

    lookup: str = Field(primary_key=True, max_length=32)
    organisation_id: str = Field(max_length=_ID)
    proof_hash: bytes = Field(sa_type=LargeBinary)
    user_id: str = Field(max_length=_ID)
    role: str = Field(max_length=40)
    package: bytes = Field(sa_type=LargeBinary)
    expires_at: int = Field(sa_type=BigInteger)
    tries: int
    used_by: str = Field(max_length=_ID)
    made_by: str = Field(default="", max_length=_ID)


class Revocation(ServerTable, table=True):
    """A device that was sent away: when, by which device, and the order to wipe it with its moment, or b"" for none."""

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    device_id: str = Field(primary_key=True, max_length=_ID)
    at: int = Field(sa_type=BigInteger)
    by_device: str = Field(max_length=_ID)
    wipe_at: int = Field(sa_type=BigInteger)
    wipe_signature: bytes = Field(sa_type=LargeBinary)


class Escrow(ServerTable, table=True):
    """An op that a device hadn't sent when it was sent away, sealed as it would have been pushed.

    It waits for whoever leads the scope, and is removed when they accepted or declined it. `user_id`: whose it was.
    """

    __table_args__ = (Index("escrow_scope", "organisation_id", "scope_id"),)

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    device_id: str = Field(primary_key=True, max_length=_ID)
    n: int = Field(primary_key=True, sa_type=BigInteger)
    scope_id: str = Field(max_length=_ID)
    user_id: str = Field(max_length=_ID)
    record_id: str = Field(max_length=_ID)
    kind: str
    fields: str
    base: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    schema_version: int
    key_epoch: int
    group_id: str = Field(max_length=_ID)
    deposited_at: int = Field(sa_type=BigInteger)
    body: bytes = Field(sa_type=LargeBinary)


class Nonce(ServerTable, table=True):
    """A request that was handled, until its signature is stale (seconds since 1970 UTC); used by nodes that share this.

    What one node alone has seen it keeps in its memory.
    """

    __table_args__ = (Index("nonce_until", "organisation_id", "until"),)

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    device_id: str = Field(primary_key=True, max_length=_ID)
    nonce: str = Field(primary_key=True, max_length=64)
    until: int = Field(sa_type=BigInteger)


class AttemptWindow(ServerTable, table=True):
    """A window of time from `began` (seconds since 1970 UTC), its secret, and all attempts to enrol in it.

    It and what follows are nobody's: who tries to enrol has no organisation yet.
    """

    began: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    secret: bytes = Field(sa_type=LargeBinary)
    attempts: int = Field(sa_type=BigInteger)


class Attempt(ServerTable, table=True):
    """The attempts from one network in a window; `source` is a hash of it, keyed by the window's secret."""

    began: int = Field(primary_key=True, sa_type=BigInteger)
    source: str = Field(primary_key=True, max_length=64)
    attempts: int = Field(sa_type=BigInteger)


class AuditTrail(ServerTable, table=True):
    """How far the audit lines of a device are here: the newest, and its chain's link (32 bytes), an anchor for whoever
    verifies them. `forks`: how often something was sent that isn't on this chain; `forked_at`: when that was last."""

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    device_id: str = Field(primary_key=True, max_length=_ID)
    last_n: int = Field(sa_type=BigInteger)
    last_hash: bytes = Field(sa_type=LargeBinary)
    at: int = Field(sa_type=BigInteger)
    forks: int
    forked_at: int = Field(sa_type=BigInteger)


class AuditSealed(ServerTable, table=True):
    """A batch of a device's audit lines, sealed to the audit scope's public key of an epoch. Never changed."""

    organisation_id: str = Field(primary_key=True, max_length=_ID)
    device_id: str = Field(primary_key=True, max_length=_ID)
    first_n: int = Field(primary_key=True, sa_type=BigInteger)
    last_n: int = Field(sa_type=BigInteger)
    before: bytes = Field(sa_type=LargeBinary)
    after: bytes = Field(sa_type=LargeBinary)
    key_epoch: int
    at: int = Field(sa_type=BigInteger)
    body: bytes = Field(sa_type=LargeBinary)


_tables = ServerTable.metadata.tables
INSTALLATION: Table = _tables["installation"]
ORGANISATION: Table = _tables["organisation"]
SCOPE: Table = _tables["scope"]
ACCOUNT: Table = _tables["account"]
MEMBER: Table = _tables["member"]
DEVICE: Table = _tables["device"]
OP: Table = _tables["op"]
SNAPSHOT: Table = _tables["snapshot"]
SNAPSHOT_PART: Table = _tables["snapshotpart"]
REFUSAL: Table = _tables["refusal"]
KEY_GRANT: Table = _tables["keygrant"]
KEY_WISH: Table = _tables["keywish"]
INVITE: Table = _tables["invite"]
REVOCATION: Table = _tables["revocation"]
ESCROW: Table = _tables["escrow"]
NONCE: Table = _tables["nonce"]
ATTEMPT_WINDOW: Table = _tables["attemptwindow"]
ATTEMPT: Table = _tables["attempt"]
AUDIT_TRAIL: Table = _tables["audittrail"]
AUDIT_SEALED: Table = _tables["auditsealed"]
