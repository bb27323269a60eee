"""The lines of the log that NEN 7513 asks for, in the same transaction as what they tell of."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from wor_tui.domain.identifiers import new_id

CREATE, READ, UPDATE, DELETE, EXECUTE = "C", "R", "U", "D", "E"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `at` is ISO text in UTC, `action` one of C, R, U, D, E, `purpose` a code."""

    at: str
    event: str
    action: str
    kind: str
    record: str
    purpose: str


def write(connection: Connection, lines: Sequence[Line], person_id: str, device_id: str) -> None:
    """Add lines about what one person did on one device."""
    if lines:
        connection.exec_driver_sql(
            "INSERT INTO audit (id, at, event, action, person_id, device_id, kind, record, purpose, outcome)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'done')",
            [
                (new_id(), line.at, line.event, line.action, person_id, device_id, line.kind, line.record, line.purpose)
                for line in lines
            ],
        )
