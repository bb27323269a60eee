"""The numbers of the working agreement: how many, how long, by when."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed; the defaults are the national ones where there is one.

    `holidays` are days that don't count as working days; empty by default, so that Monday to Friday all count.
    """

    contacts: int = 5
    """Contacts in a case (a short intervention: five contacts in three months)."""
    weeks: int = 13
    first_contact_days: int = 14
    """Days from receipt to the first contact (national site)."""
    attempts: int = 3
    """Attempts before "not reached" may go back to the referrer; no source gives a number."""
    feedback_1_working_days: int = 5
    """Working days from the intake to the first feedback; no source gives a number."""
    feedback_2_months: int = 3
    """Months from the start to the second feedback (Amstelland, step 10)."""
    holidays: frozenset[date] = field(default_factory=frozenset[date])


STANDARD = Terms()
