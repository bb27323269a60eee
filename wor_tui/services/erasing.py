"""Erasing a person's whole file, as the AVG gives them the right to: here, at the central API and on every device."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sync.client import erasing, state
from wor_tui.clock import milliseconds, moment_text
from wor_tui.domain.rights import Act
from wor_tui.domain.text import listed_name
from wor_tui.services import audit
from wor_tui.services.errors import NotAllowed, NotFound, ServiceError
from wor_tui.services.person_records import PersonRecord, records_of_person
from wor_tui.services.records import CARE
from wor_tui.services.workspace import Workspace

ERASE = "erase"
"""The act that only a coach may do."""


class NotTheName(ServiceError):
    """What was typed isn't the name of the person who is to be erased."""


@dataclass(frozen=True, slots=True)
class PersonFile:
    """All that there is of a person: how much of each kind; `name` as the lists have it.

    `joined`: others have it too, and hear of it. `waits`: it was asked before, and waits for the central API.
    """

    client_id: str
    name: str
    counts: Mapping[str, int]
    joined: bool
    waits: bool


def may_erase(workspace: Workspace) -> bool:
    """Whether this person may have files erased; the central API looks again."""
    return workspace.me.may("client", Act.ERASE)


def person_file(workspace: Workspace, client_id: str) -> PersonFile:
    """What would be erased; raises NotAllowed, NotFound."""
    workspace.require("client", Act.ERASE)
    with workspace.database.read() as connection:
        found = records_of_person(connection, client_id)
        row = connection.exec_driver_sql(
            "SELECT given_name, prefix, family_name FROM client WHERE id = ?", (client_id,)
        ).one_or_none()
        if row is None:
            raise NotFound("client", client_id)
        waits = bool(erasing.asked(connection, [client_id]))
        joined = state.joined(connection)
    return PersonFile(client_id, listed_name(*row), Counter(each.kind for each in found), joined, waits)


def waits(workspace: Workspace, client_id: str) -> bool:
    """Whether the erasure of this person was asked here and isn't done yet."""
    with workspace.database.read() as connection:
        return bool(erasing.asked(connection, [client_id]))


def erase(workspace: Workspace, client_id: str, typed: str) -> PersonFile:
    """Have a person's whole file erased; `typed` is their name as `person_file` has it, to show that it is meant.

    Without an organisation it is gone at once; else as soon as the central API has heard it, and until then it can't be
    changed any more. The audit line names the record and nothing of the person.

    Raises NotAllowed, NotFound, NotTheName.
    """
    if not may_erase(workspace):
        raise NotAllowed(ERASE)
    file = person_file(workspace, client_id)
    if not _same(typed, file.name):
        raise NotTheName
    now, me = workspace.clock.now(), workspace.me
    line = audit.Line(moment_text(now), "client.erase", audit.DELETE, "client", client_id, CARE)
    with workspace.database.write() as connection:
        for scope, records in _by_scope(records_of_person(connection, client_id)).items():
            workspace.replica.erase(connection, scope, records, milliseconds(now))
        audit.write(connection, [line], me)
    if not file.joined and workspace.database.checkpoint():
        with workspace.database.write() as connection:
            state.put(connection, unwiped=None)
    return file


def _by_scope(found: list[PersonRecord]) -> dict[str, list[str]]:
    """The records by scope, what belongs to others first, so that a broken-off sending leaves nothing loose."""
    scopes: dict[str, list[str]] = {}
    for each in reversed(found):
        scopes.setdefault(each.scope, []).append(each.record)
    return scopes


def _same(typed: str, name: str) -> bool:
    return " ".join(typed.split()).casefold() == " ".join(name.split()).casefold()
