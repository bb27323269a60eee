"""Mistakes made on purpose, in the product's own modules while it runs: the tests must find each of them.

A mutant is a function that patches; `TESTS` says in which tests it is looked for. What killed it is in docs/sync.md.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Connection

from sync import merge, snapshot
from sync.client import engine, incoming, lives, making, outbox, purge, replica, scopes, taking
from sync.client.errors import Unanswered
from sync.client.outbox import OwnOp
from sync.client.page import Page
from sync.merge import DELETED_AT, Live, Presence
from sync.schema import Value
from sync.server import problems
from sync.server.noticing import Noticing, PutBackError
from sync.server.store import feed, incarnations, numbering, push, refusing, writing
from sync.server.store import snapshots as server_snapshots
from sync.server.store.database import Database
from sync.server.store.wiping import Wiping
from sync.wire import Changes, Refusal, Run

MACHINE = "tests/sync_model/test_machine.py"
EXCHANGE = "tests/sync_client/test_exchange.py"
PUT_BACK = "tests/sync_client/test_put_back.py"
DYING = "tests/sync_client/test_dying.py"
SNAPSHOTS = "tests/sync_client/test_snapshots.py"
NOTICING = "tests/server/test_noticing.py"
RESTORED = "tests/sync_client/test_restored.py"
ERASING = "tests/sync_client/test_erasing.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake: what it is called, what it says, and the tests in which it is looked for."""

    name: str
    says: str
    apply: Callable[[pytest.MonkeyPatch], None]
    tests: tuple[str, ...]


ALL: dict[str, Mutant] = {}


def mutant(*tests: str) -> Callable[[Callable[[pytest.MonkeyPatch], None]], Callable[[pytest.MonkeyPatch], None]]:
    """Enter a mistake; by default it is looked for by the state machine."""

    def enter(apply: Callable[[pytest.MonkeyPatch], None]) -> Callable[[pytest.MonkeyPatch], None]:
        says = (apply.__doc__ or "").strip().rstrip(".")
        ALL[apply.__name__] = Mutant(apply.__name__, says, apply, tests or (MACHINE,))
        return apply

    return enter


# --- the order and the cursor


@mutant()
def sequence_as_cursor(patch: pytest.MonkeyPatch) -> None:
    """A reader's cursor passes an op that was given its place and isn't visible yet."""
    rows, turns = feed._rows, itertools.count()

    def mutant(connection: Connection, reader: Any, access: Any, after: int, limit: int) -> Any:
        found = list(rows(connection, reader, access, after, limit))
        return found[:-1] if next(turns) % 5 == 4 else found

    patch.setattr(feed, "_rows", mutant)


@mutant()
def filter_after_paging(patch: pytest.MonkeyPatch) -> None:
    """Ops that the reader has itself are left out of a page after it was cut, and a short page counts as the last."""
    page = feed._page

    def mutant(connection: Connection, reader: Any, access: Any, *rest: Any) -> tuple[Changes, int]:
        found, used = page(connection, reader, access, *rest)
        if not found.more:
            return found, used
        others = [one for one in found.ops if one.device != reader.device]
        if len(others) == len(found.ops):
            return found, used
        return Changes(others, access.head, access.chain[:8].hex()), used

    patch.setattr(feed, "_page", mutant)


@mutant(DYING)
def cursor_before_data(patch: pytest.MonkeyPatch) -> None:
    """The cursor is on the disk before what it passed."""
    advance = scopes.advance

    def mutant(connection: Connection, scope: str, cursor: int, chain: str) -> None:
        advance(connection, scope, cursor, chain)
        _commit(connection)

    patch.setattr(replica.scopes, "advance", mutant)


@mutant(DYING)
def page_without_a_transaction(patch: pytest.MonkeyPatch) -> None:
    """Each statement by which a page is taken in is on the disk at once."""
    apply = replica.Replica.apply

    def mutant(self: Any, connection: Connection, *args: Any, **more: Any) -> Any:
        driver: Any = connection.connection.dbapi_connection
        driver.execute("COMMIT")
        done = apply(self, connection, *args, **more)
        driver.execute("BEGIN IMMEDIATE")
        return done

    patch.setattr(replica.Replica, "apply", mutant)


