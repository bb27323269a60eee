"""A device that joins takes a scope by the snapshot that another made, and stands where the feed would have led it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from sync.client import making, outgoing, scopes, state, status, taking
from sync.client.changes import Change
from sync.client.errors import Unanswered
from sync.server.models import SNAPSHOT, SNAPSHOT_PART
from sync.server.store import snapshots
from tests.sync_client.at_work import erase, everything, names, save
from tests.sync_model.machine import canonical
from tests.sync_model.newer import PLAN, SHOE
from tests.sync_model.world import Device, Killed, World

AT_LEAST = 4


@pytest.fixture
def world() -> Iterator[World]:
    """A central API that soon wants snapshots, in parts of a few ops."""
    world = World(snapshot_ops=AT_LEAST)
    yield world
    world.close()


def made(world: World, by: Device, count: int = 20) -> list[str]:
    """Records that were sent, and a snapshot of them."""
    records = [save(by, f"name{place}") for place in range(count)]
    make(world, by)
    return records


def make(world: World, by: Device) -> None:
    by.until_done()
    by.until_done()
    assert parts(world)


def parts(world: World) -> list[tuple[int, int, str, bytes]]:
    """What may be handed out: after, through, the rest and the body of each part."""
    with world.central.database.reading() as connection:
        return [
            (row[0], row[1], row[2], bytes(row[3]))
            for row in connection.exec_driver_sql(
                "SELECT after_seq, through_seq, rest, body FROM snapshotpart WHERE snapshot_id IN"
                " (SELECT snapshot_id FROM snapshot WHERE whole = 1) ORDER BY after_seq"
            ).all()
        ]


def by_feed(world: World, number: int, monkeypatch: pytest.MonkeyPatch) -> Device:
    """A device that takes everything by the feed, as if there were no snapshots."""
    device = world.device(number)
    with monkeypatch.context() as patch:
        patch.setattr(outgoing.Preparer, "_by_snapshot", lambda *_: [])
        device.until_done()
    return device


def asked(device: Device, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """After which seqs the device asks for parts from now on."""
    found: list[int] = []
    fetch = taking.SnapshotRequest

    def noting(scope: str, seq: int, chain: str) -> taking.SnapshotRequest:
        found.append(seq)
        return fetch(scope, seq, chain)

    monkeypatch.setattr(taking, "SnapshotRequest", noting)
    return found


def test_a_new_device_ends_where_the_feed_leads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = world.device(0), world.device(1)
    records = made(world, one)
    other.until_done()
    save(other, "changed", records[0])
    with one.database.write() as connection:
        here = one.base()
        one.replica.save(connection, [Change("client", records[0], one.team, {"phone": "1"}, here)], 5)
        one.replica.save(connection, [Change("client", records[1], one.team, {"deleted_at": "2026"}, here)], 6)
        one.replica.save(connection, [Change("client", records[2], one.team, {"name": "mine"}, here)], 7)
    save(other, "theirs", records[2])
    for device in (one, other, one):
        device.until_done()
    with world.central.database.writing() as connection:
        organisation = connection.exec_driver_sql("SELECT organisation_id FROM organisation").scalar_one()
        snapshots.drop(connection, organisation, one.team)
    make(world, other)
    assert len(parts(world)) > 3
    late, plain = world.device(2), by_feed(world, 3, monkeypatch)
    seqs = asked(late, monkeypatch)
    late.until_done()
    assert seqs == [after for after, *_ in parts(world)]
    assert canonical(late) == canonical(plain) == canonical(one)
    assert late.conflicts()
    with late.database.read() as a, plain.database.read() as b:
        whole = "SELECT record, kind, scope, live, present FROM replica ORDER BY record"
        assert a.exec_driver_sql(whole).all() == b.exec_driver_sql(whole).all()
        assert scopes.scope(a, late.team) == scopes.scope(b, late.team)


def test_what_a_newer_version_made_comes_through_an_older_maker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = world.device(0), world.device(1)
    record = save(one, "a")
    one.upgrade()
    with one.database.write() as connection:
        one.replica.save(connection, [Change("client", record, one.team, {SHOE: "42"}, 0)], 1)
        one.replica.save(connection, [Change(PLAN, "p" * 36, one.team, {"text": "plan"}, 0)], 1)
    one.until_done()
    other.until_done()
    made(world, other)
    late = world.device(2)
    late.upgrade()
    late.until_done()
    assert late.rows("client")[record][SHOE] == "42"
    assert late.rows(PLAN)["p" * 36]["text"] == "plan"


def test_what_is_unsent_is_not_in_it_and_stays_on_who_takes_it(world: World) -> None:
    one, late = world.device(0), world.device(2)
    records = [save(one, f"name{place}") for place in range(12)]
    one.until_done()
    mine = save(late, "mine")
    engine = one.engine()
    engine.exchange()
    save(one, "unsent", records[0])
    maker = engine._maker
    assert maker is not None
    while maker.busy:
        maker.step()
    assert parts(world)
    late.until_done()
    assert names(late) == {f"name{place}" for place in range(12)} | {"mine"}
    assert late.status().unsent == 0
    one.until_done()
    assert mine in one.rows("client")


def test_what_the_maker_could_not_read_comes_from_the_feed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = world.device(0), world.device(1)
    records = [save(one, f"name{place}") for place in range(12)]
    one.until_done()
    other.until_done()
    with other.database.write() as connection:
        other.replica.forget(connection, records[3:5])
    make(world, other)
    assert [rest for _, _, rest, _ in parts(world) if rest != "[]"]
    late = world.device(2)
    late.until_done()
    assert canonical(late) == canonical(one)


@pytest.mark.parametrize("statement", [5, 18, 33])
def test_a_kill_costs_no_part_that_was_taken(world: World, statement: int, monkeypatch: pytest.MonkeyPatch) -> None:
    one, late = world.device(0), world.device(2)
    made(world, one)
    killed = False
    try:
        late.exchange(die_after=statement, all_of_it=True)
    except Killed:
        killed = True
        late.kill()
    stood = late.base()
    assert killed or stood
    seqs = asked(late, monkeypatch)
    late.until_done()
    assert all(seq >= stood for seq in seqs)
    assert canonical(late) == canonical(one)


def test_erasing_removes_it_at_once_and_who_had_half_of_it_goes_on(world: World) -> None:
    one, late = world.device(0), world.device(2)
    records = made(world, one)
    late.faults.fault, late.faults.after = "500", 3
    with pytest.raises(Unanswered):
        late.engine().until_done()
    assert 0 < late.base() < len(records)
    bodies = [body for *_, body in parts(world)]
    erase(one, records[0])
    erase(one, records[-1])
    one.exchange()
    assert parts(world) == []
    files = b"".join(file.read_bytes() for file in Path(world.central.data).glob("central.db*"))
    assert not [body for body in bodies if body[20:60] in files], "what was erased is still on the disk"
    late.until_done()
    one.until_done()
    assert canonical(late) == canonical(one)
    assert b"name19" not in everything(late)
    make(world, one)
    third = world.device(3)
    third.until_done()
    assert canonical(third) == canonical(one)
    assert third.status().complete
    with third.database.read() as connection:
        assert len(connection.exec_driver_sql("SELECT record FROM erased").all()) == 2


def test_a_part_that_does_not_open_leads_to_the_feed(world: World) -> None:
    one, late = world.device(0), world.device(2)
    made(world, one)
    second = parts(world)[1]
    with world.central.database.writing() as connection:
        connection.execute(
            update(SNAPSHOT_PART).where(SNAPSHOT_PART.c.after_seq == second[0]).values(body=second[3][:-1] + b"x")
        )
    late.until_done()
    assert canonical(late) == canonical(one)
    assert late.status().complete


@pytest.mark.parametrize("swap", [["body"], ["through_seq", "chain"]])
def test_a_part_out_of_its_place_is_turned_down(world: World, swap: list[str]) -> None:
    one, late = world.device(0), world.device(2)
    made(world, one)
    with world.central.database.writing() as connection:
        second = "SELECT {} FROM snapshotpart p WHERE p.after_seq > 0 ORDER BY p.after_seq LIMIT 1"
        news = ", ".join(f"{name} = ({second.format(name)})" for name in swap)
        connection.exec_driver_sql(f"UPDATE snapshotpart SET {news} WHERE after_seq = 0")  # noqa: S608 (constants)
    engine = late.engine()
    engine.until_done()
    assert engine._taker.useless
    assert canonical(late) == canonical(one)


@pytest.mark.parametrize("lie", ["author", "left out", "made up", "twice"])
def test_a_maker_who_lies_about_the_ops_is_not_believed(
    world: World, lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, late = world.device(0), world.device(2)
    sealed = making.snapshot.sealed

    def false(cipher: object, place: object, ops: list[making.Held]) -> bytes:
        kind, _, live = ops[0]
        if lie == "author":
            live.device = "f" * 36
        elif lie == "left out":
            ops = ops[1:]
        elif lie == "made up":
            ops = [*ops, (kind, "f" * 36, live)]
        else:
            ops = [*ops, ops[0]]
        return sealed(cipher, place, ops)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(making.snapshot, "sealed", false)
    made(world, one)
    engine = late.engine()
    engine.until_done()
    assert engine._taker.useless
    assert canonical(late) == canonical(one)


def test_one_device_at_a_time_makes_it_and_goes_on_where_it_was(world: World) -> None:
    one, other = world.device(0), world.device(1)
    for place in range(20):
        save(one, f"name{place}")
    one.until_done()
    other.until_done()
    first = one.engine()
    first.exchange()
    first.exchange()
    assert first._maker is not None
    assert first._maker.busy
    other.until_done()
    with world.central.database.reading() as connection:
        assert connection.execute(
            SNAPSHOT.select().with_only_columns(SNAPSHOT.c.device_id, SNAPSHOT.c.number)
        ).all() == [(one.id, 2)]
    assert parts(world) == []
    one.kill()
    one.until_done()
    assert len(parts(world)) == 5
    late = world.device(2)
    late.until_done()
    assert canonical(late) == canonical(one)


def test_a_restored_central_api_has_none(world: World) -> None:
    one, late = world.device(0), world.device(2)
    made(world, one)
    folder = world.folder / "kept"
    world.central.back_up(folder)
    world.central.put_back(folder, said=True)
    assert parts(world) == []
    late.until_done()
    one.until_done()
    assert canonical(late) == canonical(one)


def test_how_far_it_is_can_be_told_exactly(world: World) -> None:
    one, late = world.device(0), world.device(2)
    made(world, one)
    told: list[tuple[int, int]] = []
    late.engine().until_done(lambda progress: told.append((progress.come, progress.whole)))
    assert told == [(0, 20), (4, 20), (8, 20), (12, 20), (16, 20), (20, 20), (0, 0)]
    with late.database.read() as connection:
        assert state.get(connection, state.HEADS) == {late.team: 20}


def test_values_that_cannot_stand_are_set_aside_from_a_snapshot_too(world: World) -> None:
    maker, taker = world.device(0), world.device(1)
    record = save(maker, "right")
    with maker.database.write() as connection:
        # As a faulty program would have it; its own values a device doesn't judge when they come back.
        connection.exec_driver_sql("""UPDATE op SET content = '{"name":"wrong","number":99}'""")
    made(world, maker)
    taker.until_done()
    with taker.database.read() as connection:
        assert [(row.record, row.reason) for row in status.quarantine(connection)] == [(record, "invalid")]
    assert len(taker.rows("client")) == 20
