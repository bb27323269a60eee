"""All records of one person, for what must reach every one of them, such as erasure and giving somebody their file."""

from typing import NamedTuple

from sqlalchemy import Connection


class PersonRecord(NamedTuple):
    """A record that is about somebody: its kind, its id, and the scope that it lives in."""

    kind: str
    record: str
    scope: str


# Who was merged with whom, in either direction, whatever of it shows where.
_PEOPLE = """
WITH RECURSIVE people(id) AS (
  SELECT ? UNION SELECT c.merged_into FROM client c JOIN people ON people.id = c.id WHERE c.merged_into IS NOT NULL
  UNION SELECT c.id FROM client c JOIN people ON c.merged_into = people.id
), cases(id) AS MATERIALIZED (SELECT id FROM "case" WHERE client_id IN (SELECT id FROM people))
"""
_CASES = "SELECT id FROM cases"
_REFERRALS = (
    f"SELECT id FROM referral WHERE case_id IN ({_CASES})"  # noqa: S608 -- a constant
    f' OR id IN (SELECT referral_id FROM "case" WHERE id IN ({_CASES}))'
)
_ALL = f"""{_PEOPLE}
SELECT 'client', id, scope FROM client WHERE id IN (SELECT id FROM people)
UNION ALL SELECT 'case', id, scope FROM "case" WHERE id IN ({_CASES})
UNION ALL SELECT 'intake', id, scope FROM intake WHERE case_id IN ({_CASES})
UNION ALL SELECT 'web', id, scope FROM web WHERE case_id IN ({_CASES}) OR case_id IN ({_REFERRALS})
UNION ALL SELECT 'contact', id, scope FROM contact WHERE case_id IN ({_CASES})
UNION ALL SELECT 'consent', id, scope FROM consent WHERE case_id IN ({_CASES}) OR case_id IN ({_REFERRALS})
UNION ALL SELECT 'letter', id, scope FROM letter WHERE referral_id IN ({_REFERRALS})
UNION ALL SELECT 'feedback', id, scope FROM feedback WHERE case_id IN ({_CASES})
UNION ALL SELECT 'referral', id, scope FROM referral WHERE id IN ({_REFERRALS})
UNION ALL SELECT 'appointment', id, scope FROM appointment
  WHERE case_id IN ({_CASES}) OR referral_id IN ({_REFERRALS})
"""  # noqa: S608 -- constants


def records_of_person(connection: Connection, client_id: str) -> list[PersonRecord]:
    """Every record on this device that is about the client, also deleted ones: clients first, then their cases.

    Whoever was merged with them is the same person, and comes along.
    It is what this device may read: a referral or an appointment at a desk that it has no part in isn't among them.
    """
    return [PersonRecord(*row) for row in connection.exec_driver_sql(_ALL, (client_id,))]
