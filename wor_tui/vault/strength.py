"""How hard a passphrase is to guess, and why; and four random words that are.

Counted as a thief guesses who has the laptop and knows these rules: known passwords, names, dates, keyboard rows and
words first (zxcvbn's lists with Dutch ones beside them), a word of our own list at 11 bits, other letters that look
like a word at 17. It is an estimate: what a thief knows about somebody isn't counted. Nothing slow is imported first.
"""

import math
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from pathlib import Path
from typing import Any, cast

SHORTEST = 12
"""Characters that a passphrase has at least (NIST SP 800-63B asks 8; a stolen laptop gives more time to guess)."""
WEAK_BELOW, STRONG_FROM = 30.0, 44.0
"""Bits: below the one a thief with some computers is in within days; from the other on, four random words, never."""
WORD_COUNT, OFFERED = 2048, 4
_WORD_BITS = 11.0
_OWN_BITS = 2.0
_READABLE_BITS = 17.0
_LONG_WORD = 12
_SEPARATED_BITS = 3.0
_SHORT_PART = 2
_READ = 72
_READABLE = re.compile(r"(?:[^aeiouy\d\W]{0,4}[aeiouy]{1,3})+[^aeiouy\d\W]{0,4}")
_APART = re.compile(r"[\s\-_.,;:/+]+")
_NAMES = {"male_names", "female_names", "surnames"}


class Level(IntEnum):
    """How hard to guess; `WEAK` isn't accepted."""

    WEAK = 1
    FAIR = 2
    STRONG = 3


class Why(StrEnum):
    """What makes a passphrase as weak or as strong as it is."""

    SHORT = "short"
    COMMON = "common"
    OWN = "own"
    NAME = "name"
    KEYBOARD = "keyboard"
    REPEATED = "repeated"
    SEQUENCE = "sequence"
    DATE = "date"
    DIGITS = "digits"
    FEW_WORDS = "few_words"
    FEW_SIGNS = "few_signs"
    WORDS = "words"
    SIGNS = "signs"


@dataclass(frozen=True, slots=True)
class Judged:
    """`bits` is the base-2 logarithm of the guesses that a thief needs, roughly."""

    level: Level
    why: Why
    bits: float


def judged(passphrase: str, own: Sequence[str] = ()) -> Judged:
    """How strong a passphrase is; `own` are words that somebody would try first: a name, a place. Some milliseconds."""
    text = unicodedata.normalize("NFKC", passphrase)[:_READ]
    tried_first = {part for each in own for part in _parts(each.casefold()) if len(part) > 2}
    parts = _parts(text)
    found = [_found(part, tried_first) for part in dict.fromkeys(part.casefold() for part in parts)]
    bits = sum(each.bits for each in found) + (_SEPARATED_BITS if len(parts) > 1 else 0) + math.log2(len(parts) or 1)
    sorts = sum((each.sorts for each in found), Counter[Why]())
    if len(parts) > 1 and any(len(part) <= _SHORT_PART for part in parts):
        # Letters or digits with spaces between them are still a row.
        together = _found("".join(parts), tried_first, readable=False)
        if together.bits + _SEPARATED_BITS < bits:
            bits, sorts = together.bits + _SEPARATED_BITS, together.sorts
    if len(passphrase) < SHORTEST:
        return Judged(Level.WEAK, Why.SHORT, bits)
    if bits >= STRONG_FROM:
        return Judged(Level.STRONG, Why.WORDS if len(found) > 3 else Why.SIGNS, bits)
    why = sorts.most_common(1)[0][0] if sorts else Why.FEW_SIGNS
    if len(found) < len(parts) / 2:
        why = Why.REPEATED
    elif why is Why.DATE and "".join(parts).isdigit():
        why = Why.DIGITS
    return Judged(Level.WEAK if bits < WEAK_BELOW else Level.FAIR, why, bits)


def offered() -> str:
    """Four different random words of our list, with spaces between them: 44 bits, easy to remember, easy to type."""
    return " ".join(secrets.SystemRandom().sample(words(), OFFERED))


