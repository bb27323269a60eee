"""Where merged clients and cases show, and what of them is still to be decided: kept in tables of this device.

Both follow from the synced records (`merged_into`, `settled`), by the rules of `wor_tui.domain.merged`, and are brought
up to date with every change, in its transaction. Without any merge that costs a look at two small indexes.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.schema import ELEMENT, Value
from wor_tui.domain.identifiers import intake_id
from wor_tui.domain.kinds import kind
from wor_tui.domain.merged import remaining, unsettled
from wor_tui.services.entry import scalar

KINDS = ("client", "case")
"""The kinds that can be merged."""
INTAKE = "intake."
"""Before a field of the intake, among what was settled of its case."""
_NOT_COMPARED = frozenset(
    {"merged_into", "settled", "replaced", "apart", "deleted_at", "client_id", "case_id", "referral_id"}
)
_MERGED = {
    name: f'SELECT id, merged_into FROM "{name}" WHERE merged_into IS NOT NULL AND deleted_at IS NULL'  # noqa: S608 -- one of KINDS
    for name in KINDS
}
_HERE = {
    name: f'SELECT id FROM "{name}" WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL'  # noqa: S608 -- one of KINDS
    for name in KINDS
}
_ANY = (
    "SELECT EXISTS (SELECT 1 FROM alias) OR EXISTS (SELECT 1 FROM client WHERE merged_into IS NOT NULL)"
    ' OR EXISTS (SELECT 1 FROM "case" WHERE merged_into IS NOT NULL)'
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A record that was merged, or its intake, beside the one that it is compared with.

    `owner`: the client or case that was merged, which keeps what was settled under `prefix` and the field's name;
    `target`: the one that it was merged into.
    """

    kind: str
    owner: str
    owner_kind: str
    target: str
    merged: str
    remaining: str
    prefix: str = ""


def compared_fields(kind_name: str) -> list[str]:
    """The fields of a client, case or intake of which one value remains when two are merged."""
    return [name for name in kind(kind_name).fields if name not in _NOT_COMPARED]


def any_merged(connection: Connection) -> bool:
    """Whether anything at all was merged."""
    return bool(connection.exec_driver_sql(_ANY).scalar())


def renew(connection: Connection) -> set[str]:
    """Work out anew where merged records show; returns those that show elsewhere than before, and both places."""
    before = {
        row[0]: (row[1], row[2]) for row in connection.exec_driver_sql("SELECT record, kind, remaining FROM alias")
    }
    after: dict[str, tuple[str, str]] = {}
    for name in KINDS:
        merged_into = {row[0]: row[1] for row in connection.exec_driver_sql(_MERGED[name])}
        if not merged_into:
            continue
        asked = json.dumps([*merged_into.keys(), *merged_into.values()])
        here = set(connection.exec_driver_sql(_HERE[name], (asked,)).scalars())
        after |= {record: (name, target) for record, target in remaining(merged_into, here).items()}
    changed = {record for record in before.keys() | after.keys() if before.get(record) != after.get(record)}
    if not changed:
        return set()
    connection.exec_driver_sql("DELETE FROM alias")
    if after:
        connection.exec_driver_sql(
            "INSERT INTO alias (record, kind, remaining) VALUES (?, ?, ?)",
            [(record, *shows) for record, shows in after.items()],
        )
    return changed | {shows[1] for record in changed for shows in (before.get(record), after.get(record)) if shows}


def renew_differences(connection: Connection) -> None:
    """Work out anew what of the merged records differs from the remaining ones and wasn't decided."""
    rows: list[tuple[str, str, str, str]] = []
    for pair in pairs(connection):
        settled = _settled(connection, pair)
        there, merged = (values_of(connection, pair.kind, record) for record in (pair.remaining, pair.merged))
        shows = remaining_of(connection, pair.owner)
        rows += [(pair.owner, pair.kind, name, shows) for name in unsettled(there, merged, settled)]
    connection.exec_driver_sql("DELETE FROM difference")
    if rows:
        connection.exec_driver_sql("INSERT INTO difference (owner, kind, field, remaining) VALUES (?, ?, ?, ?)", rows)


