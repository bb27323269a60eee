"""Which records belong to which case, in both directions."""

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from sync.client.outbox import UNSENT
from wor_tui.services import aliases

CASES_OF_RECORDS = """
SELECT c.id AS case_id, r.record AS record FROM records r JOIN "case" c ON c.id = r.record
UNION ALL SELECT c.id, r.record FROM records r JOIN "case" c ON c.client_id = r.record
UNION ALL SELECT t.case_id, r.record FROM records r JOIN intake t ON t.id = r.record
UNION ALL SELECT t.case_id, r.record FROM records r JOIN web t ON t.id = r.record JOIN "case" c ON c.id = t.case_id
UNION ALL SELECT t.case_id, r.record FROM records r JOIN contact t ON t.id = r.record
UNION ALL SELECT c.id, r.record FROM records r JOIN consent t ON t.id = r.record
  JOIN "case" c ON c.id = t.case_id OR c.referral_id = t.case_id
UNION ALL SELECT t.case_id, r.record FROM records r JOIN feedback t ON t.id = r.record
UNION ALL SELECT c.id, r.record FROM records r JOIN letter t ON t.id = r.record
  JOIN "case" c ON c.referral_id = t.referral_id
UNION ALL SELECT t.case_id, r.record FROM records r JOIN referral t ON t.id = r.record WHERE t.case_id IS NOT NULL
"""
"""From the records of a table `records(record)` to cases; those that were merged under their own ids."""
DECIDED_ABOUT = "SELECT record FROM conflict UNION SELECT remaining FROM difference"
"""The records of which somebody must decide something."""
SHOWING = (
    "SELECT case_id FROM cases_of_records"
    " UNION SELECT a.remaining FROM alias a JOIN cases_of_records c ON a.record = c.case_id"
)
"""Those cases and the ones at which they show, from `cases_of_records(case_id)`."""

_RECORDS_OF_CASES = """
WITH cases AS (SELECT value AS id FROM json_each(?)), records AS (
  SELECT id AS case_id, id AS record FROM cases
  UNION ALL SELECT c.id, c.client_id FROM "case" c JOIN cases ON cases.id = c.id
  UNION ALL SELECT c.id, a.remaining FROM "case" c JOIN cases ON cases.id = c.id JOIN alias a ON a.record = c.client_id
  UNION ALL SELECT c.id, c.referral_id FROM "case" c JOIN cases ON cases.id = c.id WHERE c.referral_id IS NOT NULL
  UNION ALL SELECT case_id, id FROM intake WHERE case_id IN (SELECT id FROM cases)
  UNION ALL SELECT case_id, id FROM web WHERE case_id IN (SELECT id FROM cases)
  UNION ALL SELECT case_id, id FROM contact WHERE case_id IN (SELECT id FROM cases)
  UNION ALL SELECT case_id, id FROM consent WHERE case_id IN (SELECT id FROM cases)
  UNION ALL SELECT case_id, id FROM feedback WHERE case_id IN (SELECT id FROM cases)
)
"""

ANY_UNSENT = f"SELECT EXISTS (SELECT 1 FROM op WHERE {UNSENT})"  # noqa: S608 -- a constant
ANY_CONFLICT = "SELECT EXISTS (SELECT 1 FROM conflict) OR EXISTS (SELECT 1 FROM difference)"
"""Most of the time there is none: then nobody has to look for the records of the cases on the screen."""


def cases_of(connection: Connection, records: Iterable[str]) -> dict[str, str]:
    """For each record that belongs to a case, the case's id (one of them, for a client with several).

    Of a case that was merged it is the one at which it shows.
    """
    found = connection.exec_driver_sql(
        f"WITH records AS (SELECT value AS record FROM json_each(?)), found AS ({CASES_OF_RECORDS})"  # noqa: S608 -- a constant
        " SELECT coalesce(a.remaining, f.case_id), f.record FROM found f LEFT JOIN alias a ON a.record = f.case_id",
        (json.dumps(list(records)),),
    )
    return {record: case_id for case_id, record in found}


def with_unsent(connection: Connection, case_ids: Iterable[str]) -> dict[str, set[str]]:
    """Of these cases, those with records that have something unsent, with those records."""
    if not connection.exec_driver_sql(ANY_UNSENT).scalar():
        return {}
    return _marked(
        connection,
        case_ids,
        "JOIN op ON op.record = records.record AND op.overlay = 1 WHERE op.state IN ('pending', 'sent')",
    )


def with_conflicts(connection: Connection, case_ids: Iterable[str]) -> dict[str, set[str]]:
    """Of these cases, those with records that somebody must decide about, with those records."""
    if not connection.exec_driver_sql(ANY_CONFLICT).scalar():
        return {}
    decided_about = f"JOIN ({DECIDED_ABOUT}) d ON d.record = records.record"
    return _marked(connection, case_ids, decided_about)


def _marked(connection: Connection, case_ids: Iterable[str], condition: str) -> dict[str, set[str]]:
    asked = list(case_ids)
    merged = aliases.merged_into(connection, asked)
    found = connection.exec_driver_sql(
        f"{_RECORDS_OF_CASES} SELECT DISTINCT records.case_id, records.record FROM records {condition}",  # noqa: S608 -- constants
        (json.dumps([*asked, *merged]),),
    )
    marked: dict[str, set[str]] = {}
    for row in found:
        case_id = str(row[0])
        marked.setdefault(merged.get(case_id, case_id), set()).add(row[1])
    return marked
