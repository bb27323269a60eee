"""Consent events: given, refused or withdrawn, each purpose apart. What is in force follows from `permission`."""

from datetime import date

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import ByWhom, ConsentForm, ConsentPurpose
from wor_tui.domain.columns import Record, synced


class Consent(Record, table=True):
    """One event, never changed; of a case in a team's scope. `given` False is a refusal or a withdrawal.

    In a practice's scope `case_id` names the candidate, at a desk the referral: there it counts for the case, too.
    `corrects` names the event that this one puts right, or the withdrawal that this consent comes after.
    """

    case_id: str = synced(Policy.ASK, bounds.identifier(), required=True, indexed=True)
    purpose: str = synced(Policy.ASK, bounds.code(ConsentPurpose), required=True)
    given: bool = synced(Policy.ASK, bounds.yes_or_no(), required=True)
    by_whom: str = synced(Policy.ASK, bounds.code(ByWhom), required=True)
    how: str = synced(Policy.ASK, bounds.code(ConsentForm), required=True)
    on: date = synced(Policy.ASK, bounds.day(), required=True)
    # Two colleagues who take in the same file make the same event: which of them isn't for a person to decide.
    author_id: str = synced(Policy.LATEST, bounds.identifier(), required=True)
    corrects: str | None = synced(Policy.ASK, bounds.identifier())
