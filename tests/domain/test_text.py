"""Texts are cleaned at the border."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wor_tui.domain.text import (
    clean_line,
    clean_note,
    clean_postcode,
    folded,
    full_name,
    is_printable_line,
    is_printable_note,
    listed_name,
)

ANY_TEXT = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from(" \t\n\r\x00\x1b\x85\u00a0\u2003\u200e\u200f\u202e\u2066\u2028\u2029\ufeff\ud800\u0301e"),
    )
)


@given(ANY_TEXT)
def test_cleaning_a_line_is_idempotent_and_leaves_one_printable_line(text: str) -> None:
    once = clean_line(text)
    assert clean_line(once) == once
    assert is_printable_line(once)
    assert unicodedata.is_normalized("NFC", once)
    assert len(once.splitlines()) <= 1


@given(ANY_TEXT)
def test_cleaning_a_note_is_idempotent_and_leaves_printable_lines(text: str) -> None:
    once = clean_note(text)
    assert clean_note(once) == once
    assert is_printable_note(once)
    assert unicodedata.is_normalized("NFC", once)
    assert once.splitlines() == (once.split("\n") if once else [])


@given(ANY_TEXT)
def test_a_cleaned_text_can_be_written_anywhere(text: str) -> None:
    clean_note(text).encode("utf-8")


@given(ANY_TEXT)
def test_a_line_cleaned_as_a_note_is_no_longer_a_danger_to_a_line(text: str) -> None:
    assert clean_line(clean_note(text)) == clean_line(clean_line(text))


def test_marks_that_turn_the_line_round_are_gone() -> None:
    assert clean_line("Anna\u202egnaB\u202c") == "AnnagnaB"


def test_escape_sequences_lose_their_escape() -> None:
    assert clean_line("\x1b[2JAnna\x07") == "[2JAnna"


def test_markup_and_sql_are_ordinary_text() -> None:
    assert clean_line("[bold]'; DROP TABLE client;--") == "[bold]'; DROP TABLE client;--"


def test_accents_are_composed() -> None:
    assert clean_line("Rene\u0301") == "René"


def test_a_note_keeps_its_lines() -> None:
    assert clean_note("een \r\n\ttwee\u2028drie\n\n\n\n\n\nvier\n\n") == "een\n twee\ndrie\n\n\nvier"


def test_emoji_joined_by_a_joiner_stay_whole() -> None:
    assert clean_line("👩\u200d🦽") == "👩\u200d🦽"


@pytest.mark.parametrize(
    ("typed", "kept"), [("1234ab", "1234 AB"), (" 1234  AB ", "1234 AB"), ("0123 ab", "0123 ab"), ("B-1000", "B-1000")]
)
def test_postcodes(typed: str, kept: str) -> None:
    assert clean_postcode(typed) == kept


def test_names_as_they_are_said_and_listed() -> None:
    assert full_name("Anna", "van der", "Berg") == "Anna van der Berg"
    assert listed_name("Anna", "van der", "Berg") == "Berg, Anna van der"
    assert listed_name(None, None, "Berg") == "Berg"
    assert full_name(None, "", "Berg") == "Berg"


def test_folding_forgets_case_and_accents() -> None:
    assert folded("ÖZGÜR Straße") == "ozgur strasse"
