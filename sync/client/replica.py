"""The replica: every change of a record goes through here, whether made on this device or come from elsewhere.

A save writes the op, and the typed row as it then reads, in the caller's transaction. Applying a page merges what
came, lifts the own ops that the cursor passed, writes the rows again and moves the cursor, in one transaction too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from sync.client import judging, outbox, scopes, state
from sync.client.changes import Arrived, Change, Conflict, Option, Saved, Spoiled
from sync.client.errors import ErasedRecord, NoSuchConflict
from sync.client.lives import content_of, decoded, encoded, json_list, merged_late, overlays
from sync.client.rendering import Contender, Known, Rendered, Renderer, contenders_of
from sync.client.scopes import Scope
from sync.identifiers import uuid7
from sync.merge import Live, merged
from sync.op import canonical_values
from sync.schema import Schema
from sync.wire import ERASE, PUSH_OPS

__all__ = ["Arrived", "Change", "Conflict", "Option", "Rendered", "Replica", "Saved", "Spoiled", "base_of"]

AfterRender = Callable[[Connection, Sequence[Rendered]], None]


@dataclass(slots=True)
class _Room:
    """Hands out groups that fit one push each."""

    first: str = field(default_factory=uuid7)
    current: str = ""
    ops: int = 0
    size: int = 0

    def group_for(self, content: str) -> str:
        if not self.current or self.ops == PUSH_OPS or self.size + len(content) > GROUP_CONTENT_BYTES:
            self.current = uuid7() if self.current else self.first
            self.ops = self.size = 0
        self.ops += 1
        self.size += len(content)
        return self.current


@dataclass(slots=True)
class _Page:
    """What a page leads to, while it is worked through."""

    known: dict[str, Known]
    erased: set[str]
    touched: dict[str, Known] = field(default_factory=dict[str, Known])
    spoiled: list[Spoiled] = field(default_factory=list[Spoiled])
    own: list[tuple[int, str, int]] = field(default_factory=list[tuple[int, str, int]])
    news: set[str] = field(default_factory=set[str])
    """Records with something that the person here hasn't seen yet."""
    came: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    """Own ops that came back as they were made, by record."""
    erasing: list[str] = field(default_factory=list[str])


GROUP_CONTENT_BYTES = 400_000
"""The most bytes of contents in one group, so that a group always fits one push."""

_UPSERT_REPLICA = (
    "INSERT INTO replica (record, kind, scope, live, present) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (record) DO UPDATE SET live = excluded.live, present = excluded.present"
)
_INSERT_OP = (
    "INSERT INTO op (device, n, scope, record, kind, group_id, content, base, at, schema_version, state, overlay)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 1)"
)


def base_of(connection: Connection, scope: str) -> int:
    """The seq that a form opening now is based on; raises WrongScope for a scope that isn't here."""
    return scopes.scope(connection, scope).cursor


