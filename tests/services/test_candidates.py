"""The consent gate: before consent nothing of a candidate leaves the practice, and after it only what was agreed."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sync.client import state
from sync.client.changes import Change
from sync.schema import ScopeKind
from tests.domain.test_kinds import WHOLE
from tests.services.vaults import NOW, Kept, opened_alone
from wor_tui.clock import FixedClock
from wor_tui.domain.codes import ConsentPurpose, Role
from wor_tui.services import appointments, candidates, consents, referrals
from wor_tui.services.errors import NotAllowed, NothingToChange
from wor_tui.services.records import current_base
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.vault import open_vault

CANARY = "Zwaantje"
NAMED = {"client_name": f"{CANARY} de Wit", "phone": "06-12345678", "reason": f"{CANARY} is eenzaam"}
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def at_practice(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    home = tmp_path_factory.mktemp("practice") / "home"
    with opened_alone(home, FixedClock(NOW), "Joyce", Role.ASSISTANT) as workspace:
        return Kept(home, workspace.vault.key)


@pytest.fixture
def practice(at_practice: Kept, tmp_path: Path, clock: FixedClock) -> Iterator[Workspace]:
    """An assistant's vault."""
    shutil.copytree(at_practice.home, tmp_path / "home")
    with open_workspace(open_vault(tmp_path / "home", at_practice.key), clock) as opened:
        yield opened


def listed(workspace: Workspace) -> str:
    return candidates.add(
        workspace,
        {
            "initials": "Z.W.", "patient_number": f"nr-{CANARY}", "consultations": 14, "threshold": 12,
            "rule": "12 consulten in 12 maanden", "age_band": "60-69",
        },
    )  # fmt: skip


def agree(workspace: Workspace, candidate: str, *purposes: ConsentPurpose, given: bool = True) -> None:
    candidates.record_consent(workspace, candidate, purposes, given=given, by_whom="client", how="spoken", on=DAY)


def ops(workspace: Workspace, kind: ScopeKind) -> str:
    """All that this device made for scopes of a kind."""
    statement = "SELECT op.record, op.kind, op.content FROM op JOIN scope ON scope.id = op.scope WHERE scope.kind = ?"
    with workspace.database.read() as connection:
        return repr([tuple(row) for row in connection.exec_driver_sql(statement, (str(kind),))])


def elsewhere(workspace: Workspace) -> str:
    return "".join(ops(workspace, kind) for kind in ScopeKind if kind is not ScopeKind.PRACTICE)


def test_before_consent_nothing_of_a_candidate_leaves_the_practice(practice: Workspace) -> None:
    candidate = listed(practice)
    with practice.database.read() as connection:
        base = current_base(connection, practice.scopes.practice)
    candidates.edit(practice, candidate, {"meeting_on": DAY, "outcome": "invite"}, base)
    appointments.plan(
        practice,
        {"client_name": CANARY, "case_id": candidate, "starts_at": NOW, "reason": "triage"},
        new_practice="Linde",
    )
    agree(practice, candidate, ConsentPurpose.REASON, ConsentPurpose.WEB)
    agree(practice, candidate, ConsentPurpose.CONTACT_DETAILS, given=False)
    with pytest.raises(NotAllowed) as refused:
        candidates.to_desk(practice, candidate, NAMED)
    assert refused.value.what == candidates.WITHOUT_CONSENT
    assert CANARY in ops(practice, ScopeKind.PRACTICE)
    assert candidate in ops(practice, ScopeKind.PRACTICE)
    assert CANARY not in elsewhere(practice)
    assert candidate not in elsewhere(practice)
    assert referrals.inbox(practice)[0] == []
    [row] = appointments.agenda(practice, NOW.date())[0]
    assert row.scope == practice.scopes.practice


def test_there_is_no_way_around_it(practice: Workspace) -> None:
    with pytest.raises(NotAllowed):
        referrals.register(practice, {**NAMED, "consent_on": DAY})
    assert CANARY not in elsewhere(practice)


def test_what_goes_along_is_what_was_agreed(practice: Workspace) -> None:
    candidate = listed(practice)
    agree(practice, candidate, ConsentPurpose.CONTACT_DETAILS, ConsentPurpose.FEEDBACK)
    referral = candidates.to_desk(practice, candidate, NAMED)
    [row] = referrals.inbox(practice)[0]
    assert (row.id, row.client_name, row.reason, row.consent_on) == (referral, NAMED["client_name"], "", DAY)
    for kept in (candidate, "Z.W.", f"nr-{CANARY}", "12 consulten", "60-69"):
        assert kept not in elsewhere(practice)
    with practice.database.read() as connection:
        shared = {event.purpose for event in consents.of_record(connection, referral)}
    assert shared == {ConsentPurpose.CONTACT_DETAILS, ConsentPurpose.FEEDBACK}
    [known], _ = candidates.listed(practice)
    assert (known.referral_id, known.agreed) == (referral, {"contact_details", "feedback"})
    with pytest.raises(NothingToChange):
        candidates.to_desk(practice, candidate, NAMED)


def test_with_consent_for_the_reason_it_goes_along(practice: Workspace) -> None:
    candidate = listed(practice)
    agree(practice, candidate, ConsentPurpose.CONTACT_DETAILS, ConsentPurpose.REASON)
    candidates.to_desk(practice, candidate, NAMED)
    assert referrals.inbox(practice)[0][0].reason == NAMED["reason"]


def test_consent_after_a_withdrawal_opens_the_gate_again(practice: Workspace) -> None:
    candidate = listed(practice)
    agree(practice, candidate, ConsentPurpose.CONTACT_DETAILS)
    agree(practice, candidate, ConsentPurpose.CONTACT_DETAILS, given=False)
    with pytest.raises(NotAllowed):
        candidates.to_desk(practice, candidate, NAMED)
    agree(practice, candidate, ConsentPurpose.CONTACT_DETAILS)
    assert candidates.to_desk(practice, candidate, NAMED)


def test_a_web_of_the_consulting_room_goes_along_only_with_consent(practice: Workspace) -> None:
    with practice.database.write() as connection:
        state.put(connection, role=Role.REFERRER)
    practice.start_over()
    for agreed in (False, True):
        candidate = listed(practice)
        values = {**WHOLE["web"], "case_id": candidate, "d3": 4.5}
        made = Change("web", practice.new_id(), practice.scopes.practice, values)
        practice.save([made], "test", event="web.add")
        agree(practice, candidate, ConsentPurpose.CONTACT_DETAILS, *([ConsentPurpose.WEB] if agreed else []))
        referral = candidates.to_desk(practice, candidate, NAMED)
        with practice.database.read() as connection:
            there = connection.exec_driver_sql("SELECT d3 FROM web WHERE case_id = ?", (referral,)).scalars().all()
        assert there == ([4.5] if agreed else [])