def _commit(connection: Connection) -> None:
    driver: Any = connection.connection.dbapi_connection
    driver.execute("COMMIT")
    driver.execute("BEGIN IMMEDIATE")


@mutant("tests/sync_model/test_put_back.py")
def history_not_compared(patch: pytest.MonkeyPatch) -> None:
    """A cursor that lies within the scope is taken for one of this history: seqs are used again after a restore."""

    def mutant(_connection: Connection, _organisation: str, cursors: Mapping[str, Any], may: Mapping[str, Any]) -> bool:
        return all(cursor.seq <= may[scope].head for scope, cursor in cursors.items() if scope in may)

    patch.setattr(feed, "knows", mutant)


@mutant(NOTICING)
def put_back_unnoticed(patch: pytest.MonkeyPatch) -> None:
    """A device that knows more than the central API's database is told so, and nothing else comes of it."""

    def mutant(_self: Noticing, _caller: Any, found: PutBackError) -> Exception:
        return problems.restored(found.incarnation, found.last_n)

    patch.setattr(Noticing, "begin_anew", mutant)


@mutant(NOTICING)
def places_given_out_twice(patch: pytest.MonkeyPatch) -> None:
    """A new incarnation goes on at the next place"""
    patch.setattr(incarnations, "RAISED", 0)
    patch.setattr(incarnations, "PLACES_PER_MS", 0)


@mutant("tests/sync_model/test_put_back.py")
def lost_bases_kept(patch: pytest.MonkeyPatch) -> None:
    """What was made on a history that the central API lost goes out, and is saved, on the base that it had there."""
    patch.setattr(outbox, "lower_bases", lambda *_: None)
    patch.setattr(scopes, "base_here", lambda _went_back, _scope, base: base)


@mutant(RESTORED)
def nothing_offered(patch: pytest.MonkeyPatch) -> None:
    """After a restore of the central API every device sends what it made itself, and nothing else"""
    patch.setattr(engine.offering, "bring_back", lambda *_: False)


@mutant(RESTORED)
def offered_as_ones_own(patch: pytest.MonkeyPatch) -> None:
    """What a device offers of others replaces what it made itself, as its later ops do."""
    for place in ("server.store.writing", "client.lives", "client.opening", "client.offering", "client.history"):
        patch.setattr(f"sync.{place}.author_of", lambda device, *_: device)


@mutant(RESTORED)
def lost_places_kept(patch: pytest.MonkeyPatch) -> None:
    """What a device holds of a lost history keeps its places, which others' bases then seem to reach."""
    patch.setattr("sync.client.restored.offering.set_apart", lambda *_: None)


# --- exactly once


@mutant()
def answered_before_committed(patch: pytest.MonkeyPatch) -> None:
    """Every seventh push is answered and then not kept."""
    write, turns = Database.write, itertools.count()

    class Undone(Exception):
        pass

    def mutant(self: Database, work: Callable[[Connection], Any], *rest: Any, **more: Any) -> Any:
        result: list[Any] = []

        def undone(connection: Connection) -> Any:
            result.append(work(connection))
            raise Undone

        if "take_in" not in work.__qualname__ or next(turns) % 7 != 6:
            return write(self, work, *rest, **more)
        try:
            return write(self, undone, *rest, **more)
        except Undone:
            return result[-1]

    patch.setattr(Database, "write", mutant)


@mutant("tests/server/test_exchange.py")
def digest_not_checked(patch: pytest.MonkeyPatch) -> None:
    """A push of other ops under the same numbers is taken for a repeat."""

    def mutant(_c: Connection, _o: str, _d: str, state: Any, first_n: int, *_rest: Any) -> None:
        if first_n > state.last_n + 1:
            raise numbering.GapError(state.last_n + 1)

    patch.setattr(numbering, "check_place", mutant)


@mutant("tests/server/test_exchange.py")
def refusal_not_consuming_n(patch: pytest.MonkeyPatch) -> None:
    """A refused op isn't remembered: its number is answered with nothing the second time."""

    class Nowhere:
        def run_each(self, *_: Any) -> None: ...

    patch.setattr(push, "_ADD_REFUSALS", Nowhere())


