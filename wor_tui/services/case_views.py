"""What the screens show of one case, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wor_tui.services.directory import PersonCard, PracticeCard


@dataclass(frozen=True, slots=True)
class ClientView:
    """The person; texts are empty where nothing is known, `name` is made up of the parts ("Jansen-Bos, A.")."""

    id: str
    name: str
    given_name: str
    prefix: str
    family_name: str
    birth_date: date | None
    age: int | None
    gender: str
    phone: str
    phone_alternative: str
    email: str
    street: str
    postcode: str
    place: str
    neighbourhood: str
    living_situation: str
    language: str
    remarks: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """The case itself; codes, not words."""

    id: str
    scope: str
    client_id: str
    referral_id: str
    coach_id: str
    coach: str
    practice_id: str
    referrer_id: str
    track: str
    received_on: date | None
    intake_on: date | None
    ended_on: date | None
    end_reason: str
    extension_reason: str
    next_step: str
    next_step_on: date | None
    passed_on_to: str
    passed_on_on: date | None


@dataclass(frozen=True, slots=True)
class ReferralView:
    """How the case came in."""

    id: str
    scope: str
    type: str
    channel: str
    zd_number: str
    reason: str
    consent_on: date | None
    received_on: date | None
    status: str
    icpc: str
    his_registered_on: date | None


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent event: given, refused or withdrawn, for one purpose."""

    id: str
    purpose: str
    given: bool
    by_whom: str
    how: str
    on: date
    author: str
    corrects: str


@dataclass(frozen=True, slots=True)
class WebView:
    """One measurement: six scores clockwise from the top (None: not given), and what was filled in per aspect.

    `aspects` maps "1.3" to its score; `talk` holds the aspects that the person wants to talk about. `suggested` is the
    mean of the aspects per dimension, None where none is filled in.
    """

    id: str
    instrument: str
    variant: str
    taken_on: date
    scores: tuple[float | None, float | None, float | None, float | None, float | None, float | None]
    suggested: tuple[float | None, float | None, float | None, float | None, float | None, float | None]
    aspects: Mapping[str, float]
    talk: frozenset[str]
    note: str
    author: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A contact, a consent or a letter on the line of time, newest first.

    `what` is contact, consent or feedback, `code` the contact's kind, the consent's purpose or the letter's channel.
    `corrected_by` is the entry that took its place (then it doesn't count), `corrects` the one it took the place of.
    `counts`: it is one of the five contacts. `number`: that contact's number from 1, or the letter's, 1 or 2. `given`:
    for a consent. `void`: it takes back the contact that it corrects, its note says why. `unsent`: not with the central
    API yet.
    """

    id: str
    what: str
    at: datetime
    code: str
    minutes: int | None
    reached: bool | None
    given: bool | None
    note: str
    author: str
    counts: bool
    number: int | None
    client_bound: bool
    corrects: str
    void: bool
    corrected_by: str
    unsent: bool


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """A letter that was sent to the referrer: number 1 (after the intake) or 2 (after three months)."""

    id: str
    number: int
    sent_on: date
    channel: str
    note: str
    author: str
    corrects: str


@dataclass(frozen=True, slots=True)
class IntakeView:
    """The intake's checklist and words; `steps` maps 1–10 to the day the step was done."""

    id: str
    exists: bool
    steps: Mapping[int, date]
    notices: str
    matters: str
    would_change: str
    glad_if: str
    helper: str
    needs: str
    exclusion: str
    passed_on_to: str
    own_words: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something with a date: `what` is first_contact, feedback_1, feedback_2 or next_step.

    `allowed`: consent allows it now; what isn't allowed is never overdue.
    """

    what: str
    due_on: date
    done_on: date | None
    allowed: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class ProgressView:
    """Where the case stands: contact `contacts`/`contacts_planned`, week `week`/`weeks_planned` (None: not started).

    `needs_reason`: one more contact in this running case asks for a reason to go on, and none was given yet.
    `reason_owed_since`: the day that it went past the plan without one, None when it didn't.
    """

    contacts: int
    contacts_planned: int
    week: int | None
    weeks_planned: int
    attempts: int
    past_plan: bool
    needs_reason: bool
    reason_owed_since: date | None = None


@dataclass(frozen=True, slots=True)
class MergedView:
    """A client of the same person that was merged into this one: its id, and the name it had."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything about one case at one moment.

    `bases` maps each scope to the seq that these values reflect: a form that opens now hands it back when it saves.
    `effective_consents` has the purposes for which there is consent today. `webs` and `timeline` are newest first.
    `conflict_fields` has (kind, record, field) of what two people changed differently. `merged`: the other records of
    this person.
    """

    case: CaseView
    client: ClientView
    referral: ReferralView | None
    practice: PracticeCard | None
    referrer: PersonCard | None
    consents: list[ConsentView]
    effective_consents: frozenset[str]
    webs: list[WebView]
    timeline: list[TimelineEntry]
    feedback: list[FeedbackView]
    intake: IntakeView
    progress: ProgressView
    phase: str
    obligations: list[Obligation]
    bases: Mapping[str, int]
    unsent: int
    conflict_fields: frozenset[tuple[str, str, str]]
    merged: Sequence[MergedView] = ()
