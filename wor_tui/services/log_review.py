"""Reading the log: an auditor's review of all devices' lines, and who looked at one client's file."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from sync.client import auditing, state
from sync.trail import Finding
from wor_tui.domain.log_review import HERE, Entry, Rule, review
from wor_tui.domain.rights import Act
from wor_tui.services import aliases, audit, log_sending, readings
from wor_tui.services.errors import NotAllowed
from wor_tui.services.names import Names, names
from wor_tui.services.workspace import Workspace

REVIEW = "review_log"


@dataclass(frozen=True, slots=True)
class LineView:
    """A line with the names that the directory has; `client` is an id, as auditors know no clients."""

    device: str
    n: int
    at: datetime
    person: str
    role: str
    event: str
    action: str
    outcome: str
    kind: str
    record: str
    client: str
    access_point: str
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class TrailView:
    """A device's lines: how many are here, whether they are whole, and what the central API told of it."""

    device: str
    person: str
    label: str
    lines: int
    findings: tuple[Finding, ...]
    sent: datetime | None
    forks: int


@dataclass(frozen=True, slots=True)
class Review:
    """All lines, the newest first, and every device's trail."""

    lines: list[LineView]
    trails: list[TrailView]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong with any trail."""
        return not any(trail.findings or trail.forks for trail in self.trails)


@dataclass(frozen=True, slots=True)
class Seen:
    """Who was at a client's file; `own_only`: only what was done on this device is known here."""

    lines: list[LineView]
    own_only: bool


def may_review(workspace: Workspace) -> bool:
    """Whether this person reviews the log."""
    return workspace.me.may("audit", Act.REVIEW_LOG)


def reviewed(
    workspace: Workspace, *, person: str = "", client: str = "", since: date | None = None, until: date | None = None
) -> Review:
    """All lines that are here with the rules that they meet; the rules go over all, whatever is asked for.

    `person` and `client`: ids; `since` and `until`: days in the Netherlands, both included. Raises NotAllowed.
    """
    if not may_review(workspace):
        raise NotAllowed(REVIEW)
    workspace.flush()
    with workspace.database.read() as connection:
        lines = _lines(connection, "", ())
        verdicts = audit.verify(connection)
        told, known = log_sending.told(connection), names(connection)
    met = review([_entry(line) for line in lines])
    chosen = [
        _named(line, known, tuple(met.get((line.view.device, line.view.n), ())))
        for line in lines
        if (not person or line.person == person)
        and (not client or line.view.client == client)
        and (since is None or line.view.at.astimezone(HERE).date() >= since)
        and (until is None or line.view.at.astimezone(HERE).date() <= until)
    ]
    trails: list[TrailView] = []
    for verdict in verdicts:
        about = told.get(verdict.device, {})
        sent = datetime.fromtimestamp(about["at"] / 1000, HERE) if about else None
        whose = known.whose(verdict.device)
        trails.append(
            TrailView(verdict.device, *whose, verdict.lines, verdict.findings, sent, int(about.get("forks", 0)))
        )
    return Review(sorted(chosen, key=lambda line: (line.at, line.device, line.n), reverse=True), trails)


def who_saw(workspace: Workspace, record: str) -> Seen:
    """Who was at a client's file, the newest first, as far as it is known here; `record`: the client's or a case's id.

    Being asked for is itself a look at the file, and a line.
    """
    with workspace.database.read() as connection:
        of_case = connection.exec_driver_sql('SELECT client_id FROM "case" WHERE id = ?', (record,)).scalar()
        client = str(of_case or record)
        same = aliases.together(connection, client)
    workspace.flush()
    with workspace.database.read() as connection:
        lines = _lines(connection, f"WHERE client_id IN ({', '.join('?' * len(same))}) AND client_id != ''", same)
        known = names(connection)
        own_only = not auditing.private_pairs(connection) and state.joined(connection)
    readings.seen(workspace, "client", client, "log")
    return Seen([_named(line, known, ()) for line in reversed(lines)], own_only)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it is kept."""

    id: str
    person: str
    checks: str
    view: LineView


def _lines(connection: Connection, where: str, values: Iterable[str]) -> list[_Line]:
    """Lines in the order of their moments, each once: another identity of a device may have sent some again."""
    rows = connection.exec_driver_sql(
        "SELECT id, person_id, checks, device, n, at, role, event, action, outcome, kind, record, client_id,"  # noqa: S608 -- a constant of ours
        f" access_point FROM audit {where} ORDER BY at, device, n",
        tuple(values),
    )
    found: dict[str, _Line] = {}
    for row in rows:
        view = LineView(row[3], row[4], datetime.fromisoformat(row[5]), "", *row[6:])
        found.setdefault(row[0], _Line(row[0], row[1], row[2], view))
    return list(found.values())


def _entry(line: _Line) -> Entry:
    view = line.view
    return Entry(view.device, view.n, view.at, line.person, view.client, view.outcome, line.checks)


def _named(line: _Line, known: Names, rules: tuple[Rule, ...]) -> LineView:
    return replace(line.view, person=known.people.get(line.person, line.person), rules=rules)
