"""The recovery sheet: with nothing left but the central API and a paper, the organisation goes on and loses nothing."""

import base64
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client import keyring, scopes, sheet, state
from sync.client.enrolment import NotAnInvitation
from sync.client.errors import SyncError
from sync.client.transport import Declined
from sync.codes import Invitation
from sync.identifiers import uuid7
from sync.schema import ScopeKind
from sync.seal import KeyPair, Unopenable, seal_package
from sync.wire import NewScope, OrganisationAnswer, OrganisationRequest, RecoveryAnswer, RecoveryRequest
from tests.services.central import Organisation
from wor_tui.domain.codes import Role
from wor_tui.services import cases, enrolment, recovery_sheet, synchronisation
from wor_tui.services.pinning import Settled
from wor_tui.vault import escrow
from wor_tui.vault.errors import OrganisationKeyMistyped
from wor_tui.vault.escrow import OrganisationKey, new_organisation_key

NAME = "Zwaantje-Herkenbaar"


@pytest.fixture(scope="module")
def key() -> OrganisationKey:
    return new_organisation_key()


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory, key: OrganisationKey) -> Iterator[Organisation]:
    """Founded with a sheet, by a coordinator; a coach has one client."""
    folder = tmp_path_factory.mktemp("organisation")
    with Organisation(folder, begin=False) as running:
        running.coordinator = running.device("coordinator")
        enrolment.begin_alone(running.coordinator, "Hanneke Vos", role=Role.COORDINATOR)
        code = (folder / "central" / "first-coordinator-code.txt").read_text("ascii").strip()
        settled = Settled(key.public)
        enrolment.found(running.coordinator, running.url, code, settled=settled, recovery_code=key.code)
        synchronisation.exchange_all(running.coordinator)
        assert recovery_sheet.cover(running.coordinator)
        coach = running.joined("coach", "Ina de Wit")
        cases.open_by_hand(coach, {"given_name": "Jo", "family_name": NAME}, {})
        synchronisation.exchange_all(coach)
        yield running


def test_with_only_the_paper_a_new_coordinator_invites_a_coach_who_has_everything(
    organisation: Organisation, key: OrganisationKey
) -> None:
    recovered = organisation.device("recovered")
    joined = recovery_sheet.recover(recovered, organisation.url, key.code, "Wim Bakker", label="nieuw")
    assert (joined.role, recovered.me.name, recovered.me.role) == (Role.COORDINATOR, "Wim Bakker", Role.COORDINATOR)
    synchronisation.exchange_all(recovered)
    with recovered.database.read() as connection:
        kept = scopes.by_id(connection).values()
        assert all(one.keys_only for one in kept if one.kind is not ScopeKind.ORGANISATION), "it reads no case"
        assert connection.exec_driver_sql("SELECT count(*) FROM client").scalar() == 0
    invitation, _ = enrolment.invite(recovered, "Sjoerd Bos", Role.COACH)
    synchronisation.exchange_all(recovered)
    coach = organisation.device("coach again")
    enrolment.join(coach, invitation.text)
    synchronisation.exchange_all(coach)
    with coach.database.read() as connection:
        assert connection.exec_driver_sql("SELECT family_name FROM client").scalars().all() == [NAME]


def test_the_paper_stays_good(organisation: Organisation, key: OrganisationKey) -> None:
    for name in ("once", "once more"):
        again = organisation.device(name)
        assert recovery_sheet.recover(again, organisation.url, key.code, name).role == Role.COORDINATOR


def test_another_paper_opens_nothing(organisation: Organisation, key: OrganisationKey) -> None:
    stranger = organisation.device("stranger")
    with pytest.raises(Declined):
        recovery_sheet.recover(stranger, organisation.url, new_organisation_key().code, "Wim")
    with pytest.raises(OrganisationKeyMistyped):
        recovery_sheet.recover(stranger, organisation.url, key.code[:-1] + ("2" if key.code[-1] != "2" else "3"), "Wim")
    assert not enrolment.has_owner(stranger)


def test_its_code_is_no_invitation(organisation: Organisation, key: OrganisationKey) -> None:
    stranger = organisation.device("mistaken")
    with pytest.raises(NotAnInvitation):
        enrolment.join(stranger, Invitation(organisation.url, escrow.sheet_code_of(key.code)))


