"""Why a value is refused, as the end of a sentence that begins with the field's name."""

from wor_tui.i18n import N_

REASONS = {
    "required": N_("moet worden ingevuld"),
    "not_text": N_("moet een tekst zijn"),
    "too_long": N_("is te lang: hooguit {limit} tekens"),
    "unprintable": N_("heeft tekens die niet te zien zijn: typ de tekst opnieuw"),
    "bsn": N_("lijkt een BSN te bevatten, en dat mag hier niet staan: haal het nummer weg"),
    "not_an_id": N_("verwijst naar iets dat niet bestaat: kies opnieuw"),
    "not_a_date": N_("is geen datum: schrijf bijvoorbeeld 22-11-2026"),
    "not_a_moment": N_("is geen datum met tijd: schrijf bijvoorbeeld 22-11-2026 9:30"),
    "not_a_number": N_("moet een getal zijn"),
    "not_in_halves": N_("gaat met hele of halve punten, zoals 7 of 7,5"),
    "out_of_range": N_("moet liggen van {least} tot en met {most}"),
    "not_yes_or_no": N_("moet ja of nee zijn"),
    "unknown_code": N_("kan dit niet zijn: kies uit de lijst"),
    "unknown_element": N_("heeft een onderdeel dat niet bestaat: kies uit de lijst"),
    "not_a_phone_number": N_("is geen telefoonnummer: schrijf ten minste drie cijfers"),
    "not_an_email_address": N_("is geen e-mailadres: schrijf bijvoorbeeld naam@voorbeeld.nl"),
    "not_a_postcode": N_("is geen postcode: schrijf bijvoorbeeld 1234 AB"),
    "in_the_future": N_("ligt in de toekomst: kies vandaag of eerder"),
    "out_of_order": N_("ligt vóór een datum waar het op moet volgen"),
    "too_young": N_("hoort bij iemand die hiervoor te jong is"),
    "needs_a_reason": N_("vraagt om een reden"),
    "not_an_object": N_("moet een groep van gegevens zijn: { … }"),
    "not_a_list": N_("moet een lijst zijn: [ … ]"),
    "six_scores": N_("moet zes cijfers hebben, met null waar er geen is"),
    "bsn_dropped": N_("bevatte een BSN: dat is weggelaten"),
    "already_here": N_("was al ingelezen en is hier veranderd: er is niets overschreven"),
    "signature_missing": N_("vraagt bij deze leeftijd om de toestemming van anderen erbij"),
}

MISFITS = {
    "not a single value": "not_text",
    "not a finite number": "not_a_number",
    "number too large": "not_a_number",
    "not a str": "not_text",
    "not a int": "not_a_number",
    "not a float": "not_a_number",
    "not a bool": "not_yes_or_no",
    "not a date": "not_a_date",
    "not a datetime": "not_a_moment",
    "required": "required",
}
"""What the device's store says of a value that doesn't fit its column, as a reason of ours."""

HELD = {
    "not_a_member": N_("u mag hier niet (meer) schrijven"),
    "erased": N_("dit gegeven is op verzoek gewist"),
    "group": N_("een andere wijziging van dezelfde keer bewaren werd geweigerd"),
    "split_group": N_("het bewaren werd onderweg in tweeën geknipt"),
    "malformed": N_("de wijziging is niet goed gevormd"),
    "not_allowed": N_("dit mag alleen een coach, of wie de leiding heeft"),
}
"""Why the central API refused a change."""

QUARANTINE = {
    "no-key": N_("de sleutel is er nog niet"),
    "unopenable": N_("het is beschadigd, of voor een ander"),
    "other-kind": N_("het hoort bij een ander soort gegeven"),
    "other-scope": N_("het staat op een andere plek"),
    "wrong-scope": N_("het hoort hier niet"),
    "append-only": N_("het wil veranderen wat vaststaat"),
    "misfit": N_("een waarde past niet"),
    "invalid": N_("een waarde klopt niet"),
}
"""Why a change from elsewhere was set aside."""