def pairs(connection: Connection) -> list[Pair]:
    """Every merged record beside the one that it shows at, and the intakes of merged cases."""
    found: list[Pair] = []
    for record, name, target in connection.exec_driver_sql("SELECT record, kind, remaining FROM alias ORDER BY record"):
        found += pairs_of(name, record, target)
    return found


def pairs_of(name: str, record: str, target: str) -> list[Pair]:
    """A client, or a case with its intake, beside the one that it is merged into."""
    whole = Pair(name, record, name, target, record, target)
    if name != "case":
        return [whole]
    return [whole, Pair("intake", record, name, target, intake_id(record), intake_id(target), INTAKE)]


def values_of(connection: Connection, kind_name: str, record: str) -> dict[str, Value]:
    """The values of the compared fields as an op would have them; all None for a record that isn't here."""
    names = compared_fields(kind_name)
    columns = ", ".join(f'"{name}"' for name in names)
    row = connection.exec_driver_sql(f'SELECT {columns} FROM "{kind_name}" WHERE id = ?', (record,)).one_or_none()  # noqa: S608 -- names of our own
    if row is None:
        return dict.fromkeys(names)
    return {name: scalar(kind_name, name, value) for name, value in zip(names, row, strict=True)}


def notes_of(connection: Connection, pair: Pair, column: str) -> dict[str, str]:
    """What merging noted about a pair's fields, by their own names; `column`: `settled` or `replaced`."""
    text = connection.exec_driver_sql(f'SELECT "{column}" FROM "{pair.owner_kind}" WHERE id = ?', (pair.owner,))  # noqa: S608 -- names of our own
    notes: Mapping[str, str] = json.loads(text.scalar() or "{}")
    if pair.prefix:
        return {name.removeprefix(pair.prefix): held for name, held in notes.items() if name.startswith(pair.prefix)}
    return {name: held for name, held in notes.items() if not name.startswith(INTAKE)}


def noting(pair: Pair, column: str, notes: Mapping[str, Value]) -> dict[str, Value]:
    """What merging notes about a pair's fields, as values of an op on its owner."""
    return {f"{column}{ELEMENT}{pair.prefix}{name}": held for name, held in notes.items()}


def _settled(connection: Connection, pair: Pair) -> dict[str, str]:
    return notes_of(connection, pair, "settled")


# --- reading through what was merged


def remaining_of(connection: Connection, record: str) -> str:
    """The client or case at which this one shows: itself, unless it was merged."""
    found = connection.exec_driver_sql("SELECT remaining FROM alias WHERE record = ?", (record,)).scalar()
    return record if found is None else str(found)


def merged_into(connection: Connection, records: Iterable[str]) -> dict[str, str]:
    """The clients or cases that show at one of `records`, each with that one."""
    found = connection.exec_driver_sql(
        "SELECT record, remaining FROM alias WHERE remaining IN (SELECT value FROM json_each(?))",
        (json.dumps(list(records)),),
    )
    return {row[0]: row[1] for row in found}


def together(connection: Connection, record: str) -> list[str]:
    """All clients, or all cases, that are the same one as this: the remaining one first, the others by their ids."""
    first = remaining_of(connection, record)
    return [first, *sorted(merged_into(connection, [first]))]


def showing(connection: Connection, records: Collection[str]) -> set[str]:
    """The same records, each as the one that it shows at."""
    found = connection.exec_driver_sql(
        "SELECT record, remaining FROM alias WHERE record IN (SELECT value FROM json_each(?))",
        (json.dumps(list(records)),),
    )
    shows = {row[0]: row[1] for row in found}
    return {shows.get(record, record) for record in records}