class Replica:
    """The records of a schema in one database; holds no state of its own besides prepared statements."""

    def __init__(self, schema: Schema, after_render: AfterRender | None = None) -> None:
        self.schema = schema
        self.renderer = Renderer(schema)
        self._after_render = after_render

    # --- changes made here

    def save(self, connection: Connection, changes: Sequence[Change], at: int) -> Saved:
        """Make one op of each change, all or none, and write the rows as they now read; `at` in ms since 1970.

        More than one push can carry (200 ops, 400 KB) becomes several groups: whole here, but sent one by one.
        Raises a `Refused`; the caller's transaction must then be rolled back.
        """
        device = state.device_of(connection)
        first = n = int(state.get(connection, state.NEXT_N, 1))
        room = _Room()
        records = list({change.record for change in changes})
        known = self._load(connection, records)
        pending = overlays(connection, records)
        before = {record: list(own) for record, own in pending.items()}
        kept = scopes.by_id(connection)
        erased = self._erased(connection, records)
        rows: list[tuple[object, ...]] = []
        for change in changes:
            if change.record in erased:
                raise ErasedRecord(change.kind)
            one = known.get(change.record)
            exists = one is not None and bool(one.live or pending.get(change.record))
            judging.check(self.renderer, change, kept, one, exists=exists)
            one = known.setdefault(change.record, Known(change.record, change.kind, change.scope, []))
            values = dict(change.values)
            pending.setdefault(change.record, []).append(Live(0, device, n, at, change.base, {}, values))
            content = canonical_values(values).decode()
            group = room.group_for(content)
            rows.append(
                (device, n, one.scope, one.record, one.kind, group, content, change.base, at, self.schema.version)
            )
            n += 1
        judging.validate(self.renderer, changes, known, before, pending)
        if rows:
            connection.exec_driver_sql(_INSERT_OP, rows)
            state.put(connection, next_n=n)
            self._render(connection, list(known.values()), pending)
        return Saved(room.first, list(range(first, n)))

    def resend(self, connection: Connection, n: int, at: int) -> Saved:
        """Make a held op anew, on the base that it had, so that it is sent once more; raises NotHeld, a `Refused`."""
        op = outbox.take_held(connection, n, state.device_of(connection), "resent")
        return self.save(connection, [Change(op.kind, op.record, op.scope, content_of(op.content), op.base)], at)

    # --- changes from elsewhere

    def apply(
        self,
        connection: Connection,
        scope: str,
        changes: Iterable[Arrived | Spoiled],
        next: int,  # noqa: A002 (the word of the wire)
        chain: str,
        at: int = 0,
    ) -> list[Rendered]:
        """Merge a page of `scope` in seq order and move its cursor to `next`; what was applied before is passed over.

        What can't be taken in goes to the quarantine with its reason, and the rest goes on. `at` is the time of
        receipt, ms since 1970.
        """
        place = scopes.scope(connection, scope)
        page = [one for one in changes if _seq(one) > place.cursor]
        records = list({one.record for one in page})
        work = _Page(self._load(connection, records), self._erased(connection, records))
        own = state.get(connection, state.DEVICE)
        for one in page:
            if one.record not in work.erased:
                self._take_in(one, place, own, work)
        if work.erasing:
            self._erase(connection, scope, work)
        if work.own:
            connection.exec_driver_sql(
                "UPDATE op SET state = 'accepted', seq = ? WHERE device = ? AND n = ? AND state <> 'accepted'", work.own
            )
        lifted = _lift(connection, scope, next)
        # Own ops that come back alone, as they lay over the record: what people see of it stays the same.
        same = {record for record, ns in work.came.items() if record not in work.news and lifted.get(record) == ns}
        keep = [work.touched.pop(record) for record in same if record in work.touched]
        if keep:
            connection.exec_driver_sql(_UPSERT_REPLICA, [_replica_row(one) for one in keep])
        again = lifted.keys() - work.touched.keys() - same
        known = [*work.touched.values(), *self._load(connection, list(again)).values()]
        if work.spoiled:
            _quarantine(connection, scope, work.spoiled, at)
        scopes.advance(connection, scope, next, chain)
        return self._render(connection, known, overlays(connection, [one.record for one in known]), merged_too=True)

    def _take_in(self, one: Arrived | Spoiled, place: Scope, own: str | None, work: _Page) -> None:
        if isinstance(one, Spoiled):
            work.spoiled.append(one)
            return
        if one.live.device == own:
            work.own.append((one.live.seq, one.live.device, one.live.n))
        if one.kind == ERASE:
            work.erased.add(one.record)
            work.erasing.append(one.record)
            work.touched.pop(one.record, None)
            return
        known = work.known.get(one.record)
        reason = judging.unfit(self.renderer.shape(one.kind), one, place, known, own=one.live.device == own)
        if reason is not None:
            live = one.live
            work.spoiled.append(Spoiled(one.kind, one.record, live.device, live.n, live.seq, reason, one.raw))
            return
        if known is None:
            known = work.known[one.record] = Known(one.record, one.kind, place.id, [one.live])
        else:
            known.live = merged(known.live, one.live)
        work.touched[one.record] = known
        if one.live.device == own and not one.live.reach:
            work.came.setdefault(one.record, set()).add(one.live.n)
        else:
            work.news.add(one.record)

    def take_late(self, connection: Connection, scope: str, late: Iterable[Arrived]) -> None:
        """Merge ops that the cursor passed long ago, such as those whose key has come only now."""
        place = scopes.scope(connection, scope)
        ops = sorted(late, key=lambda one: one.live.seq)
        records = list({one.record for one in ops})
        known = self._load(connection, records)
        erased = self._erased(connection, records)
        for one in ops:
            if one.record in erased or judging.unfit(self.renderer.shape(one.kind), one, place, known.get(one.record)):
                continue
            record = known.setdefault(one.record, Known(one.record, one.kind, scope, []))
            record.live = merged_late(record.live, one.live)
        self._render(connection, list(known.values()), overlays(connection, records), merged_too=True)

    def forget(self, connection: Connection, records: Sequence[str]) -> None:
        """Remove the rows of these records and all that the replica knows of them; their own ops aren't touched."""
        known = self._load(connection, records)
        by_kind: dict[str, list[tuple[str]]] = {}
        for one in known.values():
            by_kind.setdefault(one.kind, []).append((one.record,))
        for kind, ids in by_kind.items():
            shape = self.renderer.shape(kind)
            if shape is not None:
                connection.exec_driver_sql(shape.delete, ids)
        for table in ("replica", "conflict", "quarantine"):
            connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE record IN (SELECT value FROM json_each(?))",  # noqa: S608 (three constants)
                (json_list(records),),
            )
        if self._after_render is not None and known:
            gone = [Rendered(one.kind, one.record, one.scope, one.present, present=False) for one in known.values()]
            self._after_render(connection, gone)

    def _erase(self, connection: Connection, scope: str, work: _Page) -> None:
        """Legal erasure: nothing of the record stays, not in the outbox and the archive either."""
        work.spoiled = [one for one in work.spoiled if one.record not in work.erased]
        self.forget(connection, work.erasing)
        connection.exec_driver_sql(
            # What was sent and not answered must go out again with the same bytes, so with the same fields' names.
            "UPDATE op SET overlay = 0, body = CASE state WHEN 'sent' THEN body END, content = CASE state WHEN 'sent'"
            " THEN (SELECT json_group_object(key, NULL) FROM json_each(content)) ELSE '{}' END"
            " WHERE record IN (SELECT value FROM json_each(?))",
            (json_list(work.erasing),),
        )
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO erased (record, scope) VALUES (?, ?)", [(one, scope) for one in work.erasing]
        )

    def render_again(self, connection: Connection, records: Iterable[str]) -> list[Rendered]:
        """Write the rows of these records again, for instance after one of their ops was refused."""
        known = list(self._load(connection, list(set(records))).values())
        return self._render(connection, known, overlays(connection, [one.record for one in known]))

    # --- what somebody must decide

    def conflicts(self, connection: Connection) -> list[Conflict]:
        """All conflicts, by record and field."""
        found = connection.exec_driver_sql(
            "SELECT id, kind, record, scope, field, options FROM conflict ORDER BY record, field"
        )
        return [
            Conflict(found_id, kind, record, scope, name, _options(contenders_of(options)))
            for found_id, kind, record, scope, name, options in found
        ]

    def resolve(self, connection: Connection, conflict_id: str, take: int, at: int) -> Saved:
        """Choose option `take` (from 1) of a conflict; raises NoSuchConflict when its values have changed since."""
        row = connection.exec_driver_sql(
            "SELECT kind, record, scope, field, options FROM conflict WHERE id = ?", (conflict_id,)
        ).one_or_none()
        options = _options(contenders_of(row[4])) if row is not None else []
        if row is None or not 1 <= take <= len(options):
            raise NoSuchConflict(conflict_id)
        kind, record, scope, name = row[:4]
        # The id names all competing values, so the person has seen everything of this field up to the cursor.
        base = base_of(connection, scope)
        return self.save(connection, [Change(kind, record, scope, {name: options[take - 1].value}, base)], at)

    # --- rows

    def _load(self, connection: Connection, records: Sequence[str]) -> dict[str, Known]:
        if not records:
            return {}
        found = connection.exec_driver_sql(
            "SELECT record, kind, scope, live, present FROM replica WHERE record IN (SELECT value FROM json_each(?))",
            (json_list(records),),
        )
        return {
            row[0]: Known(row[0], row[1], row[2], decoded(row[3]), bool(row[4]), fresh=False) for row in found.all()
        }

    @staticmethod
    def _erased(connection: Connection, records: Sequence[str]) -> set[str]:
        found = connection.exec_driver_sql(
            "SELECT record FROM erased WHERE record IN (SELECT value FROM json_each(?))", (json_list(records),)
        )
        return set(found.scalars())

    def _render(
        self,
        connection: Connection,
        known: list[Known],
        pending: Mapping[str, list[Live]],
        *,
        merged_too: bool = False,
    ) -> list[Rendered]:
        if not known:
            return []
        before = {one.record: one.present for one in known}
        rendered = self.renderer.render(connection, known, pending)
        rows = [_replica_row(one) for one in known if merged_too or one.fresh or one.present != before[one.record]]
        if rows:
            connection.exec_driver_sql(_UPSERT_REPLICA, rows)
        if self._after_render is not None and rendered:
            self._after_render(connection, rendered)
        return rendered


