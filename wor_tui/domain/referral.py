"""The referral: a practice asks for a welfare coach, at the desk that the practice and its coaches share."""

from datetime import date

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import ReferralChannel, ReferralStatus, ReferralType
from wor_tui.domain.columns import Record, synced

ICPC = "Z68"
"""The code that a referral gets in the practice's record system: an action, not a diagnosis."""


class Referral(Record, table=True):
    """What the practice passes on and what it may see of the case; in a desk's scope."""

    client_name: str = synced(Policy.ASK, bounds.line(), required=True)
    birth_date: date | None = synced(Policy.ASK, bounds.day())
    phone: str | None = synced(Policy.ASK, bounds.phone())
    place: str | None = synced(Policy.ASK, bounds.line())
    practice_id: str | None = synced(Policy.ASK, bounds.identifier(), indexed=True)
    referrer_id: str | None = synced(Policy.ASK, bounds.identifier())
    type: str | None = synced(Policy.ASK, bounds.code(ReferralType))
    channel: str | None = synced(Policy.ASK, bounds.code(ReferralChannel))
    zd_number: str | None = synced(Policy.ASK, bounds.line(40), indexed=True)
    reason: str | None = synced(Policy.ASK, bounds.note())
    consent_on: date | None = synced(Policy.ASK, bounds.day())
    received_on: date = synced(Policy.ASK, bounds.day(), required=True)
    status: str | None = synced(Policy.LATEST, bounds.code(ReferralStatus))
    case_id: str | None = synced(Policy.ASK, bounds.identifier(), indexed=True)
    icpc: str | None = synced(Policy.ASK, bounds.icpc())
    his_registered_on: date | None = synced(Policy.ASK, bounds.day())
