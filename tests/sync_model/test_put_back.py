"""A central API whose older file was put in place without a word: what was accepted is back once the devices are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client.changes import Change
from tests.sync_client.at_work import names, save
from tests.sync_model.machine import canonical
from tests.sync_model.world import Device, World


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.fixture
def backup(world: World) -> Path:
    return world.folder / "backup"


def settled(*devices: Device) -> None:
    for device in [*devices, *devices]:
        device.until_done()


def test_what_was_accepted_since_is_back_once_its_devices_are(world: World, backup: Path) -> None:
    one, other, late = world.device(0), world.device(1), world.device(2)
    record = save(one, "shared")
    settled(one, other)
    world.central.back_up(backup)
    save(one, "of one")
    save(other, "of another")
    save(other, "shared, changed", record)
    settled(one, other)
    world.central.put_back(backup)
    for device in (one, other):
        device.limits.makers_have_ms = 60_000
    settled(one, other, late)
    assert names(late) == {"shared, changed", "of one", "of another"}
    assert canonical(one) == canonical(other) == canonical(late)
    with world.central.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM op").scalar_one() == 4


def test_a_history_that_has_grown_past_a_cursor_again_is_told_from_its_own(world: World, backup: Path) -> None:
    one, other = world.device(0), world.device(1)
    save(one, "before")
    settled(one, other)
    world.central.back_up(backup)
    save(one, "lost at first")
    one.until_done()
    world.central.put_back(backup)
    for name in ("a", "b", "c"):
        save(other, name)
    other.until_done()
    settled(one, other)
    assert names(one) == names(other) == {"before", "lost at first", "a", "b", "c"}
    assert canonical(one) == canonical(other)


def test_a_form_that_was_open_can_still_be_saved_and_overwrites_nothing(world: World, backup: Path) -> None:
    one, other = world.device(0), world.device(1)
    record = save(one, "Bep")
    one.until_done()
    world.central.back_up(backup)
    save(one, "Bea", record)
    settled(one, other)
    base = other.base()
    world.central.put_back(backup)
    other.exchange(page=1)
    assert other.base() != base
    change = Change("client", record, other.team, {"name": "Bets"}, base)
    with other.database.write() as connection:
        other.replica.save(connection, [change], 2)
    settled(other, one)
    for device in (one, other):
        (conflict,) = device.conflicts()
        assert {"Bea", "Bets"} <= {option.value for option in conflict.options}


@pytest.mark.parametrize("how", ["sent", "unsent", "form"])
def test_a_place_that_was_given_out_again_is_known_to_nobody_who_was_not_there(
    world: World, backup: Path, how: str
) -> None:
    """A change whose base points into the lost history never replaces what took that place since."""
    one, other, third = world.device(0), world.device(1), world.device(2)
    record = save(one, "before")
    settled(one, other, third)
    world.central.back_up(backup)
    save(other, "lost", record)
    settled(other, one)
    base = one.base()
    if how != "form":
        save(one, "made there", record)
    if how == "sent":
        one.until_done()
    world.central.put_back(backup)
    save(third, "given out again", record)
    third.until_done()
    with world.central.database.reading() as connection:
        taken = connection.exec_driver_sql("SELECT seq FROM op ORDER BY seq DESC LIMIT 1").scalar_one()
    assert taken == base
    if how != "unsent":
        settled(one, third)
    if how == "form":
        with one.database.write() as connection:
            one.replica.save(connection, [Change("client", record, one.team, {"name": "made there"}, base)], 2)
    settled(one, third)
    for device in (one, third):
        (conflict,) = device.conflicts()
        assert {"made there", "given out again"} <= {option.value for option in conflict.options}
    assert canonical(one) == canonical(third)


def test_who_stands_on_the_history_that_is_left_reads_nothing_again(world: World, backup: Path) -> None:
    one, other = world.device(0), world.device(1)
    record = save(one, "before")
    settled(one, other)
    world.central.back_up(backup)
    save(one, "after", record)
    one.until_done()
    world.central.put_back(backup)
    one.until_done()
    sizes = [other.exchange(page=1).pulled for _ in range(3)]
    assert sizes == [1, 0, 0]
    assert names(other) == {"after"}
    assert not other.conflicts()
