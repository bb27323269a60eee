"""Feedback to the referrer: after the intake (1) and three months after the start (2)."""

from datetime import date

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import FeedbackChannel
from wor_tui.domain.columns import Record, synced


class Feedback(Record, table=True):
    """That feedback was given, when and through which channel, never changed; in a team's scope."""

    case_id: str = synced(Policy.ASK, bounds.identifier(), required=True, indexed=True)
    number: int = synced(Policy.ASK, bounds.whole(1, 2), required=True)
    sent_on: date = synced(Policy.ASK, bounds.day(), required=True)
    channel: str = synced(Policy.ASK, bounds.code(FeedbackChannel), required=True)
    note: str | None = synced(Policy.ASK, bounds.note())
    author_id: str = synced(Policy.ASK, bounds.identifier(), required=True)
    corrects: str | None = synced(Policy.ASK, bounds.identifier())