@mutant(EXCHANGE)
def sealed_anew_at_each_try(patch: pytest.MonkeyPatch) -> None:
    """The bytes that are sent aren't kept, so that a retry sends others."""
    patch.setattr("sync.client.outgoing.outbox.keep_sealed", lambda *_: None)


@mutant(PUT_BACK)
def arrived_ops_sent_again(patch: pytest.MonkeyPatch) -> None:
    """Whoever goes on under another identity doesn't hear which unanswered ops arrived."""
    patch.setattr("sync.client.succession._arrived", lambda *_: set[str]())


@mutant(EXCHANGE)
def groups_cut(patch: pytest.MonkeyPatch) -> None:
    """A push takes as many ops as fit, wherever a save ends."""
    next_batch = outbox.next_batch

    def mutant(connection: Connection, device: str, after: int, ops: int, size: int) -> list[OwnOp]:
        return next_batch(connection, device, after, ops, size)[:1]

    patch.setattr("sync.client.outgoing.outbox.next_batch", mutant)


@mutant()
def trouble_taken_for_refusal(patch: pytest.MonkeyPatch) -> None:
    """An answer like 401 is for good: what was sent is held."""
    answer = engine.Engine._answer

    def mutant(self: engine.Engine, flight: Any) -> Any:
        try:
            return answer(self, flight)
        except Unanswered:
            with self._database.write() as connection:
                connection.exec_driver_sql("UPDATE op SET state = 'held', code = '401' WHERE state = 'sent'")
            raise

    patch.setattr(engine.Engine, "_answer", mutant)


# --- the merge


@mutant()
def base_check_dropped(patch: pytest.MonkeyPatch) -> None:
    """An op replaces whatever came before it, seen or not."""
    patch.setattr(merge, "supersedes", lambda *_: True)


@mutant()
def clock_decides(patch: pytest.MonkeyPatch) -> None:
    """The newer by the clock replaces the older."""
    patch.setattr(merge, "supersedes", lambda later, earlier, _: later.at >= earlier.at)


@mutant()
def reach_left_out(patch: pytest.MonkeyPatch) -> None:
    """An op replaces no more than its base says."""

    def mutant(*args: Any) -> Live:
        seq, device, n, at, base, _reach, values = args
        return Live(seq, device, n, at, base, {}, values)

    patch.setattr("sync.client.opening.Live", mutant)


@mutant()
def base_taken_at_save(patch: pytest.MonkeyPatch) -> None:
    """A save claims to know all that has come, not what the form showed."""
    save = replica.Replica.save

    def mutant(self: Any, connection: Connection, changes: Sequence[Any], at: int) -> Any:
        now = [replace(one, base=replica.base_of(connection, one.scope)) for one in changes]
        return save(self, connection, now, at)

    patch.setattr(replica.Replica, "save", mutant)


@mutant("tests/sync_client/test_replica.py", MACHINE)
def delete_beats_edit(patch: pytest.MonkeyPatch) -> None:
    """A record that anybody deleted is gone, whoever changed it meanwhile."""

    def mutant(live: Sequence[Live]) -> Presence:
        gone = any(op.values.get(DELETED_AT) is not None for op in live)
        return Presence.DELETED if gone else Presence.PRESENT

    patch.setattr("sync.client.rendering.presence", mutant)


# --- what people see


@mutant()
def no_rebase(patch: pytest.MonkeyPatch) -> None:
    """A page that comes in is shown without the unsent changes on top."""
    apply = replica.Replica.apply

    def mutant(self: Any, *args: Any, **more: Any) -> Any:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(replica, "overlays", lambda *_: dict[str, list[Live]]())
            return apply(self, *args, **more)

    patch.setattr(replica.Replica, "apply", mutant)


