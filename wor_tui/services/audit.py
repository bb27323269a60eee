"""The lines of the log that NEN 7513 asks for, in the same transaction as what they tell of, each chained to the last.

A line holds ids and codes, and no names (docs/audit.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection

from sync import trail
from sync.client import state
from sync.trail import Anchor, Finding
from wor_tui.domain import log_review
from wor_tui.domain.identifiers import new_id

CREATE, READ, UPDATE, DELETE, EXECUTE = "C", "R", "U", "D", "E"
DONE, FAILED = "done", "failed"

FORM = "wor audit 1"
"""What each canonical line begins with."""
COLUMNS = (
    "device", "n", "id", "at", "event", "action", "outcome", "person_id", "responsible_id", "role", "purpose",
    "access_point", "kind", "record", "client_id", "source", "checks",
)  # fmt: skip
"""What a canonical line holds after that, in this order."""
_SOURCE = "wor-desk"
_INSERT = f"INSERT INTO audit ({', '.join(COLUMNS)}, hash) VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"  # noqa: S608 -- constants
_SELECT = f"SELECT {', '.join(COLUMNS)}, hash FROM audit"  # noqa: S608 -- constants
_CHAINED = f"SELECT n, CAST(json_array('{FORM}', {', '.join(COLUMNS)}) AS BLOB), hash FROM audit"  # noqa: S608 -- constants
"""Each line's canonical bytes, as `canonical` makes them, made by the database: reading its columns one by one costs
twice as much."""
_HEAD = (
    "INSERT INTO audit_chain (device, n, hash, sent_n, sent_hash, pruned_n, pruned_hash)"
    " VALUES (?, ?, ?, 0, x'', 0, x'')"
    " ON CONFLICT (device) DO UPDATE SET n = excluded.n, hash = excluded.hash"
)
_CASE_OF = {
    "case": "SELECT ?",
    "client": 'SELECT id FROM "case" WHERE client_id = ? ORDER BY id DESC LIMIT 1',
    **{
        kind: f"SELECT case_id FROM {kind} WHERE id = ?"  # noqa: S608 -- constants
        for kind in ("intake", "consent", "web", "contact", "feedback", "referral", "appointment")
    },
}
"""How to find the case to which a record belongs."""
_ABOUT_CASE = """
SELECT c.client_id, c.coach_id, s.may_contact,
       EXISTS (SELECT 1 FROM consent WHERE case_id = c.id AND purpose = 'contact_details')
FROM "case" c LEFT JOIN case_summary s ON s.case_id = c.id WHERE c.id = ?
"""


_CLIENT = "SELECT given_name, prefix, family_name, phone, phone_alternative, email FROM client WHERE id = ?"
_PERSON = "SELECT name, phone, mobile, email FROM person WHERE id = ?"


class Who(Protocol):
    """Who acts: a person of the directory in a role."""

    @property
    def person_id(self) -> str: ...
    @property
    def role(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Line:
    """What was done: `at` is ISO text in UTC, `action` one of C, R, U, D, E, `purpose` a code.

    `outcome`: whether it was done; `authorised` whether it was allowed; `responsible`: the person under whose
    responsibility, when that is another.
    """

    at: str
    event: str
    action: str
    kind: str
    record: str
    purpose: str
    outcome: str = DONE
    authorised: bool = True
    emergency: bool = False
    responsible: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one device's trail was found: so many lines, and what is wrong with them."""

    device: str
    lines: int
    findings: tuple[Finding, ...]


def write(connection: Connection, lines: Sequence[Line], who: Who) -> None:
    """Add lines about what one person did on this device; after the change of which they tell."""
    if not lines:
        return
    device = state.device_of(connection)
    head = _head(connection, device)
    rows = [_row(connection, device, n, line, who) for n, line in enumerate(lines, head.n + 1)]
    _chain(connection, device, head, rows)


