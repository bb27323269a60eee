import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from wor_tui.widgets.cell_text import centred, clean, cut, fit, wrapped

HARD = [
    "\x1b[31mrood\x1b[0m",
    "\u202eomgekeerd\u202c",
    "你好世界",
    "👨‍👩‍👧 gezin",
    "a\tb\nc",
    "e\u0301\u0301\u0301",
    "[bold]x[/bold]",
    "❤\ufe0f",
]


@pytest.mark.parametrize("text", HARD)
def test_a_hard_text_takes_exactly_its_cells(text: str) -> None:
    for width in range(12):
        assert cell_len(fit(clean(text), width)) == width


@given(st.text(), st.integers(0, 30))
def test_any_text_takes_exactly_its_cells(text: str, width: int) -> None:
    assert cell_len(fit(clean(text), width)) == width
    assert cell_len(fit(clean(text), width, right=True)) == width
    assert cell_len(centred(clean(text), width)) == width
    assert cell_len(cut(clean(text), width)) <= width


@given(st.text(), st.integers(2, 30))
def test_no_wrapped_line_is_too_wide(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrapped(text, width))


@given(st.text(alphabet="ab -\n", max_size=200), st.integers(2, 30))
def test_wrapping_keeps_every_letter(text: str, width: int) -> None:
    kept = "".join("".join(wrapped(text, width)).split())
    assert kept == "".join(text.split())


def test_controls_and_direction_marks_are_gone_and_markup_stays_as_written() -> None:
    assert clean("a\x00\x1b[1mb\u202ec\u200f d") == "a[1mbc d"
    assert clean("[bold]hallo[/bold]") == "[bold]hallo[/bold]"


def test_a_limit_ends_in_an_ellipsis() -> None:
    lines = wrapped("woord " * 100, 20, limit=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
