"""The words for the kinds of record and their fields, and the values in them as a person writes them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from wor_tui.clock import AMSTERDAM
from wor_tui.i18n import N_, _, decimal
from wor_tui.wording.codes import CODES

KINDS = {
    "practice": N_("praktijk"),
    "person": N_("persoon"),
    "device": N_("apparaat"),
    "referral": N_("aanmelding"),
    "appointment": N_("afspraak"),
    "client": N_("deelnemer"),
    "case": N_("traject"),
    "intake": N_("intake"),
    "consent": N_("toestemming"),
    "web": N_("spinnenweb"),
    "contact": N_("contact"),
    "feedback": N_("terugkoppeling"),
    "candidate": N_("kandidaat"),
    "letter": N_("brief"),
}
ERASING = N_("wissen op verzoek")
"""What stands in place of a kind where somebody's records are erased by law."""

FIELDS = {
    "name": N_("naam"),
    "place": N_("woonplaats"),
    "phone": N_("telefoon"),
    "email": N_("e-mail"),
    "presence": N_("aanwezig op"),
    "role": N_("rol"),
    "function": N_("functie"),
    "practice_id": N_("praktijk"),
    "mobile": N_("06-nummer"),
    "team": N_("team"),
    "person_id": N_("persoon"),
    "label": N_("naam van het apparaat"),
    "keys": N_("sleutels van het apparaat"),
    "client_name": N_("naam van de deelnemer"),
    "birth_date": N_("geboortedatum"),
    "referrer_id": N_("verwijzer"),
    "type": N_("soort verwijzing"),
    "channel": N_("kanaal"),
    "zd_number": N_("ZorgDomein-nummer"),
    "reason": N_("reden"),
    "consent_on": N_("toestemming op"),
    "received_on": N_("ontvangen op"),
    "status": N_("status"),
    "case_id": N_("traject"),
    "icpc": N_("ICPC-code"),
    "his_registered_on": N_("in het HIS gezet op"),
    "referral_id": N_("aanmelding"),
    "with_function": N_("bij wie"),
    "starts_at": N_("begint op"),
    "minutes": N_("minuten"),
    "note_for_desk": N_("bericht voor de balie"),
    "covers_id": N_("waarnemer van"),
    "until_on": N_("tot en met"),
    "initials": N_("voorletters"),
    "patient_number": N_("patiëntnummer van de praktijk"),
    "listed_on": N_("op de lijst sinds"),
    "age_band": N_("leeftijdsgroep"),
    "consultations": N_("consulten in een jaar"),
    "rule": N_("regel van de lijst"),
    "threshold": N_("drempel"),
    "meeting_on": N_("besproken in het SMO op"),
    "outcome": N_("uitkomst van het SMO"),
    "text": N_("tekst"),
    "deleted_at": N_("verwijderd op"),
    "merged_into": N_("samengevoegd met"),
    "settled": N_("gezien bij het samenvoegen"),
    "replaced": N_("vervangen bij het samenvoegen"),
    "apart": N_("is iemand anders dan"),
    "family_name": N_("achternaam"),
    "given_name": N_("voornaam"),
    "prefix": N_("tussenvoegsel"),
    "gender": N_("geslacht"),
    "phone_alternative": N_("ander telefoonnummer"),
    "street": N_("straat en huisnummer"),
    "postcode": N_("postcode"),
    "neighbourhood": N_("wijk"),
    "living_situation": N_("woonsituatie"),
    "language": N_("taal"),
    "remarks": N_("opmerkingen"),
    "client_id": N_("deelnemer"),
    "coach_id": N_("welzijnscoach"),
    "track": N_("route"),
    "intake_on": N_("intake op"),
    "ended_on": N_("beëindigd op"),
    "end_reason": N_("reden van beëindigen"),
    "extension_reason": N_("reden van verlengen"),
    "next_step": N_("volgende stap"),
    "next_step_on": N_("volgende stap op"),
    "passed_on_to": N_("doorverwezen naar"),
    "passed_on_on": N_("doorverwezen op"),
    "step_01_on": N_("stap 1: bespreken wie in aanmerking komt"),
    "step_02_on": N_("stap 2: ruimere afspraak"),
    "step_03_on": N_("stap 3: het andere gesprek"),
    "step_04_on": N_("stap 4: welzijn bespreken vanuit het web"),
    "step_05_on": N_("stap 5: toestemming vragen"),
    "step_06_on": N_("stap 6: vertellen dat de coach belt"),
    "step_07_on": N_("stap 7: Z68 in het HIS"),
    "step_08_on": N_("stap 8: verwijzen"),
    "step_09_on": N_("stap 9: startgesprek"),
    "step_10_on": N_("stap 10: terugkoppelen"),
    "notices": N_("wat valt op"),
    "matters": N_("wat is nu belangrijk"),
    "would_change": N_("wat zou anders mogen"),
    "glad_if": N_("waar zou u blij van worden"),
    "helper": N_("wie of wat kan helpen"),
    "needs": N_("wat is nodig"),
    "exclusion": N_("reden waarom dit niet past"),
    "own_words": N_("in eigen woorden"),
    "purpose": N_("doel"),
    "given": N_("gegeven"),
    "by_whom": N_("door wie"),
    "how": N_("hoe"),
    "on": N_("datum"),
    "author_id": N_("vastgelegd door"),
    "corrects": N_("correctie van"),
    "instrument": N_("instrument"),
    "variant": N_("vorm"),
    "taken_on": N_("ingevuld op"),
    "d1": N_("Lichaamsfuncties"),
    "d2": N_("Mentaal welbevinden"),
    "d3": N_("Zingeving"),
    "d4": N_("Kwaliteit van leven"),
    "d5": N_("Meedoen"),
    "d6": N_("Dagelijks functioneren"),
    "aspects": N_("onderdeel van het web"),
    "talk": N_("hier wil ik over praten"),
    "note": N_("notitie"),
    "happened_at": N_("wanneer"),
    "kind": N_("vorm van contact"),
    "reached": N_("gesproken"),
    "client_bound": N_("tijd voor de deelnemer"),
    "void": N_("vervallen"),
    "number": N_("nummer"),
    "sent_on": N_("verstuurd op"),
    "score": N_("score"),
}

