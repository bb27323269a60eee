"""What an invented story consists of: plain values, without ids and without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from wor_tui.demo.people import Invented


class Stage(StrEnum):
    """How far a story has come."""

    RECEIVED = "received"
    NO_CONSENT = "no_consent"
    CONTACTING = "contacting"
    CONTACT_LATE = "contact_late"
    REACHED = "reached"
    INTAKE = "intake"
    RUNNING = "running"
    FEEDBACK_LATE = "feedback_late"
    COMPLETING = "completing"
    COMPLETED = "completed"
    NOT_REACHED = "not_reached"
    PASSED_ON = "passed_on"


SHARES: Mapping[Stage, int] = {
    Stage.RECEIVED: 5,
    Stage.NO_CONSENT: 4,
    Stage.CONTACTING: 5,
    Stage.CONTACT_LATE: 2,
    Stage.REACHED: 4,
    Stage.INTAKE: 4,
    Stage.RUNNING: 16,
    Stage.FEEDBACK_LATE: 4,
    Stage.COMPLETING: 5,
    Stage.COMPLETED: 7,
    Stage.NOT_REACHED: 2,
    Stage.PASSED_ON: 2,
}
"""How many of each sixty stories stand where."""

FURTHER_ON = frozenset({Stage.COMPLETING, Stage.COMPLETED})
AFTER_INTAKE = frozenset({Stage.INTAKE, Stage.RUNNING, Stage.FEEDBACK_LATE, Stage.PASSED_ON}) | FURTHER_ON


@dataclass(frozen=True, slots=True)
class ContactTold:
    """One contact or attempt; `kind` is the domain's code."""

    happened_at: datetime
    kind: str
    minutes: int
    reached: bool
    note: str
    client_bound: bool = True


@dataclass(frozen=True, slots=True)
class WebTold:
    """One measurement: six scores, and for the adult variant some aspects ("1.3") and those marked to talk about."""

    taken_on: date
    variant: str
    scores: tuple[float, ...]
    aspects: Mapping[str, float]
    talk: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentTold:
    """Consent given (or withdrawn) for one purpose."""

    purpose: str
    given: bool
    how: str
    on: date


@dataclass(frozen=True, slots=True)
class FeedbackTold:
    """A letter to the referrer: 1 after the intake, 2 after three months."""

    number: int
    sent_on: date
    channel: str


@dataclass(frozen=True, slots=True)
class Story:
    """One invented participant with everything that happened until today; codes are the domain's, texts are Dutch."""

    number: int
    stage: Stage
    person: Invented
    living_situation: str
    remarks: str
    practice: str
    referrer: str
    type: str
    channel: str
    zd_number: str
    reason: str
    received_on: date
    track: str
    colleague: bool
    consents: tuple[ConsentTold, ...] = ()
    contacts: tuple[ContactTold, ...] = ()
    webs: tuple[WebTold, ...] = ()
    feedback: tuple[FeedbackTold, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    intake_on: date | None = None
    ended_on: date | None = None
    next_step: str = ""
    next_step_on: date | None = None
    passed_on_to: str = ""
    ending: str = ""


def stages() -> Sequence[Stage]:
    """The stages of sixty stories after each other, mixed so that a short list has something of everything."""
    ordered = [stage for stage, count in SHARES.items() for _ in range(count)]
    # 37 and 60 share no divisor: each place comes once.
    return [ordered[(place * 37 + 24) % len(ordered)] for place in range(len(ordered))]
