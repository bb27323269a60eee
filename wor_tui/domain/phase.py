"""Where a case stands."""

from datetime import date

from wor_tui.domain.codes import EndReason, Phase, ReferralStatus
from wor_tui.domain.facts import CaseFacts
from wor_tui.domain.progress import progress
from wor_tui.domain.terms import STANDARD, Terms

_REFERRER_SEES = {
    Phase.RECEIVED: ReferralStatus.RECEIVED,
    Phase.WAITING_FOR_CONSENT: ReferralStatus.RECEIVED,
    Phase.CONTACTING: ReferralStatus.CONTACTED,
    Phase.INTAKE: ReferralStatus.INTAKE,
    Phase.RUNNING: ReferralStatus.ARRANGEMENT,
    Phase.COMPLETING: ReferralStatus.ARRANGEMENT,
    Phase.COMPLETED: ReferralStatus.COMPLETED,
    Phase.NOT_REACHED: ReferralStatus.NOT_REACHED,
    Phase.PASSED_ON: ReferralStatus.PASSED_ON,
}


def case_phase(facts: CaseFacts, today: date, terms: Terms = STANDARD) -> Phase:
    """The phase of a case on `today`: total, so whatever merging brings together has a phase.

    An ended case is in the end that its reason names. Without consent to use the contact details it waits, however far
    it was. Passing on beside a case that goes on is no end: that is when it is ended.
    """
    if facts.ended_on is not None:
        ends = {EndReason.NOT_REACHED: Phase.NOT_REACHED, EndReason.PASSED_ON: Phase.PASSED_ON}
        return next((phase for reason, phase in ends.items() if facts.end_reason == reason), Phase.COMPLETED)
    if not facts.may_contact:
        return Phase.WAITING_FOR_CONSENT
    if facts.intake_on is None or facts.intake_on > today:
        return Phase.CONTACTING if facts.contacts or facts.attempts or facts.intake_on else Phase.RECEIVED
    if facts.feedback_2_on is not None or progress(facts, today, terms).at_plan:
        return Phase.COMPLETING
    after_intake = facts.last_reached_on is not None and facts.last_reached_on > facts.intake_on
    return Phase.RUNNING if after_intake or facts.feedback_1_on is not None else Phase.INTAKE


def referral_status(phase: Phase) -> ReferralStatus:
    """What the referrer sees of a phase, so that the social domain is no black box, and nothing of what is in the case.

    A case that waits for consent shows as received.
    """
    return _REFERRER_SEES[phase]
