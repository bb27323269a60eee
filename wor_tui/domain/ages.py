"""Ages, and what they decide."""

from datetime import date
from enum import StrEnum

from wor_tui.domain.codes import ByWhom
from wor_tui.domain.errors import Invalid, Reason

MAY_BE_CLIENT_FROM_AGE = 9
"""Welzijn op Recept for the young starts here (knowledge day, Houten)."""
SIGNS_TOO_FROM_AGE = 12
SIGNS_ALONE_FROM_AGE = 16


class Signatory(StrEnum):
    """Who must consent."""

    CLIENT = "client"
    PARENTS = "parents"


def age(birth_date: date, today: date) -> int:
    """Whole years on `today`; somebody born on 29 February has their birthday on 1 March otherwise. Never below 0."""
    before_birthday = (today.month, today.day) < (birth_date.month, birth_date.day)
    return max(0, today.year - birth_date.year - before_birthday)


def signatures_needed(years: int) -> frozenset[Signatory]:
    """Whose consent is needed at an age: under 12 the parents', from 12 to 15 both, from 16 the client's own."""
    if years < SIGNS_TOO_FROM_AGE:
        return frozenset({Signatory.PARENTS})
    if years < SIGNS_ALONE_FROM_AGE:
        return frozenset({Signatory.CLIENT, Signatory.PARENTS})
    return frozenset({Signatory.CLIENT})


def signatures_of(by_whom: str, years: int) -> frozenset[Signatory]:
    """Whose consent an event holds; a representative stands for the parents of a minor, and else for the client."""
    if by_whom == ByWhom.BOTH:
        return frozenset(Signatory)
    if by_whom == ByWhom.REPRESENTATIVE:
        return frozenset({Signatory.PARENTS if years < SIGNS_ALONE_FROM_AGE else Signatory.CLIENT})
    return frozenset({Signatory(by_whom)}) if by_whom in {*Signatory} else frozenset()


def usual_signer(years: int | None) -> ByWhom:
    """Who gives consent at that age, as a form may propose it; the person where the age isn't known."""
    needed = frozenset({Signatory.CLIENT}) if years is None else signatures_needed(years)
    if needed == frozenset({Signatory.PARENTS}):
        return ByWhom.PARENTS
    return ByWhom.BOTH if Signatory.PARENTS in needed else ByWhom.CLIENT


def check_signatures(birth_date: date | None, given_on: date, by_whom: str) -> None:
    """Raise Invalid unless all who must have consented; nothing is asked where the birth date isn't known.

    For consent that is given: to withdraw, one of them is enough.
    """
    if birth_date is None:
        return
    years = age(birth_date, given_on)
    if not signatures_needed(years) <= signatures_of(by_whom, years):
        raise Invalid("by_whom", Reason.SIGNATURE_MISSING, age=years)


def check_birth_date(birth_date: date, today: date, field: str = "birth_date") -> None:
    """Raise Invalid for a birth in the future, or of somebody who is too young to be a client."""
    if birth_date > today:
        raise Invalid(field, Reason.IN_THE_FUTURE)
    if age(birth_date, today) < MAY_BE_CLIENT_FROM_AGE:
        raise Invalid(field, Reason.TOO_YOUNG, least=MAY_BE_CLIENT_FROM_AGE)
