"""What colleagues whose device was sent away hadn't sent: shown to who leads the team, accepted or declined."""

import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from sync.client import enrolment, escrow, state
from sync.client.escrow import Left
from sync.client.transport import Transport
from wor_tui.clock import moment_text
from wor_tui.domain.text import listed_name
from wor_tui.services import audit
from wor_tui.services.case_records import cases_of
from wor_tui.services.names import Names, names
from wor_tui.services.synchronisation import DECIDING
from wor_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LeftView:
    """What one person left that hangs together; `by` and `name` (the client's) are empty where they aren't known.

    `at`: when the last of it was made, aware, in UTC. `kinds`: each kind of record with the fields that were changed.
    `opens`: False where the keys are lacking, so that it can only be declined.
    """

    left: Left
    by: str
    name: str
    at: datetime
    kinds: dict[str, tuple[str, ...]]
    opens: bool

    @property
    def id(self) -> str:
        """Stays the same as long as nothing is added to it."""
        return f"{self.left.device}{self.left.ops[-1].n}"


def waiting(workspace: Workspace) -> list[LeftView]:
    """Everything that waits, oldest first; asks the central API. Raises what sync's `escrow.fetched` raises."""
    with _own_way(workspace) as way:
        found = escrow.fetched(workspace.database, way)
    with workspace.database.read() as connection:
        known = names(connection)
        views = [_view(connection, one, known) for one in found]
    return sorted(views, key=lambda view: (view.at, view.id))


def accept(workspace: Workspace, view: LeftView) -> None:
    """Save it as changes of this device, with whose they were in the log; raises CantBeOpened, sync's Refused."""
    with workspace.database.write() as connection:
        escrow.accept(connection, workspace.replica, view.left)
        _note(connection, workspace, view, "escrow.accept", audit.UPDATE)


def decline(workspace: Workspace, view: LeftView) -> None:
    """Have it removed for good, which needs a connection; raises Declined, an `Unanswered`, Cancelled."""
    with _own_way(workspace) as way:
        escrow.decline(way, view.left)
    with workspace.database.write() as connection:
        _note(connection, workspace, view, "escrow.decline", audit.DELETE)


def settle(workspace: Workspace) -> None:
    """Have removed what was accepted and is saved by now; for after an exchange. Raises what `decline` raises."""
    with workspace.database.read() as connection:
        owed = state.get(connection, state.ESCROW_TAKEN) is not None
    if owed:
        escrow.settle(workspace.database, workspace.transport)


@contextlib.contextmanager
def _own_way(workspace: Workspace) -> Generator[Transport]:
    """A way of its own to the central API: the other one is waiting for news most of the time."""
    read_s = float(workspace.config.sync.timeout_seconds)
    with contextlib.closing(enrolment.connect(workspace.database, workspace.clock_ms, read_s=read_s)) as way:
        yield way


def _note(connection: Connection, workspace: Workspace, view: LeftView, event: str, action: str) -> None:
    """Two lines: what it was about, and whose it was."""
    at, me, first = moment_text(workspace.clock.now()), workspace.me, view.left.ops[0]
    lines = [
        audit.Line(at, event, action, first.kind, first.record, DECIDING),
        audit.Line(at, event, audit.EXECUTE, "person", view.left.user, DECIDING),
    ]
    audit.write(connection, lines, me)


def _view(connection: Connection, left: Left, known: Names) -> LeftView:
    kinds: dict[str, tuple[str, ...]] = {}
    for op in left.ops:
        kinds[op.kind] = tuple(dict.fromkeys((*kinds.get(op.kind, ()), *op.fields)))
    return LeftView(
        left,
        known.people.get(left.user, ""),
        _client(connection, left),
        datetime.fromtimestamp(left.ops[-1].at / 1000, UTC),
        kinds,
        left.opens,
    )


def _client(connection: Connection, left: Left) -> str:
    """Whom it is about: as it was left, or as it is known here."""
    for op in left.ops:
        if op.kind == "client" and op.values and op.values.get("family_name"):
            parts = [str(op.values.get(name) or "") for name in ("given_name", "prefix", "family_name")]
            return listed_name(*parts)
    for case_id in cases_of(connection, [op.record for op in left.ops]).values():
        row = connection.exec_driver_sql(
            'SELECT p.given_name, p.prefix, p.family_name FROM "case" c JOIN client p ON p.id = c.client_id'
            " WHERE c.id = ?",
            (case_id,),
        ).one_or_none()
        if row is not None:
            return listed_name(*row)
    return ""
