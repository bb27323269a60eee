"""The summary that is kept with every save equals the one that is made from scratch."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.client.changes import Change
from wor_tui.clock import FixedClock
from wor_tui.services import caseload, cases, clients, consents, contacts, directory, feedback, intakes, today
from wor_tui.services.case_file import case_file
from wor_tui.services.contacts import NewContact
from wor_tui.services.errors import Invalid, NotAllowed
from wor_tui.services.projection import Projection
from wor_tui.services.records import CARE
from wor_tui.services.workspace import Workspace


def summary(workspace: Workspace) -> list[tuple[Any, ...]]:
    with workspace.database.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM case_summary ORDER BY case_id")]


def rebuilt(workspace: Workspace) -> list[tuple[Any, ...]]:
    with workspace.database.write() as connection:
        workspace.projection.rebuild(connection)
    return summary(workspace)


class Coach:
    """Does one thing after another, as a seed decides; what the rules refuse is refused."""

    def __init__(self, workspace: Workspace, seed: int) -> None:
        self.workspace = workspace
        self.random = random.Random(seed)
        self.today = workspace.clock.today()
        self.opened: list[str] = []
        self.contacts: list[str] = []
        self.practices = [directory.add_practice(workspace, {"name": f"Praktijk {at}"}) for at in range(2)]
        self.people = [
            directory.add_person(workspace, {"name": f"Verwijzer {at}", "role": "referrer"}) for at in range(2)
        ]

    def step(self) -> None:
        acts = [self.opens, self.calls, self.corrects, self.asks, self.reports, self.holds, self.ends, self.renames]
        acts += [self.plans, self.moves, self.deletes, self.renames_a_practice, self.calls, self.asks]
        try:
            self.random.choice(acts)()
        except (Invalid, NotAllowed):
            return

    def day(self, last: int = 0) -> date:
        return self.today - timedelta(days=self.random.randint(-last, 60))

    def moment(self) -> datetime:
        return self.workspace.clock.now() - timedelta(hours=self.random.randint(0, 1500))

    def case(self) -> str:
        if not self.opened:
            self.opens()
        return self.random.choice(self.opened)

    def opens(self) -> None:
        name = self.random.choice(["Bos", "Éland", "de Wit", "Öz", "van Dam"])
        case = {"practice_id": self.random.choice(self.practices), "referrer_id": self.random.choice(self.people)}
        self.opened.append(cases.open_by_hand(self.workspace, {"family_name": name}, case, received_on=self.day()))

    def calls(self) -> None:
        kind = self.random.choice(["phone", "visit", "case_meeting"])
        made = NewContact(
            kind, self.moment(), reached=self.random.random() < 0.6, client_bound=self.random.random() < 0.9
        )
        self.contacts.append(contacts.add(self.workspace, self.case(), made))

    def corrects(self) -> None:
        if self.contacts:
            made = NewContact("phone", self.moment(), reached=self.random.random() < 0.5)
            self.contacts.append(contacts.correct(self.workspace, self.random.choice(self.contacts), made))

    def asks(self) -> None:
        purpose = self.random.choice(["contact_details", "feedback", "web"])
        given_now = self.random.random() < 0.8
        consents.record(
            self.workspace, self.case(), purpose, given=given_now, by_whom="client", how="spoken", on=self.day()
        )

    def reports(self) -> None:
        feedback.send(self.workspace, self.case(), self.random.choice([1, 2]), sent_on=self.day(), channel="phone")

    def holds(self) -> None:
        intakes.held(self.workspace, self.case(), self.day(10), 0)

    def ends(self) -> None:
        reason = self.random.choice(["completed", "not_reached", "died", "moved"])
        if self.random.random() < 0.4:
            cases.reopen(self.workspace, self.case(), 0)
        else:
            cases.end(self.workspace, self.case(), reason, self.day(), 0)

    def renames(self) -> None:
        client = case_file(self.workspace, self.case()).client.id
        clients.edit(
            self.workspace, client, {"family_name": self.random.choice(["Aa", "Zz"]), "phone": "0612345678"}, 0
        )

    def plans(self) -> None:
        cases.set_next_step(self.workspace, self.case(), self.random.choice(["bellen", ""]), self.day(20), 0)

    def moves(self) -> None:
        cases.edit(self.workspace, self.case(), {"practice_id": self.random.choice(self.practices)}, 0)

    def deletes(self) -> None:
        if len(self.opened) > 3:
            case_id = self.opened.pop(self.random.randrange(len(self.opened)))
            gone = Change("case", case_id, self.workspace.scopes.team, {"deleted_at": "2026-11-22T09:30:00Z"}, 0)
            self.workspace.save([gone], CARE, event="case.delete")
            self.contacts.clear()

    def renames_a_practice(self) -> None:
        directory.edit_practice(self.workspace, self.random.choice(self.practices), {"name": "Zorgplein"}, 0)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(min_value=0, max_value=10_000))
def test_kept_and_made_anew_are_the_same(workspace: Workspace, seed: int) -> None:
    coach = Coach(workspace, seed)
    for _ in range(30):
        coach.step()
    kept = summary(workspace)
    assert kept == rebuilt(workspace)
    assert {row[0] for row in kept} >= set(coach.opened)


def test_what_is_due_in_the_summary_is_what_the_case_says(workspace: Workspace, clock: FixedClock) -> None:
    coach = Coach(workspace, 4)
    for _ in range(120):
        coach.step()
    clock.advance(timedelta(days=5))
    workspace.projection.refresh(workspace.database)
    for case_id in coach.opened:
        with workspace.database.read() as connection:
            row = (
                connection.exec_driver_sql("SELECT * FROM case_summary WHERE case_id = ?", (case_id,)).mappings().one()
            )
        shown = case_file(workspace, case_id)
        still_owed = [each.due_on for each in shown.obligations if each.done_on is None and each.allowed]
        assert row["due_on"] == min((day.isoformat() for day in still_owed), default=None)
        assert row["owed_by"] == (shown.case.coach_id if still_owed else None)


def test_a_row_says_on_every_day_what_the_case_says(workspace: Workspace, clock: FixedClock) -> None:
    coach = Coach(workspace, 11)
    for _ in range(100):
        coach.step()
    for _ in range(8):
        for row in caseload.rows(workspace, coach.opened):
            shown = case_file(workspace, row.id)
            late = [(each.due_on, each.what) for each in shown.obligations if each.overdue]
            assert (row.phase, row.contacts, row.week) == (
                shown.phase,
                shown.progress.contacts,
                shown.progress.week,
            )
            assert (row.late_on, row.late) == min(late, default=(None, ""))
        clock.advance(timedelta(days=9))


def test_a_view_is_right_on_a_day_that_began_while_the_program_ran(workspace: Workspace, clock: FixedClock) -> None:
    case_id = cases.open_by_hand(workspace, {"family_name": "Bos"}, received_on=date(2026, 11, 1))
    for purpose in ("contact_details", "feedback"):
        consents.record(workspace, case_id, purpose, given=True, by_whom="client", how="spoken", on=date(2026, 11, 1))
    intakes.held(workspace, case_id, date(2026, 11, 26), 0)
    assert case_id in caseload.index(workspace, caseload.View.DUE).ids  # the first contact, since 15 November
    clock.advance(timedelta(days=4))
    assert case_id not in caseload.index(workspace, caseload.View.DUE).ids
    assert [each.what for each in today.today(workspace).due] == ["feedback_1"]
    clock.advance(timedelta(days=8))
    assert case_id in caseload.index(workspace, caseload.View.DUE).ids
    clock.advance(timedelta(days=-12))
    assert [each.what for each in today.today(workspace).due] == ["first_contact"]
    assert summary(workspace) == rebuilt(workspace)


def test_feedback_that_is_owed_after_the_end_still_stands_on_today(workspace: Workspace) -> None:
    case_id = cases.open_by_hand(workspace, {"family_name": "Bos"}, received_on=date(2026, 11, 1))
    for purpose in ("contact_details", "feedback"):
        consents.record(workspace, case_id, purpose, given=True, by_whom="client", how="spoken", on=date(2026, 11, 1))
    intakes.held(workspace, case_id, date(2026, 11, 10), 0)
    cases.end(workspace, case_id, "completed", date(2026, 11, 20), 0)
    assert [each.what for each in today.today(workspace).due] == ["feedback_1"]
    assert case_id not in caseload.index(workspace).ids


def test_other_terms_make_it_anew_when_the_vault_opens(workspace: Workspace, clock: FixedClock) -> None:
    case_id = cases.open_by_hand(workspace, {"family_name": "Bos"}, received_on=date(2026, 11, 20))
    consents.record(
        workspace, case_id, "contact_details", given=True, by_whom="client", how="spoken", on=date(2026, 11, 20)
    )
    before = summary(workspace)
    workspace.projection.refresh(workspace.database)
    assert summary(workspace) == before
    rules = type(workspace.config.rules)(first_contact_days=3)
    Projection(rules, clock).refresh(workspace.database)
    assert "2026-11-23" in summary(workspace)[0]


@pytest.mark.parametrize("kind", ["contact", "consent", "feedback"])
def test_an_entry_that_disappears_counts_no_more(workspace: Workspace, kind: str) -> None:
    coach = Coach(workspace, 7)
    for _ in range(60):
        coach.step()
    with workspace.database.write() as connection:
        gone = connection.exec_driver_sql(f"SELECT id FROM {kind} LIMIT 3").scalars().all()  # noqa: S608
        workspace.replica.forget(connection, list(gone))
    assert summary(workspace) == rebuilt(workspace)
