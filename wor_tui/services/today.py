"""The day at a glance: appointments, what is due, and what waits to be decided or sent."""

from dataclasses import dataclass
from datetime import date

from wor_tui.services.appointments import AppointmentRow


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do for a case; `what` is first_contact, feedback_1, feedback_2 or next_step."""

    case_id: str
    what: str
    due_on: date
    overdue: bool
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Today:
    """What the first screen shows; `due` is sorted by date. `unsent` and `conflicts` are counts."""

    on: date
    appointments: list[AppointmentRow]
    due: list[Due]
    conflicts: int
    unsent: int
    waiting_for_consent: int
    new_referrals: int
