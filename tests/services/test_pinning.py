"""What an organisation settles travels with an invitation, is held on to, and isn't replaced by something else."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client import state
from tests.services.central import Organisation
from tests.services.vaults import NOW, opened_alone
from wor_tui.clock import FixedClock
from wor_tui.domain.codes import Role
from wor_tui.services import enrolment, lease, pinning, vault_keys
from wor_tui.services.pinning import Settled
from wor_tui.services.workspace import Workspace
from wor_tui.vault import escrow, slots
from wor_tui.vault.errors import OrganisationKeyChanged, OrganisationKeyUnusable
from wor_tui.vault.escrow import OrganisationKey, new_organisation_key
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.strength import Level
from wor_tui.vault.vault import keyfile_of, unlock


@pytest.fixture(scope="module")
def key() -> OrganisationKey:
    return new_organisation_key()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Workspace]:
    with opened_alone(tmp_path / "home", FixedClock(NOW)) as workspace:
        yield workspace


@pytest.fixture
def organisation(tmp_path: Path, key: OrganisationKey) -> Iterator[Organisation]:
    with Organisation(tmp_path, begin=False) as running:
        running.coordinator = running.device("coordinator")
        enrolment.begin_alone(running.coordinator, "Hanneke Vos", role=Role.COORDINATOR)
        code = (tmp_path / "central" / "first-coordinator-code.txt").read_text("ascii").strip()
        enrolment.found(running.coordinator, running.url, code, settled=Settled(key.public, 3, 30))
        yield running


def test_who_joins_gets_it_and_hands_it_on(organisation: Organisation, key: OrganisationKey) -> None:
    coordinator = organisation.joined("second", "Sjoerd Bos", Role.COORDINATOR)
    invitation, _ = enrolment.invite(coordinator, "Ina de Wit", Role.COACH)
    third = organisation.device("third")
    enrolment.join(third, invitation.text)
    for workspace in (organisation.coordinator, coordinator, third):
        with workspace.database.read() as connection:
            assert pinning.settled(connection) == Settled(key.public, 3, 30)
            assert lease.days(connection) == 30
        assert unlock(workspace.vault.home, organisation_key=key.code) == workspace.vault.key
        found = vault_keys.protection(workspace)
        assert found.organisation_key == escrow.fingerprint(key.public)
        assert (found.lock_minutes_at_most, found.lease_days) == (3, 30)


def test_another_key_is_refused_before_anything_is_enrolled(organisation: Organisation, key: OrganisationKey) -> None:
    theirs = organisation.device("theirs")
    with theirs.database.write() as connection:
        pinning.pin(connection, pinning.about(Settled(new_organisation_key().public)))
    before = keyfile_of(theirs.vault.home)
    invitation, _ = organisation.invited("Ina de Wit")
    with pytest.raises(OrganisationKeyChanged):
        enrolment.join(theirs, invitation)
    with theirs.database.read() as connection:
        assert not state.joined(connection)
    assert keyfile_of(theirs.vault.home) == before
    # The code was not used up: another device still joins with it.
    enrolment.join(organisation.device("other"), invitation)


def test_an_organisation_without_a_key_leaves_vaults_to_their_owners(tmp_path: Path) -> None:
    with Organisation(tmp_path) as running:
        coach = running.joined("coach", "Ina de Wit")
        found = vault_keys.protection(coach)
        assert [way.kind for way in found.ways] == [slots.PASSPHRASE, slots.RECOVERY]
        assert (found.organisation_key, found.lock_minutes_at_most) == ("", None)


def test_taking_the_key_away_again_is_refused_too(alone: Workspace, key: OrganisationKey) -> None:
    with alone.database.write() as connection:
        pinning.pin(connection, pinning.about(Settled(key.public)))
        with pytest.raises(OrganisationKeyChanged):
            pinning.pin(connection, {})


@pytest.mark.parametrize("told", ["no base64!", "ë", "\ud800", "AAAA", "A" * 5_000])
def test_what_is_no_key_is_refused(alone: Workspace, told: str) -> None:
    with alone.database.write() as connection, pytest.raises(OrganisationKeyUnusable):
        pinning.pin(connection, {pinning.RECOVERY_KEY: told})


@pytest.mark.parametrize("minutes", [0, -1, 61, "3", None, 2.5, True])
def test_minutes_outside_the_bounds_are_passed_over(alone: Workspace, minutes: object) -> None:
    with alone.database.write() as connection:
        pinning.pin(connection, {pinning.LOCK_MINUTES: minutes})
        assert pinning.settled(connection) == Settled()


def test_a_key_file_from_a_backup_is_made_good_at_the_next_opening(alone: Workspace, key: OrganisationKey) -> None:
    home = alone.vault.home
    shutil.copy(home / "vault.key", home / "older")
    with alone.database.write() as connection:
        pinning.pin(connection, pinning.about(Settled(key.public)))
    pinning.settle(alone)
    generation = keyfile_of(home).generation
    pinning.settle(alone)
    assert keyfile_of(home).generation == generation
    shutil.copy(home / "older", home / "vault.key")
    pinning.settle(alone)
    assert unlock(home, organisation_key=key.code) == alone.vault.key


def test_the_strength_is_known_of_the_passphrase_of_now_only(alone: Workspace) -> None:
    assert vault_keys.protection(alone).strength is None
    vault_keys.change_passphrase(alone, "gitaar molen wolk fiets", FLOOR)
    assert vault_keys.protection(alone).strength == Level.STRONG
    slot = slots.passphrase_slot(alone.vault.key, "elders gekozen", FLOOR)
    alone.vault.change_slots(lambda before: slots.replaced(before, slot))
    assert vault_keys.protection(alone).strength is None


def test_a_weak_passphrase_changes_nothing(alone: Workspace) -> None:
    before = keyfile_of(alone.vault.home)
    with pytest.raises(vault_keys.PassphraseWeak) as caught:
        vault_keys.change_passphrase(alone, "welkom2026!!", FLOOR)
    assert "welkom" not in repr(caught.value)
    assert keyfile_of(alone.vault.home) == before
