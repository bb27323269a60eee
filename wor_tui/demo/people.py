"""Invented people: drawn from lists of names and places by a seed, so that the same seed gives the same people."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

LETTERS = "BCDFGHJKLMNPRTVWXZ"


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives; the street is invented, and so is the postcode's letter pair."""

    street: str
    postcode: str
    place: str
    neighbourhood: str
    dialling: str


@dataclass(frozen=True, slots=True)
class Invented:
    """An invented person; `gender` is woman or man. Phone numbers begin with 06-0000 or with zeros after the area."""

    given_name: str
    prefix: str
    family_name: str
    gender: str
    birth_date: date
    phone: str
    phone_alternative: str
    email: str
    language: str
    address: Address

    @property
    def pronouns(self) -> Mapping[str, str]:
        """What fills the pronouns in a story's texts."""
        return PRONOUNS[self.gender]


PRONOUNS: Mapping[str, Mapping[str, str]] = {
    "woman": {"zij": "zij", "Zij": "Zij", "hem": "haar", "zijn": "haar", "Zijn": "Haar"},
    "man": {"zij": "hij", "Zij": "Hij", "hem": "hem", "zijn": "zijn", "Zijn": "Zijn"},
}


@cache
def listed(name: str) -> Any:
    """The lists in `name`.json beside this module."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def person(
    chance: random.Random, *, today: date, ages: tuple[int, int], gender: str, newcomer: bool = False
) -> Invented:
    """Draw one person who is between `ages` (both included) on `today`; a `newcomer` has another first language."""
    names = listed("names")
    origins: Sequence[Any] = [each for each in names["origins"] if each["newcomer"] or not newcomer]
    origin = chance.choices(origins, [each["weight"] for each in origins])[0]
    age = chance.randint(*ages)
    given = given_name(chance, origin, gender, age)
    prefix, family = split_prefix(chance.choice(origin["families"]), names["prefixes"])
    if origin["name"] == "dutch" and gender == "woman" and chance.random() < 0.18:
        family = f"{family}-{chance.choice(names['double_name_endings'])}"
    where = address(chance)
    birth_date = born(chance, today, age)
    return Invented(
        given_name=given,
        prefix=prefix,
        family_name=family,
        gender=gender,
        birth_date=birth_date,
        phone=mobile(chance),
        phone_alternative=landline(chance, where.dialling) if chance.random() < 0.25 else "",
        email=f"{plain(given)}.{plain(family)}@voorbeeld.example" if chance.random() < 0.4 else "",
        language=chance.choice(origin["languages"]),
        address=where,
    )


def given_name(chance: random.Random, origin: Mapping[str, Any], gender: str, age: int) -> str:
    """Draw a given name; where the list runs from the oldest to the youngest, one that fits the age."""
    given: Sequence[str] = origin["women" if gender == "woman" else "men"]
    if not origin.get("by_age"):
        return chance.choice(given)
    middle = round((85 - age) / 75 * (len(given) - 1))
    return given[min(max(middle + chance.randint(-6, 6), 0), len(given) - 1)]


def split_prefix(name: str, prefixes: Sequence[str]) -> tuple[str, str]:
    """Split "van der Meer" into its prefix and the name that it is sorted by."""
    for prefix in prefixes:
        if name.startswith(prefix + " "):
            return prefix, name[len(prefix) + 1 :]
    return "", name


def address(chance: random.Random) -> Address:
    """Draw a home in one of the places, by their size."""
    places: Sequence[Any] = listed("places")
    chosen = chance.choices(places, [each["weight"] for each in places])[0]
    return Address(
        street=f"{chance.choice(chosen['streets'])} {chance.randint(1, 148)}",
        postcode=f"{chance.choice(chosen['postcodes'])} {chance.choice(LETTERS)}{chance.choice(LETTERS)}",
        place=chosen["name"],
        neighbourhood=chance.choice(chosen["neighbourhoods"]),
        dialling=chosen["dialling"],
    )


def born(chance: random.Random, today: date, age: int) -> date:
    """A birth date that makes somebody `age` on `today`."""
    birthday = today - timedelta(days=chance.randrange(0, 365))
    # The 28th exists in every month of every year.
    return date(birthday.year - age, birthday.month, min(birthday.day, 28))


def mobile(chance: random.Random) -> str:
    """A mobile number in a range that isn't given out."""
    return f"06-0000 {chance.randrange(10_000):04d}"


def landline(chance: random.Random, dialling: str) -> str:
    """A landline number that begins with zeros after the area code, which none does."""
    return f"{dialling}-{'000' if len(dialling) == 3 else '00'} {chance.randrange(10_000):04d}"


def plain(name: str) -> str:
    """A name as it could stand in a mail address."""
    import unicodedata  # noqa: PLC0415

    folded = unicodedata.normalize("NFKD", name.replace("ı", "i").replace("Ł", "L").replace("ł", "l"))
    return "".join(letter for letter in folded.lower() if letter.isascii() and letter.isalnum())
