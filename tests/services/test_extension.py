"""Past five contacts or thirteen weeks a case asks why it goes on, and no contact is refused for want of an answer."""

from datetime import UTC, date, datetime, timedelta

from wor_tui.clock import FixedClock
from wor_tui.services import cases, contacts
from wor_tui.services.case_file import case_file
from wor_tui.services.contacts import NewContact
from wor_tui.services.workspace import Workspace


def met(day: date) -> NewContact:
    return NewContact("visit", datetime(day.year, day.month, day.day, 9, tzinfo=UTC), 60)


def a_case(workspace: Workspace, received_on: date, contacts_held: int) -> str:
    case_id = cases.open_by_hand(workspace, {"family_name": "Vries"}, received_on=received_on)
    for week in range(contacts_held):
        contacts.add(workspace, case_id, met(received_on + timedelta(weeks=week)))
    return case_id


def asks(workspace: Workspace, case_id: str) -> tuple[bool, date | None]:
    now = case_file(workspace, case_id).progress
    return now.needs_reason, now.reason_owed_since


def test_the_sixth_contact_is_written_down_and_the_case_asks_why(workspace: Workspace) -> None:
    case_id = a_case(workspace, date(2026, 10, 5), 4)
    assert asks(workspace, case_id) == (False, None)
    contacts.add(workspace, case_id, met(date(2026, 11, 2)))
    assert asks(workspace, case_id) == (True, None)
    contacts.add(workspace, case_id, met(date(2026, 11, 20)))
    assert asks(workspace, case_id) == (True, date(2026, 11, 20))
    assert len(case_file(workspace, case_id).timeline) == 6
    file = case_file(workspace, case_id)
    cases.extend(workspace, case_id, "op eigen wens nog twee keer", file.bases[file.case.scope])
    assert asks(workspace, case_id) == (False, None)


def test_week_fourteen_asks_too(workspace: Workspace, clock: FixedClock) -> None:
    started = date(2026, 8, 24)
    case_id = a_case(workspace, started, 1)
    assert clock.today() == started + timedelta(weeks=13, days=-1)
    assert asks(workspace, case_id) == (False, None)
    clock.advance(timedelta(days=1))
    assert case_file(workspace, case_id).progress.week == 14
    assert asks(workspace, case_id) == (True, started + timedelta(weeks=13))
    contacts.add(workspace, case_id, met(clock.today()))
    assert len(case_file(workspace, case_id).timeline) == 2


def test_the_reason_may_come_with_the_contact(workspace: Workspace) -> None:
    case_id = a_case(workspace, date(2026, 10, 5), 5)
    base = case_file(workspace, case_id).bases[workspace.scopes.team]
    contacts.add(workspace, case_id, met(date(2026, 11, 20)), extension_reason="rouw na verlies", base=base)
    assert asks(workspace, case_id) == (False, None)
    assert case_file(workspace, case_id).case.extension_reason == "rouw na verlies"


def test_an_ended_case_asks_nothing(workspace: Workspace) -> None:
    case_id = a_case(workspace, date(2026, 10, 5), 6)
    cases.end(workspace, case_id, "completed", date(2026, 11, 22), 0)
    assert asks(workspace, case_id) == (False, None)
