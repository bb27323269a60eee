"""A paste comes in whole, whatever pieces the terminal sends it in, and the same as Textual's own parser has it."""

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver

from wor_tui.app import WorApp
from wor_tui.config import Config
from wor_tui.pasting import BEGIN, END, PasteParser

TYPED = st.lists(st.sampled_from(["a", "é", "\r", "\t", "\x1b[A", "\x1b[<0;3;4M", "7", "~", "["]), max_size=6).map(
    "".join
)
PASTED = st.text(st.sampled_from(["a", "\n", "\x00", "[", "2", "0", "1", "~", "é", "漢"]), max_size=30)


def told(parser: XTermParser, pieces: list[str]) -> list[tuple[str, str]]:
    """Each message's kind with what was typed or pasted."""
    return [
        (type(message).__name__, getattr(message, "text", getattr(message, "key", "")))
        for piece in pieces
        for message in parser.feed(piece)
    ]


def cut_at(whole: str, places: list[int]) -> list[str]:
    """A text in pieces."""
    at = sorted({place % (len(whole) + 1) for place in places} | {0, len(whole)})
    return [whole[start:end] for start, end in pairwise(at) if whole[start:end]]


@given(TYPED, PASTED, TYPED, PASTED, st.lists(st.integers(0, 200), max_size=12))
def test_pieces_make_no_difference(before: str, first: str, between: str, second: str, places: list[int]) -> None:
    whole = f"{before}{BEGIN}{first}{END}{between}{BEGIN}{second}{END}z"
    assert told(PasteParser(), cut_at(whole, places)) == told(XTermParser(), [whole])


@given(st.text(st.sampled_from(["a", "\x1b", "[", "2", "0", "1", "~"]), max_size=20))
def test_what_is_pasted_is_never_typed(pasted: str) -> None:
    if END in pasted:
        return
    found = told(PasteParser(), [f"{BEGIN}{pasted}{END}"])
    assert found == [("Paste", pasted)]


async def test_the_app_reads_its_terminal_with_it(tmp_path: Path) -> None:
    app = WorApp(tmp_path, config=Config())
    app.get_driver_class()
    assert linux_driver.XTermParser is PasteParser
