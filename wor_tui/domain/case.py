"""The case: one client's road with a coach, from receipt to end."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import EndReason, PassedOnTo, Track
from wor_tui.domain.columns import Record, synced
from wor_tui.domain.merged import FIELD_NAME


class Case(Record, table=True):
    """Whose case it is, with whom, and its dates; in a team's scope. Its phase follows from `phase.case_phase`.

    `merged_into`, `settled`, `replaced`: as at the client; those of its intake have `intake.` before the field's name.
    """

    __table_args__ = (Index("case_merged", "merged_into", sqlite_where=text("merged_into IS NOT NULL")),)

    client_id: str = synced(Policy.ASK, bounds.identifier(), required=True, indexed=True)
    referral_id: str | None = synced(Policy.ASK, bounds.identifier(), indexed=True)
    coach_id: str | None = synced(Policy.ASK, bounds.identifier())
    practice_id: str | None = synced(Policy.ASK, bounds.identifier())
    referrer_id: str | None = synced(Policy.ASK, bounds.identifier())
    track: str | None = synced(Policy.ASK, bounds.code(Track))
    received_on: date = synced(Policy.ASK, bounds.day(), required=True)
    intake_on: date | None = synced(Policy.ASK, bounds.day())
    ended_on: date | None = synced(Policy.ASK, bounds.day())
    end_reason: str | None = synced(Policy.ASK, bounds.code(EndReason))
    extension_reason: str | None = synced(Policy.ASK, bounds.note(2_000))
    next_step: str | None = synced(Policy.LATEST, bounds.line())
    next_step_on: date | None = synced(Policy.LATEST, bounds.day())
    passed_on_to: str | None = synced(Policy.ASK, bounds.code(PassedOnTo))
    passed_on_on: date | None = synced(Policy.ASK, bounds.day())
    merged_into: str | None = synced(Policy.ASK, bounds.identifier())
    settled: dict[str, Any] = synced(Policy.LATEST, bounds.mark(), elements=FIELD_NAME)
    replaced: dict[str, Any] = synced(Policy.LATEST, bounds.note(), elements=FIELD_NAME)
    deleted_at: datetime | None = synced(Policy.LATEST, bounds.moment())
