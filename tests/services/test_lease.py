"""The lease of an open vault: what is counted, what is kept, and that only vaults of an organisation have one."""

from datetime import timedelta

import pytest

from sync.client import lease as rule
from sync.client import state
from sync.client.lease import DAY_MS, begun
from wor_tui.clock import FixedClock
from wor_tui.services import lease, pinning
from wor_tui.services.lease import LeaseOver, LeaseWatch
from wor_tui.services.workspace import Workspace


@pytest.fixture
def joined(workspace: Workspace) -> Workspace:
    """A vault that has an organisation, and was in contact with it now."""
    with workspace.database.write() as connection:
        state.put(connection, server="https://central.test", organisation=workspace.new_id())
        rule.keep(connection, begun(workspace.clock_ms()))
    return workspace


def kept(workspace: Workspace) -> rule.Lease:
    with workspace.database.read() as connection:
        found = rule.kept(connection)
    assert found is not None
    return found


def test_a_vault_of_no_organisation_never_closes(workspace: Workspace, clock: FixedClock) -> None:
    clock.advance(timedelta(days=400))
    lease.admit(workspace)
    assert LeaseWatch(workspace).look() is None


def test_it_is_over_after_the_days_that_the_organisation_settled(joined: Workspace, clock: FixedClock) -> None:
    clock.advance(timedelta(days=13, hours=23))
    lease.admit(joined)
    with joined.database.write() as connection:
        state.put(connection, **{pinning.LEASE_DAYS: 5})
    with pytest.raises(LeaseOver) as refused:
        lease.admit(joined)
    assert refused.value.standing.days == 5


def test_turning_the_clock_back_does_not_open_it(joined: Workspace, clock: FixedClock) -> None:
    clock.advance(timedelta(days=15))
    with pytest.raises(LeaseOver):
        lease.admit(joined)
    for days in (-15, -20_000):
        clock.advance(timedelta(days=days))
        with pytest.raises(LeaseOver):
            lease.admit(joined)
    # One contact opens it, whatever the clock says now.
    with joined.database.write() as connection:
        rule.keep(connection, begun(joined.clock_ms()))
    lease.admit(joined)


def test_time_of_use_is_counted_while_the_clock_is_held_back(joined: Workspace, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=1))
    seconds = 0.0
    watch = LeaseWatch(joined, lambda: seconds)
    watch.look()
    seconds = 13 * 86_400.0
    found = watch.look()
    assert found is not None
    assert found.days_left == 1
    seconds += 86_400.0
    found = watch.look()
    assert found is not None
    assert found.over


def test_a_program_that_is_killed_each_time_wins_nothing(joined: Workspace, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=1))
    for _start in range(5):
        LeaseWatch(joined).look()
    assert kept(joined).used == 5 * lease.LOOK_S * 1000


def test_nothing_is_written_while_there_is_contact(joined: Workspace, clock: FixedClock) -> None:
    before = joined.database.vault_seq()
    clock.advance(timedelta(seconds=60))
    LeaseWatch(joined).look()
    assert joined.database.vault_seq() == before


def test_a_contact_that_comes_in_between_is_not_overwritten(joined: Workspace, clock: FixedClock) -> None:
    clock.advance(timedelta(days=3))
    watch = LeaseWatch(joined)
    watch.look()
    with joined.database.write() as connection:
        rule.keep(connection, begun(joined.clock_ms()))
    found = watch.look()
    assert found is not None
    assert found.left == 14 * DAY_MS
    assert kept(joined).at == joined.clock_ms()


def test_a_vault_from_before_leases_begins_one_at_its_first_opening(joined: Workspace, clock: FixedClock) -> None:
    with joined.database.write() as connection:
        state.put(connection, lease=None)
    lease.admit(joined)
    clock.advance(timedelta(days=14))
    with pytest.raises(LeaseOver):
        lease.admit(joined)
