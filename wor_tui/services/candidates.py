"""Candidates of a practice, and the step from the practice to the desk: the one place where anything of them is shared.

Before that step all of it is in the practice's own scope, whose keys nobody else has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from sync.client.changes import Change
from sync.schema import Value
from wor_tui.clock import moment_text
from wor_tui.domain.ages import check_signatures
from wor_tui.domain.checks import check_not_after_today
from wor_tui.domain.codes import ConsentPurpose
from wor_tui.domain.kinds import kind
from wor_tui.domain.permission import effective_consents
from wor_tui.services import audit, consents, records, referrals
from wor_tui.services.entry import Entered
from wor_tui.services.errors import NotAllowed, NothingToChange
from wor_tui.services.records import DESK, Draft
from wor_tui.services.workspace import Workspace

WITHOUT_CONSENT = "share_without_consent"
"""The act that needs consent to share the contact details."""
_AGREED = ("by_whom", "how", "on")


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A candidate as the practice has them; codes, not words. `agreed`: the purposes for which there is consent now."""

    id: str
    scope: str
    initials: str
    patient_number: str
    practice_id: str
    listed_on: date
    age_band: str
    consultations: int | None
    rule: str
    threshold: int | None
    meeting_on: date | None
    outcome: str
    referral_id: str
    agreed: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


def add(workspace: Workspace, entered: Mapping[str, Entered], *, draft: Draft | None = None) -> str:
    """Put a candidate on the practice's list and return the id; listed today unless given.

    Raises NotAllowed, Invalid.
    """
    filled = {"listed_on": workspace.clock.today(), **entered}
    return records.add(workspace, "candidate", workspace.scopes.practice, filled, purpose=DESK, draft=draft)


def edit(
    workspace: Workspace, candidate_id: str, entered: Mapping[str, Entered], base: int, *, draft: Draft | None = None
) -> None:
    """Change what the person changed of a candidate; raises NotAllowed, Invalid, NotFound, NothingToChange."""
    records.edit(workspace, "candidate", candidate_id, entered, base, purpose=DESK, draft=draft)


def delete(workspace: Workspace, candidate_id: str, base: int) -> None:
    """Take a candidate off the list; raises NotAllowed, NotFound."""
    edit(workspace, candidate_id, {"deleted_at": moment_text(workspace.clock.now())}, base)


def listed(workspace: Workspace) -> tuple[list[CandidateRow], dict[str, int]]:
    """The candidates, the newest first, and the practices' bases for forms that open from them; raises NotAllowed."""
    workspace.require("candidate")
    table = kind("candidate").table
    statement = select(table).where(table.c.deleted_at.is_(None)).order_by(table.c.listed_on.desc(), table.c.id.desc())
    with workspace.database.read() as connection:
        found = [dict(row) for row in connection.execute(statement).mappings()]
        bases = {scope: records.current_base(connection, scope) for scope in workspace.scopes.practices}
        rows = [_row(connection, row) for row in found]
    return rows, bases


def record_consent(
    workspace: Workspace,
    candidate_id: str,
    purposes: Iterable[str],
    *,
    given: bool,
    by_whom: str,
    how: str,
    on: date,
    birth_date: date | None = None,
    draft: Draft | None = None,
) -> list[str]:
    """Write down that consent was given, refused or withdrawn, for each purpose apart; returns the ids.

    Of somebody who was referred it is written at the desk: a withdrawal stops what the coach would share, too.
    `birth_date`, where it is known, decides who must sign. Raises NotAllowed, Invalid, NotFound.
    """
    check_not_after_today("on", on, workspace.clock.today())
    if given:
        check_signatures(birth_date, on, by_whom)
    with workspace.database.read() as connection:
        candidate = records.found(connection, "candidate", candidate_id)
        scope, about = str(candidate["scope"]), candidate_id
        referral = records.found_or_none(connection, "referral", candidate["referral_id"])
        if referral is not None:
            scope, about = str(referral["scope"]), str(referral["id"])
        past = _events(connection, candidate) if given else ()
    made = [
        consents.adding(workspace, scope, about, purpose, given, by_whom, how, on, corrects)
        for purpose in purposes
        for corrects in consents.withdrawals(past, purpose) or [""]
    ]
    event = "consent.give" if given else "consent.withdraw"
    workspace.save(made, DESK, event=event, action=audit.CREATE, draft=draft)
    return [change.record for change in made]


