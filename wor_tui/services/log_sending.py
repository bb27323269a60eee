"""The log's way to the central API: this device's lines out, and for an auditor all devices' lines in."""

import logging
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection

from sync import audit_batch, trail
from sync.client import auditing, state
from sync.client.auditing import Forked, Unsent
from sync.client.errors import SyncError
from sync.seal import Unopenable
from sync.trail import Anchor
from sync.wire import AuditChain, AuditReadAnswer, AuditReadRequest
from wor_tui.services import audit
from wor_tui.services.workspace import Workspace

logger = logging.getLogger(__name__)
_columns = msgspec.json.Decoder(list[Any])
_START = trail.START.hash
_READ = "/v1/audit/read"
TOLD = "audit_told"
"""By device what the central API last told of its chain, for an auditor: at, forks, forked_at, and its head."""


class _OwnLines:
    """This device's lines as the sending asks for them."""

    def unsent(self, connection: Connection, device: str, most: int) -> Unsent | None:
        row = connection.exec_driver_sql(
            "SELECT sent_n, sent_hash FROM audit_chain WHERE device = ? AND sent_n < n", (device,)
        ).one_or_none()
        if row is None:
            return None
        before = Anchor(row[0], row[1]) if row[0] else trail.START
        found = audit.stretch(connection, device, before.n, most)
        if not found:
            return None
        n, _, link = found[-1]
        return Unsent([line for _, line, _ in found], before, Anchor(n, link))

    def sent(self, connection: Connection, device: str, through: Anchor) -> bool:
        if through.n and audit.link_at(connection, device, through.n) != through.hash:
            return False
        connection.exec_driver_sql(
            "UPDATE audit_chain SET sent_n = ?, sent_hash = ? WHERE device = ?", (through.n, through.hash, device)
        )
        return True


_own = _OwnLines()


def unsent(workspace: Workspace) -> int:
    """How many lines of this device the central API lacks; 0 for a vault that works alone."""
    with workspace.database.read() as connection:
        if state.get(connection, auditing.AUDIT_KEY) is None:
            return 0
        found = connection.exec_driver_sql(
            "SELECT n - sent_n FROM audit_chain WHERE device = ?", (state.device_of(connection),)
        ).scalar()
    return int(found or 0)


def send(workspace: Workspace) -> int:
    """Send this device's lines; raises what `auditing.send` raises."""
    workspace.flush()
    return auditing.send(workspace.database, workspace.transport, _own)


def send_along(workspace: Workspace) -> None:
    """The same after an exchange: what goes wrong with the log is no reason to say that the exchange did."""
    try:
        send(workspace)
    except (SyncError, Forked) as error:
        logger.warning("the log waits to be sent: %s", type(error).__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many lines came in, and the devices of which something couldn't be opened or doesn't follow."""

    lines: int
    refused: tuple[str, ...]


def take(workspace: Workspace) -> Taken:
    """Bring an auditor's copy of all devices' lines up to date; raises Declined, an `Unanswered`.

    A batch that isn't what was sealed, or doesn't follow on what is here, ends the taking of that device's lines: what
    is here stays as it is, and `verify` tells.
    """
    lines, refused = 0, set[str]()
    while True:
        with workspace.database.read() as connection:
            have = {
                str(device): int(n)
                for device, n in connection.exec_driver_sql("SELECT device, max(n) FROM audit GROUP BY device")
            }
        have |= dict.fromkeys(refused, (1 << 53) - 1)
        page = workspace.transport.post(_READ, AuditReadRequest(have), AuditReadAnswer)
        with workspace.database.write() as connection:
            found = _keep(connection, page)
            _note(connection, page.chains)
        lines += found.lines
        refused |= set(found.refused)
        if not page.more or not (found.lines or found.refused):
            return Taken(lines, tuple(sorted(refused)))


def told(connection: Connection) -> dict[str, dict[str, Any]]:
    """By device what the central API said of its chain: `at`, `forks`, `forked_at` and `n`."""
    return state.get(connection, TOLD, {})


def _keep(connection: Connection, page: AuditReadAnswer) -> Taken:
    pairs = auditing.private_pairs(connection)
    organisation = state.required(connection, state.ORGANISATION)
    lines, refused = 0, set[str]()
    for batch in page.batches:
        if batch.device in refused:
            continue
        pair = pairs.get(batch.key_epoch)
        head = audit.newest(connection, batch.device)
        try:
            # After a restore of the central API a batch may begin with lines that are here already.
            before = audit.link_at(connection, batch.device, batch.first_n - 1) if batch.first_n > 1 else _START
            if pair is None or before != batch.before or batch.first_n > head.n + 1:
                raise Unopenable
            opened = audit_batch.unseal(
                pair, organisation, batch.device, batch.first_n, batch.last_n, batch.before, batch.after, batch.body
            )
            if head.n >= batch.first_n and opened[head.n - batch.first_n][1] != head.hash:
                raise Unopenable
            rows = [
                (_row(line, batch.device, n), link)
                for n, (line, link) in enumerate(opened, batch.first_n)
                if n > head.n
            ]
        except (Unopenable, IndexError, msgspec.MsgspecError):
            refused.add(batch.device)
            continue
        if rows:
            audit.keep(connection, batch.device, rows)
        lines += len(rows)
    return Taken(lines, tuple(refused))


def _row(line: bytes, device: str, n: int) -> list[Any]:
    """The columns of a line; raises Unopenable when it says that it is another one."""
    form, *columns = _columns.decode(line)
    if form != audit.FORM or len(columns) != len(audit.COLUMNS) or columns[:2] != [device, n]:
        raise Unopenable
    if not all(isinstance(value, str) for value in columns[2:]):
        raise Unopenable
    return columns


def _note(connection: Connection, chains: list[AuditChain]) -> None:
    """What the central API has is an anchor, unless it has less than it had before: that shows, too."""
    own = state.device_of(connection)
    known = told(connection)
    for chain in chains:
        if chain.device != own:
            audit.anchor(connection, chain.device, Anchor(chain.last_n, chain.hash))
        known[chain.device] = {"n": chain.last_n, "at": chain.at, "forks": chain.forks, "forked_at": chain.forked_at}
    state.put(connection, **{TOLD: known})
