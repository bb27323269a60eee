"""What is left out of a paste is told with numbers."""

import pytest

from wor_tui.i18n import set_language
from wor_tui.screens.pasted import fitting


def test_what_fits_is_taken_in_without_a_word() -> None:
    assert fitting("een\nregel", 20, lines=False) == ("een regel", "")
    assert fitting("twee\nregels", 20, lines=True) == ("twee\nregels", "")


def test_what_does_not_fit_is_counted() -> None:
    text, said = fitting("z" * 1_000_000, 20_000, lines=True)
    assert text == "z" * 20_000
    assert "20.000 van de 1.000.000" in said
    assert "klembord" in said


@pytest.mark.parametrize("room", [0, -3])
def test_a_full_field_says_that_nothing_was_taken_in(room: int) -> None:
    text, said = fitting("vijf", room, lines=False)
    assert (text, "niets" in said) == ("", True)


def test_numbers_in_english() -> None:
    set_language("en")
    try:
        assert "1,000,000" in fitting("z" * 1_000_000, 200, lines=False)[1]
    finally:
        set_language("nl")