def _replica_row(one: Known) -> tuple[object, ...]:
    return (one.record, one.kind, one.scope, encoded(one.live), int(one.present))


def _lift(connection: Connection, scope: str, cursor: int) -> dict[str, set[int]]:
    """Take the own ops that the cursor passes off their records; returns their numbers by record."""
    found = connection.exec_driver_sql(
        "UPDATE op INDEXED BY op_answered SET overlay = 0"
        " WHERE overlay = 1 AND seq IS NOT NULL AND scope = ? AND seq <= ? RETURNING record, n",
        (scope, cursor),
    )
    lifted: dict[str, set[int]] = {}
    for record, n in found.all():
        lifted.setdefault(record, set()).add(n)
    return lifted


def _seq(one: Arrived | Spoiled) -> int:
    return one.seq if isinstance(one, Spoiled) else one.live.seq


def _options(contenders: Sequence[Contender]) -> list[Option]:
    return [Option(take, one.value, one.device, one.at) for take, one in enumerate(contenders, 1)]


def _quarantine(connection: Connection, scope: str, spoiled: Sequence[Spoiled], at: int) -> None:
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO quarantine (scope, seq, device, n, record, kind, reason, change, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(scope, one.seq, one.device, one.n, one.record, one.kind, one.reason, one.raw, at) for one in spoiled],
    )
