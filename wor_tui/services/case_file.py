"""One case with everything around it, read at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import Connection, select

from sync.client import scopes
from wor_tui.clock import local_date
from wor_tui.domain.ages import age
from wor_tui.domain.corrections import corrected_by
from wor_tui.domain.duties import owed
from wor_tui.domain.facts import CaseFacts, case_facts, corrected_by_contacts, counted_contacts
from wor_tui.domain.identifiers import intake_id
from wor_tui.domain.kinds import kind
from wor_tui.domain.permission import effective_consents
from wor_tui.domain.phase import case_phase
from wor_tui.domain.progress import needs_extension_reason, progress, started_on
from wor_tui.domain.scores import suggested_dimensions
from wor_tui.domain.steps import Step
from wor_tui.domain.terms import Terms
from wor_tui.domain.text import listed_name
from wor_tui.services import aliases, consents, records
from wor_tui.services.case_records import with_conflicts, with_unsent
from wor_tui.services.case_views import (
    CaseFile,
    CaseView,
    ClientView,
    ConsentView,
    FeedbackView,
    IntakeView,
    MergedView,
    Obligation,
    ProgressView,
    ReferralView,
    TimelineEntry,
    WebView,
)
from wor_tui.services.directory import PersonCard, PracticeCard, person_card, practice_card
from wor_tui.services.errors import NOT_HANDED_OVER, NotAllowed
from wor_tui.services.records import CARE
from wor_tui.services.workspace import Workspace

__all__ = [
    "NEXT_STEP",
    "CaseFile",
    "CaseView",
    "ClientView",
    "ConsentView",
    "FeedbackView",
    "IntakeView",
    "MergedView",
    "Obligation",
    "PersonCard",
    "PracticeCard",
    "ProgressView",
    "ReferralView",
    "TimelineEntry",
    "WebView",
    "case_file",
    "opened",
]

Row = Mapping[str, Any]

NEXT_STEP = "next_step"
"""The obligation that the coach gave themself, beside the domain's duties."""


def case_file(workspace: Workspace, case_id: str) -> CaseFile:
    """Everything about one case; raises NotAllowed, NotFound. Whoever shows it to a person calls `opened` once.

    Of a case that was merged it is everything about the one at which it shows.
    """
    workspace.require("case")
    with workspace.database.read() as connection:
        read = _read(connection, case_id)
    me = workspace.me
    if not me.sees_all_cases and read.case["coach_id"] not in {me.cases_of, me.person_id}:
        raise NotAllowed(NOT_HANDED_OVER)
    return _file(read, workspace.clock.today(), workspace.projection.terms)


def opened(workspace: Workspace, case_id: str, purpose: str = CARE) -> None:
    """Write the audit line of a person's opening this case."""
    workspace.note_reading("case", case_id, purpose)


@dataclass(slots=True)
class _Read:
    """What the database holds of one case."""

    case: Row
    client: Row
    merged: list[Row]
    referral: Row | None
    practice: Row | None
    referrer: Row | None
    intake: Row | None
    webs: list[Any]
    contacts: list[Any]
    consents: list[Any]
    feedback: list[Any]
    names: Mapping[str, str]
    bases: Mapping[str, int]
    unsent: set[str]
    conflicts: frozenset[tuple[str, str, str]]


def _read(connection: Connection, case_id: str) -> _Read:
    same = aliases.together(connection, case_id)
    case_id = same[0]
    case = records.found(connection, "case", case_id)
    client_id, *merged = aliases.together(connection, case["client_id"])
    in_conflict = with_conflicts(connection, [case_id]).get(case_id, set())
    return _Read(
        case=case,
        client=records.found_or_none(connection, "client", client_id) or _nobody(case),
        merged=[row for each in merged if (row := records.found_or_none(connection, "client", each)) is not None],
        referral=_referral(connection, case, same),
        practice=records.found_or_none(connection, "practice", case["practice_id"]),
        referrer=records.found_or_none(connection, "person", case["referrer_id"]),
        intake=records.found_or_none(connection, "intake", intake_id(case_id)),
        webs=_of_cases(connection, "web", same),
        contacts=_of_cases(connection, "contact", same),
        consents=list(consents.events(connection, case_id)),
        feedback=_of_cases(connection, "feedback", same),
        names={row[0]: row[1] for row in connection.exec_driver_sql("SELECT id, name FROM person")},
        bases={scope.id: scope.cursor for scope in scopes.by_id(connection).values() if not scope.lost},
        unsent=with_unsent(connection, [case_id]).get(case_id, set()),
        conflicts=_conflict_fields(connection, in_conflict),
    )


