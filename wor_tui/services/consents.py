"""Consent, refusal and withdrawal: events for one purpose each, never changed afterwards."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from sync.client.changes import Change
from wor_tui.domain.ages import check_signatures
from wor_tui.domain.checks import check_not_after_today
from wor_tui.domain.codes import ConsentPurpose
from wor_tui.domain.kinds import kind
from wor_tui.domain.permission import effective_consent
from wor_tui.services import aliases, audit, records
from wor_tui.services.errors import NotAllowed
from wor_tui.services.records import CARE, Draft
from wor_tui.services.workspace import Workspace


def record(
    workspace: Workspace,
    case_id: str,
    purpose: str | Sequence[str],
    *,
    given: bool,
    by_whom: str,
    how: str,
    on: date,
    corrects: str = "",
    draft: Draft | None = None,
) -> list[str]:
    """Write an event for a purpose, or for several at once, and return the ids of what was written.

    Where the practice asked for consent and shares it at the desk, it is written there, so that both know.
    Consent after a withdrawal (or several, made by people who didn't know of each other) names each of them, so it may
    take several records; a correction names the event that it puts right. Raises Invalid, NotFound.
    """
    purposes = [purpose] if isinstance(purpose, str) else purpose
    check_not_after_today("on", on, workspace.clock.today())
    with workspace.database.read() as connection:
        case = records.found(connection, "case", case_id)
        client = records.found_or_none(connection, "client", aliases.remaining_of(connection, case["client_id"]))
        if given:
            check_signatures(client["birth_date"] if client else None, on, by_whom)
        past: Sequence[Any] = events(connection, case_id) if given and not corrects else ()
        scope, about = _kept_at(connection, case)
    made = [
        adding(workspace, scope, about, each, given, by_whom, how, on, corrected)
        for each in purposes
        for corrected in ([corrects] if corrects else withdrawals(past, each)) or [""]
    ]
    event = "consent.give" if given else "consent.withdraw"
    workspace.save(made, CARE, event=event, action=audit.CREATE, draft=draft)
    return [change.record for change in made]


def adding(
    workspace: Workspace,
    scope: str,
    case_id: str,
    purpose: str,
    given: bool,
    by_whom: str,
    how: str,
    on: date,
    corrects: str = "",
) -> Change:
    """The change that writes one event down; raises Invalid."""
    return records.adding(
        workspace,
        "consent",
        scope,
        {
            "case_id": case_id,
            "purpose": purpose,
            "given": given,
            "by_whom": by_whom,
            "how": how,
            "on": on,
            "author_id": workspace.me.person_id,
            "corrects": corrects,
        },
    )


def require(connection: Connection, case_id: str, purpose: ConsentPurpose, act: str) -> None:
    """Raise NotAllowed(`act`) unless there is consent for `purpose`: nothing is shared without it."""
    if not effective_consent(events(connection, case_id), purpose).granted:
        raise NotAllowed(act)


def events(connection: Connection, case_id: str) -> Sequence[Any]:
    """All events of a case, of those that are merged with it and of their referrals, in the order of their ids."""
    table, case = kind("consent").table, kind("case").table
    same = aliases.together(connection, case_id)
    referrals = select(case.c.referral_id).where(case.c.id.in_(same), case.c.referral_id.is_not(None))
    of_case = table.c.case_id.in_(same) | table.c.case_id.in_(referrals)
    return connection.execute(select(table).where(of_case).order_by(table.c.id)).all()


def of_record(connection: Connection, about: str) -> Sequence[Any]:
    """The events about one candidate, referral or case and nothing else, in the order of their ids."""
    table = kind("consent").table
    return connection.execute(select(table).where(table.c.case_id == about).order_by(table.c.id)).all()


def _kept_at(connection: Connection, case: Mapping[str, Any]) -> tuple[str, str]:
    """The scope and the record to which a new event of a case belongs."""
    referral = records.found_or_none(connection, "referral", case["referral_id"])
    if referral is not None and of_record(connection, str(referral["id"])):
        return str(referral["scope"]), str(referral["id"])
    return str(case["scope"]), str(case["id"])


def withdrawals(past: Sequence[Any], purpose: str) -> list[str]:
    """The withdrawals for a purpose that a new consent must each name."""
    known = [each for each in ConsentPurpose if each == purpose]
    return list(effective_consent(past, known[0]).unresolved) if known else []
