"""The facts of many cases at once: gathered from their entries, or as the summary keeps them for what is shown."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from wor_tui.domain.facts import CaseFacts, case_facts
from wor_tui.services import aliases


class CaseLine(NamedTuple):
    """A case's own columns as far as the facts and the caseload need them, with the names of those around it."""

    id: str
    scope: str
    client_id: str
    coach_id: str | None
    received_on: date | None
    intake_on: date | None
    ended_on: date | None
    end_reason: str | None
    track: str | None
    next_step: str | None
    next_step_on: date | None
    given_name: str | None
    prefix: str | None
    family_name: str | None
    birth_date: date | None
    phone: str | None
    phone_alternative: str | None
    place: str | None
    neighbourhood: str | None
    referrer: str | None
    practice: str | None


_COLUMNS = len(CaseLine._fields)
_DATES = ("received_on", "intake_on", "ended_on", "next_step_on", "birth_date")


class _Contact(NamedTuple):
    id: str
    happened_at: datetime
    kind: str
    reached: bool
    client_bound: bool
    corrects: str | None
    void: bool


class _Consent(NamedTuple):
    id: str
    purpose: str
    given: bool
    corrects: str | None


class _Feedback(NamedTuple):
    id: str
    number: int
    sent_on: date
    corrects: str | None


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case's line with its facts."""

    line: CaseLine
    facts: CaseFacts


_LINE = """
SELECT c.id, c.scope, coalesce(a.remaining, c.client_id), c.coach_id, c.received_on, c.intake_on, c.ended_on,
       c.end_reason, c.track, c.next_step, c.next_step_on, p.given_name, p.prefix, p.family_name, p.birth_date, p.phone,
       p.phone_alternative, p.place, p.neighbourhood, r.name, d.name"""
_AROUND = """
LEFT JOIN alias a ON a.record = c.client_id
LEFT JOIN client p ON p.id = coalesce(a.remaining, c.client_id) AND p.deleted_at IS NULL
LEFT JOIN person r ON r.id = c.referrer_id
LEFT JOIN practice d ON d.id = c.practice_id
WHERE c.deleted_at IS NULL AND c.id IN (SELECT value FROM json_each(?))
"""
_LINES = f'{_LINE} FROM "case" c {_AROUND} AND NOT EXISTS (SELECT 1 FROM alias WHERE record = c.id)'  # noqa: S608 -- constants
SUMMARISED = f"""{_LINE}, s.contacts, s.attempts, s.first_reached_on, s.last_reached_on, s.feedback_1_on,
       s.feedback_2_on, s.may_contact, s.may_report
FROM "case" c JOIN case_summary s ON s.case_id = c.id {_AROUND}"""

_CONTACTS = (
    "SELECT case_id, id, happened_at, kind, reached, client_bound, corrects, void FROM contact"
    " WHERE case_id IN (SELECT value FROM json_each(?))"
)
_CONSENTS = (
    "WITH asked AS (SELECT value AS id FROM json_each(?))"
    " SELECT case_id, id, purpose, given, corrects FROM consent WHERE case_id IN (SELECT id FROM asked)"
    ' UNION ALL SELECT c.id, t.id, t.purpose, t.given, t.corrects FROM asked JOIN "case" c ON c.id = asked.id'
    " JOIN consent t ON t.case_id = c.referral_id"
)
_FEEDBACK = (
    "SELECT case_id, id, number, sent_on, corrects FROM feedback WHERE case_id IN (SELECT value FROM json_each(?))"
)


def known_cases(connection: Connection, case_ids: Iterable[str]) -> dict[str, KnownCase]:
    """The cases that are here among `case_ids`, by id; deleted ones are left out.

    So are those that were merged: their entries count with the cases at which they show.
    """
    asked = list(case_ids)
    wanted, merged = (json.dumps(asked),), aliases.merged_into(connection, asked)
    contacts = _gathered(connection, _CONTACTS, asked, merged, _contact)
    consents = _gathered(connection, _CONSENTS, asked, merged, _consent)
    feedback = _gathered(connection, _FEEDBACK, asked, merged, _feedback)
    found: dict[str, KnownCase] = {}
    for row in connection.exec_driver_sql(_LINES, wanted).all():
        line = _line(row)
        facts = case_facts(line, contacts.get(line.id, ()), consents.get(line.id, ()), feedback.get(line.id, ()))
        found[line.id] = KnownCase(line, facts)
    return found


def summarised_cases(connection: Connection, case_ids: Iterable[str]) -> dict[str, KnownCase]:
    """The same as `known_cases`, from the summary: one statement and no entries, for a screenful within a frame."""
    found: dict[str, KnownCase] = {}
    for row in connection.exec_driver_sql(SUMMARISED, (json.dumps(list(case_ids)),)).all():
        line = _line(row[:_COLUMNS])
        contacts, attempts, first, last, one, two, contact, report = row[_COLUMNS:]
        facts = CaseFacts(
            line.received_on,
            line.intake_on,
            line.ended_on,
            line.end_reason,
            contacts,
            attempts,
            _day(first),
            _day(last),
            _day(one),
            _day(two),
            may_contact=bool(contact),
            may_report=bool(report),
        )
        found[line.id] = KnownCase(line, facts)
    return found


def _line(row: Sequence[Any]) -> CaseLine:
    line = CaseLine(*row)
    return line._replace(**{name: date.fromisoformat(day) for name in _DATES if (day := getattr(line, name))})


def _gathered(
    connection: Connection, statement: str, asked: Sequence[str], merged: Mapping[str, str], made: Any
) -> Mapping[str, Sequence[Any]]:
    by_case: defaultdict[str, list[Any]] = defaultdict(list)
    for case_id, *rest in connection.exec_driver_sql(statement, (json.dumps([*asked, *merged]),)).all():
        by_case[merged.get(case_id, case_id)].append(made(*rest))
    return by_case


def _contact(
    record: str, at: str, kind: str, reached: int, bound: int, corrects: str | None, void: int | None
) -> _Contact:
    return _Contact(record, datetime.fromisoformat(at), kind, bool(reached), bool(bound), corrects, bool(void))


def _consent(record: str, purpose: str, given: int, corrects: str | None) -> _Consent:
    return _Consent(record, purpose, bool(given), corrects)


def _feedback(record: str, number: int, sent_on: str, corrects: str | None) -> _Feedback:
    return _Feedback(record, number, date.fromisoformat(sent_on), corrects)


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
