"""Which registrations look like one person: a table of pairs, and that whatever is alike is compared at all."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wor_tui.domain.likeness import Likeness, Traits, keys, likeness, number, traits

NONE, POSSIBLE, PROBABLE = Likeness.NONE, Likeness.POSSIBLE, Likeness.PROBABLE
BORN = date(1959, 2, 11)


def person(
    given: str = "Mieke",
    family: str = "Janssen",
    born: date | None = BORN,
    postcode: str = "3991 AB",
    phone: str = "06-12345678",
    prefix: str = "",
) -> Traits:
    return traits(given, prefix, family, born, postcode, [phone, None])


PAIRS = [
    ("the same, written differently", person(phone="+31 6 1234 5678", postcode="3991ab"), PROBABLE),
    ("a typing mistake in the family name", person(family="Jansen"), PROBABLE),
    ("accents and capitals", person("MIEKE", "Jánssen"), PROBABLE),
    ("day and month the other way round", person(born=date(1959, 11, 2)), PROBABLE),
    ("moved, the number kept", person(postcode="1012 XY"), PROBABLE),
    ("another number, the address kept", person(phone="030-2345678"), PROBABLE),
    ("a second given name", person("Mieke Johanna"), PROBABLE),
    ("an initial", person("M."), POSSIBLE),
    ("initials without points", person("MJ"), POSSIBLE),
    ("a short form", person("Miek"), POSSIBLE),
    ("a name in daily life that differs from the passport's", person("Wilhelmina"), POSSIBLE),
    ("another number and another address", person(phone="030-2345678", postcode="1012 XY"), POSSIBLE),
    (
        "another number and another address, a name that is like it",
        person("M.", "Jansen", phone="030-2345678", postcode="1012 XY"),
        NONE,
    ),
    ("nothing but name and birth date", person(phone="", postcode=""), POSSIBLE),
    ("no birth date, the number kept", person(born=None), POSSIBLE),
    ("no birth date, nothing else that agrees", person(born=None, phone="", postcode=""), NONE),
    (
        "day and month the other way round, nothing else",
        person(born=date(1959, 11, 2), phone="", postcode=""),
        POSSIBLE,
    ),
    ("one digit of the birth date", person(born=date(1959, 2, 12)), POSSIBLE),
    ("one digit of the birth date, nothing else", person(born=date(1959, 2, 12), phone="", postcode=""), NONE),
    ("a double name", person(family="Janssen-de Boer"), PROBABLE),
    ("another family name, as after marrying", person(family="Hendriks"), POSSIBLE),
    ("another family name and another number", person(family="Hendriks", phone="030-2345678"), NONE),
    ("twins at one address", person("Karin"), POSSIBLE),
    ("twins at one address, names that look alike", person("Mieks"), POSSIBLE),
    ("a twin who lives elsewhere", person("Karin", postcode="1012 XY", phone="030-2345678"), NONE),
    ("a child with the same number", person("Sanne", born=date(1989, 6, 30)), NONE),
    ("a child with the same number and given name", person(born=date(1989, 6, 30)), NONE),
    ("a child of the same name, one digit from the parent's birth date", person(born=date(1989, 2, 11)), POSSIBLE),
    ("a child of whom no birth date is known", person("Sanne", born=None), NONE),
    ("a partner with the same number", person("Kees", born=date(1957, 3, 2)), NONE),
    ("a neighbour of the same postcode", person("Ria", "Bos", date(1971, 4, 5), phone=""), NONE),
    ("a namesake born another year", person(born=date(1983, 9, 9), phone="", postcode=""), NONE),
    ("somebody born on the same day", person("Ria", "Bos", phone="", postcode=""), NONE),
]


@pytest.mark.parametrize(("other", "expected"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_pairs(other: Traits, expected: Likeness) -> None:
    assert likeness(person(), other) is expected
    assert likeness(other, person()) is expected


@pytest.mark.parametrize(
    "other",
    [
        person("Anna", "Berg", prefix="van den"),
        person("Anna", "van den Berg"),
        person("Anna", "Berg", prefix="v.d."),
        person("Anna", "vandenberg"),
        person("Anna", "VAN DEN BERG"),
    ],
    ids=["prefix", "written to the name", "shortened", "as one word", "capitals"],
)
def test_prefixes(other: Traits) -> None:
    one = person("Anna", "Berg", prefix="van den")
    assert likeness(one, other) is PROBABLE
    assert keys(one) & keys(other)


def test_dutch_letters_that_are_written_in_two_ways() -> None:
    assert likeness(person(family="van Dijk"), person(family="van Dyk")) is PROBABLE
    assert likeness(person("Zoë", "Öztürk"), person("Zoe", "Ozturk")) is PROBABLE


@pytest.mark.parametrize(
    "written",
    [
        "06-12345678", "06 12 34 56 78", "+31612345678", "+31 (0)6 12345678", "0031 6-12345678", "0612345678 (dochter)",
        "06.12.34.56.78", "+31 06 12345678",
    ],
)  # fmt: skip
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert number(written) == "612345678"


def test_a_number_that_is_too_short_names_nobody() -> None:
    assert number("12345") == ""
    assert number("") == ""
    assert number("nee 0000000000") == ""


def test_a_person_without_anything_is_like_nobody() -> None:
    nobody = traits(None, None, None, None, None, [])
    assert likeness(nobody, person()) is NONE
    assert likeness(nobody, nobody) is NONE
    assert keys(nobody) == set()


given_names = st.sampled_from(["Mieke", "Miek", "M.", "Karin", "Anna Maria", ""])
family_names = st.sampled_from(["Janssen", "Jansen", "Janssen-de Boer", "van den Berg", "Bos"])
birth_dates = st.sampled_from([None, BORN, date(1959, 11, 2), date(1959, 2, 12), date(1989, 6, 30)])
people = st.builds(
    person,
    given_names,
    family_names,
    birth_dates,
    st.sampled_from(["", "3991 AB", "1012 XY"]),
    st.sampled_from(["", "06-12345678", "030-2345678"]),
)


@settings(max_examples=400)
@given(people, people)
def test_whatever_is_alike_is_compared_and_in_both_directions_alike(one: Traits, other: Traits) -> None:
    found = likeness(one, other)
    assert likeness(other, one) is found
    if found is not NONE:
        assert keys(one) & keys(other)


@given(people, people)
def test_only_the_same_given_name_and_birth_date_are_probable(one: Traits, other: Traits) -> None:
    if likeness(one, other) is PROBABLE:
        assert one.given
        assert other.given
        assert one.birth_date is not None
        assert other.birth_date is not None
        assert one.birth_date.year == other.birth_date.year
        assert likeness(one, replace(other, given=(), initials="")) is not PROBABLE
