"""What one form holds is one save: all of it is kept, or none of it is."""

from datetime import UTC, date, datetime

import pytest

from wor_tui.domain.codes import ByWhom, ConsentForm
from wor_tui.domain.errors import Invalid
from wor_tui.services import appointments, cases, consents, directory, referrals
from wor_tui.services.case_file import case_file
from wor_tui.services.workspace import Workspace

DAY = date(2026, 11, 20)


def saves(workspace: Workspace) -> int:
    """How many times something was saved."""
    with workspace.database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(DISTINCT group_id) FROM op").scalar_one())


def test_a_new_case_with_its_referral_and_consent_is_one_save(workspace: Workspace) -> None:
    practice = directory.add_practice(workspace, {"name": "De Linde"})
    before = saves(workspace)
    case_id = cases.open_with_referral(
        workspace,
        {"family_name": "Berg", "birth_date": date(2016, 3, 2)},
        {"client_name": "Berg", "practice_id": practice, "type": "welfare", "received_on": DAY, "consent_on": DAY},
        consent=(ByWhom.PARENTS, ConsentForm.SPOKEN),
    )
    assert saves(workspace) == before + 1
    file = case_file(workspace, case_id)
    assert file.referral is not None
    assert (file.referral.icpc, file.referral.status, file.case.received_on) == ("Z68", "received", DAY)
    assert file.practice is not None
    assert [(event.purpose, event.by_whom, event.on) for event in file.consents] == [
        ("contact_details", "parents", DAY)
    ]
    assert [row.case_id for row in referrals.inbox(workspace)[0]] == [case_id]


def test_a_new_case_that_is_refused_leaves_no_referral(workspace: Workspace) -> None:
    with pytest.raises(Invalid):
        cases.open_with_referral(workspace, {"family_name": ""}, {"client_name": "Berg", "type": "welfare"})
    assert referrals.inbox(workspace)[0] == []


def test_an_appointment_with_a_new_practice_is_one_save(workspace: Workspace) -> None:
    before = saves(workspace)
    starts_at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    appointments.plan(workspace, {"client_name": "A. W.", "starts_at": starts_at}, new_practice="De Brug")
    assert saves(workspace) == before + 1
    [row], _bases = appointments.agenda(workspace, date(2026, 11, 23))
    assert (row.practice, row.client, row.minutes) == ("De Brug", "A. W.", 20)


def test_an_appointment_that_is_refused_leaves_no_practice(workspace: Workspace) -> None:
    starts_at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    with pytest.raises(Invalid):
        appointments.plan(workspace, {"starts_at": starts_at, "minutes": 500}, new_practice="De Brug")
    assert directory.practices(workspace) == []


def test_consent_for_several_purposes_is_one_save(workspace: Workspace) -> None:
    case_id = cases.open_by_hand(workspace, {"family_name": "Berg"}, received_on=DAY)
    every = ["contact_details", "reason", "web", "feedback"]
    consents.record(workspace, case_id, "web", given=False, by_whom="client", how="spoken", on=DAY)
    before = saves(workspace)
    made = consents.record(workspace, case_id, every, given=True, by_whom="client", how="spoken", on=DAY)
    assert len(made) == len(every)
    assert saves(workspace) == before + 1
    assert case_file(workspace, case_id).effective_consents == set(every)
