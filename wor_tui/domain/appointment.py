"""The longer appointment at the practice's desk."""

from datetime import datetime

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import AppointmentReason, AppointmentStatus, Function
from wor_tui.domain.columns import Record, synced

SHORTEST_MINUTES = 5
LONGEST_MINUTES = 120


class Appointment(Record, table=True):
    """When, with whom and why; at a desk, or a practice's own; it says nothing of what is in the case.

    In a practice's scope `case_id` names the candidate.
    """

    practice_id: str = synced(Policy.ASK, bounds.identifier(), required=True, indexed=True)
    client_name: str | None = synced(Policy.ASK, bounds.line())
    case_id: str | None = synced(Policy.ASK, bounds.identifier())
    referral_id: str | None = synced(Policy.ASK, bounds.identifier())
    with_function: str | None = synced(Policy.ASK, bounds.code(Function))
    reason: str | None = synced(Policy.ASK, bounds.code(AppointmentReason))
    starts_at: datetime = synced(Policy.ASK, bounds.moment(), required=True)
    minutes: int = synced(Policy.ASK, bounds.whole(SHORTEST_MINUTES, LONGEST_MINUTES), required=True)
    status: str | None = synced(Policy.ASK, bounds.code(AppointmentStatus))
    note_for_desk: str | None = synced(Policy.ASK, bounds.note(2_000))
    deleted_at: datetime | None = synced(Policy.LATEST, bounds.moment())
