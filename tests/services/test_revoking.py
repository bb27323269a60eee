"""Somebody is sent away: served nothing, and all that they could read gets keys that they never had."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from sync.client import keyring, outbox, pinned, scopes, state
from sync.client.errors import NotAdmitted, Unreachable
from sync.client.keyring import Keyring
from sync.seal import DeviceKeys
from sync.server.models import DEVICE, KEY_GRANT, MEMBER, SCOPE
from tests.services.inprocess import Organisation, organised
from wor_tui.clock import FixedClock
from wor_tui.domain.codes import Role
from wor_tui.services import cases, devices, enrolment
from wor_tui.services.caseload import View, index
from wor_tui.services.errors import NotAllowed, NotFound, NothingToChange
from wor_tui.services.workspace import Workspace

SHARED = ("organisation", "team", "desk")
"""The kinds of scope that a coach has a part in."""


@pytest.fixture
def organisation(tmp_path: Path, clock: FixedClock) -> Iterator[Organisation]:
    with organised(tmp_path, clock) as made:
        yield made


def a_case(workspace: Workspace, name: str) -> str:
    return cases.open_by_hand(workspace, {"family_name": name}, received_on=workspace.clock.today())


def seen(workspace: Workspace) -> int:
    return len(index(workspace, View.TEAM).ids)


def epochs(workspace: Workspace) -> dict[str, int]:
    """The newest key epoch that this device holds of each scope."""
    with workspace.database.read() as connection:
        ring = Keyring(connection)
        return {one.id: ring.newest(one.id) for one in scopes.by_id(connection).values() if one.kind in SHARED}


def served_epochs(organisation: Organisation) -> dict[str, int]:
    with organisation.central.database.reading() as connection:
        found = connection.execute(select(SCOPE.c.scope_id, SCOPE.c.key_epoch).where(SCOPE.c.kind.in_(SHARED)))
        return {row[0]: row[1] for row in found}


def noted(workspace: Workspace) -> dict[str, object]:
    with workspace.database.read() as connection:
        return {key: state.get(connection, key) for key in (state.REVOKING, state.ROTATING)}


def test_who_is_sent_away_has_none_of_the_keys_that_come_after(organisation: Organisation) -> None:
    ina, bas = organisation.joined("ina", "Ina de Wit"), organisation.joined("bas", "Bas Kuiper")
    a_case(bas, "Smit")
    organisation.meet(ina, bas, organisation.coordinator)
    before = epochs(bas)
    gone = devices.revoke_person(organisation.coordinator, bas.me.person_id)
    assert gone == [bas.me.device_id]
    after = served_epochs(organisation)
    assert {scope: after[scope] for scope in before} == {scope: epoch + 1 for scope, epoch in before.items()}
    with pytest.raises(NotAdmitted):
        bas.engine.exchange()
    with organisation.central.database.reading() as connection:
        granted = set(connection.execute(select(KEY_GRANT.c.device_id)).scalars())
    assert bas.me.device_id not in granted
    organisation.meet(organisation.coordinator, ina)
    assert epochs(ina) == {scope: after[scope] for scope in epochs(ina)}
    assert noted(organisation.coordinator) == {state.REVOKING: None, state.ROTATING: None}
    case = a_case(ina, "Bakker")
    ina.engine.until_done()
    with organisation.central.database.reading() as connection:
        sealed = set(connection.exec_driver_sql("SELECT key_epoch FROM op WHERE record_id = ?", (case,)).scalars())
    assert sealed == {2}
    assert seen(ina) == 2, "what the other made stays"


def test_what_was_sealed_before_the_device_heard_is_sealed_again_and_nothing_is_lost(
    organisation: Organisation,
) -> None:
    ina, bas = organisation.joined("ina", "Ina de Wit"), organisation.joined("bas", "Bas Kuiper")
    joyce = organisation.joined("joyce", "Joyce Landveld")
    first = a_case(ina, "Smit")
    ina.engine.until_done()
    kept = archive(ina)
    organisation.meet(joyce, organisation.coordinator)
    for name in ("Bakker", "Visser", "Mulder"):
        a_case(ina, name)
    # Sealed and sent, but it never arrived.
    organisation.ways["ina"].cut = {"/v1/exchange"}
    with pytest.raises(Unreachable):
        ina.engine.exchange()
    organisation.ways["ina"].cut = set()
    devices.revoke_person(organisation.coordinator, bas.me.person_id)
    a_case(ina, "Jansen")
    ina.engine.until_done()
    with ina.database.read() as connection:
        assert outbox.unsent(connection) == 0
    assert {n: archive(ina)[n] for n in kept} == kept, "what arrived before keeps its bytes"
    organisation.meet(organisation.coordinator, joyce)
    assert seen(joyce) == seen(ina) == 5
    assert first


def archive(workspace: Workspace) -> dict[int, tuple[int, bytes]]:
    with workspace.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT n, key_epoch, body FROM op WHERE state = 'accepted'").all()
    return {n: (epoch, bytes(body)) for n, epoch, body in rows}


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param("/v1/revocation", marks=pytest.mark.soak),
        pytest.param("/v1/rotation/holders", marks=pytest.mark.soak),
        "/v1/rotation",
    ],
)
def test_cut_off_half_way_it_is_finished_by_the_next_exchange(organisation: Organisation, cut: str) -> None:
    ina, bas = organisation.joined("ina", "Ina de Wit"), organisation.joined("bas", "Bas Kuiper")
    coordinator, way = organisation.coordinator, organisation.ways["coordinator"]
    organisation.meet(coordinator, ina)
    way.cut = {cut}
    with pytest.raises(Unreachable):
        devices.revoke_person(coordinator, bas.me.person_id)
    # The program starts anew: all that is left is what stands in the vault.
    way.cut = set()
    coordinator.start_over()
    organisation.through("coordinator", coordinator)
    coordinator.engine.until_done()
    assert set(served_epochs(organisation).values()) == {2}
    with pytest.raises(NotAdmitted):
        bas.engine.exchange()
    organisation.meet(ina)
    assert set(epochs(ina).values()) == {2}
    assert noted(coordinator) == {state.REVOKING: None, state.ROTATING: None}


@pytest.mark.soak
def test_another_coordinator_replaces_the_keys_when_the_first_never_comes_back(organisation: Organisation) -> None:
    second = organisation.joined("second", "Mo Haddad", Role.COORDINATOR)
    bas = organisation.joined("bas", "Bas Kuiper")
    organisation.meet(organisation.coordinator, second)
    organisation.ways["coordinator"].cut = {"/v1/rotation/holders"}
    with pytest.raises(Unreachable):
        devices.revoke_person(organisation.coordinator, bas.me.person_id)
    assert set(served_epochs(organisation).values()) == {1}
    second.engine.until_done()
    assert set(served_epochs(organisation).values()) == {2}
    organisation.ways["coordinator"].cut = set()
    organisation.coordinator.engine.until_done()
    assert set(served_epochs(organisation).values()) == {2}, "it was done: not once more"
    assert epochs(organisation.coordinator) == epochs(second)


def test_two_coordinators_send_two_away_at_once_and_both_are_covered(organisation: Organisation) -> None:
    second = organisation.joined("second", "Mo Haddad", Role.COORDINATOR)
    ina = organisation.joined("ina", "Ina de Wit")
    bas, joyce = organisation.joined("bas", "Bas Kuiper"), organisation.joined("joyce", "Joyce Landveld")
    coordinator = organisation.coordinator
    organisation.meet(coordinator, second)
    # Both are noted before either has replaced a key.
    organisation.ways["coordinator"].cut = organisation.ways["second"].cut = {"/v1/rotation"}
    for who, whom in ((coordinator, bas), (second, joyce)):
        with pytest.raises(Unreachable):
            devices.revoke_person(who, whom.me.person_id)
    organisation.ways["coordinator"].cut = organisation.ways["second"].cut = set()
    organisation.meet(second, coordinator, ina)
    assert set(served_epochs(organisation).values()) == {2}, "one new key covers both"
    assert epochs(coordinator) == epochs(second)
    # One after the other: the second has to be covered anew.
    devices.revoke_person(second, ina.me.person_id)
    assert set(served_epochs(organisation).values()) == {3}


def test_who_joins_with_an_older_invitation_gets_the_newer_keys(organisation: Organisation) -> None:
    ina, bas = organisation.joined("ina", "Ina de Wit"), organisation.joined("bas", "Bas Kuiper")
    invitation = organisation.invited("Joyce Landveld")
    organisation.meet(organisation.coordinator, ina)
    devices.revoke_person(organisation.coordinator, bas.me.person_id)
    organisation.meet(ina)
    a_case(ina, "Smit")
    ina.engine.until_done()
    joyce = organisation.joined("joyce", "", invitation=invitation)
    assert set(epochs(joyce).values()) == {1}
    assert seen(joyce) == 0
    organisation.meet(organisation.coordinator, joyce)
    assert set(epochs(joyce).values()) == {2}
    assert seen(joyce) == 1


def test_a_central_api_that_makes_up_a_device_or_swaps_a_key_gets_none(organisation: Organisation) -> None:
    ina, bas = organisation.joined("ina", "Ina de Wit"), organisation.joined("bas", "Bas Kuiper")
    organisation.meet(organisation.coordinator, ina)
    forged = DeviceKeys.new()
    invented = organisation.coordinator.new_id()
    with organisation.central.database.writing() as connection:
        row = connection.execute(select(DEVICE).where(DEVICE.c.device_id == ina.me.device_id)).mappings().one()
        keys = {"signing_key": forged.signing_public, "sealing_key": forged.sealing_public}
        connection.execute(DEVICE.insert(), [{**row, "device_id": invented, **keys}])
        connection.execute(
            DEVICE.update().where(DEVICE.c.device_id == ina.me.device_id).values(sealing_key=forged.sealing_public)
        )
    devices.revoke_person(organisation.coordinator, bas.me.person_id)
    assert set(served_epochs(organisation).values()) == {2}
    with organisation.central.database.reading() as connection:
        granted = set(connection.execute(select(KEY_GRANT.c.device_id).where(KEY_GRANT.c.epoch == 2)).scalars())
    assert granted == {organisation.coordinator.me.device_id}
    # It goes on asking for them: still none.
    ina.engine.exchange()
    organisation.meet(organisation.coordinator)
    with organisation.central.database.reading() as connection:
        assert granted == set(connection.execute(select(KEY_GRANT.c.device_id).where(KEY_GRANT.c.epoch == 2)).scalars())


@pytest.mark.soak
def test_who_was_sent_away_and_is_let_in_again_by_the_central_api_alone_gets_no_key(organisation: Organisation) -> None:
    ina, bas = organisation.joined("ina", "Ina de Wit"), organisation.joined("bas", "Bas Kuiper")
    organisation.meet(organisation.coordinator, ina)
    with organisation.central.database.reading() as connection:
        rights = connection.execute(select(MEMBER).where(MEMBER.c.user_id == bas.me.person_id)).mappings().all()
    devices.revoke_person(organisation.coordinator, bas.me.person_id)
    organisation.meet(organisation.coordinator, ina)
    with organisation.central.database.writing() as connection:
        connection.execute(DEVICE.update().where(DEVICE.c.device_id == bas.me.device_id).values(state="enrolled"))
        connection.execute(MEMBER.insert(), [dict(row) for row in rights])
    bas.engine.exchange()
    organisation.meet(organisation.coordinator, ina)
    bas.engine.exchange()
    assert set(epochs(bas).values()) == {1}


def test_a_key_goes_only_to_somebody_whose_role_goes_with_it(organisation: Organisation) -> None:
    joyce = organisation.joined("joyce", "Joyce Landveld", Role.ASSISTANT)
    organisation.meet(organisation.coordinator)
    team = organisation.coordinator.scopes.all_teams[0]
    with organisation.central.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO member (organisation_id, user_id, scope_id, rights) SELECT organisation_id, ?, ?, 'write'"
            " FROM organisation",
            (joyce.me.person_id, team),
        )
    joyce.engine.until_done()
    organisation.meet(organisation.coordinator, joyce)
    assert epochs(joyce)[team] == 0


def test_the_list_and_what_may_not_be_done(organisation: Organisation) -> None:
    ina = organisation.joined("ina", "Ina de Wit")
    organisation.meet(organisation.coordinator)
    rows = {row.name: row for row in devices.people(organisation.coordinator)}
    assert [(one.label, one.state, one.unsent, one.known, one.own) for one in rows["Ina de Wit"].devices] == [
        ("ina", "enrolled", 0, True, False)
    ]
    assert [one.own for one in rows["Hanneke Vos"].devices] == [True]
    devices.rename(organisation.coordinator, ina.me.device_id, "laptop van Ina")
    organisation.meet(organisation.coordinator, ina)
    rows = {row.name: row for row in devices.people(organisation.coordinator)}
    assert rows["Ina de Wit"].devices[0].label == "laptop van Ina"
    for refused in (
        lambda: devices.people(ina),
        lambda: devices.revoke(ina, [organisation.coordinator.me.device_id]),
        lambda: devices.revoke(organisation.coordinator, [organisation.coordinator.me.device_id]),
        lambda: devices.revoke_person(organisation.coordinator, organisation.coordinator.me.person_id),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_nobody_gets_a_key_by_a_directory_that_is_not_theirs(organisation: Organisation) -> None:
    ina = organisation.joined("ina", "Ina de Wit")
    organisation.meet(organisation.coordinator)
    with organisation.coordinator.database.read() as connection:
        assert pinned.told_by(connection, ina.me.device_id)[pinned.PERSON] == ina.me.person_id
        assert keyring.private_keys(connection, organisation.coordinator.scopes.all_teams[0])


def test_a_second_device_of_ones_own_has_what_the_first_has_and_no_more(organisation: Organisation) -> None:
    ina = organisation.joined("ina", "Ina de Wit")
    a_case(ina, "Smit")
    ina.engine.until_done()
    invitation = enrolment.invite_own(ina)
    second = organisation.joined("phone", "", invitation=invitation.text)
    assert (second.me.person_id, second.me.role) == (ina.me.person_id, Role.COACH)
    assert second.scopes == ina.scopes
    assert seen(second) == 1
    organisation.meet(organisation.coordinator)
    theirs = next(row for row in devices.people(organisation.coordinator) if row.name == "Ina de Wit").devices
    assert {one.id: one.invited_by for one in theirs}[second.me.device_id] == ina.me.device_id


def test_a_coachs_open_cases_go_to_another_in_one_save(organisation: Organisation) -> None:
    ina, bas = organisation.joined("ina", "Ina de Wit"), organisation.joined("bas", "Bas Kuiper")
    made = [a_case(bas, name) for name in ("Smit", "Bakker", "Visser")]
    cases.end(bas, made[2], "completed", bas.clock.today(), 0)
    organisation.meet(bas, ina)
    assert devices.hand_over(ina, bas.me.person_id, ina.me.person_id) == 2
    organisation.meet(ina, bas)
    assert set(index(ina, View.MINE).ids) == set(made[:2])
    with pytest.raises(NothingToChange):
        devices.hand_over(ina, bas.me.person_id, ina.me.person_id)
    with pytest.raises(NotFound):
        devices.hand_over(ina, ina.me.person_id, organisation.coordinator.me.person_id)
    with pytest.raises(NotAllowed):
        devices.hand_over(organisation.coordinator, ina.me.person_id, bas.me.person_id)