def to_desk(
    workspace: Workspace, candidate_id: str, entered: Mapping[str, Entered], *, draft: Draft | None = None
) -> str:
    """Refer a candidate: make their referral at the desk, and return its id.

    `entered`: the referral's fields, with the name and the number that the person gave. What goes along is what the
    consent covers: without consent for the reason no reason, without consent for the web no web. Neither the initials
    nor the practice's number, list or meeting ever go along.

    Raises NotAllowed (`WITHOUT_CONSENT`) before there is consent to share the contact details, Invalid, NotFound, and
    NothingToChange when the candidate is at the desk already.
    """
    with workspace.database.read() as connection:
        candidate = records.found(connection, "candidate", candidate_id)
        events = consents.of_record(connection, candidate_id)
        chosen = "SELECT id FROM web WHERE case_id = ? AND deleted_at IS NULL ORDER BY id"
        ids = connection.exec_driver_sql(chosen, (candidate_id,)).scalars().all()
        webs = [records.known_values(connection, "web", each) or {} for each in ids]
        base = records.current_base(connection, str(candidate["scope"]))
    if candidate["referral_id"]:
        raise NothingToChange("candidate")
    permissions = effective_consents(events)
    if not permissions[ConsentPurpose.CONTACT_DETAILS].granted:
        raise NotAllowed(WITHOUT_CONSENT)
    granting = {permission.event_id: purpose for purpose, permission in permissions.items() if permission.granted}
    agreed = {granting[event.id]: event for event in events if event.id in granting}
    shared = dict(entered)
    if ConsentPurpose.REASON not in agreed:
        shared.pop("reason", None)
    shared["consent_on"] = agreed[ConsentPurpose.CONTACT_DETAILS].on
    shared.setdefault("practice_id", candidate["practice_id"])
    referral = referrals.registering(workspace, shared)
    desk, about = referral.scope, referral.record
    made = [
        consents.adding(workspace, desk, about, purpose, True, *(getattr(event, name) for name in _AGREED))
        for purpose, event in agreed.items()
    ]
    if ConsentPurpose.WEB in agreed:
        made += [_copied_web(workspace, web, desk, about) for web in webs]
    mark = Change("candidate", candidate_id, str(candidate["scope"]), {"referral_id": about}, base)
    workspace.save([referral, *made, mark], DESK, event="candidate.refer", action=audit.CREATE, draft=draft)
    return about


def _copied_web(workspace: Workspace, web: Mapping[str, Value], scope: str, about: str) -> Change:
    values = {name: value for name, value in web.items() if value is not None} | {"case_id": about}
    return Change("web", workspace.new_id(), scope, values)


def _row(connection: Connection, row: Mapping[str, Any]) -> CandidateRow:
    permissions = effective_consents([*_events(connection, row)])
    whole: dict[str, Any] = {}
    for name in _COLUMNS:
        value = row[name]
        whole[name] = value if name in _NOT_TEXT else value or ""
    return CandidateRow(
        **whole,
        agreed=frozenset(str(purpose) for purpose, each in permissions.items() if each.granted),
        refused=frozenset(str(purpose) for purpose, each in permissions.items() if each.refused),
    )


def _events(connection: Connection, candidate: Mapping[str, Any]) -> Sequence[Any]:
    """The practice's own events, and after the step those at the desk, where the coach's withdrawals are, too."""
    there = consents.of_record(connection, candidate["referral_id"]) if candidate["referral_id"] else ()
    return [*consents.of_record(connection, candidate["id"]), *there]


_COLUMNS = tuple(each.name for each in fields(CandidateRow) if each.name not in {"agreed", "refused"})
_NOT_TEXT = frozenset({"listed_on", "consultations", "threshold", "meeting_on"})
