"""The ten steps (Amstelland): a checklist in any order, not a wizard; only consent before sharing is enforced."""

from enum import IntEnum


class Step(IntEnum):
    """The steps by number."""

    SELECT = 1
    """Decide in the case meeting, or among GP and practice nurses, who qualifies."""
    LONGER_APPOINTMENT = 2
    """The practice assistant plans a longer appointment, after triage or because of frequent visits."""
    OTHER_CONVERSATION = 3
    """Het andere gesprek, with the spider web."""
    DISCUSS_WELFARE = 4
    """Discuss a welfare intervention from the web."""
    ASK_CONSENT = 5
    TELL_CLIENT = 6
    """Tell the client that the coach will call, with a note in plain language."""
    REGISTER = 7
    """Register the referral in the practice's record system as ICPC Z68."""
    REFER = 8
    FIRST_CONTACT = 9
    """The coach contacts the client within 14 days."""
    FEEDBACK = 10
    """Coordinate and give feedback after the intake and after three months."""

    @property
    def code(self) -> str:
        """The step's stable id, such as `ask_consent`."""
        return self.name.lower()

    @property
    def column(self) -> str:
        """The intake's column with the day that the step was done, such as `step_05_on`."""
        return f"step_{self:02d}_on"
