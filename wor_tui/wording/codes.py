"""The words for the domain's codes."""

from enum import StrEnum

from wor_tui.i18n import N_, _

CODES: dict[str, dict[str, str]] = {
    "Role": {
        "coach": N_("welzijnscoach"),
        "substitute": N_("waarnemer"),
        "assistant": N_("praktijkassistent"),
        "referrer": N_("verwijzer"),
        "coordinator": N_("coördinator"),
        "auditor": N_("controleur"),
    },
    "Function": {
        "gp": N_("huisarts"),
        "poh_s": N_("POH-S"),
        "poh_o": N_("POH-Ouderen"),
        "poh_ggz": N_("POH-GGZ"),
        "practice_assistant": N_("praktijkassistent"),
        "welfare_coach": N_("welzijnscoach"),
        "social_worker": N_("maatschappelijk werker"),
        "physiotherapist": N_("fysiotherapeut"),
        "district_nurse": N_("wijkverpleegkundige"),
        "other": N_("anders"),
    },
    "Gender": {"woman": N_("vrouw"), "man": N_("man"), "other": N_("anders"), "unknown": N_("onbekend")},
    "LivingSituation": {
        "alone": N_("alleen"),
        "together": N_("samen"),
        "family": N_("gezin"),
        "parents": N_("bij ouders"),
        "sheltered": N_("beschermd of begeleid"),
        "other": N_("anders"),
    },
    "Track": {
        "activation": N_("activeren"),
        "support_first": N_("eerst ondersteuning"),
        "both": N_("allebei"),
    },
    "Phase": {
        "received": N_("ontvangen"),
        "waiting_for_consent": N_("wacht op toestemming"),
        "contacting": N_("contact leggen"),
        "intake": N_("intake"),
        "running": N_("loopt"),
        "completing": N_("afronden"),
        "completed": N_("afgerond"),
        "not_reached": N_("niet bereikt"),
        "passed_on": N_("doorverwezen"),
    },
    "EndReason": {
        "completed": N_("afgerond"),
        "not_reached": N_("niet bereikt"),
        "passed_on": N_("doorverwezen"),
        "own_wish": N_("op eigen wens"),
        "consent_withdrawn": N_("toestemming ingetrokken"),
        "moved": N_("verhuisd"),
        "died": N_("overleden"),
        "other": N_("anders"),
    },
    "ReferralType": {
        "social_work": N_("Maatschappelijk Werk"),
        "elderly_adviser": N_("Ouderenadviseur"),
        "welfare": N_("Welzijn op Recept"),
        "exercise": N_("Bewegen op Recept"),
    },
    "ReferralChannel": {
        "zorgdomein": N_("ZorgDomein"),
        "secure_mail": N_("beveiligde mail"),
        "phone": N_("telefoon"),
        "case_meeting": N_("SMO"),
        "self_referral": N_("zelf aangemeld"),
    },
    "ReferralStatus": {
        "received": N_("ontvangen"),
        "contacted": N_("contact gehad"),
        "intake": N_("intake"),
        "arrangement": N_("welzijnsarrangement"),
        "completed": N_("afgerond"),
        "not_reached": N_("niet bereikt"),
        "passed_on": N_("doorverwezen"),
    },
    "ConsentPurpose": {
        "contact_details": N_("contactgegevens doorgeven"),
        "reason": N_("reden van verwijzing"),
        "web": N_("spinnenweb"),
        "feedback": N_("terugkoppeling aan de verwijzer"),
    },
    "ConsentForm": {"spoken": N_("mondeling"), "written": N_("schriftelijk")},
    "ByWhom": {
        "client": N_("deelnemer"),
        "parents": N_("ouders"),
        "both": N_("deelnemer en ouders"),
        "representative": N_("wettelijk vertegenwoordiger"),
    },
    "ContactKind": {
        "phone": N_("telefoon"),
        "visit": N_("huisbezoek"),
        "office": N_("op kantoor"),
        "walk": N_("wandeling"),
        "video": N_("beeldbellen"),
        "message": N_("bericht"),
        "email": N_("e-mail"),
        "letter": N_("brief"),
        "case_meeting": N_("SMO"),
    },
    "FeedbackChannel": {
        "zorgdomein": N_("ZorgDomein"),
        "secure_mail": N_("beveiligde mail"),
        "case_meeting": N_("SMO"),
        "phone": N_("telefoon"),
    },
    "Variant": {"adult": N_("volwassenen"), "quick": N_("kort: zes cijfers")},
    "MeetingOutcome": {
        "invite": N_("uitnodigen"),
        "later": N_("later nog eens"),
        "not_suitable": N_("niet passend"),
        "other_help": N_("andere hulp"),
    },
    "AppointmentReason": {
        "triage": N_("triage"),
        "frequency": N_("vaak op het spreekuur"),
        "case_meeting": N_("SMO"),
        "intake": N_("intake"),
        "other": N_("anders"),
    },
    "AppointmentStatus": {
        "planned": N_("gepland"),
        "held": N_("geweest"),
        "cancelled": N_("afgezegd"),
        "missed": N_("niet gekomen"),
    },
    "Exclusion": {
        "psychiatric_disorder": N_("psychiatrische stoornis"),
        "addiction": N_("verslaving"),
        "complex_problems": N_("complexe problemen"),
        "other": N_("anders"),
    },
    "PassedOnTo": {
        "neighbourhood_team": N_("wijkteam"),
        "mental_health_care": N_("GGZ"),
        "addiction_care": N_("verslavingszorg"),
        "social_work": N_("maatschappelijk werk"),
        "debt_help": N_("schuldhulp"),
        "elderly_adviser": N_("ouderenadviseur"),
        "gp": N_("huisarts"),
        "other": N_("anders"),
    },
    "Duty": {
        "first_contact": N_("eerste contact"),
        "feedback_1": N_("terugkoppeling 1"),
        "feedback_2": N_("terugkoppeling 2"),
    },
    "View": {
        "mine": N_("mijn"),
        "team": N_("team"),
        "due": N_("aan de beurt"),
        "not_reached": N_("niet bereikt"),
        "conflicts": N_("verschillen"),
        "waiting_for_consent": N_("wacht op toestemming"),
    },
}
"""For each code list, by its class's name, the word for each code."""


def label(codes: type[StrEnum], code: str) -> str:
    """The word for a code; a code that this version doesn't know, or none, is shown as it is."""
    word = CODES.get(codes.__name__, {}).get(code)
    return _(word) if word else code


def labels(codes: type[StrEnum]) -> list[tuple[str, str]]:
    """Every code of a list with its word, in the list's own order, for a form to choose from."""
    return [(str(code), label(codes, code)) for code in codes]