@cache
def words() -> tuple[str, ...]:
    """Our 2,048 words."""
    return tuple(_lines("words.txt"))


def get_ready() -> None:
    """Load the lists, a tenth of a second, so that the first key isn't late."""
    _dictionaries()


@dataclass(frozen=True, slots=True)
class _Found:
    bits: float
    sorts: "Counter[Why]"


def _found(part: str, own: set[str], *, readable: bool = True) -> _Found:
    """The fewest guesses that give one part, and how many of its characters are of which sort.

    `readable`: what reads like a word counts as one.
    """
    from zxcvbn.matching import omnimatch  # noqa: PLC0415
    from zxcvbn.scoring import most_guessable_match_sequence  # noqa: PLC0415

    if not part:
        return _Found(0.0, Counter())
    if part.casefold() in own:
        return _Found(_OWN_BITS, Counter({Why.OWN: len(part)}))
    if part.casefold() in _own_words():
        return _Found(_WORD_BITS + (part != part.casefold()), Counter({Why.FEW_WORDS: len(part)}))
    ranked = {**_dictionaries(), "own": dict.fromkeys(own, 1)}
    matches: list[Any] = omnimatch(part, ranked)
    best = cast("dict[str, Any]", most_guessable_match_sequence(part, matches, _exclude_additive=True))
    bits, sorts = 0.0, Counter[Why]()
    for match in best["sequence"]:
        token = str(match["token"])
        bits += _bits(match, token)
        sorts[_sort(match, token)] += len(token)
    if readable and _READABLE.fullmatch(part.casefold()):
        bits = min(bits, _READABLE_BITS + _WORD_BITS * (len(part) // _LONG_WORD))
    return _Found(bits, sorts)


def _bits(match: dict[str, Any], token: str) -> float:
    known = match["pattern"] == "dictionary" and not match.get("l33t") and not match.get("reversed")
    if known and token.casefold() in _own_words():
        return _WORD_BITS + (token != token.casefold())
    return math.log2(max(float(match["guesses"]), 1.0))


def _sort(match: dict[str, Any], token: str) -> Why:
    pattern = match["pattern"]
    if pattern == "dictionary":
        return _sort_of_word(str(match["dictionary_name"]), str(match["matched_word"]))
    by_pattern = {
        "spatial": Why.KEYBOARD,
        "repeat": Why.REPEATED,
        "sequence": Why.SEQUENCE,
        "date": Why.DATE,
        "regex": Why.DATE,
    }
    if pattern in by_pattern:
        return by_pattern[pattern]
    if token.isdigit():
        return Why.DIGITS
    return Why.FEW_WORDS if _READABLE.fullmatch(token.casefold()) else Why.FEW_SIGNS


def _sort_of_word(dictionary: str, word: str) -> Why:
    if dictionary == "own":
        return Why.OWN
    if word.isdigit():
        return Why.DATE if len(word) == len("2026") else Why.DIGITS
    if dictionary in _NAMES:
        return Why.NAME
    return Why.COMMON if dictionary == "passwords" and word not in _own_words() else Why.FEW_WORDS


def _parts(text: str) -> list[str]:
    return [part for part in _APART.split(text) if part]


@cache
def _own_words() -> frozenset[str]:
    return frozenset(words())


@cache
def _dictionaries() -> dict[str, dict[str, int]]:
    """Zxcvbn's ranked words, and the Dutch ones: what is tried first in its order, our own words as one heap."""
    from zxcvbn.matching import RANKED_DICTIONARIES  # noqa: PLC0415

    guessed = {word: place for place, word in enumerate(_lines("guessed.txt"), 1)}
    ours = dict.fromkeys(words(), WORD_COUNT)
    return {**RANKED_DICTIONARIES, "dutch": ours, "dutch_first": guessed}


def _lines(name: str) -> list[str]:
    return (Path(__file__).parent / name).read_text("ascii").split()
