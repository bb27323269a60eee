import pytest
from hypothesis import given
from hypothesis import strategies as st

from wor_tui.vault.errors import RecoveryCodeMistyped
from wor_tui.vault.recovery_code import ALPHABET, SECRET_BYTES, read, written

SECRET = bytes(range(7, 7 + SECRET_BYTES))


@given(st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES))
def test_what_is_written_is_read(secret: bytes) -> None:
    code = written(secret)
    assert len(code) == 41
    assert set(code) <= set(ALPHABET + "-")
    assert read(code) == secret


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: f"\n {code}\t"])
def test_case_spaces_and_line_ends_do_not_matter(change) -> None:
    assert read(change(written(SECRET))) == SECRET


def test_a_word_processors_hyphens_are_read() -> None:
    assert read(written(SECRET).replace("-", "–")) == SECRET


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    code = written(bytes(SECRET_BYTES - 1) + b"\x21")  # many 0, two 1
    assert read(code.replace("0", "o").replace("1", "l")) == read(code.replace("1", "I")) == read(code)


def test_every_single_wrong_character_is_a_typing_error() -> None:
    code = written(SECRET)
    missed = 0
    for place, right in enumerate(code):
        for wrong in ALPHABET.replace(right, ""):
            try:
                read(code[:place] + wrong + code[place + 1 :]) if right != "-" else None
            except RecoveryCodeMistyped:
                continue
            missed += right != "-"
    assert missed == 0


def test_two_neighbours_swapped_is_a_typing_error() -> None:
    letters = written(SECRET).replace("-", "")
    for place in range(len(letters) - 1):
        swapped = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
        if swapped != letters:
            with pytest.raises(RecoveryCodeMistyped):
                read(swapped)


@pytest.mark.parametrize("code", ["", "U" * 36, "ABC", "0" * 36 + "0", "é" * 36, "A" * 1_000_000])
def test_what_is_no_code_is_a_typing_error(code: str) -> None:
    with pytest.raises(RecoveryCodeMistyped):
        read(code)
