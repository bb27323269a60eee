"""After the central API was put back a device offers what others made and nobody else brings back."""

from pathlib import Path

import pytest

from sync.client import enrolment, purge, state
from sync.client.changes import Change
from sync.client.leaving import NotAllSent, sign_out
from sync.client.status import held
from sync.identifiers import uuid7
from sync.op import OFFER
from tests.sync_client.at_work import names, save
from tests.sync_model.machine import canonical
from tests.sync_model.newer import PLAN, SHOE
from tests.sync_model.world import Device, World

BOTH = pytest.mark.parametrize("backup", [True, False], indirect=True, ids=["said", "unsaid"])


@pytest.fixture
def backup(request: pytest.FixtureRequest, world: World) -> "Backup":
    return Backup(world, said=getattr(request, "param", False))


class Backup:
    """A backup of the central API, which is put back with `wor-central restore` or without."""

    def __init__(self, world: World, *, said: bool) -> None:
        self._world = world
        self._folder: Path = world.folder / "backup"
        self._said = said

    def make(self) -> None:
        self._world.central.back_up(self._folder)

    def put_back(self) -> None:
        self._world.central.put_back(self._folder, said=self._said)


def settled(*devices: Device) -> None:
    for device in [*devices, *devices]:
        device.until_done()


def change(device: Device, *changes: Change) -> None:
    with device.database.write() as connection:
        device.replica.save(connection, changes, 1)


def offers(world: World) -> int:
    with world.central.database.reading() as connection:
        groups = connection.exec_driver_sql("SELECT group_id FROM op").scalars().all()
        return sum(group.startswith(OFFER) for group in groups)


def options(device: Device) -> list[set[object]]:
    return [{option.value for option in conflict.options} for conflict in device.conflicts()]


@BOTH
def test_what_a_device_made_that_never_comes_back_is_offered(world: World, backup: Backup) -> None:
    """Records new and changed, append-only ones, a deletion, and what this version knows nothing of."""
    lost, here, late = world.device(0), world.device(1), world.device(2)
    lost.upgrade()
    changed, gone = save(lost, "before"), save(lost, "to be deleted")
    settled(lost, here)
    backup.make()
    team, note, plan = lost.team, uuid7(), uuid7()
    save(lost, "new")
    change(
        lost,
        Change("client", changed, team, {"name": "after", "phone": "1", SHOE: "42"}, lost.base()),
        Change("client", gone, team, {"deleted_at": "2026-11-22T09:00:00Z"}, lost.base()),
        Change("entry", note, team, {"client_id": changed, "note": "signed", "score": 1.0}),
        Change(PLAN, plan, team, {"text": "walk"}),
    )
    settled(lost, here)
    backup.put_back()
    settled(here, late)
    assert canonical(here) == canonical(late)
    assert names(late) == {"after", "new", "to be deleted"}
    assert late.rows("client")[gone]["deleted_at"]
    assert [row["note"] for row in late.rows("entry").values()] == ["signed"]
    assert not late.conflicts()
    late.upgrade()
    assert late.rows("client")[changed][SHOE] == "42"
    assert [row["text"] for row in late.rows(PLAN).values()] == ["walk"]
    with here.database.read() as connection:
        assert state.get(connection, state.LEFT) is None


def test_nothing_disappears_from_the_screen_meanwhile(world: World, backup: Backup) -> None:
    lost, here = world.device(0), world.device(1)
    save(lost, "before")
    settled(lost, here)
    backup.make()
    for name in "abc":
        save(lost, name)
    settled(lost, here)
    backup.put_back()
    here.limits.makers_have_ms = 60_000
    for _ in range(4):
        here.exchange(page=1)
        assert names(here) == {"before", "a", "b", "c"}
    here.kill()
    assert offers(world) == 0, "the makers have a while"
    here.limits.makers_have_ms = 0
    here.until_done()
    assert names(here) == {"before", "a", "b", "c"}
    assert offers(world) == 3


@BOTH
def test_what_both_changed_stays_a_question(world: World, backup: Backup) -> None:
    """What one has made oneself isn't replaced by what one offers, nor by the form that was open all along."""
    lost, here, late = world.device(0), world.device(1), world.device(2)
    record = save(lost, "before")
    settled(lost, here)
    backup.make()
    base, team = here.base(), here.team
    save(lost, "theirs", record)
    save(here, "mine", record)
    settled(lost, here)
    backup.put_back()
    settled(here, late)
    assert options(late) == [{"theirs", "mine"}]
    change(here, Change("client", record, team, {"name": "mine, later"}, base))
    settled(here, late)
    assert options(late) == [{"theirs", "mine, later"}]
    assert canonical(here) == canonical(late)