def _of_cases(connection: Connection, kind_name: str, case_ids: Sequence[str]) -> list[Any]:
    """The entries of a case and of those that were merged into it."""
    table = kind(kind_name).table
    chosen = select(table).where(table.c.case_id.in_(case_ids)).order_by(table.c.id)
    if "deleted_at" in table.c:
        chosen = chosen.where(table.c.deleted_at.is_(None))
    return list(connection.execute(chosen))


def _referral(connection: Connection, case: Row, same: Sequence[str]) -> Row | None:
    """The case's referral, or else that of a case that was merged into it."""
    own = records.found_or_none(connection, "referral", case["referral_id"])
    if own is not None or len(same) == 1:
        return own
    others = [records.found_or_none(connection, "case", each) for each in same[1:]]
    found = [records.found_or_none(connection, "referral", one["referral_id"]) for one in others if one is not None]
    return next((one for one in found if one is not None), None)


def _conflict_fields(connection: Connection, in_conflict: Iterable[str]) -> frozenset[tuple[str, str, str]]:
    table = "SELECT kind, record, field FROM conflict WHERE record = ?"
    late = "SELECT kind, remaining, field FROM difference WHERE remaining = ?"
    found = {tuple(row) for record in in_conflict for row in connection.exec_driver_sql(table, (record,))}
    found |= {
        (kind_name, intake_id(shows) if kind_name == "intake" else shows, field)
        for record in in_conflict
        for kind_name, shows, field in connection.exec_driver_sql(late, (record,))
    }
    return cast("frozenset[tuple[str, str, str]]", frozenset(found))


def _nobody(case: Row) -> Row:
    """A client who hasn't come in yet, or was deleted."""
    columns: dict[str, Any] = dict.fromkeys(kind("client").fields)
    return {**columns, "id": case["client_id"], "scope": case["scope"]}


def _file(read: _Read, today: date, terms: Terms) -> CaseFile:
    case: dict[str, Any] = _texts(read.case, CaseView) | {"coach": read.names.get(read.case["coach_id"] or "", "")}
    dates = cast("Any", _Dates(read.case))
    facts = case_facts(dates, read.contacts, read.consents, read.feedback)
    return CaseFile(
        case=CaseView(**case),
        client=_client(read.client, today),
        referral=None if read.referral is None else ReferralView(**_texts(read.referral, ReferralView)),
        practice=None if read.practice is None else practice_card(read.practice),
        referrer=None if read.referrer is None else person_card(read.referrer),
        consents=[_consent(row, read.names) for row in reversed(read.consents)],
        effective_consents=frozenset(
            str(purpose) for purpose, permission in effective_consents(read.consents).items() if permission.granted
        ),
        webs=sorted((_web(row, read.names) for row in read.webs), key=lambda web: (web.taken_on, web.id), reverse=True),
        timeline=_timeline(read),
        feedback=[_feedback(row, read.names) for row in reversed(read.feedback)],
        intake=_intake(read),
        progress=_progress(read, facts, today, terms),
        phase=case_phase(facts, today, terms),
        obligations=_obligations(read.case, facts, today, terms),
        bases=read.bases,
        unsent=len(read.unsent),
        conflict_fields=read.conflicts,
        merged=[
            MergedView(row["id"], listed_name(row["given_name"], row["prefix"], row["family_name"]))
            for row in read.merged
        ],
    )


class _Dates:
    """A case's columns as the rules read them."""

    def __init__(self, case: Row) -> None:
        self.received_on = case["received_on"]
        self.intake_on = case["intake_on"]
        self.ended_on = case["ended_on"]
        self.end_reason = case["end_reason"]


def _client(row: Row, today: date) -> ClientView:
    birth_date = row["birth_date"]
    columns = _texts(row, ClientView)
    columns["name"] = listed_name(row["given_name"], row["prefix"], row["family_name"])
    columns["age"] = None if birth_date is None else age(birth_date, today)
    return ClientView(**columns)


def _consent(row: Any, names: Mapping[str, str]) -> ConsentView:
    author = names.get(row.author_id, "")
    return ConsentView(row.id, row.purpose, row.given, row.by_whom, row.how, row.on, author, row.corrects or "")


def _web(row: Any, names: Mapping[str, str]) -> WebView:
    return WebView(
        id=row.id,
        instrument=row.instrument,
        variant=row.variant,
        taken_on=row.taken_on,
        scores=(row.d1, row.d2, row.d3, row.d4, row.d5, row.d6),
        suggested=cast("Any", suggested_dimensions(row.aspects)),
        aspects=row.aspects,
        talk=frozenset(aspect for aspect, wanted in row.talk.items() if wanted),
        note=row.note or "",
        author=names.get(row.author_id or "", ""),
    )


