"""The ways into a vault in words, and the recovery code as a person copies it."""

from wor_tui.i18n import N_, _

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


def same_group(typed: str, group: str) -> bool:
    """Whether a group was copied right; capitals don't matter, O reads as 0, I and L as 1."""
    read_as = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})
    return typed.upper().translate(read_as) == group
