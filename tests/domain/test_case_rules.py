"""Progress, phase and duties of a case, on any day."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.entries import CaseMade, ConsentMade, ContactMade, FeedbackMade
from wor_tui.domain.codes import ContactKind, Duty, EndReason, Phase, ReferralStatus
from wor_tui.domain.duties import owed
from wor_tui.domain.facts import CaseFacts, case_facts, counted_contacts
from wor_tui.domain.phase import case_phase, referral_status
from wor_tui.domain.progress import may_end_as_not_reached, needs_extension_reason, progress
from wor_tui.domain.terms import Terms

DAY = st.dates(date(1900, 1, 1), date(2199, 12, 31))
MAYBE_DAY = st.one_of(st.none(), DAY)
RECEIVED = date(2026, 9, 1)
INTAKE = date(2026, 9, 8)
ANY_FACTS = st.builds(
    CaseFacts,
    received_on=MAYBE_DAY,
    intake_on=MAYBE_DAY,
    ended_on=MAYBE_DAY,
    end_reason=st.one_of(st.none(), st.sampled_from([*EndReason, "of a later version"])),
    contacts=st.integers(0, 50),
    attempts=st.integers(0, 50),
    first_reached_on=MAYBE_DAY,
    last_reached_on=MAYBE_DAY,
    feedback_1_on=MAYBE_DAY,
    feedback_2_on=MAYBE_DAY,
    may_contact=st.booleans(),
    may_report=st.booleans(),
)


@given(ANY_FACTS, DAY)
def test_every_case_has_a_phase_progress_and_duties_whatever_its_facts(facts: CaseFacts, today: date) -> None:
    phase = case_phase(facts, today)
    assert phase in Phase
    assert phase.is_end == (facts.ended_on is not None)
    assert referral_status(phase) in ReferralStatus
    now = progress(facts, today)
    assert now.week is None or now.week >= 1
    for duty in owed(facts, today):
        assert not (duty.overdue and (duty.done_on or not duty.allowed))


def test_a_case_walks_through_its_phases() -> None:
    def phase(today: date, **changes: object) -> Phase:
        known = {"received_on": RECEIVED, **changes}
        return case_phase(CaseFacts(**known), today)  # pyright: ignore[reportArgumentType]

    assert phase(RECEIVED, may_contact=False) == Phase.WAITING_FOR_CONSENT
    assert phase(RECEIVED) == Phase.RECEIVED
    assert phase(RECEIVED, attempts=1) == Phase.CONTACTING
    assert phase(RECEIVED, intake_on=INTAKE) == Phase.CONTACTING
    assert phase(INTAKE, intake_on=INTAKE, contacts=1, last_reached_on=INTAKE) == Phase.INTAKE
    held = {"intake_on": INTAKE, "contacts": 2, "last_reached_on": INTAKE + timedelta(days=7)}
    assert phase(date(2026, 9, 20), **held) == Phase.RUNNING
    assert phase(INTAKE, intake_on=INTAKE, feedback_1_on=INTAKE) == Phase.RUNNING
    assert phase(INTAKE + timedelta(weeks=12), **held) == Phase.COMPLETING
    assert phase(date(2026, 9, 20), **{**held, "contacts": 5}) == Phase.COMPLETING
    assert phase(date(2026, 9, 20), **held, ended_on=date(2026, 9, 20), end_reason="completed") == Phase.COMPLETED
    assert phase(RECEIVED, ended_on=RECEIVED, end_reason="not_reached") == Phase.NOT_REACHED
    assert phase(RECEIVED, ended_on=RECEIVED, end_reason="passed_on") == Phase.PASSED_ON
    assert phase(date(2026, 9, 20), **held, may_contact=False) == Phase.WAITING_FOR_CONSENT


def test_contact_3_of_5_week_7_of_13() -> None:
    facts = CaseFacts(received_on=RECEIVED, intake_on=INTAKE, contacts=3)
    now = progress(facts, INTAKE + timedelta(days=45))
    assert (now.contacts, now.contacts_planned, now.week, now.weeks_planned) == (3, 5, 7, 13)
    assert not now.past_plan


def test_before_the_start_no_week_is_counted() -> None:
    assert progress(CaseFacts(received_on=RECEIVED), RECEIVED + timedelta(days=30)).week is None
    assert progress(CaseFacts(received_on=RECEIVED, intake_on=INTAKE), INTAKE - timedelta(days=1)).week is None


def test_a_first_contact_starts_a_case_until_the_intake_is_held() -> None:
    facts = CaseFacts(received_on=RECEIVED, first_reached_on=RECEIVED, contacts=1)
    assert progress(facts, RECEIVED + timedelta(days=7)).week == 2


def test_the_weeks_stop_when_the_case_ends() -> None:
    facts = CaseFacts(intake_on=INTAKE, ended_on=INTAKE + timedelta(days=20))
    assert progress(facts, INTAKE + timedelta(days=400)).week == 3


@given(st.integers(0, 400), st.integers(0, 400))
def test_weeks_only_count_up(one: int, other: int) -> None:
    facts = CaseFacts(intake_on=INTAKE)
    weeks = [progress(facts, INTAKE + timedelta(days=days)).week or 0 for days in sorted((one, other))]
    assert weeks[0] <= weeks[1]


@pytest.mark.parametrize(
    ("contacts", "weeks", "needed"), [(4, 1, False), (5, 1, True), (6, 1, True), (1, 12, False), (1, 13, True)]
)
def test_going_on_past_the_plan_needs_a_reason(contacts: int, weeks: int, needed: bool) -> None:
    facts = CaseFacts(intake_on=INTAKE, contacts=contacts)
    today = INTAKE + timedelta(weeks=weeks)
    assert needs_extension_reason(facts, today) == needed


def test_three_attempts_without_reaching_anybody_may_end_a_case() -> None:
    assert not may_end_as_not_reached(CaseFacts(attempts=2))
    assert may_end_as_not_reached(CaseFacts(attempts=3))
    assert not may_end_as_not_reached(CaseFacts(attempts=3, contacts=1))
    assert may_end_as_not_reached(CaseFacts(attempts=1), Terms(attempts=1))


def test_when_a_duty_is_due() -> None:
    facts = CaseFacts(received_on=RECEIVED, intake_on=INTAKE)
    due = {duty.what: duty.due_on for duty in owed(facts, INTAKE)}
    assert due == {
        Duty.FIRST_CONTACT: date(2026, 9, 15),
        Duty.FEEDBACK_1: date(2026, 9, 15),
        Duty.FEEDBACK_2: date(2026, 12, 8),
    }


def test_holidays_and_other_terms_move_what_is_due() -> None:
    terms = Terms(feedback_1_working_days=1, holidays=frozenset({date(2026, 9, 9)}), feedback_2_months=1)
    due = {duty.what: duty.due_on for duty in owed(CaseFacts(intake_on=INTAKE), INTAKE, terms)}
    assert due == {Duty.FEEDBACK_1: date(2026, 9, 10), Duty.FEEDBACK_2: date(2026, 10, 8)}


def test_a_duty_is_overdue_the_day_after_it_is_due() -> None:
    facts = CaseFacts(received_on=RECEIVED)
    assert [duty.overdue for duty in owed(facts, date(2026, 9, 15))] == [False]
    assert [duty.overdue for duty in owed(facts, date(2026, 9, 16))] == [True]


def test_done_duties_are_kept_with_their_day() -> None:
    facts = CaseFacts(
        received_on=RECEIVED, intake_on=INTAKE, first_reached_on=date(2026, 9, 3), feedback_1_on=date(2026, 9, 10)
    )
    duties = owed(facts, date(2027, 1, 1))
    assert [duty.done_on for duty in duties] == [date(2026, 9, 3), date(2026, 9, 10), None]
    assert duties[-1].due_on == date(2026, 12, 8)


def test_without_consent_nothing_is_overdue() -> None:
    facts = CaseFacts(received_on=RECEIVED, intake_on=INTAKE, may_contact=False, may_report=False)
    duties = owed(facts, date(2030, 1, 1))
    assert not any(duty.overdue or duty.allowed for duty in duties)


def test_an_ended_case_owes_no_first_contact_but_does_owe_feedback() -> None:
    ended = CaseFacts(received_on=RECEIVED, ended_on=INTAKE, end_reason="not_reached")
    assert owed(ended, INTAKE) == []
    sooner = CaseFacts(received_on=RECEIVED, intake_on=INTAKE, ended_on=INTAKE, end_reason="own_wish")
    assert [duty.what for duty in owed(sooner, INTAKE)] == [Duty.FIRST_CONTACT, Duty.FEEDBACK_1, Duty.FEEDBACK_2]


def test_after_a_death_nothing_is_owed_any_more() -> None:
    facts = CaseFacts(received_on=RECEIVED, intake_on=INTAKE, ended_on=INTAKE, end_reason="died")
    assert [duty.what for duty in owed(facts, INTAKE)] == [Duty.FIRST_CONTACT]


CONTACTS = st.lists(
    st.builds(
        ContactMade,
        id=st.integers(10, 99).map(str),
        corrects=st.one_of(st.none(), st.integers(10, 99).map(str)),
        happened_at=st.integers(0, 10_000).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
        kind=st.sampled_from([*ContactKind]),
        reached=st.booleans(),
        client_bound=st.booleans(),
    ),
    unique_by=lambda made: made.id,
    max_size=12,
)


@given(CONTACTS, st.randoms())
def test_facts_dont_depend_on_the_order_of_arrival(contacts: list[ContactMade], chance: random.Random) -> None:
    shuffled = contacts[:]
    chance.shuffle(shuffled)
    facts = case_facts(CaseMade(), contacts, [], [])
    assert facts == case_facts(CaseMade(), shuffled, [], [])
    assert facts.contacts == len(counted_contacts(contacts))
    assert facts.contacts + facts.attempts <= len(contacts)
    assert (facts.first_reached_on is None) == (facts.contacts == 0)


@given(CONTACTS, st.data())
def test_correcting_a_contact_never_counts_it_twice(contacts: list[ContactMade], data: st.DataObject) -> None:
    before = case_facts(CaseMade(), contacts, [], [])
    target = data.draw(st.sampled_from([each.id for each in contacts])) if contacts else None
    after = case_facts(CaseMade(), [*contacts, ContactMade("zz", corrects=target)], [], [])
    assert after.contacts <= before.contacts + 1


def test_a_case_meeting_and_collaboration_time_are_no_contacts() -> None:
    contacts = [
        ContactMade("1"),
        ContactMade("2", kind="case_meeting"),
        ContactMade("3", client_bound=False),
        ContactMade("4", reached=False),
        ContactMade("5", corrects="4"),
        ContactMade("6", reached=False),
    ]
    facts = case_facts(CaseMade(), contacts, [], [])
    assert (facts.contacts, facts.attempts) == (2, 1)


def test_a_contact_late_in_the_evening_is_of_that_day_in_the_netherlands() -> None:
    late = ContactMade("1", happened_at=datetime(2026, 8, 31, 22, 30, tzinfo=UTC))
    assert case_facts(CaseMade(), [late], [], []).first_reached_on == date(2026, 9, 1)


def test_feedback_and_consent_are_read_as_they_stand() -> None:
    feedback = [FeedbackMade("1", 1, date(2026, 9, 9)), FeedbackMade("2", 1, date(2026, 9, 11), corrects="1")]
    consents = [ConsentMade("1", given=True), ConsentMade("2", given=True, purpose="feedback")]
    facts = case_facts(CaseMade(), [], consents, feedback)
    assert facts.feedback_1_on == date(2026, 9, 11)
    assert facts.feedback_2_on is None
    assert facts.may_contact
    assert facts.may_report
    assert not case_facts(CaseMade(), [], [], []).may_contact


def test_a_contact_that_was_made_void_is_neither_contact_nor_attempt_nor_start() -> None:
    wrong = ContactMade("01", happened_at=datetime(2026, 9, 3, 9, tzinfo=UTC))
    missed = ContactMade("02", happened_at=datetime(2026, 9, 4, 9, tzinfo=UTC), reached=False)
    void = [ContactMade("03", "01", void=True), ContactMade("04", "02", reached=False, void=True)]
    before = case_facts(CaseMade(), [wrong, missed], [], [])
    after = case_facts(CaseMade(), [wrong, missed, *void], [], [])
    assert (before.contacts, before.attempts) == (1, 1)
    assert after == case_facts(CaseMade(), [], [], [])
    assert counted_contacts([wrong, *void]) == []
