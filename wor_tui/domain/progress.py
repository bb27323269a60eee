"""How far a case is: contact 3/5 · week 7/13."""

from dataclasses import dataclass
from datetime import date

from wor_tui.domain.facts import CaseFacts
from wor_tui.domain.terms import STANDARD, Terms


@dataclass(frozen=True, slots=True)
class Progress:
    """Contact `contacts` of `contacts_planned`, week `week` (from 1; None before the start) of `weeks_planned`.

    `attempts`: contacts that didn't reach the person. `past_plan`: more contacts or weeks than planned.
    """

    contacts: int
    contacts_planned: int
    week: int | None
    weeks_planned: int
    attempts: int
    past_plan: bool

    @property
    def at_plan(self) -> bool:
        """Whether the last planned contact was held or the last planned week has begun."""
        return self.contacts >= self.contacts_planned or (self.week or 0) >= self.weeks_planned


def started_on(facts: CaseFacts, today: date) -> date | None:
    """The day a case started: its intake, or until that is held the first contact that reached the person."""
    if facts.intake_on is not None and facts.intake_on <= today:
        return facts.intake_on
    return facts.first_reached_on


def progress(facts: CaseFacts, today: date, terms: Terms = STANDARD) -> Progress:
    """How far a case is on `today`, or was on the day it ended."""
    start = started_on(facts, today)
    week = None
    if start is not None:
        until = min(today, facts.ended_on) if facts.ended_on is not None else today
        week = max(0, (until - start).days) // 7 + 1
    return Progress(
        contacts=facts.contacts,
        contacts_planned=terms.contacts,
        week=week,
        weeks_planned=terms.weeks,
        attempts=facts.attempts,
        past_plan=facts.contacts > terms.contacts or (week or 0) > terms.weeks,
    )


def needs_extension_reason(facts: CaseFacts, today: date, terms: Terms = STANDARD) -> bool:
    """Whether one more contact needs a reason: the planned contacts were held, or the planned weeks are over."""
    now = progress(facts, today, terms)
    return now.contacts >= now.contacts_planned or (now.week or 0) > now.weeks_planned


def may_end_as_not_reached(facts: CaseFacts, terms: Terms = STANDARD) -> bool:
    """Whether enough attempts were made, and nobody was reached, to give a case back to the referrer."""
    return facts.contacts == 0 and facts.attempts >= terms.attempts
