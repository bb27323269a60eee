"""Writers who commit in any order, and a reader who polls: no row is skipped and none comes twice, on both engines.

The reader may rely on nothing but its cursor. That this would be noticed is proved by doing it the usual wrong way: a
database sequence as the cursor.
"""

import random
import threading
import time
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from sync import wire
from sync.identifiers import uuid7
from sync.op import FIRST_DIGEST
from sync.server.models import SCOPE
from sync.server.store import walls, writing
from sync.server.store.standing import DeviceName
from sync.wire import Cursor, ExchangeRequest
from tests.server.conftest import API, POSTGRESQL_ONLY, World
from tests.server.device import Device

WRITERS, EACH = 8, 3
SHORT_S, LONG_S = 2.0, 60.0
JITTER_S = 0.004
Delivered = list[tuple[int, str, int]]
"""(seq, device, n), in the order in which the reader got them."""


def complaints(written: dict[str, int], delivered: Delivered) -> list[str]:
    """What is wrong with what a reader got of devices that wrote so many ops; nothing when all is well."""
    found: list[str] = []
    seqs = [seq for seq, _, _ in delivered]
    if sorted(set(seqs)) != seqs:
        found.append("a row came twice, or out of order")
    for device, count in written.items():
        got = [n for _, name, n in delivered if name == device]
        missing = set(range(1, count + 1)) - set(got)
        if missing:
            found.append(f"{len(missing)} rows of {count} were skipped")
        if len(got) != len(set(got)) or got != sorted(got):
            found.append("an op came twice, or before an earlier one")
    return found


class Writer:
    """A device that writes new records straight into the server, past HTTP and signatures."""

    def __init__(self, world: World, device: Device) -> None:
        self.central = world.central
        self.scope = world.team
        self.device = device
        self.written = 0
        self.digest = FIRST_DIGEST
        record = device.op(self.scope, uuid7(), {"a": 1})
        self.like: dict[str, Any] = {name: getattr(record, name) for name in wire.PushedOp.__struct_fields__}

    def write(self) -> None:
        ops = [wire.PushedOp(**{**self.like, "record": uuid7(), "group": uuid7()}) for _ in range(EACH)]
        request = ExchangeRequest(self.device.id, self.written + 1, self.digest, ops=ops)
        caller = DeviceName(self.device.organisation, self.device.id)
        with walls.inside(walls.Within(*caller)):
            taken = self.central.exchanges.take_in(caller, request).taken
        assert taken.through == self.written + EACH
        self.digest = wire.digests(self.digest, ops, *caller, request.first_n)[-1]
        self.written += EACH


class Reader:
    """A device that polls with a page of its own size, and keeps its cursor as it is told."""

    def __init__(self, world: World, device: Device) -> None:
        self.central = world.central
        self.scope = world.team
        self.device = device
        self.cursor = Cursor(epoch=1)
        self.delivered: Delivered = []

    def poll(self) -> bool:
        """Ask once; whether there was anything."""
        request = ExchangeRequest(self.device.id, 1, FIRST_DIGEST, cursors={self.scope: self.cursor}, limit=50)
        caller = DeviceName(self.device.organisation, self.device.id)
        with walls.inside(walls.Within(*caller)):
            page = self.central.exchanges.at_once(caller, request)[1].changes.get(self.scope)
        if page is None:
            return False
        self.delivered += [(op.seq, op.device, op.n) for op in page.ops]
        self.cursor = Cursor(page.next, page.chain, 1)
        return True


def campaign(world: World, seconds: float) -> tuple[dict[str, int], Delivered]:
    """Let all write and one read for so long; what was written, and what was delivered."""
    writers = [Writer(world, world.coach()) for _ in range(WRITERS)]
    reader, stop, failures = Reader(world, world.coach()), threading.Event(), []

    def linger(_connection: object) -> None:
        time.sleep(random.random() * JITTER_S)

    def write(writer: Writer) -> None:
        try:
            while not stop.is_set():
                writer.write()
        except BaseException as error:  # noqa: BLE001 # told in the test's own thread
            failures.append(error)

    engine = world.central.database.engine
    threads = [threading.Thread(target=write, args=(writer,)) for writer in writers]
    event.listen(engine, "commit", linger)
    for thread in threads:
        thread.start()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        reader.poll()
        time.sleep(0.001)  # or the writers' threads would wait for this one more than for the database
    stop.set()
    for thread in threads:
        thread.join()
    event.remove(engine, "commit", linger)
    while reader.poll():
        pass
    assert not failures
    return {writer.device.id: writer.written for writer in writers}, reader.delivered


@pytest.mark.parametrize("seconds", [SHORT_S, pytest.param(LONG_S, marks=pytest.mark.soak)])
def test_a_polling_reader_gets_every_row_of_eight_writers_once(world: World, seconds: float, counts) -> None:
    written, delivered = campaign(world, seconds)
    assert complaints(written, delivered) == []
    assert [seq for seq, _, _ in delivered] == list(range(1, sum(written.values()) + 1))
    engine = world.central.database.engine.dialect.name
    counts(f"{engine}: {len(delivered)} rows of {WRITERS} writers in {seconds:.0f} s, none skipped, none twice")


class Sequenced:
    """A head whose seq is drawn from a database sequence, and whose row nobody locks."""

    def __init__(self, connection: Any, head: int, key_epoch: int) -> None:
        self.connection = connection
        self.key_epoch = key_epoch
        self._seq = head
        self._chain = bytes(32)

    @property
    def chain(self) -> bytes:
        """The same at every op: the running hash would give it away at once."""
        return self._chain

    @chain.setter
    def chain(self, _next: bytes) -> None:
        pass

    @property
    def seq(self) -> int:
        return self._seq

    @seq.setter
    def seq(self, _next: int) -> None:
        self._seq = self.connection.exec_driver_sql("SELECT nextval('wrong')").scalar()


class HighestYet:
    """Moves the heads to the highest seq of those that were committed."""

    @staticmethod
    def run_each(connection: Any, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            connection.execute(
                update(SCOPE)
                .where(SCOPE.c.scope_id == row["the_scope"])
                .values(head=func.greatest(SCOPE.c.head, row["new_head"]), chain=row["new_chain"])
            )


@POSTGRESQL_ONLY
def test_a_sequence_as_cursor_is_caught(world: World, monkeypatch: pytest.MonkeyPatch, counts) -> None:
    def heads(connection: Any, organisation: str, scopes: Any) -> dict[str, Sequenced]:
        found = select(SCOPE.c.scope_id, SCOPE.c.head, SCOPE.c.key_epoch).where(
            SCOPE.c.organisation_id == organisation, SCOPE.c.scope_id.in_(scopes)
        )
        return {scope: Sequenced(connection, head, epoch) for scope, head, epoch in connection.execute(found)}

    assert world.cluster is not None
    world.cluster.run(f"CREATE SEQUENCE wrong; GRANT USAGE ON SEQUENCE wrong TO {API}", "prepared")
    monkeypatch.setattr(writing, "heads", heads)
    monkeypatch.setattr(writing, "_MOVE_HEAD", HighestYet)
    try:
        written, delivered = campaign(world, SHORT_S)
    finally:
        world.cluster.run("DROP SEQUENCE wrong", "prepared")
    found = complaints(written, delivered)
    assert any("skipped" in complaint for complaint in found)
    lost = sum(written.values()) - len(delivered)
    counts(f"PostgreSQL, a sequence as cursor: {lost} of {sum(written.values())} rows skipped, and noticed")
