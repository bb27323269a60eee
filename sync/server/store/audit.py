"""Audit lines, sealed: kept batch after batch as each device's chain has them, and never changed or removed here."""

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update

from sync.server.models import AUDIT_SEALED, AUDIT_TRAIL
from sync.server.store.standing import DeviceName
from sync.wire import AUDIT_PAGE_BYTES, AuditAnswer, AuditBatch, AuditChain, AuditReadAnswer, AuditRequest

_NONE = bytes(32)
_BATCH = (
    AUDIT_SEALED.c.device_id,
    AUDIT_SEALED.c.first_n,
    AUDIT_SEALED.c.last_n,
    AUDIT_SEALED.c.before,
    AUDIT_SEALED.c.after,
    AUDIT_SEALED.c.key_epoch,
    AUDIT_SEALED.c.body,
    AUDIT_SEALED.c.at,
)
_CHAIN = (
    AUDIT_TRAIL.c.device_id,
    AUDIT_TRAIL.c.last_n,
    AUDIT_TRAIL.c.last_hash,
    AUDIT_TRAIL.c.at,
    AUDIT_TRAIL.c.forks,
    AUDIT_TRAIL.c.forked_at,
)
_AT_ONCE = 16


def append(connection: Connection, device: DeviceName, sent: AuditRequest, now: int) -> AuditAnswer:
    """Keep a batch that follows on what is here; one that is here already, or begins later, changes nothing.

    One that is on another chain is noted and not kept. The caller holds the device's row.
    """
    mine = (AUDIT_TRAIL.c.organisation_id == device.organisation) & (AUDIT_TRAIL.c.device_id == device.device)
    row = connection.execute(select(AUDIT_TRAIL.c.last_n, AUDIT_TRAIL.c.last_hash).where(mine)).one_or_none()
    last_n, last_hash = (0, _NONE) if row is None else (row[0], bytes(row[1]))
    named = {"organisation_id": device.organisation, "device_id": device.device}
    if sent.first_n == last_n + 1 and sent.before == last_hash and sent.last_n >= sent.first_n:
        values = {"first_n": sent.first_n, "last_n": sent.last_n, "before": sent.before, "after": sent.after}
        further = {"key_epoch": sent.key_epoch, "at": now, "body": sent.body}
        connection.execute(insert(AUDIT_SEALED), [{**named, **values, **further}])
        stands = {"last_n": sent.last_n, "last_hash": sent.after, "at": now}
        if row is None:
            connection.execute(insert(AUDIT_TRAIL), [{**named, **stands, "forks": 0, "forked_at": 0}])
        else:
            connection.execute(update(AUDIT_TRAIL).where(mine).values(**stands))
        return AuditAnswer(sent.last_n, sent.after, now)
    forked = _elsewhere(connection, device, sent, last_n, last_hash)
    if forked:
        if row is None:
            stands = {"last_n": 0, "last_hash": _NONE, "at": now}
            connection.execute(insert(AUDIT_TRAIL), [{**named, **stands, "forks": 0, "forked_at": 0}])
        connection.execute(update(AUDIT_TRAIL).where(mine).values(forks=AUDIT_TRAIL.c.forks + 1, forked_at=now))
    return AuditAnswer(last_n, last_hash, now, forked)


def _elsewhere(connection: Connection, device: DeviceName, sent: AuditRequest, last_n: int, last_hash: bytes) -> bool:
    """Whether a batch contradicts what is here: at its beginning, or where it ends."""
    known = {last_n: last_hash, 0: _NONE}
    rows = connection.execute(
        select(AUDIT_SEALED.c.last_n, AUDIT_SEALED.c.after).where(
            AUDIT_SEALED.c.organisation_id == device.organisation,
            AUDIT_SEALED.c.device_id == device.device,
            AUDIT_SEALED.c.last_n.in_([sent.first_n - 1, sent.last_n]),
        )
    )
    known |= {n: bytes(link) for n, link in rows}
    return any(known.get(n, link) != link for n, link in ((sent.first_n - 1, sent.before), (sent.last_n, sent.after)))


def page(connection: Connection, organisation: str, have: Mapping[str, int]) -> AuditReadAnswer:
    """The batches that an auditor misses, as far as they fit; the caller has looked whether they may be read."""
    rows = connection.execute(
        select(*_CHAIN).where(AUDIT_TRAIL.c.organisation_id == organisation).order_by(AUDIT_TRAIL.c.device_id)
    )
    chains = [AuditChain(row[0], row[1], bytes(row[2]), *row[3:]) for row in rows]
    found: list[AuditBatch] = []
    size = 0
    for chain in chains:
        through = have.get(chain.device, 0)
        while through < chain.last_n:
            some = connection.execute(
                select(*_BATCH)
                .where(
                    AUDIT_SEALED.c.organisation_id == organisation,
                    AUDIT_SEALED.c.device_id == chain.device,
                    AUDIT_SEALED.c.last_n > through,
                )
                .order_by(AUDIT_SEALED.c.first_n)
                .limit(_AT_ONCE)
            ).all()
            for row in some:
                size += len(row[6])
                if found and size > AUDIT_PAGE_BYTES:
                    return AuditReadAnswer(found, chains, more=True)
                found.append(AuditBatch(*row[:3], bytes(row[3]), bytes(row[4]), row[5], bytes(row[6]), row[7]))
            if not some:
                break
            through = some[-1][2]
    return AuditReadAnswer(found, chains)
