from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from sync.client.changes import Change
from tests.services.vaults import opened_alone, opened_new
from wor_tui.clock import FixedClock
from wor_tui.domain.codes import Role
from wor_tui.domain.rights import Act
from wor_tui.services import drafts, records
from wor_tui.services.errors import Invalid, NotFound, Reason
from wor_tui.services.records import CARE
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.vault import open_vault


def audit_of(workspace: Workspace) -> list[tuple[str, str, str, str]]:
    with workspace.database.read() as connection:
        found = connection.exec_driver_sql("SELECT event, action, kind, purpose FROM audit ORDER BY n")
        return [(row[0], row[1], row[2], row[3]) for row in found]


def test_a_new_vault_belongs_to_nobody_until_somebody_begins(tmp_path: Path, clock: FixedClock) -> None:
    with opened_new(tmp_path / "home", clock) as workspace, pytest.raises(NotFound):
        _ = workspace.me


def test_who_works_here_and_where(tmp_path: Path, clock: FixedClock) -> None:
    with opened_alone(tmp_path / "home", clock, "Ans Bakker", Role.ASSISTANT) as workspace:
        assert (workspace.me.name, workspace.me.role) == ("Ans Bakker", Role.ASSISTANT)
        assert not workspace.me.may("person", Act.INVITE)
        assert workspace.scopes.team in workspace.scopes.teams
        assert workspace.scopes.desk in workspace.scopes.desks


def test_a_save_is_the_records_the_audit_line_and_the_end_of_the_draft(workspace: Workspace) -> None:
    drafts.save(workspace, "client", "", {"family_name": "Bo"}, {workspace.scopes.team: 0})
    change = records.adding(workspace, "client", workspace.scopes.team, {"family_name": "Bos"})
    workspace.save([change], CARE, event="client.add", action="C", draft=("client", ""))
    assert audit_of(workspace)[-1] == ("client.add", "C", "client", "care")
    assert drafts.load(workspace, "client", "") is None
    with workspace.database.read() as connection:
        assert records.found(connection, "client", change.record)["family_name"] == "Bos"


def test_a_save_that_is_refused_leaves_nothing(workspace: Workspace) -> None:
    drafts.save(workspace, "client", "", {"family_name": "Bo"}, {})
    before = audit_of(workspace)
    good = records.adding(workspace, "client", workspace.scopes.team, {"family_name": "Bos"})
    bad = Change("client", workspace.new_id(), workspace.scopes.team, {"phone": "bel maar", "family_name": "X"})
    with pytest.raises(Invalid) as refused:
        workspace.save([good, bad], CARE, event="client.add", draft=("client", ""))
    assert (refused.value.field, refused.value.code) == ("phone", Reason.NOT_A_PHONE_NUMBER)
    assert audit_of(workspace) == before
    assert drafts.load(workspace, "client", "") is not None
    with workspace.database.read() as connection, pytest.raises(NotFound):
        records.found(connection, "client", good.record)


def test_reading_a_file_is_written_down(workspace: Workspace) -> None:
    workspace.note_reading("case", workspace.new_id(), CARE)
    workspace.flush()
    assert audit_of(workspace)[-1] == ("open", "R", "case", "care")


def test_a_draft_keeps_where_the_form_stood(workspace: Workspace) -> None:
    drafts.save(workspace, "intake", "x", {"notices": "een\ntwee", "step_01_on": None}, {"s": 7})
    drafts.save(workspace, "intake", "x", {"notices": "drie"}, {"s": 7})
    kept = drafts.load(workspace, "intake", "x")
    assert kept is not None
    assert (kept.values, kept.bases) == ({"notices": "drie"}, {"s": 7})
    assert [draft.record for draft in drafts.every(workspace)] == ["x"]
    drafts.drop(workspace, "intake", "x")
    assert drafts.every(workspace) == []


def test_a_vault_that_cannot_be_worked_in_is_let_go(tmp_path: Path, clock: FixedClock) -> None:
    """Also while somebody holds on to the error: else the next attempt would hear that it is open elsewhere."""
    with opened_alone(tmp_path / "home", clock) as workspace:
        key = workspace.vault.key
        with workspace.database.write() as connection:
            connection.exec_driver_sql("DROP TABLE case_summary")
    later = FixedClock(clock.now() + timedelta(days=400))
    with pytest.raises(OperationalError) as caught:
        open_workspace(open_vault(tmp_path / "home", key), later)
    open_vault(tmp_path / "home", key).close()
    assert caught.value
