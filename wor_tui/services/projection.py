"""The caseload's summary: kept up to date by every change, in the same transaction, for all its cases together."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from sync.client import state
from sync.client.rendering import Rendered
from wor_tui.clock import Clock
from wor_tui.config import Rules
from wor_tui.domain.duties import owed
from wor_tui.domain.progress import may_end_as_not_reached
from wor_tui.domain.terms import Terms
from wor_tui.services import aliases, likeness_queue
from wor_tui.services.case_facts import KnownCase, known_cases
from wor_tui.services.search import search_key, sort_key
from wor_tui.vault.database import Database

VERSION = 3
"""Raise it when what is kept in the summary changes: it is then made anew when the vault opens."""
_MADE_FOR = "summary_made_for"
_CHUNK = 2_000

_COLUMNS = (
    "case_id",
    "coach_id",
    "owed_by",
    "due_on",
    "sort_key",
    "search_key",
    "intake_on",
    "contacts",
    "attempts",
    "first_reached_on",
    "last_reached_on",
    "feedback_1_on",
    "feedback_2_on",
    "may_contact",
    "may_report",
    "intake_planned",
    "waiting_for_consent",
    "not_reached",
)
_UPSERT = (
    f"INSERT INTO case_summary ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 -- names of our own columns
    f" ON CONFLICT (case_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
)
ARRIVED = "SELECT case_id FROM case_summary WHERE intake_planned = 1 AND intake_on <= ?"
_AHEAD = "SELECT case_id FROM case_summary WHERE intake_on > ?"
"""For a device whose clock was set back: the only reading of the whole summary, and rare."""

_CASES_OF = {
    "client": 'SELECT id FROM "case" WHERE client_id IN (SELECT value FROM json_each(?))',
    "person": 'SELECT id FROM "case" WHERE referrer_id IN (SELECT value FROM json_each(?))',
    "practice": 'SELECT id FROM "case" WHERE practice_id IN (SELECT value FROM json_each(?))',
    "contact": "SELECT DISTINCT case_id FROM contact WHERE id IN (SELECT value FROM json_each(?))",
    "consent": "WITH came AS (SELECT case_id FROM consent WHERE id IN (SELECT value FROM json_each(?)))"
    ' SELECT case_id FROM came UNION SELECT c.id FROM came JOIN "case" c ON c.referral_id = came.case_id',
    "feedback": "SELECT DISTINCT case_id FROM feedback WHERE id IN (SELECT value FROM json_each(?))",
}
"""From changed records to the cases whose summary they are part of; other kinds aren't in it."""
_ENTRIES = frozenset({"contact", "consent", "feedback"})
"""The kinds whose row is simply gone when the record is."""
_MAY_BE_MERGED = frozenset({"client", "case", "intake"})
"""The kinds of which something is compared between what was merged."""
_MOVED = """
WITH moved AS (SELECT value AS id FROM json_each(?))
SELECT id FROM moved UNION SELECT c.id FROM "case" c JOIN moved ON c.client_id = moved.id
"""


class Projection:
    """Keeps `case_summary` equal to what the records say, under the terms that were agreed.

    With it what else this device derives from them: where merged records show, and whom to look at for a likeness.
    """

    def __init__(self, rules: Rules, clock: Clock) -> None:
        """`rules` are the configured terms; the clock's day decides which duties are open."""
        self.terms = terms_of(rules)
        self._clock = clock
        self._known_of: str | None = None
        """The day for which the summary is known to be made."""

    def after_render(self, connection: Connection, rendered: Sequence[Rendered]) -> None:
        """Bring the summary up to date after records changed; the replica calls it in its transaction."""
        moved = merging_renewed(connection, rendered)
        likeness_queue.note(connection, rendered)
        self.project(connection, _affected(connection, rendered, moved))

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
        aliases.renew(connection)
        aliases.renew_differences(connection)
        connection.exec_driver_sql("DELETE FROM case_summary")
        self.project(connection, connection.exec_driver_sql('SELECT id FROM "case"').scalars().all())

    def refresh(self, database: Database) -> None:
        """Bring the summary up to a new day, or make it anew under new terms; without either it only reads.

        A day matters to a case whose intake was planned: what is owed follows from it once it has come.
        """
        today = self._clock.today().isoformat()
        if self._known_of == today:
            return
        made_for = {"version": VERSION, "terms": _kept(self.terms), "day": today}
        with database.read() as connection:
            before: Mapping[str, Any] = state.get(connection, _MADE_FOR) or {}
        if before == made_for:
            self._known_of = today
            return
        with database.write() as connection:
            if {**before, "day": today} == made_for:
                arrived = connection.exec_driver_sql(ARRIVED if before["day"] < today else _AHEAD, (today,))
                self.project(connection, arrived.scalars().all())
            else:
                self.rebuild(connection)
            state.put(connection, **{_MADE_FOR: made_for})
        self._known_of = today


