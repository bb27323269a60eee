"""One person registered twice: the two side by side, merged into one, and apart again.

Merging is an ordinary change of synced fields, so it needs no connection, the central API has no part in it, and two
people who do it at once, or one while the other edits, come to the same as with any other change. Nothing is moved
(`wor_tui.domain.merged`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.client.changes import Change
from sync.schema import ELEMENT, Value
from wor_tui.domain.merged import mark_of, settled_by
from wor_tui.domain.rights import Act
from wor_tui.domain.text import listed_name
from wor_tui.services import aliases, audit, records
from wor_tui.services.aliases import Pair
from wor_tui.services.errors import NotFound, NothingToChange
from wor_tui.services.names import names
from wor_tui.services.records import CARE
from wor_tui.services.workspace import Workspace

Chosen = tuple[str, str]
"""A field that is chosen about: its kind and its name."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two registrations; `case_id`: the open case that would be merged with the other's, or empty."""

    client_id: str
    name: str
    case_id: str


@dataclass(frozen=True, slots=True)
class Both:
    """A field that either has filled in: the values as they are kept and as people read them, of each side."""

    kind: str
    field: str
    values: tuple[Value, Value]
    shown: tuple[Value, Value]

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return (self.values[0] or None) != (self.values[1] or None)

    @property
    def competes(self) -> bool:
        """Whether both have something, and not the same."""
        return self.differs and all(self.values)

    def suggested(self, remains: int) -> int:
        """The side whose value stands unless somebody chooses otherwise: the remaining one's, where it has any."""
        return remains if self.values[remains] else 1 - remains


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two registrations beside each other as they were read, at `base` of their `scope`; the first is the older."""

    sides: tuple[Side, Side]
    fields: Sequence[Both]
    scope: str
    base: int


def proposed(workspace: Workspace, one: str, other: str) -> Proposal:
    """The two clients beside each other; raises NotAllowed, NotFound, and NothingToChange when they are one.

    Both are of one scope: what a team knows of somebody stays there.
    """
    workspace.require("client", Act.MERGE)
    with workspace.database.read() as connection:
        first, second = sorted(aliases.remaining_of(connection, each) for each in (one, other))
        if first == second:
            raise NothingToChange("client")
        rows = [records.found(connection, "client", each) for each in (first, second)]
        if rows[0]["scope"] != rows[1]["scope"]:
            raise NotFound("client", second)
        scope = str(rows[0]["scope"])
        sides = [_side(connection, each, row) for each, row in zip((first, second), rows, strict=True)]
        named = names(connection)
        fields = [
            Both(pair.kind, name, (left, right), (named.shown(name, left), named.shown(name, right)))
            for pair in _pairs(sides[1], sides[0])
            for name, left, right in _beside(connection, pair)
            if left or right
        ]
        base = records.current_base(connection, scope)
    return Proposal((sides[0], sides[1]), fields, scope, base)


def merge(workspace: Workspace, proposal: Proposal, remains: int, take: Mapping[Chosen, int]) -> str:
    """Merge the other side into side `remains` (0 or 1); returns the case that shows both, or the client's other one.

    `take`: for a field the side whose value stands; the suggested one where nothing was chosen. All of it is one save.
    Raises NotAllowed, NotFound when one of them is gone, NothingToChange when somebody merged them meanwhile.
    """
    workspace.require("client", Act.MERGE)
    stays, goes = proposal.sides[remains], proposal.sides[1 - remains]
    with workspace.database.read() as connection:
        for each in (goes, stays):
            records.found(connection, "client", each.client_id)
        if aliases.remaining_of(connection, goes.client_id) == aliases.remaining_of(connection, stays.client_id):
            raise NothingToChange("client")
        changes = [
            change for pair in _pairs(goes, stays) for change in _merging(connection, proposal, pair, remains, take)
        ]
    both = [("client", each.client_id) for each in (stays, goes)]
    workspace.save(_together(changes), CARE, event="client.merge", action=audit.UPDATE, also=both)
    return stays.case_id or goes.case_id


def apart(workspace: Workspace, one: str, other: str) -> None:
    """Note that these are two people, so that nobody of the team is asked again; raises NotAllowed, NotFound."""
    workspace.require("client", Act.MERGE)
    first, second = sorted((one, other))
    with workspace.database.read() as connection:
        scope = str(records.found(connection, "client", first)["scope"])
        base = records.current_base(connection, scope)
    change = Change("client", first, scope, {f"apart{ELEMENT}{second}": True}, base)
    workspace.save([change], CARE, event="client.apart", action=audit.UPDATE, also=[("client", second)])


def undo(workspace: Workspace, client_id: str, base: int) -> None:
    """Take the merging of a client back: both are as they were, with what came since at the one it was written to.

    What the remaining one took over becomes what it was before, unless somebody changed it since. `base`: the scope's
    when the screen was read. Raises NotAllowed, NotFound, and NothingToChange when it isn't merged.
    """
    workspace.require("client", Act.MERGE)
    with workspace.database.read() as connection:
        scope = str(records.found(connection, "client", client_id)["scope"])
        remaining = aliases.remaining_of(connection, client_id)
        if remaining == client_id:
            raise NothingToChange("client")
        changes = [
            change
            for kind, record, target in _ties(connection, client_id, remaining)
            for change in _releasing(connection, kind, record, target, scope, base)
        ]
    both = [("client", client_id), ("client", remaining)]
    workspace.save(_together(changes), CARE, event="client.unmerge", action=audit.UPDATE, also=both)


# --- what is compared


def _side(connection: Connection, client_id: str, row: Mapping[str, str]) -> Side:
    mine = json.dumps(aliases.together(connection, client_id))
    case_id = connection.exec_driver_sql(
        'SELECT id FROM "case" WHERE client_id IN (SELECT value FROM json_each(?)) AND ended_on IS NULL'
        " AND deleted_at IS NULL AND id NOT IN (SELECT record FROM alias) ORDER BY received_on DESC, id DESC LIMIT 1",
        (mine,),
    ).scalar()
    return Side(client_id, listed_name(row["given_name"], row["prefix"], row["family_name"]), case_id or "")


def _pairs(goes: Side, stays: Side) -> list[Pair]:
    found = aliases.pairs_of("client", goes.client_id, stays.client_id)
    return found + (aliases.pairs_of("case", goes.case_id, stays.case_id) if goes.case_id and stays.case_id else [])


def _beside(connection: Connection, pair: Pair) -> list[tuple[str, Value, Value]]:
    theirs, ours = (aliases.values_of(connection, pair.kind, record) for record in (pair.remaining, pair.merged))
    return [(name, theirs[name], ours[name]) for name in theirs]


# --- what is written


def _merging(
    connection: Connection, proposal: Proposal, pair: Pair, remains: int, take: Mapping[Chosen, int]
) -> list[Change]:
    fields = [each for each in proposal.fields if each.kind == pair.kind]
    gone = {each.field: each.values[1 - remains] for each in fields}
    taken = {
        each.field: each.values[1 - remains]
        for each in fields
        if each.differs and take.get((each.kind, each.field), each.suggested(remains)) != remains
    }
    before = {each.field: each.values[remains] or "" for each in fields if each.field in taken}
    notes: dict[str, Value] = {}
    for column, news in (("settled", settled_by(gone)), ("replaced", before)):
        stale = dict.fromkeys(aliases.notes_of(connection, pair, column))
        notes |= aliases.noting(pair, column, {**stale, **news})
    if not pair.prefix:
        notes["merged_into"] = pair.remaining
    changes = [Change(pair.owner_kind, pair.owner, proposal.scope, notes, proposal.base)] if notes else []
    return changes + ([writing(connection, pair, proposal.scope, taken, proposal.base)] if taken else [])


def writing(connection: Connection, pair: Pair, scope: str, values: Mapping[str, Value], base: int) -> Change:
    """The change of the remaining record; an intake that isn't there yet is made by it."""
    written = dict(values)
    if pair.kind == "intake" and records.found_or_none(connection, "intake", pair.remaining) is None:
        written["case_id"] = pair.target
    return Change(pair.kind, pair.remaining, scope, written, base)


