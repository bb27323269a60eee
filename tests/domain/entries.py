"""Entries of the timeline as plain values, for the rules that read them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True)
class ConsentMade:
    id: str
    given: bool
    corrects: str | None = None
    purpose: str = "contact_details"


@dataclass(frozen=True)
class ContactMade:
    id: str
    corrects: str | None = None
    happened_at: datetime = datetime(2026, 9, 1, 9, tzinfo=UTC)
    kind: str = "phone"
    reached: bool = True
    client_bound: bool = True
    void: bool | None = None


@dataclass(frozen=True)
class FeedbackMade:
    id: str
    number: int
    sent_on: date
    corrects: str | None = None


@dataclass(frozen=True)
class CaseMade:
    received_on: date | None = date(2026, 9, 1)
    intake_on: date | None = None
    ended_on: date | None = None
    end_reason: str | None = None