def chain_earlier(connection: Connection) -> None:
    """Take the lines from before there was a chain into this device's; once, right after the vault was migrated."""
    earlier = connection.exec_driver_sql(f"{_SELECT} WHERE device = '' ORDER BY n").all()
    if earlier:
        device = state.device_of(connection)
        head = _head(connection, device)
        rows = [(device, n, *row[2:-1]) for n, row in enumerate(earlier, head.n + 1)]
        connection.exec_driver_sql("DELETE FROM audit WHERE device = ''")
        _chain(connection, device, head, rows)


def waits_for_chain(connection: Connection) -> bool:
    """Whether there are lines from before there was a chain."""
    return bool(connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM audit WHERE device = '')").scalar_one())


def canonical(row: Sequence[Any]) -> bytes:
    """The bytes of a line that are chained: a JSON array without spaces, of the form's name and the columns."""
    return msgspec.json.encode((FORM, *row))


def verify(connection: Connection) -> list[Verdict]:
    """Look through every trail that is kept here, by its own anchors and those of the central API."""
    found = connection.exec_driver_sql(
        "SELECT device, n, hash, sent_n, sent_hash, pruned_n, pruned_hash FROM audit_chain ORDER BY device"
    ).all()
    known = {row[0] for row in found}
    headless = connection.exec_driver_sql("SELECT DISTINCT device FROM audit").scalars()
    verdicts = [_verdict(connection, device, (), trail.START) for device in sorted(set(headless) - known)]
    for device, n, newest, sent_n, sent, pruned_n, pruned in found:
        anchors = [Anchor(n, newest), *([Anchor(sent_n, sent)] if sent_n else [])]
        start = Anchor(pruned_n, pruned) if pruned_n else trail.START
        verdicts.append(_verdict(connection, device, anchors, start))
    return verdicts


def stretch(connection: Connection, device: str, after: int, most: int) -> list[tuple[int, bytes, bytes]]:
    """Lines of a trail in their order: number, canonical bytes and link."""
    found = connection.exec_driver_sql(
        f"{_CHAINED} WHERE device = ? AND n > ? ORDER BY n LIMIT ?", (device, after, most)
    )
    return [(row[0], row[1], row[2]) for row in found]


def link_at(connection: Connection, device: str, n: int) -> bytes | None:
    """The link after line `n`; None when that isn't here."""
    found = connection.exec_driver_sql(
        "SELECT hash FROM audit WHERE device = ? AND n = ? UNION ALL"
        " SELECT pruned_hash FROM audit_chain WHERE device = ? AND pruned_n = ? LIMIT 1",
        (device, n, device, n),
    ).scalar()
    return None if found is None else bytes(found)


def newest(connection: Connection, device: str) -> Anchor:
    """The newest line of a trail that is kept here."""
    row = connection.exec_driver_sql(
        "SELECT n, hash FROM audit WHERE device = ? ORDER BY n DESC LIMIT 1", (device,)
    ).one_or_none()
    return trail.START if row is None else Anchor(row[0], row[1])


def keep(connection: Connection, device: str, rows: Sequence[tuple[Sequence[Any], bytes]]) -> None:
    """Keep lines of another device, each with its link; the caller has seen that they follow."""
    connection.exec_driver_sql(_INSERT, [(*columns, link) for columns, link in rows])
    columns, link = rows[-1]
    anchor(connection, device, Anchor(int(columns[1]), link))


def anchor(connection: Connection, device: str, found: Anchor) -> None:
    """Note how far another device's trail goes, unless it is known to go further already."""
    connection.exec_driver_sql(f"{_HEAD} WHERE excluded.n > n", (device, found.n, found.hash))


