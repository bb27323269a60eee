"""The feedback letter as the referrer reads it: at the desk, with what the consent covers and nothing beyond it."""

from datetime import date

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.columns import Record, synced


class Letter(Record, table=True):
    """What was written to the referrer, never changed; in a desk's scope. `number`: 1 after the intake, 2 later."""

    referral_id: str = synced(Policy.ASK, bounds.identifier(), required=True, indexed=True)
    number: int = synced(Policy.ASK, bounds.whole(1, 2), required=True)
    sent_on: date = synced(Policy.ASK, bounds.day(), required=True)
    text: str = synced(Policy.ASK, bounds.note(), required=True)
    author_id: str = synced(Policy.ASK, bounds.identifier(), required=True)
    corrects: str | None = synced(Policy.ASK, bounds.identifier())