def terms_of(rules: Rules) -> Terms:
    """The configured terms as the domain's rules take them."""
    return Terms(**asdict(rules))


def _kept(terms: Terms) -> dict[str, Any]:
    return {**asdict(terms), "holidays": sorted(day.isoformat() for day in terms.holidays)}


def merging_renewed(connection: Connection, rendered: Sequence[Rendered]) -> set[str]:
    """Bring up to date where merged records show; returns the clients and cases for which that changed."""
    kinds = {one.kind for one in rendered}
    if kinds.isdisjoint(_MAY_BE_MERGED) or not aliases.any_merged(connection):
        return set()
    moved = set[str]() if kinds.isdisjoint(aliases.KINDS) else aliases.renew(connection)
    aliases.renew_differences(connection)
    return moved


def _affected(connection: Connection, rendered: Sequence[Rendered], moved: set[str]) -> set[str]:
    by_kind: dict[str, list[str]] = {}
    cases: set[str] = set()
    if moved:
        found = connection.exec_driver_sql(_MOVED, (json.dumps(list(moved)),))
        cases.update(found.scalars())
    for one in rendered:
        if one.kind == "case":
            cases.add(one.record)
        elif one.kind in _CASES_OF:
            by_kind.setdefault(one.kind, []).append(one.record)
    for kind, records in by_kind.items():
        asked = [*records, *aliases.merged_into(connection, records)] if kind == "client" else records
        cases.update(connection.exec_driver_sql(_CASES_OF[kind], (json.dumps(asked),)).scalars())
    # A row that is gone doesn't tell any more which case it was part of.
    emptied = {one.scope for one in rendered if one.kind in _ENTRIES and one.existed and not one.present}
    for scope in emptied:
        cases.update(connection.exec_driver_sql('SELECT id FROM "case" WHERE scope = ?', (scope,)).scalars())
    return cases | aliases.showing(connection, cases)


def _row(one: KnownCase, today: date, terms: Terms) -> tuple[Any, ...]:
    line, facts = one.line, one.facts
    ended = line.ended_on is not None
    due_on = _due_on(one, today, terms)
    return (
        line.id,
        None if ended else line.coach_id,
        None if due_on is None else line.coach_id,
        _text(due_on),
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
        _text(facts.intake_on),
        facts.contacts,
        facts.attempts,
        _text(facts.first_reached_on),
        _text(facts.last_reached_on),
        _text(facts.feedback_1_on),
        _text(facts.feedback_2_on),
        facts.may_contact,
        facts.may_report,
        facts.intake_on is not None and facts.intake_on > today,
        not ended and not facts.may_contact,
        not ended and may_end_as_not_reached(facts, terms),
    )


def _due_on(one: KnownCase, today: date, terms: Terms) -> date | None:
    """The earliest date by which something is still owed, the coach's own next step among it."""
    open_duties = [each.due_on for each in owed(one.facts, today, terms) if each.done_on is None and each.allowed]
    if one.line.ended_on is None and one.line.next_step_on is not None:
        open_duties.append(one.line.next_step_on)
    return min(open_duties, default=None)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
