"""The op's canonical bytes: what both sides seal to and chain over."""

from dataclasses import astuple

from hypothesis import given
from hypothesis import strategies as st

from sync.op import Header, canonical_json

WORDS = st.text()
NUMBERS = st.integers(-(2**53), 2**53)


@given(
    st.builds(Header, WORDS, WORDS, WORDS, NUMBERS, WORDS, WORDS, st.lists(WORDS).map(tuple), *([NUMBERS] * 4), WORDS)
)
def test_a_header_put_together_by_hand_is_canonical_json(header: Header) -> None:
    assert header.canonical() == canonical_json(astuple(header))
