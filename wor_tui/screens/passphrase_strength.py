"""What can be said in plain words about a passphrase as it is typed."""

from __future__ import annotations

from enum import Enum

from wor_tui.i18n import _

SHORTEST = 12
"""Characters that a passphrase needs at least (NIST SP 800-63B asks 8; a stolen laptop gives more time to guess)."""


class Strength(Enum):
    """How long a thief with the laptop would need, roughly."""

    TOO_SHORT = 0
    WEAK = 1
    FAIR = 2
    STRONG = 3


def strength(passphrase: str) -> Strength:
    """An estimate by length, different characters and words; it never says strong of something short."""
    if len(passphrase) < SHORTEST:
        return Strength.TOO_SHORT
    different = len(set(passphrase.casefold()))
    words = len({word for word in passphrase.casefold().split() if len(word) > 2})
    if different < 6 or passphrase.isdigit():
        return Strength.WEAK
    if words >= 4 or (len(passphrase) >= 20 and different >= 10):
        return Strength.STRONG
    return Strength.FAIR


def advice(passphrase: str) -> str:
    """A sentence about the passphrase, with what would make it better."""
    found = strength(passphrase)
    if found is Strength.TOO_SHORT:
        return _("Nog te kort: minstens {count} tekens. Vier losse woorden zijn makkelijk te onthouden.").format(
            count=SHORTEST
        )
    if found is Strength.WEAK:
        return _("Makkelijk te raden: gebruik meer verschillende woorden of tekens.")
    if found is Strength.FAIR:
        return _("Redelijk. Een woord erbij maakt hem sterk.")
    return _("Sterk.")
