"""The directory: practices, the people one works with, and whom to call for a case."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, select

from sync.client.changes import Change
from wor_tui.domain.kinds import kind
from wor_tui.services import records
from wor_tui.services.entry import Entered
from wor_tui.services.records import DIRECTORY, Draft
from wor_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Somebody from the directory, with the numbers for F6; texts are empty where nothing is known."""

    id: str
    name: str
    role: str
    function: str
    practice_id: str
    phone: str
    mobile: str
    email: str
    presence: str
    team: str


@dataclass(frozen=True, slots=True)
class PracticeCard:
    """A practice from the directory."""

    id: str
    name: str
    place: str
    phone: str
    email: str
    presence: str


def people(workspace: Workspace) -> list[PersonCard]:
    """Everybody in the directory, by name; raises NotAllowed."""
    workspace.require("person")
    with workspace.database.read() as connection:
        return [person_card(row) for row in _all(connection, "person")]


def practices(workspace: Workspace) -> list[PracticeCard]:
    """All practices, by name; raises NotAllowed."""
    workspace.require("practice")
    with workspace.database.read() as connection:
        return [practice_card(row) for row in _all(connection, "practice")]


def cards_of_case(workspace: Workspace, case_id: str) -> tuple[list[PersonCard], PracticeCard | None]:
    """The people to call about a case (coach, referrer, then the practice's others), and its practice.

    Raises NotAllowed, NotFound.
    """
    workspace.require("case")
    with workspace.database.read() as connection:
        case = records.found(connection, "case", case_id)
        practice = records.found_or_none(connection, "practice", case["practice_id"])
        everybody = [person_card(row) for row in _all(connection, "person")]
    first = [case["coach_id"], case["referrer_id"]]
    near = [card for card in everybody if card.id in first or (practice and card.practice_id == practice["id"])]
    near.sort(key=lambda card: first.index(card.id) if card.id in first else len(first))
    return near, None if practice is None else practice_card(practice)


def add_person(workspace: Workspace, entered: Mapping[str, Entered], *, draft: Draft | None = None) -> str:
    """Put somebody in the directory; raises Invalid."""
    return records.add(workspace, "person", workspace.scopes.organisation, entered, purpose=DIRECTORY, draft=draft)


def edit_person(
    workspace: Workspace, person_id: str, entered: Mapping[str, Entered], base: int, *, draft: Draft | None = None
) -> None:
    """Change fields of somebody's card; raises Invalid, NotFound, NothingToChange."""
    records.edit(workspace, "person", person_id, entered, base, purpose=DIRECTORY, draft=draft)


def add_practice(workspace: Workspace, entered: Mapping[str, Entered], *, draft: Draft | None = None) -> str:
    """Put a practice in the directory; raises Invalid."""
    return records.add(workspace, "practice", workspace.scopes.organisation, entered, purpose=DIRECTORY, draft=draft)


def adding_practice(workspace: Workspace, entered: Mapping[str, Entered]) -> Change:
    """The change that puts a practice in the directory; raises Invalid."""
    return records.adding(workspace, "practice", workspace.scopes.organisation, entered)


def edit_practice(
    workspace: Workspace, practice_id: str, entered: Mapping[str, Entered], base: int, *, draft: Draft | None = None
) -> None:
    """Change fields of a practice's card; raises Invalid, NotFound, NothingToChange."""
    records.edit(workspace, "practice", practice_id, entered, base, purpose=DIRECTORY, draft=draft)


def base(workspace: Workspace) -> int:
    """The base for a form of the directory that opens now."""
    with workspace.database.read() as connection:
        return records.current_base(connection, workspace.scopes.organisation)


def person_card(row: Mapping[str, Any]) -> PersonCard:
    """The card of a person's columns."""
    return PersonCard(**_texts(row, PersonCard))


def practice_card(row: Mapping[str, Any]) -> PracticeCard:
    """The card of a practice's columns."""
    return PracticeCard(**_texts(row, PracticeCard))


def _texts(row: Mapping[str, Any], card: type[PersonCard | PracticeCard]) -> dict[str, str]:
    return {name: row[name] or "" for name in (each.name for each in fields(card))}


def _all(connection: Connection, kind_name: str) -> list[dict[str, Any]]:
    table = kind(kind_name).table
    return [dict(row) for row in connection.execute(select(table).order_by(table.c.name, table.c.id)).mappings()]
