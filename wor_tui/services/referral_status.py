"""What the referrer sees of a case at the desk: how far it is, kept up to date by what the coach does."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from sync.client.changes import Change
from wor_tui.domain.codes import ReferralStatus
from wor_tui.domain.facts import CaseFacts
from wor_tui.domain.phase import case_phase, referral_status
from wor_tui.services import aliases, records

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


def changes(connection: Connection, case: Mapping[str, Any], status: ReferralStatus) -> list[Change]:
    """The changes that move a case's referrals on to `status`: none without one here, and never a step back.

    There are several when cases were merged: each referrer hears of it. Derived and not typed, so the base is what this
    device knows now.
    """
    found: list[Change] = []
    for each in aliases.together(connection, str(case["id"])):
        one = case if each == case["id"] else records.found_or_none(connection, "case", each)
        referral = records.found_or_none(connection, "referral", one["referral_id"]) if one is not None else None
        if referral is not None and _further(str(referral["status"] or ""), status):
            scope = str(referral["scope"])
            base = records.current_base(connection, scope)
            found.append(Change("referral", str(referral["id"]), scope, {"status": status}, base))
    return found


def _further(before: str, after: ReferralStatus) -> bool:
    if before not in _ORDER or after not in _ORDER:
        return before != after
    return _ORDER.index(after) > _ORDER.index(ReferralStatus(before))


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, date) else None
