"""The tables that never leave this device: drafts, audit lines, and the caseload's summary.

Dates are ISO 8601 text (`2026-11-22`), moments ISO 8601 text in UTC (`2026-11-22T09:30:00Z`).
"""

from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, MetaData
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
    """One line of the log that NEN 7513 asks for: who did what to whose file, when, and why.

    `id` is a UUIDv7, so the lines lie in the order of time. `action` is one of C, R, U, D, E.
    """

    __tablename__ = "audit"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel
    __table_args__ = {"sqlite_with_rowid": False}

    id: str = Field(primary_key=True)
    at: str
    event: str
    action: str
    person_id: str
    device_id: str
    kind: str | None = None
    record: str | None = None
    purpose: str | None = None
    outcome: str


class CaseSummary(LocalTable, table=True):
    """A case as the caseload shows it, derived from the synced records and rebuilt from them at any time.

    `sort_key` orders by name; `search_key` is what filtering reads: folded case and accents. One covering index serves
    the whole caseload and one coach's: 100,000 load from it without touching the table, and a second index with the
    coach in front nearly doubled the time to write as many, without loading faster.
    """

    __tablename__ = "case_summary"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel

    case_id: str = Field(primary_key=True)
    scope: str
    client_id: str
    coach_id: str | None = None
    sort_key: str
    search_key: str
    phase: str
    received_on: str | None = None
    intake_on: str | None = None
    ended_on: str | None = None
    first_contact_due_on: str | None = None
    feedback1_due_on: str | None = None
    feedback2_due_on: str | None = None
    next_step_on: str | None = None
    contacts_reached: int = 0
    attempts_failed: int = 0
    last_contact_at: str | None = None
    waiting_for_consent: bool = False
    not_reached: bool = False

    __table_args__ = (
        Index("case_summary_list", "sort_key", "case_id", "search_key", "coach_id"),
        Index("case_summary_client", "client_id"),
        {"sqlite_with_rowid": False},
    )


class VaultState(LocalTable, table=True):
    """One row: `seq` counts the commits, so that an older copy of the database can be told from the newest."""

    __tablename__ = "vault_state"  # pyright: ignore[reportAssignmentType]  untyped in SQLModel

    id: int = Field(primary_key=True, default=1)
    seq: int = 0
