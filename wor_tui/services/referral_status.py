"""What the referrer sees of a case at the desk: how far it is, kept up to date by what the coach does."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from sync.client.changes import Change
from wor_tui.domain.codes import ReferralStatus
from wor_tui.domain.facts import CaseFacts
from wor_tui.domain.phase import case_phase, referral_status
from wor_tui.services import records

_ORDER = (
    ReferralStatus.RECEIVED,
    ReferralStatus.CONTACTED,
    ReferralStatus.INTAKE,
    ReferralStatus.ARRANGEMENT,
    ReferralStatus.COMPLETED,
)


def of_case(case: Mapping[str, Any], today: date) -> ReferralStatus | None:
    """The status that a case's own columns lead to: its end, or its intake; None when neither says anything."""
    facts = CaseFacts(intake_on=_day(case["intake_on"]), ended_on=_day(case["ended_on"]), end_reason=case["end_reason"])
    if facts.ended_on is None and (facts.intake_on is None or facts.intake_on > today):
        return None
    return referral_status(case_phase(facts, today))


def change(connection: Connection, case: Mapping[str, Any], status: ReferralStatus) -> Change | None:
    """The change that moves a case's referral on to `status`; None without a referral here, and never a step back.

    Derived and not typed, so its base is what this device knows now.
    """
    referral = records.found_or_none(connection, "referral", case["referral_id"])
    if referral is None or not _further(str(referral["status"] or ""), status):
        return None
    scope = str(referral["scope"])
    return Change("referral", str(referral["id"]), scope, {"status": status}, records.current_base(connection, scope))


def _further(before: str, after: ReferralStatus) -> bool:
    if before not in _ORDER or after not in _ORDER:
        return before != after
    return _ORDER.index(after) > _ORDER.index(ReferralStatus(before))


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, date) else None
