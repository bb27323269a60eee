"""The intake: ten steps in any order, the person's own words, and the way out when it doesn't fit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from sync.client.changes import Change
from wor_tui.domain import checks
from wor_tui.domain.codes import EndReason, ReferralStatus
from wor_tui.domain.identifiers import intake_id
from wor_tui.domain.steps import Step
from wor_tui.services import records, referral_status
from wor_tui.services.entry import Entered, values_of
from wor_tui.services.errors import Invalid, NothingToChange, Reason
from wor_tui.services.records import CARE, Draft
from wor_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WayOut:
    """Why this doesn't fit (an `Exclusion`), and who takes over from today; with `ends` the case ends as passed on."""

    exclusion: str
    passed_on_to: str
    ends: bool = True


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a conversation changed, as one form hands it in.

    `entered`: fields of the intake, only those that the person changed. `held_on`: the day of the intake, or for which
    it is planned. `web`: from `webs.starting` or `webs.editing`.
    """

    entered: Mapping[str, Entered] = field(default_factory=dict[str, Entered])
    held_on: date | None = None
    way_out: WayOut | None = None
    web: Change | None = None


def save(
    workspace: Workspace, case_id: str, conversation: Conversation, base: int, *, draft: Draft | None = None
) -> None:
    """Write all that a conversation changed in one save: all of it is kept, or nothing.

    The first save makes the intake. Raises Invalid, NotFound, NothingToChange.
    """
    way_out, held_on, today = conversation.way_out, conversation.held_on, workspace.clock.today()
    fields = dict(conversation.entered)
    case_fields: dict[str, Entered] = {}
    told: ReferralStatus | None = None
    if held_on is not None:
        case_fields["intake_on"] = held_on
        fields = {Step.FIRST_CONTACT.column: held_on if held_on <= today else None, **fields}
        told = ReferralStatus.INTAKE if held_on <= today else None
    if way_out is not None:
        if not way_out.passed_on_to:
            raise Invalid("passed_on_to", Reason.REQUIRED)
        fields |= {"exclusion": way_out.exclusion, "passed_on_to": way_out.passed_on_to}
        case_fields |= {"passed_on_to": way_out.passed_on_to, "passed_on_on": today}
        if way_out.ends:
            case_fields |= {"ended_on": today, "end_reason": EndReason.PASSED_ON}
            told = ReferralStatus.PASSED_ON
    with workspace.database.read() as connection:
        case = records.found(connection, "case", case_id)
        checks.check_order("intake_on", held_on, "received_on", case["received_on"])
        changes: list[Change] = []
        if fields:
            changes.append(_intake(workspace, connection, case_id, fields, base))
        if case_fields:
            changes.append(Change("case", case_id, str(case["scope"]), values_of("case", case_fields), base))
        if conversation.web is not None:
            changes.append(conversation.web)
        telling = [] if told is None else referral_status.changes(connection, case, told)
    if not changes:
        raise NothingToChange("intake")
    workspace.save([*changes, *telling], CARE, event=_event(conversation), draft=draft)


def edit(
    workspace: Workspace, case_id: str, entered: Mapping[str, Entered], base: int, *, draft: Draft | None = None
) -> None:
    """Change fields of a case's intake, only those that the person changed; raises as `save` does."""
    save(workspace, case_id, Conversation(entered), base, draft=draft)


def tick(workspace: Workspace, case_id: str, step: Step, on: date | None, base: int) -> None:
    """Note the day that a step was done, or take it back with None. Raises Invalid, NotFound."""
    edit(workspace, case_id, {step.column: on}, base)


def held(workspace: Workspace, case_id: str, on: date, base: int, entered: Mapping[str, Entered] | None = None) -> None:
    """Note the day of the intake, with step 9 and whatever else was filled in. Raises Invalid, NotFound."""
    save(workspace, case_id, Conversation(entered or {}, held_on=on), base)


def exclude(
    workspace: Workspace, case_id: str, exclusion: str, passed_on_to: str, base: int, *, ends: bool = True
) -> None:
    """Note that this doesn't fit and who takes over, today. Raises Invalid, NotFound."""
    save(workspace, case_id, Conversation(way_out=WayOut(exclusion, passed_on_to, ends)), base)


def _event(conversation: Conversation) -> str:
    """What was done, for the audit line: the most that it was."""
    if conversation.way_out is not None:
        return "intake.exclude"
    if conversation.held_on is not None:
        return "intake.hold"
    return "intake.edit" if conversation.entered or conversation.web is None else "intake.web"


def _intake(
    workspace: Workspace, connection: Connection, case_id: str, entered: Mapping[str, Entered], base: int
) -> Change:
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
