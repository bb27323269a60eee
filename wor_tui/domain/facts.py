"""The facts of a case that its phase, its progress and its duties follow from.

They don't change with the day, so a caseload can keep them and ask the rules anew each morning.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from wor_tui.clock import local_date
from wor_tui.domain.codes import ConsentPurpose, ContactKind
from wor_tui.domain.corrections import Entry, corrected_by, standing
from wor_tui.domain.permission import ConsentEvent, effective_consent


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Dates are days in the Netherlands, None where it hasn't happened.

    `intake_on` may be a day that is planned. `contacts`: contacts that count; `attempts`: client contacts that didn't
    reach the person. `first_reached_on`, `last_reached_on`: days of contacts that count. `may_contact`, `may_report`:
    there is consent to use the contact details, and to give feedback to the referrer.
    """

    received_on: date | None = None
    intake_on: date | None = None
    ended_on: date | None = None
    end_reason: str | None = None
    contacts: int = 0
    attempts: int = 0
    first_reached_on: date | None = None
    last_reached_on: date | None = None
    feedback_1_on: date | None = None
    feedback_2_on: date | None = None
    may_contact: bool = True
    may_report: bool = True


class CaseDates(Protocol):
    """What a case must tell."""

    @property
    def received_on(self) -> date | None:
        """The day the referral came in."""
        ...

    @property
    def intake_on(self) -> date | None:
        """The day of the intake, or for which it is planned."""
        ...

    @property
    def ended_on(self) -> date | None:
        """The day it ended."""
        ...

    @property
    def end_reason(self) -> str | None:
        """An `EndReason`."""
        ...


class ContactEntry(Entry, Protocol):
    """What a contact must tell beside its id and what it corrects."""

    @property
    def happened_at(self) -> datetime:
        """When, aware."""
        ...

    @property
    def kind(self) -> str:
        """A `ContactKind`."""
        ...

    @property
    def reached(self) -> bool:
        """Whether the person was spoken."""
        ...

    @property
    def client_bound(self) -> bool:
        """Whether the time is the client's."""
        ...

    @property
    def void(self) -> bool | None:
        """Whether it takes back what it corrects."""
        ...


class FeedbackEntry(Entry, Protocol):
    """What feedback must tell beside its id and what it corrects."""

    @property
    def number(self) -> int:
        """1 or 2."""
        ...

    @property
    def sent_on(self) -> date:
        """The day it was given."""
        ...


AnyContact = TypeVar("AnyContact", bound=ContactEntry)


def _is_void(contact: ContactEntry) -> bool:
    return bool(contact.void)


def standing_contacts(contacts: Iterable[AnyContact]) -> list[AnyContact]:
    """The contacts that stand, by id, without those that were made void.

    What was made void stays so when somebody who didn't know of it corrected the same contact, until that entry itself
    is corrected: a contact in the wrong case must not come back by chance.
    """
    return [each for each in standing(contacts, _is_void) if not each.void]


def corrected_by_contacts(contacts: Iterable[AnyContact]) -> dict[str, str]:
    """For each contact that doesn't stand, the id of the one in its place, which may be void."""
    return corrected_by(contacts, _is_void)


def is_counted(contact: ContactEntry) -> bool:
    """Whether a contact that stands is one of the five: with the client, who was reached; a case meeting never is."""
    return contact.client_bound and contact.reached and contact.kind != ContactKind.CASE_MEETING


def is_attempt(contact: ContactEntry) -> bool:
    """Whether a contact that stands tried to reach the client and didn't."""
    return contact.client_bound and not contact.reached and contact.kind != ContactKind.CASE_MEETING


def counted_contacts(contacts: Iterable[ContactEntry]) -> list[ContactEntry]:
    """The contacts that count, in the order they happened; one that was corrected counts once, as corrected."""
    return sorted(
        (each for each in standing_contacts(contacts) if is_counted(each)), key=lambda one: (one.happened_at, one.id)
    )


def case_facts(
    case: CaseDates,
    contacts: Iterable[ContactEntry],
    consents: Iterable[ConsentEvent],
    feedback: Iterable[FeedbackEntry],
) -> CaseFacts:
    """Gather the facts of one case from its own records, in any order."""
    stand = standing_contacts(contacts)
    reached = sorted(local_date(each.happened_at) for each in stand if is_counted(each))
    sent: dict[int, date] = {}
    for each in standing(feedback):
        sent[each.number] = min(each.sent_on, sent.get(each.number, each.sent_on))
    events = list(consents)
    return CaseFacts(
        received_on=case.received_on,
        intake_on=case.intake_on,
        ended_on=case.ended_on,
        end_reason=case.end_reason,
        contacts=len(reached),
        attempts=sum(1 for each in stand if is_attempt(each)),
        first_reached_on=reached[0] if reached else None,
        last_reached_on=reached[-1] if reached else None,
        feedback_1_on=sent.get(1),
        feedback_2_on=sent.get(2),
        may_contact=effective_consent(events, ConsentPurpose.CONTACT_DETAILS).granted,
        may_report=effective_consent(events, ConsentPurpose.FEEDBACK).granted,
    )
