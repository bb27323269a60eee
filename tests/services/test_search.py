from hypothesis import given
from hypothesis import strategies as st

from wor_tui.services.search import Filter, digits, folded, matching, search_key, sort_key, words

KEYS = [
    search_key(["Zoë", "de", "Vries-Ångström", "Utrecht", None, ""], ["06-1234 5678", None]),
    search_key(["Miłosz", "Kowalski", "Houten", "Praktijk De Linde"], ["+31 (0)30 234 56 78"]),
    search_key(["Ýmir", "Øster", "Zuid"], ["0031612345678"]),
]


def test_accents_and_capitals_make_no_difference() -> None:
    assert folded("Zoë de Vries-ÅNGSTRÖM") == "zoe de vries-angstrom"
    assert folded("Łukasz Øster Straße ĲSBRAND") == "lukasz oster strasse ijsbrand"
    assert matching(KEYS, "ZOE") == matching(KEYS, "zoë") == matching(KEYS, "Angstrom") == [0]
    assert matching(KEYS, "oster") == matching(KEYS, "ØSTER") == [2]


def test_every_word_must_occur_in_any_order() -> None:
    assert matching(KEYS, "linde kowal") == [1]
    assert matching(KEYS, "linde utrecht") == []
    assert matching(KEYS, "   ") == [0, 1, 2]
    assert matching([], "x") == []


def test_a_telephone_number_is_found_however_it_is_written() -> None:
    assert digits("+31 (0)30-234 56 78") == digits("0031 30 2345678") == "0302345678"
    assert matching(KEYS, "06-12345678") == matching(KEYS, "06 1234 5678") == matching(KEYS, "+31612345678") == [0, 2]
    assert matching(KEYS, "(030)") == [1]


def test_family_names_sort_without_their_prefix() -> None:
    names = [("Vries", "Zoë", "de"), ("Visser", "Al", ""), ("Vries", "Anna", ""), ("Éland", "Bo", "van den")]
    ordered = sorted(names, key=lambda name: sort_key(*name))
    assert [name[:2] for name in ordered] == [("Éland", "Bo"), ("Visser", "Al"), ("Vries", "Anna"), ("Vries", "Zoë")]


TEXTS = st.text(alphabet="abé0123+(- ", max_size=12)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=20), st.lists(TEXTS, max_size=8))
def test_typing_on_finds_the_same_as_searching_anew(people: list[tuple[str, str]], typed: list[str]) -> None:
    keys = [search_key([name], [number]) for name, number in people]
    going_on = Filter(keys)
    for text in typed:
        for end in range(len(text) + 1):
            assert going_on.matching(text[:end]) == matching(keys, text[:end])


@given(TEXTS, TEXTS)
def test_matching_is_containing_every_word(name: str, typed: str) -> None:
    key = search_key([name], [])
    assert (matching([key], typed) == [0]) == all(word in key for word in words(typed))