def _feedback(row: Any, names: Mapping[str, str]) -> FeedbackView:
    author = names.get(row.author_id, "")
    return FeedbackView(row.id, row.number, row.sent_on, row.channel, row.note or "", author, row.corrects or "")


def _intake(read: _Read) -> IntakeView:
    row = read.intake or dict.fromkeys(kind("intake").fields)
    columns = _texts(row, IntakeView)
    columns["id"] = intake_id(read.case["id"])
    columns["exists"] = read.intake is not None
    columns["steps"] = {int(step): row[step.column] for step in Step if row[step.column] is not None}
    return IntakeView(**columns)


def _timeline(read: _Read) -> list[TimelineEntry]:
    numbers = {each.id: number for number, each in enumerate(counted_contacts(read.contacts), start=1)}
    replaced = corrected_by_contacts(read.contacts) | corrected_by(read.consents) | corrected_by(read.feedback)
    contacts = [
        _entry(read, row, "contact", row.happened_at, row.kind, replaced, numbers.get(row.id)) for row in read.contacts
    ]
    consents = [_entry(read, row, "consent", _noon(row.on), row.purpose, replaced) for row in read.consents]
    letters = [
        _entry(read, row, "feedback", _noon(row.sent_on), row.channel, replaced, row.number) for row in read.feedback
    ]
    entries = [*contacts, *consents, *letters]
    return sorted(entries, key=lambda entry: (entry.at, entry.id), reverse=True)


def _entry(
    read: _Read,
    row: Any,
    what: str,
    at: datetime,
    code: str,
    replaced: Mapping[str, str],
    number: int | None = None,
) -> TimelineEntry:
    is_contact = what == "contact"
    return TimelineEntry(
        id=row.id,
        what=what,
        at=at,
        code=code,
        minutes=row.minutes if is_contact else None,
        reached=row.reached if is_contact else None,
        given=row.given if what == "consent" else None,
        note=getattr(row, "note", None) or "",
        author=read.names.get(row.author_id, ""),
        counts=is_contact and number is not None,
        number=number,
        client_bound=is_contact and row.client_bound,
        corrects=row.corrects or "",
        void=is_contact and bool(row.void),
        corrected_by=replaced.get(row.id, ""),
        unsent=row.id in read.unsent,
    )


def _progress(read: _Read, facts: CaseFacts, today: date, terms: Terms) -> ProgressView:
    now = progress(facts, today, terms)
    running_without = facts.ended_on is None and not read.case["extension_reason"]
    return ProgressView(
        contacts=now.contacts,
        contacts_planned=now.contacts_planned,
        week=now.week,
        weeks_planned=now.weeks_planned,
        attempts=now.attempts,
        past_plan=now.past_plan,
        needs_reason=running_without and needs_extension_reason(facts, today, terms),
        reason_owed_since=_past_plan_since(read, facts, today, terms) if running_without else None,
    )


def _past_plan_since(read: _Read, facts: CaseFacts, today: date, terms: Terms) -> date | None:
    """The day of the first contact past the planned ones, or of the first week past the planned ones."""
    past = [
        local_date(each.happened_at) for each in counted_contacts(read.contacts)[terms.contacts : terms.contacts + 1]
    ]
    start = started_on(facts, today)
    if start is not None and start + timedelta(weeks=terms.weeks) <= today:
        past.append(start + timedelta(weeks=terms.weeks))
    return min(past, default=None)


def _obligations(case: Row, facts: CaseFacts, today: date, terms: Terms) -> list[Obligation]:
    found = [
        Obligation(str(duty.what), duty.due_on, duty.done_on, duty.allowed, duty.overdue)
        for duty in owed(facts, today, terms)
    ]
    if case["next_step_on"] is not None and facts.ended_on is None:
        on = case["next_step_on"]
        found.append(Obligation(NEXT_STEP, on, None, allowed=True, overdue=on < today))
    return found


def _noon(day: date) -> datetime:
    """Where a day without a time stands on the line of time."""
    return datetime.combine(day, time(11), UTC)


def _texts(row: Row, view: type[Any]) -> dict[str, Any]:
    """A view's columns that a record has, with "" for a text that is missing and None for a day."""
    columns: Sequence[str] = list(view.__dataclass_fields__)
    return {name: "" if row[name] is None and not _is_day(name) else row[name] for name in columns if name in row}


def _is_day(name: str) -> bool:
    return name.endswith(("_on", "_date")) or name == "on"