def test_the_keys_that_come_later_lie_behind_it_too(organisation: Organisation, key: OrganisationKey) -> None:
    coordinator = organisation.coordinator
    with coordinator.database.read() as connection:
        known = sheet.kept(connection)
        assert known is not None
        covered = state.get(connection, state.SHEET_COVERS)
        team = coordinator.scopes.all_teams[0]
        private = keyring.private_keys(connection, team)[1]
    requests = coordinator.transport.requests
    assert recovery_sheet.cover(coordinator)
    assert coordinator.transport.requests == requests, "nothing changed, so nothing is asked"
    with coordinator.database.write() as connection:
        keyring.keep(connection, team, 2, KeyPair.new().private)
    assert recovery_sheet.cover(coordinator)
    with coordinator.database.read() as connection:
        assert state.get(connection, state.SHEET_COVERS) != covered
    package = behind(organisation, known)
    found = {one["id"]: one["keys"] for one in sheet.opened(package, known.lookup, escrow.pair_of(key.code))["scopes"]}
    assert base64.b64decode(found[team]["1"]) == private
    assert set(found[team]) == {"1", "2"}
    with coordinator.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM scope_key WHERE scope = ? AND epoch = 2", (team,))


def test_a_coordinator_who_has_fewer_keys_makes_it_no_less(organisation: Organisation) -> None:
    second = organisation.joined("second coordinator", "Sjoerd Bos", Role.COORDINATOR)
    with second.database.write() as connection:
        known = sheet.kept(connection)
        assert known is not None, "another coordinator can renew it"
        team = second.scopes.all_teams[0]
        kept = connection.exec_driver_sql("SELECT private FROM scope_key WHERE scope = ?", (team,)).scalar_one()
        connection.exec_driver_sql("DELETE FROM scope_key WHERE scope = ?", (team,))
    before = sealed(organisation, known)
    assert not recovery_sheet.cover(second)
    assert sealed(organisation, known) == before
    with second.database.write() as connection:
        keyring.keep(connection, team, 1, kept)
    assert recovery_sheet.cover(second)
    assert sealed(organisation, known) != before


def test_what_the_central_api_puts_in_its_place_opens_for_nobody(
    organisation: Organisation, key: OrganisationKey
) -> None:
    """It knows the public half and the lookup, and not the code."""
    with organisation.coordinator.database.read() as connection:
        known = sheet.kept(connection)
    assert known is not None
    forged = seal_package(bytes(32), known.lookup, {"sealed": ""})
    request = RecoveryRequest(known.lookup, known.proof_hash, known.user, str(Role.COORDINATOR), forged)
    organisation.coordinator.transport.post(sheet.PATH, request, RecoveryAnswer)
    victim = organisation.device("victim")
    with pytest.raises(Unopenable):
        recovery_sheet.recover(victim, organisation.url, key.code, "Wim")
    with organisation.coordinator.database.write() as connection:
        state.put(connection, **{state.SHEET_COVERS: None})
    assert recovery_sheet.cover(organisation.coordinator)
    assert recovery_sheet.recover(victim, organisation.url, key.code, "Wim").role == Role.COORDINATOR


def test_what_no_coordinator_holds_stays_out_of_it(organisation: Organisation, key: OrganisationKey) -> None:
    coordinator = organisation.coordinator
    apart, pair = uuid7(), KeyPair.new()
    asked = OrganisationRequest(scopes=[NewScope(apart, "audit", pair.public)])
    coordinator.transport.post("/v1/organisation", asked, OrganisationAnswer)
    with coordinator.database.write() as connection:
        state.put(connection, **{state.SHEET_COVERS: None})
        known = sheet.kept(connection)
    assert known is not None
    assert recovery_sheet.cover(coordinator)
    told = coordinator.transport.post("/v1/organisation", OrganisationRequest(), OrganisationAnswer)
    assert apart not in {member.scope for member in told.members}
    found = sheet.opened(behind(organisation, known), known.lookup, escrow.pair_of(key.code))["scopes"]
    assert apart not in {one["id"] for one in found}


def test_who_is_no_coordinator_puts_nothing_there(organisation: Organisation) -> None:
    coach = organisation.joined("nosy coach", "Bram Post")
    with coach.database.read() as connection:
        assert sheet.kept(connection) is None
    request = RecoveryRequest("0" * 32, bytes(32), coach.me.person_id, str(Role.COORDINATOR), b"x")
    with pytest.raises(SyncError):
        coach.transport.post(sheet.PATH, request, RecoveryAnswer)


def test_nothing_that_coordinators_keep_opens_it(organisation: Organisation) -> None:
    with organisation.coordinator.database.read() as connection:
        known = sheet.kept(connection)
    assert known is not None
    assert repr(known) == "Sheet(…)"
    assert set(behind(organisation, known)) == {"sealed"}
    with pytest.raises(Unopenable):
        sheet.opened(behind(organisation, known), known.lookup, KeyPair.new())


def sealed(organisation: Organisation, known: sheet.Sheet) -> bytes:
    """What lies at the central API."""
    path = Path(organisation.folder) / "central" / "central.db"
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT package FROM invite WHERE lookup = ?", (known.lookup,)).fetchone()[0]


def behind(organisation: Organisation, known: sheet.Sheet) -> dict[str, object]:
    from sync.seal import open_package  # noqa: PLC0415

    return open_package(known.package_key, known.lookup, sealed(organisation, known))
