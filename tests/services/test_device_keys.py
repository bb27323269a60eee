"""Each device says itself, in the sealed directory, which keys are its own; keys are wrapped for no others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from sync.client import keyring, pinned, state
from sync.client.changes import Change
from sync.client.replica import base_of
from sync.seal import DeviceKeys, KeyPair, unwrap
from sync.wire import EnrolledDevice
from tests.services.pairs import Two, two_coaches
from tests.services.vaults import Kept, opened_alone
from wor_tui.clock import FixedClock
from wor_tui.services import own_device
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.vault import open_vault

ENROLLED = "enrolled"


@pytest.fixture
def two(workspace: Workspace, tmp_path: Path, clock: FixedClock) -> Iterator[Two]:
    with two_coaches(workspace, tmp_path, clock) as both:
        yield both


def as_served(workspace: Workspace) -> EnrolledDevice:
    """What an honest central API says of this device."""
    with workspace.database.read() as connection:
        keys = keyring.device_keys(connection)
        device, user = state.device_of(connection), str(state.get(connection, state.USER))
    return EnrolledDevice(device, user, ENROLLED, keys.sealing_public, keys.signing_public)


def is_own(workspace: Workspace, one: EnrolledDevice) -> bool:
    with workspace.database.read() as connection:
        return pinned.is_own(connection, one)


def test_who_founded_and_who_joined_know_each_others_keys(two: Two) -> None:
    assert is_own(two.one, as_served(two.other))
    assert is_own(two.other, as_served(two.one))
    assert is_own(two.one, as_served(two.one))


def test_what_the_central_api_made_up_gets_no_key(two: Two) -> None:
    honest, forged = as_served(two.other), DeviceKeys.new()
    lies = [
        replace(honest, sealing_key=forged.sealing_public),
        replace(honest, signing_key=forged.signing_public, sealing_key=forged.sealing_public),
        replace(honest, signing_key=b""),
        replace(honest, user=as_served(two.one).user),
        EnrolledDevice(two.one.new_id(), honest.user, ENROLLED, forged.sealing_public, forged.signing_public),
        replace(as_served(two.one), sealing_key=forged.sealing_public),
    ]
    for lie in lies:
        assert not is_own(two.one, lie)
        with two.one.database.read() as connection, pytest.raises(pinned.Unpinned):
            pinned.grant(connection, lie, two.one.scopes.organisation, 2, KeyPair.new().private)


def test_a_key_is_wrapped_for_the_device_whose_own_it_is(two: Two) -> None:
    pair, one = KeyPair.new(), as_served(two.other)
    with two.one.database.read() as connection:
        grant = pinned.grant(connection, one, two.one.scopes.organisation, 2, pair.private)
    with two.other.database.read() as connection:
        keys, organisation = keyring.device_keys(connection), str(state.get(connection, state.ORGANISATION))
    place = {"organisation": organisation, "scope": grant.scope, "epoch": 2, "device": one.id}
    assert unwrap(keys, grant.wrapped, **place) == pair.private


def test_what_a_colleague_wrote_of_a_device_counts_for_nothing(two: Two) -> None:
    one, forged = as_served(two.other), DeviceKeys.new()
    swapped = replace(one, signing_key=forged.signing_public, sealing_key=forged.sealing_public)
    told = pinned.fingerprint(one.id, forged.signing_public, forged.sealing_public)
    scope = two.one.scopes.organisation
    with two.one.database.write() as connection:
        written = [Change("device", one.id, scope, {"keys": told}, base_of(connection, scope))]
        two.one.replica.save(connection, written, two.one.clock_ms())
    two.one.engine.until_done()
    assert not is_own(two.one, swapped)
    # Nor is the device's own word left, until it says it again at its next start.
    assert not is_own(two.one, one)
    two.other.engine.until_done()
    with two.other.database.read() as connection:
        assert own_device.lacks_keys(connection)
    with two.other.database.write() as connection:
        own_device.tell_keys(connection, two.other.replica, two.other.clock_ms())
    two.meet()
    assert is_own(two.one, one)
    assert not is_own(two.one, swapped)


def test_a_vault_from_before_tells_its_keys_at_its_next_opening(two: Two, clock: FixedClock, kept: Kept) -> None:
    device = two.one.me.device_id
    with two.one.database.write() as connection:
        connection.exec_driver_sql("UPDATE device SET keys = NULL")
    home, key = two.one.vault.home, kept.key
    two.one.close()
    with open_workspace(open_vault(home, key), clock) as again, again.database.read() as connection:
        told = connection.exec_driver_sql("SELECT keys FROM device WHERE id = ?", (device,)).scalar_one()
        assert told == pinned.own_fingerprint(connection)


def test_a_vault_without_a_server_has_nothing_to_tell(tmp_path: Path, clock: FixedClock) -> None:
    with opened_alone(tmp_path / "alone", clock) as alone, alone.database.read() as connection:
        assert not own_device.lacks_keys(connection)
