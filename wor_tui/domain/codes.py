"""The code lists of the domain: what is kept is the code, the words for it are elsewhere.

Codes are never renamed or given another meaning, as records on other devices hold them.
"""

from enum import StrEnum


class Role(StrEnum):
    """What somebody does in the program, and so what they see."""

    COACH = "coach"
    SUBSTITUTE = "substitute"
    ASSISTANT = "assistant"
    REFERRER = "referrer"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"


class Function(StrEnum):
    """Somebody's profession in primary care or welfare work."""

    GP = "gp"
    POH_S = "poh_s"
    """Practice nurse, somatic care."""
    POH_O = "poh_o"
    """Practice nurse, care for the elderly."""
    POH_GGZ = "poh_ggz"
    """Practice nurse, mental health."""
    PRACTICE_ASSISTANT = "practice_assistant"
    WELFARE_COACH = "welfare_coach"
    SOCIAL_WORKER = "social_worker"
    PHYSIOTHERAPIST = "physiotherapist"
    DISTRICT_NURSE = "district_nurse"
    OTHER = "other"


class Gender(StrEnum):
    """As the person says it."""

    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"
    UNKNOWN = "unknown"


class LivingSituation(StrEnum):
    """With whom somebody lives."""

    ALONE = "alone"
    TOGETHER = "together"
    FAMILY = "family"
    PARENTS = "parents"
    SHELTERED = "sheltered"
    OTHER = "other"


class Track(StrEnum):
    """The road a case takes (national knowledge day)."""

    ACTIVATION = "activation"
    SUPPORT_FIRST = "support_first"
    """First finances, safety, housing or skills."""
    BOTH = "both"


class Phase(StrEnum):
    """Where a case stands; the last three are ends."""

    RECEIVED = "received"
    WAITING_FOR_CONSENT = "waiting_for_consent"
    CONTACTING = "contacting"
    INTAKE = "intake"
    RUNNING = "running"
    COMPLETING = "completing"
    COMPLETED = "completed"
    NOT_REACHED = "not_reached"
    PASSED_ON = "passed_on"

    @property
    def is_end(self) -> bool:
        """Whether the case is over."""
        return self in {Phase.COMPLETED, Phase.NOT_REACHED, Phase.PASSED_ON}


class EndReason(StrEnum):
    """How a case ended."""

    COMPLETED = "completed"
    NOT_REACHED = "not_reached"
    PASSED_ON = "passed_on"
    OWN_WISH = "own_wish"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    MOVED = "moved"
    DIED = "died"
    OTHER = "other"


class ReferralType(StrEnum):
    """What somebody is referred for (Amstelland's list); in which places is in `referral_types`."""

    SOCIAL_WORK = "social_work"
    ELDERLY_ADVISER = "elderly_adviser"
    WELFARE = "welfare"
    """Welzijn op Recept."""
    EXERCISE = "exercise"
    """Bewegen op Recept."""


class ReferralChannel(StrEnum):
    """How a referral came in."""

    ZORGDOMEIN = "zorgdomein"
    SECURE_MAIL = "secure_mail"
    PHONE = "phone"
    CASE_MEETING = "case_meeting"
    SELF_REFERRAL = "self_referral"


class ReferralStatus(StrEnum):
    """What the referrer sees of a case: how far it is, and nothing of what is in it."""

    RECEIVED = "received"
    CONTACTED = "contacted"
    INTAKE = "intake"
    ARRANGEMENT = "arrangement"
    COMPLETED = "completed"
    NOT_REACHED = "not_reached"
    PASSED_ON = "passed_on"


class ConsentPurpose(StrEnum):
    """What somebody consents to, each apart."""

    CONTACT_DETAILS = "contact_details"
    REASON = "reason"
    WEB = "web"
    FEEDBACK = "feedback"


class ConsentForm(StrEnum):
    """How consent was given or withdrawn."""

    SPOKEN = "spoken"
    WRITTEN = "written"


class ByWhom(StrEnum):
    """Who gave or withdrew consent."""

    CLIENT = "client"
    PARENTS = "parents"
    BOTH = "both"
    """The client and the parents."""
    REPRESENTATIVE = "representative"
    """Somebody who may legally decide for the client."""


class ContactKind(StrEnum):
    """The form of a contact."""

    PHONE = "phone"
    VISIT = "visit"
    OFFICE = "office"
    WALK = "walk"
    VIDEO = "video"
    MESSAGE = "message"
    EMAIL = "email"
    LETTER = "letter"
    CASE_MEETING = "case_meeting"


class FeedbackChannel(StrEnum):
    """How feedback reached the referrer."""

    ZORGDOMEIN = "zorgdomein"
    SECURE_MAIL = "secure_mail"
    CASE_MEETING = "case_meeting"
    PHONE = "phone"


class Variant(StrEnum):
    """The variants of the spider web that a measurement may be taken with."""

    ADULT = "adult"
    QUICK = "quick"


class MeetingOutcome(StrEnum):
    """What a case meeting (SMO) decided about a candidate."""

    INVITE = "invite"
    """Ask them to a longer appointment."""
    LATER = "later"
    NOT_SUITABLE = "not_suitable"
    OTHER_HELP = "other_help"


class AppointmentReason(StrEnum):
    """Why a longer appointment is planned."""

    TRIAGE = "triage"
    FREQUENCY = "frequency"
    CASE_MEETING = "case_meeting"
    INTAKE = "intake"
    OTHER = "other"


class AppointmentStatus(StrEnum):
    """What became of an appointment."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    MISSED = "missed"


class Exclusion(StrEnum):
    """For what this isn't meant (Zorgenz); never a dead end, see `exclusions`."""

    PSYCHIATRIC_DISORDER = "psychiatric_disorder"
    ADDICTION = "addiction"
    COMPLEX_PROBLEMS = "complex_problems"
    OTHER = "other"


class PassedOnTo(StrEnum):
    """Who takes over, or comes beside."""

    NEIGHBOURHOOD_TEAM = "neighbourhood_team"
    MENTAL_HEALTH_CARE = "mental_health_care"
    ADDICTION_CARE = "addiction_care"
    SOCIAL_WORK = "social_work"
    DEBT_HELP = "debt_help"
    ELDERLY_ADVISER = "elderly_adviser"
    GP = "gp"
    OTHER = "other"


class Duty(StrEnum):
    """What is owed in a case by a date."""

    FIRST_CONTACT = "first_contact"
    FEEDBACK_1 = "feedback_1"
    FEEDBACK_2 = "feedback_2"
