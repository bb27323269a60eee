"""The intake: ten steps in any order, the person's own words, and the way out when it doesn't fit."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection

from sync.client.changes import Change
from wor_tui.domain import checks
from wor_tui.domain.codes import EndReason, ReferralStatus
from wor_tui.domain.identifiers import intake_id
from wor_tui.domain.steps import Step
from wor_tui.services import audit, records, referral_status
from wor_tui.services.entry import Entered, values_of
from wor_tui.services.errors import Invalid, NothingToChange, Reason
from wor_tui.services.records import CARE, Draft
from wor_tui.services.workspace import Workspace


def edit(
    workspace: Workspace, case_id: str, entered: Mapping[str, Entered], base: int, *, draft: Draft | None = None
) -> None:
    """Change fields of a case's intake, only those that the person changed; the first save makes it.

    Raises Invalid, NotFound, NothingToChange.
    """
    with workspace.database.read() as connection:
        changes = [_intake(workspace, connection, case_id, entered, base)]
    workspace.save(changes, CARE, event="intake.edit", draft=draft)


def tick(workspace: Workspace, case_id: str, step: Step, on: date | None, base: int) -> None:
    """Note the day that a step was done, or take it back with None. Raises Invalid, NotFound."""
    edit(workspace, case_id, {step.column: on}, base)


def held(
    workspace: Workspace,
    case_id: str,
    on: date,
    base: int,
    entered: Mapping[str, Entered] | None = None,
    *,
    draft: Draft | None = None,
) -> None:
    """Note the day of the intake, with step 9 and whatever else was filled in, in one save.

    Raises Invalid, NotFound.
    """
    with workspace.database.read() as connection:
        case = records.found(connection, "case", case_id)
        checks.check_order("intake_on", on, "received_on", case["received_on"])
        fields = {Step.FIRST_CONTACT.column: on if on <= workspace.clock.today() else None, **(entered or {})}
        changes = [
            Change("case", case_id, str(case["scope"]), values_of("case", {"intake_on": on}), base),
            _intake(workspace, connection, case_id, fields, base),
        ]
        told = referral_status.change(connection, case, ReferralStatus.INTAKE)
        if told is not None and on <= workspace.clock.today():
            changes.append(told)
    workspace.save(changes, CARE, event="intake.hold", action=audit.UPDATE, draft=draft)


def exclude(
    workspace: Workspace,
    case_id: str,
    exclusion: str,
    passed_on_to: str,
    base: int,
    *,
    ends: bool = True,
    draft: Draft | None = None,
) -> None:
    """Note that this doesn't fit and who takes over, today; with `ends` the case ends as passed on.

    Raises Invalid, NotFound.
    """
    if not passed_on_to:
        raise Invalid("passed_on_to", Reason.REQUIRED)
    today = workspace.clock.today()
    case_fields: dict[str, Entered] = {"passed_on_to": passed_on_to, "passed_on_on": today}
    if ends:
        case_fields |= {"ended_on": today, "end_reason": EndReason.PASSED_ON}
    fields: dict[str, Entered] = {"exclusion": exclusion, "passed_on_to": passed_on_to}
    with workspace.database.read() as connection:
        case = records.found(connection, "case", case_id)
        changes = [
            _intake(workspace, connection, case_id, fields, base),
            Change("case", case_id, str(case["scope"]), values_of("case", case_fields), base),
        ]
        told = referral_status.change(connection, case, ReferralStatus.PASSED_ON) if ends else None
        if told is not None:
            changes.append(told)
    workspace.save(changes, CARE, event="intake.exclude", draft=draft)


def _intake(
    workspace: Workspace, connection: Connection, case_id: str, entered: Mapping[str, Entered], base: int
) -> Change:
    if not entered:
        raise NothingToChange("intake")
    values = values_of("intake", entered)
    for step in Step:
        day = values.get(step.column)
        if isinstance(day, str):
            checks.check_not_after_today(step.column, date.fromisoformat(day), workspace.clock.today())
    case = records.found(connection, "case", case_id)
    record = intake_id(case_id)
    if records.found_or_none(connection, "intake", record) is None:
        values["case_id"] = case_id
    return Change("intake", record, str(case["scope"]), values, base)
