"""The ways into a vault in words, and the recovery code as a person copies it."""

from wor_tui import lock
from wor_tui.i18n import N_, _, ngettext

WAYS = {
    "passphrase": N_("wachtzin"),
    "recovery": N_("herstelcode"),
    "escrow": N_("herstelsleutel van de organisatie"),
    "keyring": N_("sleutelhanger van deze computer"),
}

ASKED_GROUPS = (2, 5)
"""Which groups of the recovery code are asked back, counted from 1."""


def way_in(kind: str) -> str:
    """A way into the vault; the kind itself for one that a newer version made."""
    return _(WAYS[kind]) if kind in WAYS else kind


def lock_words(chosen: int, at_most: int | None, *, demo: bool = False) -> list[str]:
    """After how many minutes it locks; then, where the organisation has a say, what it allows."""
    if demo:
        return [_("alleen met ^L: in de demo is iedereen verzonnen")]
    counts = lock.minutes(chosen, at_most)
    said = ngettext("na {n} minuut zonder toets of muis", "na {n} minuten zonder toets of muis", counts).format(
        n=counts
    )
    if at_most is None:
        return [said]
    if counts < chosen:
        return [said, _("u koos {n}, maar uw organisatie wil hoogstens {most}").format(n=chosen, most=at_most)]
    return [said, _("uw organisatie wil hoogstens {most}").format(most=at_most)]


def same_group(typed: str, group: str) -> bool:
    """Whether a group was copied right; capitals don't matter, O reads as 0, I and L as 1."""
    read_as = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})
    return typed.upper().translate(read_as) == group


def caps_lock(typed: str) -> str:
    """A hint when all letters that were typed are capitals; a terminal doesn't tell whether Caps Lock is on."""
    letters = [each for each in typed if each.isalpha()]
    capitals = len(letters) > 2 and all(each.isupper() for each in letters)
    return _("U typte alleen hoofdletters: staat Caps Lock aan?") if capitals else ""


def wrong_passphrase(typed: str) -> str:
    """For somebody who is in the vault already, and is asked for its passphrase once more."""
    said = _(
        "Deze wachtzin klopt niet. Er is niets veranderd. Probeer het opnieuw: hoofdletters en spaties tellen mee."
    )
    return f"{said} {caps_lock(typed)}".rstrip()


def wrong_code() -> str:
    """A recovery code without a typing error that doesn't open this: capitals and spaces have no part in it."""
    return _(
        "Deze herstelcode is goed getypt, maar hoort niet bij deze kluis. Zoek het papier met de nieuwste code, of "
        "gebruik uw wachtzin (F5)."
    )
