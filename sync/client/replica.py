"""The replica: every change of a record goes through here, whether made on this device or come from elsewhere.

A save writes the op, and the typed row as it then reads, in the caller's transaction. Applying a page merges what
came, lifts the own ops that the cursor passed, writes the rows again and moves the cursor, in one transaction too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from sync.client import erasing, judging, kept, outbox, scopes, state
from sync.client.changes import Arrived, Change, Conflict, Option, Saved, Spoiled
from sync.client.errors import BeingErased, ErasedRecord, Leaving, NoSuchConflict
from sync.client.grouping import Room
from sync.client.lives import content_of, json_list, merged_late, overlays, still_left, without_place
from sync.client.opening import NO_KEY
from sync.client.outbox import OwnOp
from sync.client.page import Page, seq_of
from sync.client.rendering import Contender, Known, Rendered, Renderer, contenders_of
from sync.merge import Live
from sync.op import OFFER, author_of, canonical_values
from sync.schema import Schema
from sync.wire import ERASE

__all__ = ["Arrived", "Change", "Conflict", "Option", "Rendered", "Replica", "Saved", "Spoiled", "base_of"]

_AT_ONCE = 500
"""How many records are written anew at a time."""
AfterRender = Callable[[Connection, Sequence[Rendered]], None]
AfterErase = Callable[[Connection, Sequence[str]], None]


def base_of(connection: Connection, scope: str) -> int:
    """The seq that a form opening now is based on; raises WrongScope for a scope that isn't here."""
    return scopes.scope(connection, scope).cursor


