"""The list of words for passphrases: 2,048 simple ones that can't be mixed up."""

import re
from itertools import groupby

from wor_tui.vault import strength
from wor_tui.vault.strength import words

RUDE_OR_SAD = """
    angst bloed bom dief dood drugs eikel gevaar geweld graf haat hel hoer huilen kanker kogel kont kut lijk lul moord
    nazi neger oorlog pijn pik pijpen poep ramp reet rouw ruzie schuld sex slet stom straf tepel tiet tranen verdriet
    wapen wond ziek ziekte zelfmoord
"""


def endings(word: str) -> set[str]:
    """Forms of a Dutch word that one takes for the same: plurals, diminutives, bent adjectives, verbs."""
    found = {
        word + end for end in ("s", "n", "en", "e", "je", "tje", "pje", "jes", "er", "t", "d", "ig", "ing", "heid")
    }
    long_vowel = re.fullmatch(r"(.*)([aeou])\2([^aeiou])", word)
    if long_vowel:
        start, vowel, last = long_vowel.groups()
        found |= {start + vowel + {"f": "v", "s": "z"}.get(last, last) + end for end in ("en", "e", "er", "ig")}
    if re.search(r"[^aeiou][aeiou][^aeiouw]$", word):
        found |= {word + word[-1] + end for end in ("en", "e", "er", "ig", "ing")}
    if word[-1] in "fs":
        found.add(word[:-1] + {"f": "ven", "s": "zen"}[word[-1]])
    return found


def test_there_are_2048_in_order() -> None:
    assert len(words()) == len(set(words())) == strength.WORD_COUNT == 2048
    assert list(words()) == sorted(words())


def test_each_is_4_to_8_small_letters() -> None:
    assert not [word for word in words() if not re.fullmatch("[a-z]{4,8}", word)]


def test_none_is_a_form_of_another() -> None:
    there = set(words())
    assert not [(word, other) for word in words() for other in endings(word) & there]


def test_none_is_rude_or_sad() -> None:
    assert not set(RUDE_OR_SAD.split()) & set(words())


def test_none_is_among_the_words_that_are_guessed_first() -> None:
    assert not set(strength._lines("guessed.txt")) & set(words())


def test_few_begin_alike() -> None:
    groups = [list(group) for _, group in groupby(words(), key=lambda word: word[:6])]
    assert max(len(group) for group in groups) <= 3