def rechain(connection: Connection, old: str, new: str) -> None:
    """The device goes on under another identity: what wasn't sent under the old one stands in the new one's trail."""
    sent = connection.exec_driver_sql("SELECT sent_n FROM audit_chain WHERE device = ?", (old,)).scalar()
    if sent is None:
        return
    rows = connection.exec_driver_sql(f"{_SELECT} WHERE device = ? AND n > ? ORDER BY n", (old, sent)).all()
    connection.exec_driver_sql("DELETE FROM audit WHERE device = ? AND n > ?", (old, sent))
    connection.exec_driver_sql(
        "UPDATE audit_chain SET n = sent_n, hash = CASE sent_n WHEN 0 THEN zeroblob(32) ELSE sent_hash END"
        " WHERE device = ?",
        (old,),
    )
    if rows:
        head = _head(connection, new)
        _chain(connection, new, head, [(new, n, *row[2:-1]) for n, row in enumerate(rows, head.n + 1)])


def _verdict(connection: Connection, device: str, anchors: Sequence[Anchor], start: Anchor) -> Verdict:
    count = 0

    def counted() -> Iterable[tuple[int, bytes, bytes]]:
        nonlocal count
        driver: Any = connection.connection.dbapi_connection
        for row in driver.execute(f"{_CHAINED} WHERE device = ? ORDER BY n", (device,)):
            count += 1
            yield row

    findings = trail.verify(counted(), start, anchors)
    return Verdict(device, count, tuple(findings))


def _head(connection: Connection, device: str) -> Anchor:
    row = connection.exec_driver_sql("SELECT n, hash FROM audit_chain WHERE device = ?", (device,)).one_or_none()
    return trail.START if row is None else Anchor(row[0], row[1])


def _chain(connection: Connection, device: str, head: Anchor, rows: Sequence[tuple[Any, ...]]) -> None:
    hashes = trail.links(head.hash, map(canonical, rows))
    connection.exec_driver_sql(_INSERT, [(*row, link) for row, link in zip(rows, hashes, strict=True)])
    connection.exec_driver_sql(_HEAD, (device, head.n + len(rows), hashes[-1]))


def _row(connection: Connection, device: str, n: int, line: Line, who: Who) -> tuple[Any, ...]:
    client, treats, consents = _about(connection, line, who)
    alike = _alike(connection, client, who) if client else (None, None, None)
    checks = "".join(map(_letter, (line.authorised, treats, consents, line.emergency, *alike)))
    return (
        device, n, new_id(), line.at, line.event, line.action, line.outcome, who.person_id,
        line.responsible or who.person_id, str(who.role), line.purpose, device, line.kind, line.record, client, _SOURCE,
        checks,
    )  # fmt: skip


def _about(connection: Connection, line: Line, who: Who) -> tuple[str, bool | None, bool | None]:
    """The client whom a line is about; whether the person is their coach, and whether the client consented."""
    client = line.record if line.kind == "client" else ""
    to_case = _CASE_OF.get(line.kind)
    case = None if to_case is None else connection.exec_driver_sql(to_case, (line.record,)).scalar()
    found = None if case is None else connection.exec_driver_sql(_ABOUT_CASE, (case,)).one_or_none()
    if found is None:
        return client, None, None
    of_case, coach, may, asked = found
    treats = coach == who.person_id if coach else None
    return client or of_case, treats, bool(may) if asked else None


def _alike(connection: Connection, client_id: str, who: Who) -> tuple[bool | None, bool | None, bool | None]:
    """Whether a client bears the person's own family name, a colleague's name, and has the person's numbers."""
    client = connection.exec_driver_sql(_CLIENT, (client_id,)).one_or_none()
    me = connection.exec_driver_sql(_PERSON, (who.person_id,)).one_or_none()
    if client is None or me is None:
        return None, None, None
    name = [each or "" for each in client[:3]]
    others = connection.exec_driver_sql("SELECT name FROM person WHERE id != ?", (who.person_id,)).scalars()
    return (
        log_review.same_name(me[0], *name),
        any(log_review.same_whole_name(other, *name) for other in others),
        log_review.same_reach(me[1:], client[3:]),
    )


def _letter(check: bool | None) -> str:
    return "U" if check is None else "T" if check else "F"
