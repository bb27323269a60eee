"""The one write path asks the rights for every change, and the role that counts is what the central API granted."""

import shutil
from collections.abc import Iterator
from itertools import product

import pytest

from sync.client import scopes, state
from sync.client.changes import Change
from sync.schema import ScopeKind
from tests.domain.test_kinds import WHOLE
from tests.services.vaults import NOW, Kept
from wor_tui.clock import FixedClock
from wor_tui.domain.codes import Role
from wor_tui.domain.kinds import schema
from wor_tui.domain.rights import Act, may
from wor_tui.services import appointments, caseload, directory, merging, referrals, synchronisation, today
from wor_tui.services.case_file import case_file
from wor_tui.services.errors import NotAllowed
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.vault import open_vault

DELETED = "2026-11-22T09:00:00Z"


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory, kept: Kept) -> Iterator[Workspace]:
    """A vault with a scope of every kind, to which each test gives a role."""
    home = tmp_path_factory.mktemp("rights") / "home"
    shutil.copytree(kept.home, home)
    with open_workspace(open_vault(home, kept.key), FixedClock(NOW)) as opened:
        with opened.database.write() as connection:
            there = {one.kind for one in scopes.by_id(connection).values()}
            for kind in set(ScopeKind) - there:
                scopes.add(connection, opened.new_id(), kind)
        yield opened


def granted(workspace: Workspace, role: Role) -> None:
    """Let the central API have granted this role; a coordinator reads no team."""
    with workspace.database.write() as connection:
        state.put(connection, role=role)
        connection.exec_driver_sql("UPDATE scope SET keys_only = ? WHERE kind = 'team'", (role is Role.COORDINATOR,))
    workspace.start_over()


def place(workspace: Workspace, kind: ScopeKind) -> str:
    with workspace.database.read() as connection:
        return next(one.id for one in scopes.by_id(connection).values() if one.kind is kind)


@pytest.mark.parametrize("role", Role)
def test_every_change_is_asked(everywhere: Workspace, role: Role) -> None:
    for name, where in product(sorted(schema().kinds), ScopeKind):
        if where not in schema().kinds[name].scopes:
            continue
        scope, record = place(everywhere, where), everywhere.new_id()
        made = Change(name, record, scope, WHOLE[name])
        if name == "device":
            # In an organisation everybody has a card of their own already, so that this is somebody else's.
            assert record != everywhere.me.device_id
        steps = [(Act.CREATE, made)]
        if not schema().kinds[name].append_only:
            values = {"name": "Ria Bakker"} if name == "person" else WHOLE[name]
            steps.append((Act.CHANGE, Change(name, record, scope, values)))
        if "deleted_at" in schema().kinds[name].fields:
            steps.append((Act.DELETE, Change(name, record, scope, {"deleted_at": DELETED})))
        for act, change in steps:
            granted(everywhere, role)
            if may(role, name, act, where):
                everywhere.save([change], "test", event="test")
                continue
            with pytest.raises(NotAllowed):
                everywhere.save([change], "test", event="test")
            other = next((each for each in Role if may(each, name, act, where)), None)
            if other is not None:
                granted(everywhere, other)
                everywhere.save([change], "test", event="test")


def test_one_change_that_is_not_allowed_keeps_the_others_from_being_saved(everywhere: Workspace) -> None:
    granted(everywhere, Role.ASSISTANT)
    referral, client = everywhere.new_id(), everywhere.new_id()
    both = [
        Change("referral", referral, place(everywhere, ScopeKind.DESK), WHOLE["referral"]),
        Change("client", client, place(everywhere, ScopeKind.TEAM), WHOLE["client"]),
    ]
    with pytest.raises(NotAllowed):
        everywhere.save(both, "test", event="test")
    with everywhere.database.read() as connection:
        found = "SELECT count(*) FROM replica WHERE record IN (?, ?)"
        assert connection.exec_driver_sql(found, (referral, client)).scalar() == 0


READS = {
    "case": (
        caseload.index,
        today.today,
        lambda one: case_file(one, "x"),
        lambda one: caseload.rows(one, []),
        lambda one: directory.cards_of_case(one, "x"),
        lambda one: merging.proposed(one, "x", "y"),
    ),
    "referral": (referrals.inbox, lambda one: appointments.agenda(one, one.clock.today())),
}


@pytest.mark.parametrize("role", Role)
def test_every_list_is_asked(everywhere: Workspace, role: Role) -> None:
    granted(everywhere, role)
    for kind, reads in READS.items():
        if may(role, kind, Act.READ):
            continue
        for read in reads:
            with pytest.raises(NotAllowed):
                read(everywhere)


def test_what_a_card_says_grants_nothing(everywhere: Workspace) -> None:
    granted(everywhere, Role.COORDINATOR)
    directory.edit_person(everywhere, everywhere.me.person_id, {"role": Role.REFERRER}, 0)
    granted(everywhere, Role.ASSISTANT)
    for field, value in (("role", Role.COACH), ("practice_id", everywhere.me.person_id), ("until_on", "2030-01-01")):
        with pytest.raises(NotAllowed):
            directory.edit_person(everywhere, everywhere.me.person_id, {field: value}, 0)
    directory.edit_person(everywhere, everywhere.me.person_id, {"mobile": "06-11223344"}, 0)
    assert (everywhere.me.role, everywhere.me.roles) == (Role.ASSISTANT, {Role.ASSISTANT})
    with pytest.raises(NotAllowed):
        caseload.index(everywhere)


def test_a_coordinator_with_case_files_stays_their_coach(everywhere: Workspace) -> None:
    granted(everywhere, Role.COORDINATOR)
    assert everywhere.me.roles == {Role.COORDINATOR}
    assert synchronisation.conflicts(everywhere) == []
    with pytest.raises(NotAllowed):
        today.today(everywhere)
    with everywhere.database.write() as connection:
        connection.exec_driver_sql("UPDATE scope SET keys_only = 0")
    everywhere.start_over()
    assert everywhere.me.roles == {Role.COORDINATOR, Role.COACH}
    today.today(everywhere)