def test_of_two_who_hold_the_same_one_offers_it(world: World, backup: Backup) -> None:
    lost, one, other, late = (world.device(number) for number in range(4))
    record = save(lost, "before")
    settled(lost, one, other)
    backup.make()
    save(lost, "after", record)
    save(lost, "new")
    settled(lost, one, other)
    backup.put_back()
    settled(one, other, late)
    assert offers(world) == 2
    assert canonical(one) == canonical(other) == canonical(late)
    assert not late.conflicts()


@BOTH
def test_what_was_decided_since_is_not_brought_up_again(world: World, backup: Backup) -> None:
    lost, one, other, late = (world.device(number) for number in range(4))
    record = save(lost, "before")
    settled(lost, one, other)
    backup.make()
    save(lost, "after", record)
    settled(lost, one, other)
    backup.put_back()
    settled(one)
    save(one, "later", record)
    settled(one, other, late)
    assert names(other) == names(late) == {"later"}
    assert [device.conflicts() for device in (one, other, late)] == [[], [], []]


def test_a_choice_that_is_made_before_it_is_offered_stands(world: World, backup: Backup) -> None:
    lost, here, late = world.device(0), world.device(1), world.device(2)
    record = save(lost, "before")
    settled(lost, here)
    backup.make()
    save(lost, "theirs", record)
    save(here, "mine", record)
    settled(lost, here)
    backup.put_back()
    here.limits.makers_have_ms = 60_000
    here.until_done()
    (conflict,) = here.conflicts()
    (take,) = (option.take for option in conflict.options if option.value == "mine")
    with here.database.write() as connection:
        here.replica.resolve(connection, conflict.id, take, 2)
    assert not here.conflicts()
    here.limits.makers_have_ms = 0
    settled(here, late)
    assert names(late) == {"mine"}
    assert not late.conflicts()


def test_its_maker_may_come_back_after_all(world: World, backup: Backup) -> None:
    maker, here, late = world.device(0), world.device(1), world.device(2)
    record = save(maker, "before")
    settled(maker, here)
    backup.make()
    save(maker, "after", record)
    change(maker, Change("entry", uuid7(), maker.team, {"client_id": record, "note": "signed"}))
    settled(maker, here)
    backup.put_back()
    settled(here)
    assert offers(world) == 2
    settled(maker, here, late)
    assert canonical(maker) == canonical(here) == canonical(late)
    assert not late.conflicts()
    assert len(late.rows("entry")) == 1
    assert late.status().quarantined == 0


def test_who_may_only_read_keeps_it_and_offers_nothing(world: World, backup: Backup) -> None:
    lost, here, late = world.device(0), world.device(1), world.device(2)
    with here.database.read() as connection:
        user = state.get(connection, state.USER)
    with world.central.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE member SET rights = 'read' WHERE user_id = '{user}'")  # noqa: S608
    save(lost, "before")
    settled(lost, here)
    backup.make()
    save(lost, "new")
    settled(lost, here)
    backup.put_back()
    settled(here, late)
    assert names(here) == {"before", "new"}
    assert names(late) == {"before"}
    with here.database.read() as connection:
        assert not held(connection)
    assert (here.status().unsent, here.status().complete) == (0, True)


def test_who_holds_what_was_lost_does_not_sign_out_with_it(world: World, backup: Backup) -> None:
    lost, here = world.device(0), world.device(1)
    save(lost, "before")
    settled(lost, here)
    backup.make()
    save(lost, "new")
    settled(lost, here)
    backup.put_back()
    here.limits.makers_have_ms = 60_000
    here.until_done()
    transport = enrolment.connect(here.database, here.clock_ms, http=here.http)
    with pytest.raises(NotAllSent):
        sign_out(here.database, transport)
    here.limits.makers_have_ms = 0
    here.until_done()
    sign_out(here.database, transport)
    assert offers(world) == 1


def test_what_waits_for_an_answer_is_asked_again(world: World, backup: Backup) -> None:
    """Nothing is forgotten when the history can't be had just then."""
    lost, here = world.device(0), world.device(1)
    save(lost, "before")
    settled(lost, here)
    backup.make()
    save(lost, "new")
    settled(lost, here)
    backup.put_back()
    # Its request is the fourth: one is turned down, one asks for what is common, and one reads everything.
    here.exchange("500", after=3, all_of_it=True)
    assert offers(world) == 0
    here.until_done()
    assert offers(world) == 1


def test_what_is_unsent_in_a_scope_that_is_lost_claims_to_know_nothing(world: World) -> None:
    """Should the scope come back, it may be with another history."""
    device = world.device(1)
    record = save(device, "before")
    device.until_done()
    save(device, "after", record)
    with device.database.write() as connection:
        purge.lose(connection, device.replica, device.team)
        bases = "SELECT state, base FROM op ORDER BY n"
        assert connection.exec_driver_sql(bases).all() == [("accepted", 0), ("pending", 0)]