@mutant(EXCHANGE)
def overlay_dropped_at_acceptance(patch: pytest.MonkeyPatch) -> None:
    """An own op leaves the screen when it is accepted, not when the cursor passes it."""
    acknowledge = outbox.acknowledge

    def mutant(
        connection: Connection, device: str, accepted: Iterable[Run], refusals: Iterable[Refusal], at: int
    ) -> set[str]:
        touched = acknowledge(connection, device, accepted, refusals, at)
        dropped = connection.exec_driver_sql(
            "UPDATE op SET overlay = 0 WHERE state = 'accepted' AND overlay = 1 RETURNING record"
        )
        return touched | set(dropped.scalars().all())

    patch.setattr("sync.client.incoming.outbox.acknowledge", mutant)


@mutant()
def delete_on_absence(patch: pytest.MonkeyPatch) -> None:
    """A record that isn't on the page with which everything is here is taken for deleted."""
    apply = replica.Replica.apply

    def mutant(self: Any, connection: Connection, scope: str, changes: Sequence[Any], *rest: Any) -> Any:
        done = apply(self, connection, scope, changes, *rest)
        there = {one.record for one in changes}
        known = connection.exec_driver_sql("SELECT record FROM replica WHERE scope = ?", (scope,)).scalars().all()
        if there:
            self.forget(connection, [record for record in known if record not in there])
        return done

    patch.setattr(replica.Replica, "apply", mutant)


@mutant("tests/sync_client/test_replica.py", MACHINE)
def unknown_fields_dropped(patch: pytest.MonkeyPatch) -> None:
    """What this version doesn't know of a record isn't kept."""
    take_in = Page.take_in

    def mutant(self: Page, renderer: Any, one: Any, *rest: Any) -> None:
        shape, live = renderer.shape(one.kind), getattr(one, "live", None)
        if shape is not None and live is not None:
            known: dict[str, Value] = {k: v for k, v in live.values.items() if shape.kind.rule(k) is not None}
            one = replace(one, live=replace(live, values=known))
        take_in(self, renderer, one, *rest)

    patch.setattr(Page, "take_in", mutant)


# --- what must go, and what must not


@mutant("tests/sync_client/test_purging.py")
def purge_without_escrow(patch: pytest.MonkeyPatch) -> None:
    """With a scope that is lost goes what was made in it and not sent."""
    lose = purge.lose

    def mutant(connection: Connection, *args: Any, **more: Any) -> None:
        lose(connection, *args, **more)
        connection.exec_driver_sql("DELETE FROM op WHERE scope = ?", (args[1],))

    patch.setattr(incoming.purge, "lose", mutant)


@mutant(ERASING)
def erased_stays_in_the_archive(patch: pytest.MonkeyPatch) -> None:
    """Erasing leaves the device's own ops as they are."""
    erase = replica.Replica._erase

    def mutant(self: Any, connection: Connection, scope: str, work: Page) -> None:
        marks = ", ".join("?" * len(work.erasing))
        own = connection.exec_driver_sql(
            f"SELECT content, body, device, n FROM op WHERE record IN ({marks})",  # noqa: S608 (question marks)
            tuple(work.erasing),
        ).all()
        erase(self, connection, scope, work)
        for row in own:
            connection.exec_driver_sql("UPDATE op SET content = ?, body = ? WHERE device = ? AND n = ?", tuple(row))

    patch.setattr(replica.Replica, "_erase", mutant)


@mutant("tests/server/test_exchange.py", MACHINE)
def erased_comes_back(patch: pytest.MonkeyPatch) -> None:
    """The central API takes what comes for an erased record later."""
    patch.setattr(push.refusing, "of_erased", lambda *_: dict[int, str]())


@mutant("tests/server/test_exchange.py", MACHINE)
def erase_leaves_bodies(patch: pytest.MonkeyPatch) -> None:
    """The central API keeps the earlier ops of an erased record."""
    patch.setattr(writing, "_erase", lambda *_: None)


@mutant(ERASING)
def erasure_not_told_again(patch: pytest.MonkeyPatch) -> None:
    """A central API that was put back hears of an erasure only from the device on which it was asked."""
    patch.setattr(incoming.erasing, "tell_again", lambda *_: 0)


