import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wor_tui.vault.strength import OFFERED, WORD_COUNT, Level, Why, judged, offered, words
from wor_tui.wording.strength import LEVELS, REASONS, strength_sentence

OWN = ("Hanneke Vos", "Deventer")


@pytest.mark.parametrize(
    ("passphrase", "level", "why"),
    [
        ("", Level.WEAK, Why.SHORT),
        ("fietsmolen", Level.WEAK, Why.SHORT),
        ("x9#Q!2vL$m", Level.WEAK, Why.SHORT),
        ("qwertyuiop12", Level.WEAK, Why.COMMON),
        ("Hanneke Vos 1961", Level.WEAK, Why.OWN),
        ("deventer deventer", Level.WEAK, Why.OWN),
        ("annemarie1962", Level.WEAK, Why.NAME),
        ("3edcvfr45tgb", Level.WEAK, Why.KEYBOARD),
        ("aaaaaaaaaaaaaaaa", Level.WEAK, Why.REPEATED),
        ("tafel tafel tafel tafel", Level.WEAK, Why.REPEATED),
        ("abcdefghijklmnop", Level.WEAK, Why.SEQUENCE),
        ("1 2 3 4 5 6 7 8 9 10 11", Level.WEAK, Why.DIGITS),
        ("10-12-1985 11-03-2014", Level.WEAK, Why.DIGITS),
        ("welkom2026welkom", Level.WEAK, Why.FEW_WORDS),
        ("wandelen hond", Level.WEAK, Why.FEW_WORDS),
        ("fiets molen tafel", Level.FAIR, Why.FEW_WORDS),
        ("xK9#mQ2$vL7!", Level.FAIR, Why.FEW_SIGNS),
        ("vier losse woorden samen", Level.STRONG, Why.WORDS),
        ("correct horse battery staple", Level.STRONG, Why.WORDS),
        ("xK9#mQ2$vL7!wP4&", Level.STRONG, Why.SIGNS),
    ],
)
def test_each_passphrase_is_judged_with_its_reason(passphrase: str, level: Level, why: Why) -> None:
    found = judged(passphrase, OWN)
    assert (found.level, found.why) == (level, why), found


def test_four_words_that_were_offered_are_strong() -> None:
    for _ in range(200):
        found = judged(offered())
        assert found.level is Level.STRONG, found
        assert found.bits >= 44


def test_what_is_offered_is_drawn_anew_from_the_whole_list() -> None:
    drawn = [offered().split() for _ in range(400)]
    assert {len(each) for each in drawn} == {OFFERED}
    assert len({word for each in drawn for word in each}) > WORD_COUNT / 3
    assert {word for each in drawn for word in each} <= set(words())


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_any_text_is_judged(passphrase: str) -> None:
    found = judged(passphrase, (passphrase,))
    assert found.bits >= 0
    assert len(passphrase) >= 12 or found.level is Level.WEAK
    assert strength_sentence(found)


def test_a_very_long_one_is_judged_by_its_start() -> None:
    assert judged("xK9#mQ2$vL7!" * 10_000).level is not Level.STRONG
    assert judged(" ".join(words())).level is Level.STRONG


def test_a_word_more_never_makes_it_weaker() -> None:
    passphrase, bits = "", 0.0
    for word in ("tafel", "molen", "wolk", "fiets", "gitaar"):
        passphrase = f"{passphrase} {word}".strip()
        assert judged(passphrase).bits > bits
        bits = judged(passphrase).bits


def test_every_level_and_reason_is_worded() -> None:
    assert set(LEVELS) == {int(level) for level in Level}
    assert set(REASONS) == {str(why) for why in Why}


def test_the_lists_are_loaded_only_when_something_is_judged() -> None:
    program = "import json, sys; import wor_tui.vault.strength; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not [name for name in json.loads(done.stdout) if name.startswith("zxcvbn")]
