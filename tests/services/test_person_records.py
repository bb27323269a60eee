"""All records of one person are found, and none of anybody else."""

from datetime import date

import pytest

from wor_tui.domain.codes import Variant
from wor_tui.domain.identifiers import intake_id
from wor_tui.services import appointments, cases, consents, contacts, feedback, intakes, webs
from wor_tui.services.case_file import case_file
from wor_tui.services.contacts import NewContact
from wor_tui.services.person_records import records_of_person
from wor_tui.services.workspace import Workspace


def filled(workspace: Workspace, name: str) -> str:
    """A case with a record of each kind; returns its id."""
    case = cases.open_with_referral(
        workspace,
        {"family_name": name},
        {"client_name": name, "type": "welfare", "channel": "phone", "received_on": date(2026, 11, 2)},
    )
    contacts.add(workspace, case, NewContact("phone", workspace.clock.now()))
    consents.record(workspace, case, "feedback", given=True, by_whom="client", how="spoken", on=date(2026, 11, 3))
    feedback.send(workspace, case, 1, sent_on=date(2026, 11, 5), channel="phone")
    intakes.held(workspace, case, date(2026, 11, 4), 0, {"notices": "Stil."})
    webs.start(workspace, case, Variant.QUICK, date(2026, 11, 4))
    appointments.plan(
        workspace,
        {"client_name": name, "case_id": case, "reason": "intake", "starts_at": workspace.clock.now(), "minutes": 20},
        new_practice="De Linde",
    )
    return case


def ids(workspace: Workspace, client_id: str) -> dict[str, set[str]]:
    with workspace.database.read() as connection:
        found = records_of_person(connection, client_id)
    assert len(found) == len(set(found))
    by_kind: dict[str, set[str]] = {}
    for one in found:
        by_kind.setdefault(one.kind, set()).add(one.record)
    return by_kind


@pytest.fixture
def client(workspace: Workspace) -> str:
    filled(workspace, "Buurman")
    return case_file(workspace, filled(workspace, "Janssen")).client.id


def test_each_kind_of_record_about_a_person_is_found(workspace: Workspace, client: str) -> None:
    found = ids(workspace, client)
    (case,) = found["case"]
    assert found["client"] == {client}
    assert found["intake"] == {intake_id(case)}
    assert {kind: len(records) for kind, records in found.items()} == dict.fromkeys(
        ("client", "case", "intake", "web", "contact", "consent", "feedback", "referral", "appointment"), 1
    )


def test_another_case_of_the_same_person_comes_along(workspace: Workspace, client: str) -> None:
    again = cases.open_for_client(workspace, client)
    contact = contacts.add(workspace, again, NewContact("walk", workspace.clock.now()))
    found = ids(workspace, client)
    assert again in found["case"]
    assert contact in found["contact"]