class Replica:
    """The records of a schema in one database; holds no state of its own besides prepared statements."""

    def __init__(
        self, schema: Schema, after_render: AfterRender | None = None, after_erase: AfterErase | None = None
    ) -> None:
        """`after_erase` lets the program remove what it keeps beside the replica of records that were erased by law."""
        self._after_erase = after_erase
        self.schema = schema
        self.renderer = Renderer(schema)
        self._after_render = after_render

    # --- changes made here

    def save(self, connection: Connection, changes: Sequence[Change], at: int, *, offered: bool = False) -> Saved:
        """Make one op of each change, all or none, and write the rows as they now read; `at` in ms since 1970.

        `offered`: somebody else made them, so that they count as nobody's own (`sync.op.author_of`).
        More than one push can carry (200 ops, 400 KB) becomes several groups: whole here, but sent one by one.
        Raises a `Refused`; the caller's transaction must then be rolled back.
        """
        if state.get(connection, state.LEAVING):
            raise Leaving
        device = state.device_of(connection)
        first = n = int(state.get(connection, state.NEXT_N, 1))
        room = Room()
        records = list({change.record for change in changes})
        known = kept.load(connection, records)
        pending = overlays(connection, records)
        before = {record: list(own) for record, own in pending.items()}
        places, went_back = scopes.by_id(connection), state.get(connection, state.WENT_BACK, {})
        erased, asked_for = kept.erased(connection, records), erasing.asked(connection, records)
        rows: list[tuple[object, ...]] = []
        for asked in changes:
            if asked.record in erased:
                raise ErasedRecord(asked.kind)
            if asked.record in asked_for:
                raise BeingErased(asked.kind)
            change = _on_this_history(asked, places, went_back)
            one = known.get(change.record)
            exists = one is not None and bool(one.live or pending.get(change.record))
            judging.check(self.renderer, change, places, one, exists=exists)
            one = known.setdefault(change.record, Known(change.record, change.kind, change.scope, []))
            values, made = dict(change.values), at if change.at is None else change.at
            content = canonical_values(values).decode()
            group = room.group_for(content)
            if offered:
                group = OFFER + group[len(OFFER) :]
            author = author_of(device, n, group)
            pending.setdefault(change.record, []).append(Live(0, author, n, made, change.base, {}, values))
            rows.append(
                (device, n, one.scope, one.record, one.kind, group, content, change.base, made, self.schema.version)
            )
            n += 1
        judging.validate(self.renderer, changes, known, before, pending)
        if rows:
            connection.exec_driver_sql(outbox.INSERT, rows)
            state.put(connection, next_n=n)
            self._render(connection, list(known.values()), pending)
        return Saved(room.first, list(range(first, n)))

    def resend(self, connection: Connection, n: int, at: int) -> OwnOp:
        """Make a held op anew, on the base that it had, so that it is sent once more; returns the one that was held.

        A cursor that went back since takes the base along. Raises NotHeld, a `Refused`.
        """
        op = outbox.take_held(connection, n, state.device_of(connection), "resent")
        if op.kind == ERASE:
            erasing.ask_again(connection, op.scope, op.record, at, self.schema.version)
            return op
        base = min(op.base, base_of(connection, op.scope))
        self.save(connection, [Change(op.kind, op.record, op.scope, content_of(op.content), base)], at)
        return op

    def erase(self, connection: Connection, scope: str, records: Sequence[str], at: int) -> list[int]:
        """Have records erased by law, here and everywhere; returns the ops' numbers. `at` in ms since 1970.

        They stay as they are until the central API has taken it, so that what it refuses isn't lost; without one, they
        go at once. Raises WrongScope where this device doesn't write.
        """
        ns = erasing.ask(connection, scope, records, at, self.schema.version)
        if not state.joined(connection):
            self._gone(connection, scope, records)
        return ns

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
        page = [one for one in changes if seq_of(one) > place.cursor]
        records = list({one.record for one in page})
        work = Page(kept.load(connection, records), kept.erased(connection, records))
        own = state.get(connection, state.DEVICE)
        for one in page:
            if one.record not in work.erased:
                work.take_in(self.renderer, one, place, own)
        if work.erasing:
            self._erase(connection, scope, work)
        if work.own:
            connection.exec_driver_sql(
                "UPDATE op SET state = 'accepted', seq = ? WHERE device = ? AND n = ? AND state <> 'accepted'", work.own
            )
        lifted = kept.lift(connection, scope, next)
        # Own ops that come back alone, as they lay over the record: what people see of it stays the same.
        same = {record for record, ns in work.came.items() if record not in work.news and lifted.get(record) == ns}
        kept.write(connection, [work.touched.pop(record) for record in same if record in work.touched])
        again = lifted.keys() - work.touched.keys() - same
        known = [*work.touched.values(), *kept.load(connection, list(again)).values()]
        if work.spoiled:
            kept.set_aside(connection, scope, work.spoiled, at)
        scopes.advance(connection, scope, next, chain)
        return self._render(connection, known, overlays(connection, [one.record for one in known]), merged_too=True)

    def take_late(self, connection: Connection, scope: str, late: Iterable[Arrived]) -> dict[int, str]:
        """Merge ops that the cursor passed long ago, such as those whose key has come only now.

        Returns why some can't be taken in, by seq.
        """
        place = scopes.scope(connection, scope)
        ops = sorted(late, key=lambda one: one.live.seq)
        records = list({one.record for one in ops})
        known = kept.load(connection, records)
        erased = kept.erased(connection, records)
        unfit: dict[int, str] = {}
        for one in ops:
            shape, there = self.renderer.shape(one.kind), known.get(one.record)
            if one.record in erased or judging.repeats(shape, one, there):
                continue
            reason = judging.unfit(shape, one, place, there)
            if reason is not None:
                unfit[one.live.seq] = reason
                continue
            record = known.setdefault(one.record, Known(one.record, one.kind, scope, []))
            left = without_place(record.live)
            record.live = [*still_left(left, one.live), *merged_late(record.live[len(left) :], one.live)]
        self._render(connection, list(known.values()), overlays(connection, records), merged_too=True)
        return unfit

    def forget(self, connection: Connection, records: Sequence[str]) -> None:
        """Remove the rows of these records and all that the replica knows of them; their own ops aren't touched."""
        known = kept.load(connection, records)
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

    def _erase(self, connection: Connection, scope: str, work: Page) -> None:
        """Legal erasure: nothing of the record stays, not in the outbox and the archive either."""
        work.spoiled = [one for one in work.spoiled if one.record not in work.erased]
        self._gone(connection, scope, work.erasing)

    def _gone(self, connection: Connection, scope: str, records: Sequence[str]) -> None:
        self.forget(connection, records)
        connection.exec_driver_sql(
            # What was sent and not answered must go out again with the same bytes. The fields' names stay: an op that
            # goes out once more, also to a central API that was put back, must be one, or it takes its save along.
            "UPDATE op SET overlay = 0, body = CASE state WHEN 'sent' THEN body END, content ="
            " (SELECT json_group_object(key, NULL) FROM json_each(content))"
            " WHERE record IN (SELECT value FROM json_each(?))",
            (json_list(records),),
        )
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO erased (record, scope) VALUES (?, ?)", [(one, scope) for one in records]
        )
        erasing.done(connection, records)
        state.put(connection, unwiped=True)
        if self._after_erase is not None:
            self._after_erase(connection, records)

    def behind(self, connection: Connection) -> bool:
        """Whether the rows were written by another version of the schema than this one; see `catch_up`."""
        return state.get(connection, state.SCHEMA_VERSION) != self.schema.version

    def catch_up(self, connection: Connection) -> None:
        """Write all rows as this version of the schema has them.

        Kinds and fields that an earlier version passed over, because a newer one elsewhere had made them, appear by it.
        A scope of which it set something aside is read anew: what an earlier version couldn't read, or took for wrong,
        may be right now.
        """
        if state.get(connection, state.SCHEMA_VERSION) is not None:
            again = connection.exec_driver_sql("DELETE FROM quarantine WHERE reason <> ? RETURNING scope", (NO_KEY,))
            scopes.read_again(connection, set(again.scalars()))
            records = list(connection.exec_driver_sql("SELECT record FROM replica ORDER BY record").scalars())
            for start in range(0, len(records), _AT_ONCE):
                self.render_again(connection, records[start : start + _AT_ONCE])
        state.put(connection, schema_version=self.schema.version)

    def render_again(self, connection: Connection, records: Iterable[str]) -> list[Rendered]:
        """Write the rows of these records again, for instance after one of their ops was refused."""
        known = list(kept.load(connection, list(set(records))).values())
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
        self._decided(connection, record, name)
        return self.save(connection, [Change(kind, record, scope, {name: options[take - 1].value}, base)], at)

    def _decided(self, connection: Connection, record: str, name: str) -> None:
        """What the central API lost of this field isn't to be brought back to it: a person saw it and chose."""
        for one in kept.load(connection, [record]).values():
            left = without_place(one.live)
            if left:
                less = [replace(live, values={k: v for k, v in live.values.items() if k != name}) for live in left]
                one.live = [*(live for live in less if live.values), *one.live[len(left) :]]
                kept.write(connection, [one])

    # --- rows

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
        kept.write(connection, [one for one in known if merged_too or one.fresh or one.present != before[one.record]])
        if self._after_render is not None and rendered:
            self._after_render(connection, rendered)
        return rendered


def _on_this_history(
    change: Change, places: Mapping[str, scopes.Scope], went_back: Mapping[str, Sequence[tuple[int, int]]]
) -> Change:
    """The change on what its form and the central API share, where that was put back since the form was opened.

    What is there instead isn't what the person saw; a question too many does no harm, a value lost does.
    """
    base, place = scopes.base_here(went_back, change.scope, change.base), places.get(change.scope)
    if place is not None and base > place.cursor and change.scope in went_back:
        base = place.cursor
    return change if base == change.base else replace(change, base=base)


def _options(contenders: Sequence[Contender]) -> list[Option]:
    return [Option(take, one.value, one.device, one.at) for take, one in enumerate(contenders, 1)]
