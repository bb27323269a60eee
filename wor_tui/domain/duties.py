"""What is owed in a case, by when: the first contact, and feedback to the referrer twice (step 10)."""

from dataclasses import dataclass
from datetime import date, timedelta

from wor_tui.domain.calendar_days import months_after, working_days_after
from wor_tui.domain.codes import Duty, EndReason
from wor_tui.domain.facts import CaseFacts
from wor_tui.domain.progress import started_on
from wor_tui.domain.terms import STANDARD, Terms


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty: by when, when it was done (None: not yet), and whether consent allows it now.

    `overdue`: not done, allowed, and `due_on` has passed.
    """

    what: Duty
    due_on: date
    done_on: date | None
    allowed: bool
    overdue: bool


def first_contact_due(received_on: date, terms: Terms = STANDARD) -> date:
    """The last day for the first contact: 14 days after receipt."""
    return received_on + timedelta(days=terms.first_contact_days)


def feedback_1_due(intake_on: date, terms: Terms = STANDARD) -> date:
    """The last day for feedback after the intake: five working days after it."""
    return working_days_after(intake_on, terms.feedback_1_working_days, terms.holidays)


def feedback_2_due(start: date, terms: Terms = STANDARD) -> date:
    """The day for the second feedback: three months after the start."""
    return months_after(start, terms.feedback_2_months)


def owed(facts: CaseFacts, today: date, terms: Terms = STANDARD) -> list[Owed]:
    """The duties of a case, done or not, in the order of the case.

    The first contact is owed unless the case ended without one; feedback 1 once the intake was held; feedback 2 once
    the case started, also when it ended sooner. After a death nothing is owed that wasn't done.
    """
    found: list[Owed] = []

    def add(what: Duty, due_on: date, done_on: date | None, allowed: bool) -> None:
        if done_on is None and facts.ended_on is not None and facts.end_reason == EndReason.DIED:
            return
        found.append(Owed(what, due_on, done_on, allowed, done_on is None and allowed and due_on < today))

    start = started_on(facts, today)
    intake_on = facts.intake_on if facts.intake_on is not None and facts.intake_on <= today else None
    contacted_on = min((day for day in (facts.first_reached_on, intake_on) if day is not None), default=None)
    if facts.received_on is not None and (contacted_on is not None or facts.ended_on is None):
        add(Duty.FIRST_CONTACT, first_contact_due(facts.received_on, terms), contacted_on, facts.may_contact)
    if intake_on is not None:
        add(Duty.FEEDBACK_1, feedback_1_due(intake_on, terms), facts.feedback_1_on, facts.may_report)
    if start is not None:
        add(Duty.FEEDBACK_2, feedback_2_due(start, terms), facts.feedback_2_on, facts.may_report)
    return found
