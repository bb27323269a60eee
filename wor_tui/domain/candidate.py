"""The candidate: somebody of whom a practice thinks, before anybody asked them anything."""

from datetime import date, datetime

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import MeetingOutcome
from wor_tui.domain.columns import Record, synced

INITIALS_LIMIT = 12
MOST_CONSULTATIONS = 400


class Candidate(Record, table=True):
    """Initials and the practice's own number, and why they are thought of; in a practice's scope, and nowhere else.

    `rule` and `threshold` are those of the list from the practice's record system that they stood on, with their
    `consultations` in twelve months. `meeting_on` and `outcome`: what the case meeting (SMO) decided. `referral_id`:
    the referral at the desk, once there was consent.
    """

    initials: str = synced(Policy.ASK, bounds.line(INITIALS_LIMIT), required=True)
    patient_number: str | None = synced(Policy.ASK, bounds.line(40), indexed=True)
    practice_id: str | None = synced(Policy.ASK, bounds.identifier())
    listed_on: date = synced(Policy.ASK, bounds.day(), required=True)
    age_band: str | None = synced(Policy.ASK, bounds.line(20))
    consultations: int | None = synced(Policy.ASK, bounds.whole(0, MOST_CONSULTATIONS))
    rule: str | None = synced(Policy.ASK, bounds.line())
    threshold: int | None = synced(Policy.ASK, bounds.whole(0, MOST_CONSULTATIONS))
    meeting_on: date | None = synced(Policy.ASK, bounds.day())
    outcome: str | None = synced(Policy.ASK, bounds.code(MeetingOutcome))
    referral_id: str | None = synced(Policy.ASK, bounds.identifier(), indexed=True)
    deleted_at: datetime | None = synced(Policy.LATEST, bounds.moment())