KIND_FIELDS = {
    "practice.place": N_("plaats"),
    "case.referral_id": N_("aanmelding"),
    "appointment.reason": N_("reden van de afspraak"),
}
"""Where a field is called otherwise in one kind."""

CODE_LISTS = {
    "person.role": "Role",
    "person.function": "Function",
    "appointment.with_function": "Function",
    "appointment.reason": "AppointmentReason",
    "appointment.status": "AppointmentStatus",
    "candidate.outcome": "MeetingOutcome",
    "client.gender": "Gender",
    "client.living_situation": "LivingSituation",
    "case.track": "Track",
    "case.end_reason": "EndReason",
    "case.passed_on_to": "PassedOnTo",
    "referral.type": "ReferralType",
    "referral.channel": "ReferralChannel",
    "referral.status": "ReferralStatus",
    "consent.purpose": "ConsentPurpose",
    "consent.how": "ConsentForm",
    "consent.by_whom": "ByWhom",
    "contact.kind": "ContactKind",
    "feedback.channel": "FeedbackChannel",
    "web.variant": "Variant",
    "intake.exclusion": "Exclusion",
    "intake.passed_on_to": "PassedOnTo",
}
"""Which code list a field's values come from."""


MOMENTS = frozenset({"starts_at", "happened_at", "deleted_at"})
"""Fields with a time, which is shown as the clock in the Netherlands had it."""


def is_prose(kind: str, field: str, value: str | float | bool | None) -> bool:
    """Whether a value is words of somebody's own, which one compares; not a code, a day, a number or a name's id."""
    plain = f"{kind}.{field}" not in CODE_LISTS and field not in MOMENTS and not field.endswith(("_id", "_on"))
    return plain and field not in {"on", "birth_date"} and (value is None or isinstance(value, str))


def kind_label(kind: str) -> str:
    """The word for a kind of record; one that this version doesn't know is shown as it is."""
    word = ERASING if kind == "erase" else KINDS.get(kind)
    return _(word) if word else kind


def field_label(kind: str, field: str) -> str:
    """The word for a field; an element is named after its whole ("onderdeel van het web 1.3")."""
    column, separator, element = field.partition("/")
    known = KIND_FIELDS.get(f"{kind}.{column}") or FIELDS.get(column)
    word = _(known) if known else _("dit gegeven")
    return f"{word} {element}" if separator else word


def value_text(kind: str, field: str, value: str | float | bool | None) -> str:
    """A field's value as a person writes it: the word for a code, ja/nee, a comma in numbers, day-month-year."""
    if value is None or value == "":
        return _("(leeg)")
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, float):
        return decimal(f"{value:g}")
    text = str(value)
    codes = CODE_LISTS.get(f"{kind}.{field}")
    if codes is not None:
        word = CODES[codes].get(text)
        return _(word) if word else text
    return _time_text(field, text)


def _time_text(field: str, text: str) -> str:
    """A day or a moment as one writes it; any other text as it is."""
    if field in MOMENTS:
        return _moment(text)
    if field.endswith("_on") or field in {"on", "birth_date"}:
        return f"{text[8:10]}-{text[5:7]}-{text[:4]}"
    return text


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text).astimezone(ZoneInfo(AMSTERDAM))
    except (ValueError, OverflowError):
        return text  # from a version that writes it otherwise
    return f"{moment:%d-%m-%Y %H:%M}"
