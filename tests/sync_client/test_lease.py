"""The lease as a rule: which clocks count, and what turning one back wins."""

import pytest

from sync.client import lease
from sync.client.errors import Unanswered
from sync.client.lease import BEHIND_MS, DAY_MS, Lease, begun, standing
from tests.sync_model.world import World

AT = 1_795_340_000_000
DAYS = 14


def days_left(kept: Lease, wall: int) -> int:
    return standing(kept, wall, DAYS).days_left


@pytest.mark.parametrize(("after", "left"), [(0, 14), (1, 14), (DAY_MS, 13), (11 * DAY_MS, 3), (14 * DAY_MS - 1, 1)])
def test_the_days_are_counted_down(after: int, left: int) -> None:
    found = standing(begun(AT), AT + after, DAYS)
    assert (found.days_left, found.over) == (left, False)
    assert found.warns == (left <= 3)


def test_a_short_lease_warns_from_its_last_day() -> None:
    assert not standing(begun(AT), AT, 4).warns
    assert standing(begun(AT), AT, 1).warns


def test_it_ends() -> None:
    found = standing(begun(AT), AT + 14 * DAY_MS, DAYS)
    assert found.over
    assert not found.behind
    assert found.days_left == 0


def test_time_of_use_counts_where_the_clock_stands_still() -> None:
    kept = begun(AT)
    for _day in range(13):
        kept = kept.seen(AT, DAY_MS)
    assert days_left(kept, AT) == 1
    assert standing(kept.seen(AT, DAY_MS), AT, DAYS).over


def test_turning_the_clock_back_gives_no_time() -> None:
    kept = begun(AT).seen(AT + 10 * DAY_MS)
    # A little: as if it had never been turned. More: nobody knows how long it was.
    assert days_left(kept, AT + 10 * DAY_MS - BEHIND_MS) == 4
    for wall in (AT, 0, -AT):
        found = standing(kept, wall, DAYS)
        assert found.behind
        assert found.over
    # Setting it right is enough.
    assert days_left(kept, AT + 10 * DAY_MS) == 4


def test_an_older_copy_of_the_vault_has_less_time_and_not_more() -> None:
    older, newer = begun(AT), begun(AT + 5 * DAY_MS)
    wall = AT + 12 * DAY_MS
    assert days_left(older, wall) < days_left(newer, wall)


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_was_ten_years_off_is_set_right_by_one_contact(years: int) -> None:
    off = years * 365 * DAY_MS
    assert standing(begun(AT).seen(AT + off), AT + off, DAYS).over
    # It may be as wrong as it was, or right meanwhile.
    for wall in (AT + off, AT):
        assert days_left(begun(wall), wall + DAY_MS) == 13


def test_a_contact_made_with_a_clock_ahead_gives_no_time_once_that_is_turned_back() -> None:
    assert standing(begun(AT + 300 * DAY_MS), AT, DAYS).over


def test_only_an_answer_of_the_central_api_begins_it_anew(world: World) -> None:
    device = world.device(0)
    device.until_done()
    with device.database.write() as connection:
        lease.keep(connection, Lease(1, 2, 3))
    device.skew_ms += DAY_MS
    for fault in ("drop_before", "drop_after", "401", "200"):
        with pytest.raises(Unanswered):
            device.exchange(fault)
        with device.database.read() as connection:
            assert lease.kept(connection) == Lease(1, 2, 3)
    device.until_done()
    with device.database.read() as connection:
        found = lease.kept(connection)
    assert found is not None
    assert found.used == 0
    assert found.at == found.furthest > 2


@pytest.mark.parametrize("counted", [Lease(1, 2, 3), None])
def test_a_contact_right_after_another_begins_it_anew_where_it_must(world: World, counted: Lease | None) -> None:
    """What an answer without news doesn't write twice within seconds is the time; never a lease that isn't new."""
    device = world.device(0)
    device.until_done()
    with device.database.read() as connection:
        begun_at = lease.kept(connection)
    assert begun_at is not None
    with device.database.write() as connection:
        # Seen so far ahead, by a clock that was set wrong for a moment, that the vault stays shut.
        lease.keep(connection, counted or begun_at.seen(begun_at.at + 20 * DAY_MS))
    device.until_done()
    with device.database.read() as connection:
        found = lease.kept(connection)
    assert found is not None
    assert found == begun(found.at)
    assert found.at >= begun_at.at
