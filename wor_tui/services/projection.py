"""The caseload's summary: kept up to date by every change, in the same transaction, for all its cases together."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from sync.client import state
from sync.client.rendering import Rendered
from wor_tui.clock import Clock, moment_text
from wor_tui.config import Rules
from wor_tui.domain.codes import Duty
from wor_tui.domain.duties import open_due_on, owed
from wor_tui.domain.phase import case_phase
from wor_tui.domain.progress import may_end_as_not_reached
from wor_tui.domain.terms import Terms
from wor_tui.services.case_facts import KnownCase, known_cases
from wor_tui.services.search import search_key, sort_key
from wor_tui.vault.database import Database

VERSION = 1
"""Raise it when what is kept in the summary changes: it is then made anew when the vault opens."""
_MADE_FOR = "summary_made_for"
_CHUNK = 2_000

_COLUMNS = (
    "case_id",
    "scope",
    "client_id",
    "coach_id",
    "sort_key",
    "search_key",
    "phase",
    "received_on",
    "intake_on",
    "ended_on",
    "first_contact_due_on",
    "feedback1_due_on",
    "feedback2_due_on",
    "next_step_on",
    "contacts_reached",
    "attempts_failed",
    "last_contact_at",
    "waiting_for_consent",
    "not_reached",
)
_UPSERT = (
    f"INSERT INTO case_summary ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 -- names of our own columns
    f" ON CONFLICT (case_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
)

_CASES_OF = {
    "client": 'SELECT id FROM "case" WHERE client_id IN (SELECT value FROM json_each(?))',
    "person": 'SELECT id FROM "case" WHERE referrer_id IN (SELECT value FROM json_each(?))',
    "practice": 'SELECT id FROM "case" WHERE practice_id IN (SELECT value FROM json_each(?))',
    "contact": "SELECT DISTINCT case_id FROM contact WHERE id IN (SELECT value FROM json_each(?))",
    "consent": "SELECT DISTINCT case_id FROM consent WHERE id IN (SELECT value FROM json_each(?))",
    "feedback": "SELECT DISTINCT case_id FROM feedback WHERE id IN (SELECT value FROM json_each(?))",
}
"""From changed records to the cases whose summary they are part of; other kinds aren't in it."""
_ENTRIES = frozenset({"contact", "consent", "feedback"})
"""The kinds whose row is simply gone when the record is."""


class Projection:
    """Keeps `case_summary` equal to what the records say, under the terms that were agreed."""

    def __init__(self, rules: Rules, clock: Clock) -> None:
        """`rules` are the configured terms; the clock's day decides which duties are open."""
        self.terms = terms_of(rules)
        self._clock = clock

    def after_render(self, connection: Connection, rendered: Sequence[Rendered]) -> None:
        """Bring the summary up to date after records changed; the replica calls it in its transaction."""
        self.project(connection, _affected(connection, rendered))

    def project(self, connection: Connection, case_ids: Iterable[str]) -> None:
        """Write the summary of these cases, and drop it of those that are gone."""
        today = self._clock.today()
        waiting = iter(case_ids)
        while chunk := list(islice(waiting, _CHUNK)):
            known = known_cases(connection, chunk)
            gone = [(case_id,) for case_id in chunk if case_id not in known]
            if gone:
                connection.exec_driver_sql("DELETE FROM case_summary WHERE case_id = ?", gone)
            if known:
                connection.exec_driver_sql(_UPSERT, [_row(one, today, self.terms) for one in known.values()])

    def rebuild(self, connection: Connection) -> None:
        """Make the whole summary anew from the records."""
        connection.exec_driver_sql("DELETE FROM case_summary")
        self.project(connection, connection.exec_driver_sql('SELECT id FROM "case"').scalars().all())

    def refresh(self, database: Database) -> None:
        """Bring the summary up to a new day, or make it anew under new terms; without either it only reads.

        A day matters to a case whose intake was planned: what is owed follows from it once it has come.
        """
        today = self._clock.today().isoformat()
        made_for = {"version": VERSION, "terms": _kept(self.terms), "day": today}
        with database.read() as connection:
            before: Mapping[str, Any] = state.get(connection, _MADE_FOR) or {}
        if before == made_for:
            return
        with database.write() as connection:
            if {**before, "day": today} == made_for:
                arrived = connection.exec_driver_sql(
                    "SELECT case_id FROM case_summary WHERE intake_on BETWEEN min(?, ?) AND max(?, ?)",
                    (before["day"], today, before["day"], today),
                )
                self.project(connection, arrived.scalars().all())
            else:
                self.rebuild(connection)
            state.put(connection, **{_MADE_FOR: made_for})


def terms_of(rules: Rules) -> Terms:
    """The configured terms as the domain's rules take them."""
    return Terms(**asdict(rules))


def _kept(terms: Terms) -> dict[str, Any]:
    return {**asdict(terms), "holidays": sorted(day.isoformat() for day in terms.holidays)}


def _affected(connection: Connection, rendered: Sequence[Rendered]) -> set[str]:
    by_kind: dict[str, list[str]] = {}
    cases: set[str] = set()
    for one in rendered:
        if one.kind == "case":
            cases.add(one.record)
        elif one.kind in _CASES_OF:
            by_kind.setdefault(one.kind, []).append(one.record)
    for kind, records in by_kind.items():
        cases.update(connection.exec_driver_sql(_CASES_OF[kind], (json.dumps(records),)).scalars())
    # A row that is gone doesn't tell any more which case it was part of.
    emptied = {one.scope for one in rendered if one.kind in _ENTRIES and one.existed and not one.present}
    for scope in emptied:
        cases.update(connection.exec_driver_sql('SELECT id FROM "case" WHERE scope = ?', (scope,)).scalars())
    return cases


def _row(one: KnownCase, today: date, terms: Terms) -> tuple[Any, ...]:
    line, facts = one.line, one.facts
    duties = owed(facts, today, terms)
    ended = line.ended_on is not None
    return (
        line.id,
        line.scope,
        line.client_id,
        None if ended else line.coach_id,
        sort_key(line.family_name or "", line.given_name or "", line.prefix or ""),
        search_key(
            (
                line.given_name,
                line.prefix,
                line.family_name,
                line.place,
                line.neighbourhood,
                line.referrer,
                line.practice,
            ),
            (line.phone, line.phone_alternative),
        ),
        str(case_phase(facts, today, terms)),
        _text(line.received_on),
        _text(line.intake_on),
        _text(line.ended_on),
        _text(open_due_on(duties, Duty.FIRST_CONTACT)),
        _text(open_due_on(duties, Duty.FEEDBACK_1)),
        _text(open_due_on(duties, Duty.FEEDBACK_2)),
        None if ended else _text(line.next_step_on),
        facts.contacts,
        facts.attempts,
        _moment(one.last_contact_at),
        not ended and not facts.may_contact,
        not ended and may_end_as_not_reached(facts, terms),
    )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)
