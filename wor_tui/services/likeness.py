"""Who may have been registered twice: looked for among what changed, in a thread, on this device alone.

Only clients who changed since are compared, each with those who have something in common with them (`likeness_key`), so
it takes as long with 100,000 clients as with a hundred. It sees no more than this device may read, and compares within
one scope only: of what another team knows nothing shows.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from wor_tui.domain.likeness import Likeness, Traits, keys, likeness, traits
from wor_tui.domain.rights import Act
from wor_tui.domain.text import listed_name
from wor_tui.services import likeness_queue
from wor_tui.services.entry import Entered
from wor_tui.services.workspace import Workspace

AT_ONCE = 100
"""How many clients are looked at in one transaction: short enough for a save to wait for."""
ROUNDS_FIRST = 3
"""How many such transactions somebody who registers a case waits for."""
MOST_IN_COMMON = 200
"""A key that more have in common than this, such as the postcode of a home, says nothing about a person."""

_NEXT = "SELECT client FROM unlooked LIMIT ?"
_PEOPLE = (
    "SELECT id, scope, given_name, prefix, family_name, birth_date, postcode, phone, phone_alternative FROM client"
    " WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL"
)
_IN_COMMON = """
SELECT w.value, (SELECT json_group_array(client) FROM (SELECT client FROM likeness_key WHERE key = w.value LIMIT ?))
FROM json_each(?) w
"""
_PAIRS = """
SELECT a.one, a.other, a.degree FROM alike a JOIN client one ON one.id = a.one JOIN client other ON other.id = a.other
JOIN scope s ON s.id = one.scope AND s.lost = 0
WHERE one.deleted_at IS NULL AND other.deleted_at IS NULL
AND NOT EXISTS (SELECT 1 FROM json_each(one.apart) WHERE key = a.other AND value = 1)
AND NOT EXISTS (SELECT 1 FROM json_each(other.apart) WHERE key = a.one AND value = 1)
"""


class Registered(NamedTuple):
    """A client as far as they are compared; the columns of `_PEOPLE`."""

    id: str
    scope: str
    given_name: str | None
    prefix: str | None
    family_name: str | None
    birth_date: str | None
    postcode: str | None
    phone: str | None
    phone_alternative: str | None

    @property
    def traits(self) -> Traits:
        """What of them is compared."""
        born = None if self.birth_date is None else date.fromisoformat(self.birth_date)
        telephones = (self.phone, self.phone_alternative)
        return traits(self.given_name, self.prefix, self.family_name, born, self.postcode, telephones)

    @property
    def name(self) -> str:
        """The name as a list has it."""
        return listed_name(self.given_name, self.prefix, self.family_name)


@dataclass(frozen=True, slots=True)
class Resembling:
    """A registration that looks like one that is to be made: whose case opens by choosing it (empty: none is open)."""

    client_id: str
    case_id: str
    name: str
    birth_date: date | None
    place: str
    phone: str
    coach: str
    probable: bool


@dataclass(frozen=True, slots=True)
class AlikeView:
    """Two registrations that may be of one person; `case_id`: a case of the first, or of the second."""

    one: str
    other: str
    names: tuple[str, str]
    case_id: str
    probable: bool


# --- looking


def look(workspace: Workspace, cancelled: Callable[[], bool] = lambda: False) -> int:
    """Compare who changed since the last look with everybody; returns how many were looked at.

    In short transactions, `AT_ONCE` clients each; `cancelled` is asked between them, and the next look goes on where
    this one stopped. Raises the vault's errors.
    """
    looked = 0
    while not cancelled():
        with workspace.database.read() as connection:
            if not likeness_queue.waits(connection):
                break
        with workspace.database.write() as connection:
            looked += _look_at_some(connection)
    return looked


def _look_at_some(connection: Connection) -> int:
    chosen = list(connection.exec_driver_sql(_NEXT, (AT_ONCE,)).scalars())
    people = _people(connection, chosen)
    compared = {record: person.traits for record, person in people.items()}
    has = {record: [_hashed(person.scope, key) for key in keys(compared[record])] for record, person in people.items()}
    rows = [(key, record) for record, its in has.items() for key in its]
    if rows:
        connection.exec_driver_sql("INSERT OR IGNORE INTO likeness_key (key, client) VALUES (?, ?)", rows)
    sharing = _sharing(connection, {key for its in has.values() for key in its})
    near = {record: {other for key in its for other in sharing[key]} - {record} for record, its in has.items()}
    others = _people(connection, {other for found in near.values() for other in found} - people.keys())
    compared |= {record: person.traits for record, person in others.items()}
    everybody = {**people, **others}
    pairs = {
        (min(record, other), max(record, other), int(degree))
        for record, found in near.items()
        for other in found
        if other in everybody
        if (degree := likeness(compared[record], compared[other])) is not Likeness.NONE
    }
    asked = json.dumps(chosen)
    connection.exec_driver_sql("DELETE FROM alike WHERE one IN (SELECT value FROM json_each(?))", (asked,))
    connection.exec_driver_sql("DELETE FROM alike WHERE other IN (SELECT value FROM json_each(?))", (asked,))
    if pairs:
        connection.exec_driver_sql("INSERT INTO alike (one, other, degree) VALUES (?, ?, ?)", sorted(pairs))
    connection.exec_driver_sql("DELETE FROM unlooked WHERE client IN (SELECT value FROM json_each(?))", (asked,))
    return len(chosen)


def _people(connection: Connection, records: Collection[str]) -> dict[str, Registered]:
    if not records:
        return {}
    found = connection.exec_driver_sql(_PEOPLE, (json.dumps(list(records)),))
    return {row[0]: Registered(*row) for row in found}


def _sharing(connection: Connection, asked: Collection[int]) -> dict[int, list[str]]:
    """Who has each of these keys; nobody for one that too many have."""
    rows = connection.exec_driver_sql(_IN_COMMON, (MOST_IN_COMMON + 1, json.dumps(list(asked))))
    found: dict[int, list[str]] = {row[0]: json.loads(row[1]) for row in rows}
    return {key: clients if len(clients) <= MOST_IN_COMMON else [] for key, clients in found.items()}


def _hashed(scope: str, key: str) -> int:
    """A key of one scope as the table has it: 63 bits."""
    return int.from_bytes(hashlib.blake2b(f"{scope} {key}".encode(), digest_size=8).digest(), "big") >> 1


# --- what was found


def alike(connection: Connection) -> list[tuple[str, str, Likeness]]:
    """The pairs that a person should look at, the probable ones first; merged ones under the remaining one's id.

    Those that are one already, or of whom somebody said that they are two people, aren't among them.
    """
    shows = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT record, remaining FROM alias")}
    found: dict[tuple[str, str], Likeness] = {}
    for one, other, degree in connection.exec_driver_sql(_PAIRS):
        first, second = sorted((shows.get(one, one), shows.get(other, other)))
        moved = (first, second) != (one, other)
        if first != second and not (moved and _apart(connection, first, second)):
            found[first, second] = max(found.get((first, second), Likeness.NONE), Likeness(degree))
    return sorted(((one, other, degree) for (one, other), degree in found.items()), key=lambda pair: (-pair[2], pair))


def _apart(connection: Connection, one: str, other: str) -> bool:
    said = "SELECT 1 FROM client, json_each(client.apart) e WHERE client.id = ? AND e.key = ? AND e.value = 1"
    return any(connection.exec_driver_sql(said, ids).scalar() is not None for ids in ((one, other), (other, one)))


def count(connection: Connection) -> int:
    """How many pairs there are to look at."""
    return len(alike(connection))


def pairs(workspace: Workspace) -> list[AlikeView]:
    """The pairs with their names, for a list; none for who may not merge."""
    if not workspace.me.may("client", Act.MERGE):
        return []
    with workspace.database.read() as connection:
        found = alike(connection)
        people = _people(connection, {record for one, other, _ in found for record in (one, other)})
        return [
            AlikeView(
                one,
                other,
                (people[one].name, people[other].name),
                _open_case(connection, one) or _open_case(connection, other),
                probable=degree is Likeness.PROBABLE,
            )
            for one, other, degree in found
            if one in people and other in people
        ]


def resembling(workspace: Workspace, entered: Mapping[str, Entered]) -> list[Resembling]:
    """Who is registered already and looks like the person that a form has, the likeliest first.

    Only in the team in which the new case would be. Who came in just now is looked at first, as far as that is quick.
    Raises NotAllowed, also when this device has no team.
    """
    workspace.require("client")
    scope = workspace.scopes.team
    asked = _entered_traits(entered)
    rounds = iter(range(ROUNDS_FIRST))
    look(workspace, lambda: next(rounds, None) is None)
    with workspace.database.read() as connection:
        sharing = _sharing(connection, [_hashed(scope, key) for key in keys(asked)])
        near = {client for clients in sharing.values() for client in clients}
        degrees = [(likeness(asked, each.traits), each) for each in _people(connection, near).values()]
        found: dict[str, Resembling] = {}
        for degree, each in sorted(degrees, key=lambda pair: (-pair[0], pair[1].id)):
            if degree is Likeness.NONE or each.scope != scope:
                continue
            one = _resembling(connection, each.id, degree)
            if one is not None:
                found.setdefault(one.client_id, one)
    return list(found.values())


def _entered_traits(entered: Mapping[str, Entered]) -> Traits:
    def text(name: str) -> str | None:
        value = entered.get(name)
        return value if isinstance(value, str) else None

    born = entered.get("birth_date")
    telephones = (text("phone"), text("phone_alternative"))
    given, prefix, family = (text(name) for name in ("given_name", "prefix", "family_name"))
    return traits(given, prefix, family, born if isinstance(born, date) else None, text("postcode"), telephones)


def _resembling(connection: Connection, client_id: str, degree: Likeness) -> Resembling | None:
    row = connection.exec_driver_sql(
        "SELECT p.id, p.given_name, p.prefix, p.family_name, p.birth_date, p.place, p.phone FROM client p"
        " WHERE p.id = coalesce((SELECT remaining FROM alias WHERE record = ?), ?)",
        (client_id, client_id),
    ).one_or_none()
    if row is None:
        return None
    case_id = _open_case(connection, row[0])
    coach = connection.exec_driver_sql(
        'SELECT d.name FROM "case" c JOIN person d ON d.id = c.coach_id WHERE c.id = ?', (case_id,)
    ).scalar()
    born = None if row[4] is None else date.fromisoformat(row[4])
    return Resembling(
        row[0], case_id, listed_name(*row[1:4]), born, row[5] or "", row[6] or "", coach or "",
        probable=degree is Likeness.PROBABLE,
    )  # fmt: skip


def _open_case(connection: Connection, client_id: str) -> str:
    """The case by which the client is found: one that is open, or else the last one."""
    found = connection.exec_driver_sql(
        'SELECT c.id FROM "case" c'
        " WHERE (c.client_id = ? OR c.client_id IN (SELECT record FROM alias WHERE remaining = ?))"
        " AND c.deleted_at IS NULL AND c.id NOT IN (SELECT record FROM alias)"
        " ORDER BY c.ended_on IS NOT NULL, c.received_on DESC, c.id DESC LIMIT 1",
        (client_id, client_id),
    ).scalar()
    return found or ""
