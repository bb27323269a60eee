"""A vault with 100,000 cases of one coach: 300 saved through the services, the others as rows made after them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from wor_tui.clock import Clock, SystemClock
from wor_tui.demo import fill
from wor_tui.demo.people import listed
from wor_tui.domain.identifiers import new_id
from wor_tui.domain.kinds import metadata
from wor_tui.services import directory, enrolment
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

CASES, TOLD, AT_ONCE = 100_000, 300, 10_000
COACH = "Marieke de Wit"
PASSPHRASE = "verzonnen mensen"

_COPIED = ("client", "case", "contact", "consent")


@dataclass(frozen=True, slots=True)
class LargeVault:
    """Where it is, and what opens it."""

    home: Path
    recovery_code: str
    key: UnlockedKey
    cases: int


def made(home: Path, cases: int = CASES, clock: Clock | None = None) -> LargeVault:
    """Make it: the coach's own open cases, each with its client, contacts and consents, and the caseload's summary."""
    created = create(home, PASSPHRASE, FLOOR)
    with open_workspace(created.vault, clock or SystemClock()) as workspace:
        _told(workspace)
        with workspace.database.write() as connection:
            connection.exec_driver_sql(
                'UPDATE "case" SET coach_id = ?, ended_on = NULL, end_reason = NULL', (workspace.me.person_id,)
            )
            _copied(connection, cases - TOLD)
            workspace.projection.rebuild(connection)
        return LargeVault(home, created.recovery_code, created.vault.key, cases)


def _told(workspace: Workspace) -> None:
    enrolment.begin_alone(workspace, COACH, label="meting")
    fill.fill_directory(workspace)
    people = {card.name: card.id for card in directory.people(workspace)}
    practices = {card.name: card.id for card in directory.practices(workspace)}
    known = listed("practices")
    people_by_key = {each["key"]: people.get(each["name"], workspace.me.person_id) for each in known["people"]}
    practices_by_key = {each["key"]: practices[each["name"]] for each in known["practices"]}
    desks = dict.fromkeys(practices_by_key, workspace.scopes.desk)
    fill.fill(workspace, fill.Around(people_by_key, practices_by_key, desks, workspace.scopes.team), TOLD)
    with workspace.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM op")  # there is no server to send it to: nothing waits


def _copied(connection: Connection, count: int) -> None:
    """Write `count` more cases after those that are here; a person's names come from three different stories."""
    rows = {kind: connection.exec_driver_sql(f'SELECT * FROM "{kind}"').mappings().all() for kind in _COPIED}  # noqa: S608
    clients = {row["id"]: row for row in rows["client"]}
    of_case: dict[str, dict[str, list[Any]]] = {kind: {} for kind in ("contact", "consent")}
    for kind, found in of_case.items():
        for row in rows[kind]:
            found.setdefault(row["case_id"], []).append(row)
    cases = rows["case"]
    waiting: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _COPIED}
    for number in range(count):
        case = cases[number % len(cases)]
        family = rows["client"][(number // len(cases) * 7 + number) % len(rows["client"])]
        place = rows["client"][(number // len(cases) * 13 + number * 3) % len(rows["client"])]
        client_id, case_id = new_id(), new_id()
        client = {**clients[case["client_id"]], "id": client_id, "family_name": family["family_name"]}
        client |= {name: place[name] for name in ("street", "postcode", "place", "neighbourhood")}
        waiting["client"].append({**client, "prefix": family["prefix"], "phone": f"06-{number:08d}"})
        waiting["case"].append({**case, "id": case_id, "client_id": client_id, "referral_id": None})
        for kind, found in of_case.items():
            for row in found.get(case["id"], ())[-3:]:
                waiting[kind].append({**row, "id": new_id(), "case_id": case_id})
        if (number + 1) % AT_ONCE == 0:
            _write(connection, waiting)
    _write(connection, waiting)


def _write(connection: Connection, waiting: dict[str, list[dict[str, Any]]]) -> None:
    for kind, found in waiting.items():
        if found:
            columns = [column.name for column in metadata.tables[kind].columns]
            names, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
            statement = f'INSERT INTO "{kind}" ({names}) VALUES ({places})'  # noqa: S608 -- names of our own
            connection.exec_driver_sql(statement, list(_values(found, columns)))
            found.clear()


def _values(rows: list[dict[str, Any]], columns: list[str]) -> Iterator[tuple[Any, ...]]:
    return (tuple(row[name] for name in columns) for row in rows)