@mutant(ERASING)
def erasure_lost_by_its_refusal(patch: pytest.MonkeyPatch) -> None:
    """An erasure that the central API refuses is off every list."""
    let_go = incoming.erasing.let_go

    def mutant(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM erasing")
        let_go(connection)

    patch.setattr(incoming.erasing, "let_go", mutant)


@mutant("tests/server/test_erasing.py")
def anybody_erases(patch: pytest.MonkeyPatch) -> None:
    """Whoever may write may erase."""
    patch.setattr(refusing, "may_erase", lambda *_: True)


@mutant("tests/server/test_erasing.py")
def log_not_emptied(patch: pytest.MonkeyPatch) -> None:
    """What was erased stays in the log of the central API's database."""
    patch.setattr(Wiping, "settle", lambda _: None)


@mutant("tests/sync/test_seal.py")
def aad_dropped(patch: pytest.MonkeyPatch) -> None:
    """What is sealed isn't bound to its header."""
    from sync.op import Header  # noqa: PLC0415

    patch.setattr(Header, "canonical", lambda _: b"")


# --- snapshots


@mutant(SNAPSHOTS)
def unsent_in_a_snapshot(patch: pytest.MonkeyPatch) -> None:
    """What a maker hasn't sent yet is sealed into its snapshot as if it were accepted."""
    ops = making._ops

    def mutant(connection: Connection, made: Any) -> Any:
        found = ops(connection, made)
        own = lives.overlays(connection, [record for _, record, _ in found])
        for _, record, live in found:
            for unsent in own.get(record, []):
                live.values |= {name: value for name, value in unsent.values.items() if name in live.values}
        return found

    patch.setattr(making, "_ops", mutant)


@mutant(SNAPSHOTS, MACHINE)
def cursor_at_the_end_of_the_snapshot(patch: pytest.MonkeyPatch) -> None:
    """Who has taken one part of a snapshot has its cursor where the whole of it ends."""
    fetch, ends = taking.Taker._fetch, dict[str, taking.Cursor]()
    opened = taking._opened

    def noting(part: Any, whose: Any, ring: Any) -> Any:
        ends[whose.scope] = taking.Cursor(part.seq, part.seq_chain)
        return opened(part, whose, ring)

    def mutant(self: Any, whose: Any, *args: Any) -> Any:
        batch = fetch(self, whose, *args)
        if batch.ends != batch.begins:
            batch.ends = ends[whose.scope]
        return batch

    patch.setattr(taking, "_opened", noting)
    patch.setattr(taking.Taker, "_fetch", mutant)


@mutant(SNAPSHOTS)
def part_bound_to_no_place(patch: pytest.MonkeyPatch) -> None:
    """What is sealed in a part of a snapshot isn't bound to its place: nobody notices where it is put."""
    patch.setattr(snapshot.Place, "canonical", lambda _: b"")


@mutant(SNAPSHOTS)
def headers_not_compared(patch: pytest.MonkeyPatch) -> None:
    """A maker is believed about which ops there are."""

    class Agrees(bytes):
        __hash__ = bytes.__hash__

        def __eq__(self, _: object) -> bool:
            return True

        def __ne__(self, _: object) -> bool:
            return False

    opened = snapshot.opened
    patch.setattr(snapshot, "opened", lambda *args: opened(*args[:3], Agrees(args[3])))


@mutant(SNAPSHOTS, MACHINE)
def rest_of_a_part_left_out(patch: pytest.MonkeyPatch) -> None:
    """What a maker lacks in a part isn't handed out beside it."""
    patch.setattr(server_snapshots, "rest_of", lambda *_: [])


@mutant(SNAPSHOTS, MACHINE)
def erasing_leaves_snapshots(patch: pytest.MonkeyPatch) -> None:
    """The snapshots that an erased record is in are still handed out."""
    patch.setattr(push.snapshots, "drop", lambda *_: None)


@mutant(PUT_BACK)
def commits_not_told(patch: pytest.MonkeyPatch) -> None:
    """A device doesn't tell how many commits its database has seen."""
    patch.setattr("wor_tui.vault.database.Database.vault_seq", lambda _: 0)


@mutant("tests/server/test_exchange.py", "tests/server/test_hostile.py")
def rights_not_checked(patch: pytest.MonkeyPatch) -> None:
    """Whoever is a member of anything may write anywhere."""
    patch.setattr(refusing, "_reason", lambda *_: None)
