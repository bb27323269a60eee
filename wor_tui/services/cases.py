"""Cases: opened from a referral or by hand, their next step, their end."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from sync.client.changes import Change
from sync.schema import ELEMENT, Value
from wor_tui.domain import checks
from wor_tui.domain.ages import check_birth_date
from wor_tui.domain.codes import ByWhom, ConsentForm, ConsentPurpose, EndReason
from wor_tui.services import audit, consents, records, referral_status, referrals
from wor_tui.services.entry import Entered, values_of
from wor_tui.services.errors import Invalid, NothingToChange, Reason
from wor_tui.services.records import CARE, Draft
from wor_tui.services.workspace import Workspace


def open_by_hand(
    workspace: Workspace,
    client: Mapping[str, Entered],
    case: Mapping[str, Entered] | None = None,
    *,
    received_on: date | None = None,
    draft: Draft | None = None,
) -> str:
    """Open a case for a new client and return its id; the one who opens it is its coach unless `case` says otherwise.

    `received_on` is today unless given. Raises Invalid.
    """
    changes = _opening(workspace, client, {"received_on": received_on or workspace.clock.today(), **(case or {})})
    workspace.save(changes, CARE, event="case.open", action=audit.CREATE, draft=draft)
    return changes[0].record


def open_with_referral(
    workspace: Workspace,
    client: Mapping[str, Entered],
    referral: Mapping[str, Entered],
    *,
    consent: tuple[ByWhom, ConsentForm] = (ByWhom.CLIENT, ConsentForm.SPOKEN),
    apart_from: Sequence[str] = (),
    draft: Draft | None = None,
) -> str:
    """Register a referral and open its case, as one change, and return the case's id; raises Invalid.

    Consent that stands on the referral (`consent_on`) becomes an event of the case, given as `consent` says.
    `apart_from`: clients who look like this one and are somebody else, which is remembered.
    """
    client = {**client, **{f"apart{ELEMENT}{each}": True for each in apart_from}}
    registered = referrals.registering(workspace, {**referral, "case_id": (case_id := workspace.new_id())})
    changes = _referred(workspace, client, registered.record, registered.values, consent, case_id)
    workspace.save([*changes, registered], CARE, event="case.open", action=audit.CREATE, draft=draft)
    return case_id


def open_for_client(
    workspace: Workspace, client_id: str, case: Mapping[str, Entered] | None = None, *, draft: Draft | None = None
) -> str:
    """Open another case for a client who is known already, and return its id; raises Invalid, NotFound."""
    with workspace.database.read() as connection:
        scope = str(records.found(connection, "client", client_id)["scope"])
    change = _case(workspace, scope, client_id, {"received_on": workspace.clock.today(), **(case or {})})
    workspace.save([change], CARE, event="case.open", action=audit.CREATE, draft=draft)
    return change.record


def open_from_referral(
    workspace: Workspace,
    referral_id: str,
    client: Mapping[str, Entered],
    base: int,
    *,
    consent: tuple[ByWhom, ConsentForm] = (ByWhom.CLIENT, ConsentForm.SPOKEN),
    draft: Draft | None = None,
) -> str:
    """Open a case from a referral at the desk and return its id.

    `base` is the desk's when the form opened, or the highest of all desks that it showed.

    Consent that the practice asked (the referral's `consent_on`) becomes an event of the case, given as `consent` says.
    Raises Invalid, NotFound; NothingToChange when the referral has a case already.
    """
    with workspace.database.read() as connection:
        referral = records.found(connection, "referral", referral_id)
        # What a referral without a case has to say about its case has been seen by any form.
        base = min(base, records.current_base(connection, str(referral["scope"])))
    if referral["case_id"]:
        raise NothingToChange("referral")
    changes = _referred(workspace, client, referral_id, referral, consent)
    opened = changes[0].record
    changes.append(Change("referral", referral_id, str(referral["scope"]), {"case_id": opened}, base))
    workspace.save(changes, CARE, event="case.open", action=audit.CREATE, draft=draft)
    return opened


def edit(
    workspace: Workspace, case_id: str, entered: Mapping[str, Entered], base: int, *, draft: Draft | None = None
) -> None:
    """Change fields of a case: only those that the person changed; the days must follow each other.

    Raises Invalid, NotFound, NothingToChange.
    """
    if not entered:
        raise NothingToChange("case")
    values = values_of("case", entered)
    with workspace.database.read() as connection:
        before = records.found(connection, "case", case_id)
        days = {name: _day(values[name]) if name in values else before[name] for name in _DAYS}
        checks.check_case_dates(**days, today=workspace.clock.today())
        if "ended_on" in values or "end_reason" in values:
            checks.check_end(days["ended_on"], str(values.get("end_reason", before["end_reason"]) or ""))
        told = _told(connection, workspace, {**before, **days, **values})
    changes = [Change("case", case_id, str(before["scope"]), values, base), *told]
    workspace.save(changes, CARE, event="case.edit", draft=draft)


def set_next_step(
    workspace: Workspace, case_id: str, text: str, on: date | None, base: int, *, draft: Draft | None = None
) -> None:
    """Say what happens next and when; an empty text takes it away. Raises Invalid, NotFound."""
    edit(workspace, case_id, {"next_step": text, "next_step_on": on if text else None}, base, draft=draft)


def end(
    workspace: Workspace,
    case_id: str,
    reason: str,
    on: date,
    base: int,
    *,
    passed_on_to: str = "",
    draft: Draft | None = None,
) -> None:
    """End a case; passing on asks to whom. Raises Invalid, NotFound."""
    entered: dict[str, Entered] = {"ended_on": on, "end_reason": reason}
    if reason == EndReason.PASSED_ON and not passed_on_to:
        raise Invalid("passed_on_to", Reason.REQUIRED)
    if passed_on_to:
        entered |= {"passed_on_to": passed_on_to, "passed_on_on": on}
    edit(workspace, case_id, entered, base, draft=draft)


def reopen(workspace: Workspace, case_id: str, base: int, *, draft: Draft | None = None) -> None:
    """Take back a case's end; to whom it was passed on stays written down. Raises NotFound."""
    edit(workspace, case_id, {"ended_on": None, "end_reason": None}, base, draft=draft)


def extend(workspace: Workspace, case_id: str, reason: str, base: int, *, draft: Draft | None = None) -> None:
    """Give the reason for going on past the planned contacts or weeks; raises Invalid, NotFound."""
    if not reason.strip():
        raise Invalid("extension_reason", Reason.NEEDS_A_REASON)
    edit(workspace, case_id, {"extension_reason": reason}, base, draft=draft)


_DAYS = ("received_on", "intake_on", "ended_on", "passed_on_on")


def _referred(
    workspace: Workspace,
    client: Mapping[str, Entered],
    referral_id: str,
    referral: Mapping[str, Any],
    consent: tuple[ByWhom, ConsentForm],
    case_id: str = "",
) -> list[Change]:
    """The case of a referral first, its client, and the consent that came with it."""
    case: dict[str, Entered] = {
        "referral_id": referral_id,
        **{name: referral.get(name) for name in ("practice_id", "referrer_id", "received_on")},
    }
    changes = _opening(workspace, client, case, case_id)
    opened, on = changes[0], referral.get("consent_on")
    with workspace.database.read() as connection:
        asked_there = bool(consents.of_record(connection, referral_id))
        changes += _webs_of(workspace, connection, referral_id, opened)
    if on is not None and not asked_there:
        by_whom, how = consent
        purpose, day = ConsentPurpose.CONTACT_DETAILS, on if isinstance(on, date) else date.fromisoformat(on)
        changes.append(consents.adding(workspace, opened.scope, opened.record, purpose, True, by_whom, how, day))
    return changes


def _webs_of(workspace: Workspace, connection: Connection, referral_id: str, case: Change) -> list[Change]:
    """The webs that came with a referral, as the case's own."""
    chosen = "SELECT id FROM web WHERE case_id = ? AND deleted_at IS NULL ORDER BY id"
    found = connection.exec_driver_sql(chosen, (referral_id,)).scalars().all()
    values = [records.known_values(connection, "web", each) or {} for each in found]
    return [Change("web", workspace.new_id(), case.scope, {**_filled(each), "case_id": case.record}) for each in values]


def _filled(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None}


def _opening(
    workspace: Workspace, client: Mapping[str, Entered], case: Mapping[str, Entered], case_id: str = ""
) -> list[Change]:
    scope = workspace.scopes.team
    person = records.adding(workspace, "client", scope, client)
    birth_date = person.values.get("birth_date")
    if isinstance(birth_date, str):
        check_birth_date(date.fromisoformat(birth_date), workspace.clock.today())
    return [_case(workspace, scope, person.record, case, case_id), person]


def _case(
    workspace: Workspace, scope: str, client_id: str, entered: Mapping[str, Entered], case_id: str = ""
) -> Change:
    filled = {"coach_id": workspace.me.cases_of, **entered, "client_id": client_id}
    made = records.adding(workspace, "case", scope, filled, case_id)
    days = {name: _day(made.values.get(name)) for name in _DAYS}
    checks.check_case_dates(**days, today=workspace.clock.today())
    return made


def _told(connection: Connection, workspace: Workspace, case: Mapping[str, object]) -> list[Change]:
    """What the referrer hears of it at the desk: that the intake was held, or that the case ended."""
    status = referral_status.of_case(case, workspace.clock.today())
    return [] if status is None else referral_status.changes(connection, case, status)


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
