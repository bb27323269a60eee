"""Whether two registrations may be of one person: two devices without a connection can't know of each other's.

There is no number that names a person (a BSN isn't kept), so this goes by name, birth date, postcode and telephone. It
never decides: it says what a person should look at. `PROBABLE` asks for the same given name, written out, and a birth
date that is the same or has day and month the other way round, with an address or a number beside it; so twins, and a
parent and child with one telephone, are at most `POSSIBLE`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from rapidfuzz.distance import OSA, JaroWinkler

from wor_tui.domain.text import folded

PREFIXES = frozenset(
    {"van", "von", "de", "den", "der", "des", "het", "t", "te", "ten", "ter", "in", "op", "aan", "bij", "uit", "d"}
    | {"la", "le", "du", "el", "al", "ben", "bin", "ibn", "da", "dos", "di"}
)
"""What stands before a family name and is often left out, or written to it."""
ALIKE = 0.88
"""Jaro-Winkler from which two names may be one, misspelt."""

_NOT_LETTERS = re.compile(r"[^a-z]+")
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})
_COUNTRY = re.compile(r"^(?:\+|00)31(?:\(0\)|0)?")
_SHORTEST_NUMBER = 9
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.\s*)+|[A-Z]{1,4}")


class Likeness(IntEnum):
    """How much two registrations look like one person."""

    NONE = 0
    POSSIBLE = 1
    PROBABLE = 2


class Match(IntEnum):
    """How two values compare; UNKNOWN: one of them isn't there."""

    DIFFERENT = 0
    UNKNOWN = 1
    NEAR = 2
    SAME = 3


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a person, made comparable: see `traits`.

    `family`: the parts of the family name without prefixes; `joined`: all of it written as one. `given`: names written
    out; `initials`: the first letter of each given name. `postcode` without space; `phones`: nine digits each.
    """

    family: tuple[str, ...]
    joined: str
    given: tuple[str, ...]
    initials: str
    birth_date: date | None
    postcode: str
    phones: frozenset[str]


def traits(
    given_name: str | None,
    prefix: str | None,
    family_name: str | None,
    birth_date: date | None,
    postcode: str | None,
    phones: Iterable[str | None],
) -> Traits:
    """A person's details made comparable: without case, accents, prefixes, and ways of writing a number."""
    words = _words(family_name or "")
    family = tuple(word for word in words if word not in PREFIXES) or tuple(words)
    given, initials = _given(given_name or "")
    numbers = frozenset(found for each in phones if (found := number(each or "")))
    joined = "".join([*_words(prefix or ""), *words])
    return Traits(family, joined, given, initials, birth_date, "".join((postcode or "").split()).upper(), numbers)


def number(telephone: str) -> str:
    """The nine digits of a Dutch telephone number (`612345678`), however it is written; "" when there are fewer."""
    compact = "".join(sign for sign in telephone if sign.isdigit() or sign in "+()")
    digits = re.sub(r"\D", "", _COUNTRY.sub("0", compact))
    return digits.lstrip("0")[:_SHORTEST_NUMBER] if len(digits.lstrip("0")) >= _SHORTEST_NUMBER else ""


def keys(one: Traits) -> set[str]:
    """What two registrations that look alike have in common at least one of, so that only such are compared.

    The birth date with day and month in either order, each telephone number, and the postcode.
    """
    found = {f"t{phone}" for phone in one.phones}
    if one.birth_date is not None:
        first, second = sorted((one.birth_date.day, one.birth_date.month))
        found.add(f"b{one.birth_date.year}.{first}.{second}")
    if one.postcode:
        found.add(f"p{one.postcode}")
    return found


def likeness(one: Traits, other: Traits) -> Likeness:
    """How much two registrations look like one person, in either order."""
    birth = _birth(one.birth_date, other.birth_date)
    if birth is Match.DIFFERENT:
        return Likeness.NONE
    family, given = _family(one, other), _given_match(one, other)
    phone, postcode = _shared(one.phones, other.phones), _equal(one.postcode, other.postcode)
    reached = Match.SAME in (phone, postcode)
    turned = _turned(one.birth_date, other.birth_date)
    if family is Match.DIFFERENT:
        # Another family name, such as after marrying: all else has to agree.
        agrees = birth is Match.SAME and given is Match.SAME and reached and phone is not Match.DIFFERENT
    elif birth is Match.SAME:
        # A name in daily life and one in the passport needn't resemble each other.
        elsewhere = phone is Match.DIFFERENT and postcode is Match.DIFFERENT
        agrees = reached or (given >= Match.NEAR and (family is Match.SAME or not elsewhere))
    else:
        agrees = given >= Match.NEAR and (reached or (turned and given is Match.SAME))
    if not agrees:
        return Likeness.NONE
    probable = family is not Match.DIFFERENT and given is Match.SAME and reached and (birth is Match.SAME or turned)
    return Likeness.PROBABLE if probable else Likeness.POSSIBLE


def _words(text: str) -> list[str]:
    plain = folded(text).translate(_LETTERS).replace("ij", "y").replace("'", "")
    return [word for word in _NOT_LETTERS.split(plain) if word]


def _given(text: str) -> tuple[tuple[str, ...], str]:
    """The given names that are written out, and all first letters."""
    if _INITIALS.fullmatch(text.strip()):
        return (), "".join(_words(text.replace(".", " ")) if "." in text else _words(" ".join(text)))
    words = _words(text)
    return tuple(word for word in words if len(word) > 1), "".join(word[0] for word in words)


def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) >= 5 and OSA.distance(one, other, score_cutoff=1) <= 1:
        return True
    return JaroWinkler.similarity(one, other) >= ALIKE


def _family(one: Traits, other: Traits) -> Match:
    if not one.joined or not other.joined:
        return Match.UNKNOWN
    if one.family == other.family or one.joined == other.joined:
        return Match.SAME
    # A double name of which one part is left out, or a prefix that was written to the name.
    if set(one.family) & set(other.family) or _alike(one.joined, other.joined):
        return Match.NEAR
    return Match.NEAR if _alike(" ".join(one.family), " ".join(other.family)) else Match.DIFFERENT


def _given_match(one: Traits, other: Traits) -> Match:
    if not one.initials or not other.initials:
        return Match.UNKNOWN
    if one.given and other.given:
        if one.given[0] == other.given[0] or set(one.given) == set(other.given):
            return Match.SAME
        alike = any(_alike(name, another) for name in one.given for another in other.given)
        return Match.NEAR if alike else Match.DIFFERENT
    return Match.NEAR if one.initials[0] == other.initials[0] else Match.DIFFERENT


def _birth(one: date | None, other: date | None) -> Match:
    if one is None or other is None:
        return Match.UNKNOWN
    if one == other:
        return Match.SAME
    slip = OSA.distance(one.strftime("%d%m%Y"), other.strftime("%d%m%Y"), score_cutoff=1) <= 1
    return Match.NEAR if slip or _turned(one, other) else Match.DIFFERENT


def _turned(one: date | None, other: date | None) -> bool:
    """Whether day and month stand the other way round."""
    return (
        one is not None and other is not None and (one.year, one.month, one.day) == (other.year, other.day, other.month)
    )


def _shared(one: frozenset[str], other: frozenset[str]) -> Match:
    if not one or not other:
        return Match.UNKNOWN
    return Match.SAME if one & other else Match.DIFFERENT


def _equal(one: str, other: str) -> Match:
    if not one or not other:
        return Match.UNKNOWN
    return Match.SAME if one == other else Match.DIFFERENT
