"""In which places one can be referred for what (Amstelland); a wrong place warns and doesn't stop anybody."""

from dataclasses import dataclass

from wor_tui.domain.codes import ReferralType
from wor_tui.domain.text import folded


@dataclass(frozen=True, slots=True)
class Offered:
    """Where a type is offered (no places: everywhere), and by place what there is instead, as names."""

    places: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class WrongPlace:
    """This type isn't offered in the client's place: where it is, and what the client's place has instead."""

    type: ReferralType
    offered_in: tuple[str, ...]
    instead: tuple[str, ...]


AMSTELLAND = {
    ReferralType.SOCIAL_WORK: Offered(),
    ReferralType.ELDERLY_ADVISER: Offered(),
    ReferralType.WELFARE: Offered(),
    ReferralType.EXERCISE: Offered(
        places=("Aalsmeer",), elsewhere=(("Amstelveen", ("Amstelveen Sport (Bewegen op Recept)", "Buurtsportcoach")),)
    ),
}
"""The list of the region that the process description comes from; another region gives its own."""


def place_warning(
    referral_type: str | None, place: str | None, offered: dict[ReferralType, Offered] | None = None
) -> WrongPlace | None:
    """The warning for a referral of this type in this place; None when it fits or when either isn't known.

    Places are compared without case, accents and spaces around them. `offered` replaces the region's list.
    """
    if not referral_type or not place or referral_type not in {*ReferralType}:
        return None
    wanted = ReferralType(referral_type)
    found = (AMSTELLAND if offered is None else offered).get(wanted, Offered())
    here = folded(place.strip())
    if not found.places or here in {folded(each) for each in found.places}:
        return None
    instead = next((names for elsewhere, names in found.elsewhere if folded(elsewhere) == here), ())
    return WrongPlace(wanted, found.places, instead)
