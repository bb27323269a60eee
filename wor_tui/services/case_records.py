"""Which records belong to which case, in both directions."""

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from sync.client.outbox import UNSENT

CASES_OF_RECORDS = """
SELECT c.id AS case_id, r.record AS record FROM records r JOIN "case" c ON c.id = r.record
UNION ALL SELECT c.id, r.record FROM records r JOIN "case" c ON c.client_id = r.record
UNION ALL SELECT t.case_id, r.record FROM records r JOIN intake t ON t.id = r.record
UNION ALL SELECT t.case_id, r.record FROM records r JOIN web t ON t.id = r.record
UNION ALL SELECT t.case_id, r.record FROM records r JOIN contact t ON t.id = r.record
UNION ALL SELECT t.case_id, r.record FROM records r JOIN consent t ON t.id = r.record
UNION ALL SELECT t.case_id, r.record FROM records r JOIN feedback t ON t.id = r.record
UNION ALL SELECT t.case_id, r.record FROM records r JOIN referral t ON t.id = r.record WHERE t.case_id IS NOT NULL
"""
"""From the records of a table `records(record)` to cases."""

_RECORDS_OF_CASES = """
WITH cases AS (SELECT value AS id FROM json_each(?)), records AS (
  SELECT id AS case_id, id AS record FROM cases
  UNION ALL SELECT c.id, c.client_id FROM "case" c JOIN cases ON cases.id = c.id
  UNION ALL SELECT c.id, c.referral_id FROM "case" c JOIN cases ON cases.id = c.id WHERE c.referral_id IS NOT NULL
  UNION ALL SELECT case_id, id FROM intake WHERE case_id IN (SELECT id FROM cases)
  UNION ALL SELECT case_id, id FROM web WHERE case_id IN (SELECT id FROM cases)
  UNION ALL SELECT case_id, id FROM contact WHERE case_id IN (SELECT id FROM cases)
  UNION ALL SELECT case_id, id FROM consent WHERE case_id IN (SELECT id FROM cases)
  UNION ALL SELECT case_id, id FROM feedback WHERE case_id IN (SELECT id FROM cases)
)
"""

ANY_UNSENT = f"SELECT EXISTS (SELECT 1 FROM op WHERE {UNSENT})"  # noqa: S608 -- a constant
ANY_CONFLICT = "SELECT EXISTS (SELECT 1 FROM conflict)"
"""Most of the time there is none: then nobody has to look for the records of the cases on the screen."""


def cases_of(connection: Connection, records: Iterable[str]) -> dict[str, str]:
    """For each record that belongs to a case, the case's id (one of them, for a client with several)."""
    found = connection.exec_driver_sql(
        f"WITH records AS (SELECT value AS record FROM json_each(?)) {CASES_OF_RECORDS}",  # noqa: S608 -- a constant
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
    return _marked(connection, case_ids, "JOIN conflict ON conflict.record = records.record")


def _marked(connection: Connection, case_ids: Iterable[str], condition: str) -> dict[str, set[str]]:
    found = connection.exec_driver_sql(
        f"{_RECORDS_OF_CASES} SELECT DISTINCT records.case_id, records.record FROM records {condition}",  # noqa: S608 -- constants
        (json.dumps(list(case_ids)),),
    )
    marked: dict[str, set[str]] = {}
    for case_id, record in found:
        marked.setdefault(case_id, set()).add(record)
    return marked
