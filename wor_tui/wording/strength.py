"""What a person reads about the passphrase that is being chosen: how strong, and why."""

from typing import TYPE_CHECKING

from wor_tui.i18n import N_, _

if TYPE_CHECKING:
    from wor_tui.vault.strength import Judged

LEVELS = {1: N_("Te zwak"), 2: N_("Redelijk"), 3: N_("Sterk")}

REASONS = {
    "short": N_("hij is korter dan 12 tekens. Neem vier losse woorden: die zijn makkelijk te onthouden."),
    "common": N_("dit staat op lijsten met veelgebruikte wachtwoorden. Die worden het eerst geprobeerd."),
    "own": N_("uw eigen naam of plaats zit erin. Die wordt het eerst geprobeerd."),
    "name": N_("er zit vooral een naam in. Namen worden het eerst geprobeerd."),
    "keyboard": N_("dit zijn toetsen die naast elkaar liggen. Die rijtjes zijn bekend."),
    "repeated": N_("er staat vaak hetzelfde in. Herhalen maakt het raden niet moeilijker."),
    "sequence": N_("dit is een rijtje, zoals abc of 123. Die rijtjes zijn bekend."),
    "date": N_("er zit vooral een datum of jaartal in. Er zijn er niet veel, dus die zijn snel geraden."),
    "digits": N_("er staan vooral cijfers in. Woorden geven meer mogelijkheden."),
    "few_words": N_("er staan te weinig losse woorden in. Elk woord erbij maakt het raden 2000 keer zo moeilijk."),
    "few_signs": N_("hij is nog kort. Elk teken of woord erbij helpt."),
    "words": N_("losse woorden, lang genoeg. Moeilijk te raden en goed te onthouden."),
    "signs": N_("lang genoeg en geen bekend patroon."),
}


def strength_level(level: int) -> str:
    """One word for a level: 1 too weak, 2 fair, 3 strong."""
    return _(LEVELS[level])


def strength_sentence(found: "Judged") -> str:
    """How strong, and why."""
    return f"{strength_level(found.level)}: {_(REASONS[str(found.why)])}"
