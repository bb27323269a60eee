"""The tables that never leave this device: drafts, audit lines, and the caseload's summary.

Dates are ISO 8601 text (`2026-11-22`), moments ISO 8601 text in UTC (`2026-11-22T09:30:00Z`).
"""

from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, LargeBinary, MetaData, text
from sqlmodel import Field, SQLModel


class LocalTable(SQLModel):
    """What the local tables share: a metadata of their own, so that they are never taken for synced ones."""

    metadata: ClassVar[MetaData] = MetaData()  # pyright: ignore[reportIncompatibleVariableOverride]  SQLModel reads it here


metadata = LocalTable.metadata


class Draft(LocalTable, table=True):
    """Unsaved input of a form, kept so that a crash or a lock loses nothing.

    `record` is the id of what the form edits, empty for a new one. `scope_bases` maps a scope's id to the seq that the
    form showed when it opened. `values` maps a field's name to what was typed.
    """

    __tablename__ = "draft"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel
    __table_args__ = {"sqlite_with_rowid": False}

    form: str = Field(primary_key=True)
    record: str = Field(primary_key=True, default="")
    scope_bases: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    saved_at: str


class AuditLine(LocalTable, table=True):
    """One line of the log that NEN 7513 asks for: who did what to whose file, when, where and why. Ids, no names.

    `n` counts from 1 on `device`, whose chain the line is in; `hash` is the chain's link of it (32 bytes, see
    `sync.trail`). `id` is a UUIDv7. `action` is one of C, R, U, D, E; `checks` are four letters, T, F or U (unknown):
    whether the person was authorised, had a treatment relation with the client, the client consented, and it was an
    emergency. What doesn't apply is empty. A line from before there was a chain has no `device` until it is taken in.
    """

    __tablename__ = "audit"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel
    __table_args__ = (
        Index("audit_client", "client_id", sqlite_where=text("client_id != ''")),
        {"sqlite_with_rowid": False},
    )

    device: str = Field(primary_key=True)
    n: int = Field(primary_key=True)
    id: str
    at: str
    event: str
    action: str
    outcome: str
    person_id: str
    responsible_id: str
    role: str
    purpose: str
    access_point: str
    kind: str
    record: str
    client_id: str
    source: str
    checks: str
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AuditChain(LocalTable, table=True):
    """Where a device's chain of audit lines stands: its newest line, the newest that the central API has, and the
    newest that isn't kept here any more; 0 and nothing for none."""

    __tablename__ = "audit_chain"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel
    __table_args__ = {"sqlite_with_rowid": False}

    device: str = Field(primary_key=True)
    n: int
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sent_n: int = 0
    sent_hash: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    pruned_n: int = 0
    pruned_hash: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))


class CaseSummary(LocalTable, table=True):
    """A case as the caseload shows it, derived from the synced records and rebuilt from them at any time.

    `coach_id` is empty once the case ended; `owed_by` is its coach also then, for what is still owed by `due_on`, the
    earliest date of all that is. `sort_key` orders by name; `search_key` is what filtering reads: folded case and
    accents. From `contacts` to `may_report` stand the facts of its entries. What follows from them and from the day,
    such as the phase, isn't kept: it is asked anew when it is shown. `intake_planned`: on the day of writing the intake
    was still to come, so that day changes `due_on`.

    One covering index serves the whole caseload and one coach's: 100,000 load from it without touching the table, and
    a second one with the coach in front nearly doubled the time to write as many, without loading faster. The others
    hold few rows each.
    """

    __tablename__ = "case_summary"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel

    case_id: str = Field(primary_key=True)
    coach_id: str | None = None
    owed_by: str | None = None
    due_on: str | None = None
    sort_key: str
    search_key: str
    intake_on: str | None = None
    contacts: int = 0
    attempts: int = 0
    first_reached_on: str | None = None
    last_reached_on: str | None = None
    feedback_1_on: str | None = None
    feedback_2_on: str | None = None
    may_contact: bool = True
    may_report: bool = True
    intake_planned: bool = False
    waiting_for_consent: bool = False
    not_reached: bool = False

    __table_args__ = (
        # The list without what is searched: half as many pages to decipher before it is painted.
        Index("case_summary_names", "sort_key", "case_id", "coach_id"),
        Index("case_summary_list", "sort_key", "case_id", "search_key", "coach_id"),
        Index("case_summary_due", "due_on", "owed_by", sqlite_where=text("due_on IS NOT NULL")),
        Index("case_summary_waiting", "coach_id", sqlite_where=text("waiting_for_consent = 1")),
        Index("case_summary_not_reached", "not_reached", sqlite_where=text("not_reached = 1")),
        Index("case_summary_planned", "intake_on", sqlite_where=text("intake_planned = 1")),
        {"sqlite_with_rowid": False},
    )


class Alias(LocalTable, table=True):
    """A client or a case that was merged, and the one that it shows at now; derived from the synced records."""

    __tablename__ = "alias"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel
    __table_args__ = {"sqlite_with_rowid": False}

    record: str = Field(primary_key=True)
    kind: str
    remaining: str = Field(index=True)


class Difference(LocalTable, table=True):
    """A field of a merged record that was changed since, and differs from the remaining one: somebody must decide.

    `owner`: the client or case that was merged. `kind`: its kind, or `intake` for what stands in the case's intake.
    """

    __tablename__ = "difference"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel
    __table_args__ = {"sqlite_with_rowid": False}

    owner: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    remaining: str = Field(index=True)


class Unlooked(LocalTable, table=True):
    """A client who was added or changed since it was last looked who resembles them."""

    __tablename__ = "unlooked"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel
    __table_args__ = {"sqlite_with_rowid": False}

    client: str = Field(primary_key=True)


class LikenessKey(LocalTable, table=True):
    """What a client may have in common with another registration of the same person; `key` is a hash of it.

    One that no longer holds costs a comparison and nothing else.
    """

    __tablename__ = "likeness_key"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel
    __table_args__ = {"sqlite_with_rowid": False}

    key: int = Field(primary_key=True)
    client: str = Field(primary_key=True)


class Alike(LocalTable, table=True):
    """Two clients who may be one person: `one` has the smaller id, `degree` is a `Likeness`."""

    __tablename__ = "alike"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel
    __table_args__ = {"sqlite_with_rowid": False}

    one: str = Field(primary_key=True)
    other: str = Field(primary_key=True, index=True)
    degree: int


class VaultState(LocalTable, table=True):
    """One row: `seq` counts the commits, so that an older copy of the database can be told from the newest."""

    __tablename__ = "vault_state"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel

    id: int = Field(primary_key=True, default=1)
    seq: int = 0