def _together(changes: Sequence[Change]) -> list[Change]:
    """One change for each record, in their order."""
    gathered: dict[str, Change] = {}
    for each in changes:
        before = gathered.get(each.record)
        values = {**(before.values if before else {}), **each.values}
        gathered[each.record] = Change(each.kind, each.record, each.scope, values, each.base)
    return list(gathered.values())


# --- taking it back


def _ties(connection: Connection, client_id: str, remaining: str) -> list[tuple[str, str, str]]:
    """All (kind, record, merged into) by which the client, and whoever was merged into it, hang on the others."""
    merged = connection.exec_driver_sql("SELECT id, merged_into FROM client WHERE merged_into IS NOT NULL")
    people = {row[0]: row[1] for row in merged}
    own = {client_id}
    while True:
        more = {record for record, target in people.items() if target in own and record != remaining} - own
        if not more:
            break
        own |= more
    found = [("client", *tie) for tie in people.items() if (tie[0] in own) != (tie[1] in own)]
    cases = connection.exec_driver_sql(
        'SELECT c.id, c.merged_into, c.client_id, t.client_id FROM "case" c JOIN "case" t ON t.id = c.merged_into'
    )
    found += [("case", case, into) for case, into, whose, theirs in cases if (whose in own) != (theirs in own)]
    return found


def _releasing(connection: Connection, kind: str, record: str, target: str, scope: str, base: int) -> list[Change]:
    changes = [Change(kind, record, scope, {"merged_into": None}, base)]
    for pair in aliases.pairs_of(kind, record, target):
        replaced, settled = (aliases.notes_of(connection, pair, column) for column in ("replaced", "settled"))
        now = aliases.values_of(connection, pair.kind, pair.remaining)
        back: dict[str, Value] = {
            name: before or None
            for name, before in replaced.items()
            if name in now and (now[name] or "") != before and mark_of(now[name]) == settled.get(name)
        }
        if back:
            changes.append(Change(pair.kind, pair.remaining, scope, back, base))
    return changes
