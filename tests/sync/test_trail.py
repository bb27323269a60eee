import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import trail
from sync.trail import START, Anchor, Fault, Finding

Kept = list[tuple[int, bytes, bytes]]


def kept(count: int, start: Anchor = START) -> Kept:
    lines = [f"line {n}".encode() for n in range(start.n + 1, start.n + count + 1)]
    return [
        (start.n + 1 + k, line, h)
        for k, (line, h) in enumerate(zip(lines, trail.links(start.hash, lines), strict=True))
    ]


def test_a_whole_trail_has_no_faults() -> None:
    lines = kept(10)
    anchors = [Anchor(n, link) for n, _, link in lines]
    assert trail.verify(lines, anchors=anchors) == []
    assert trail.verify([], anchors=[START]) == []
    assert trail.verify(lines[4:], Anchor(4, lines[3][2]), anchors) == []


def test_the_link_is_what_the_documentation_says() -> None:
    expected = hashlib.sha256(bytes(32) + (3).to_bytes(8, "big") + b"abc").digest()
    assert trail.link(START.hash, b"abc") == expected


@pytest.mark.parametrize("place", [0, 4, 9])
def test_each_tampering_is_found_where_it_was(place: int) -> None:
    lines = kept(10)
    anchors = [Anchor(10, lines[-1][2])]
    n, line, link = lines[place]
    edited = [*lines[:place], (n, line + b"?", link), *lines[place + 1 :]]
    assert trail.verify(edited, anchors=anchors) == [Finding(Fault.EDITED, n)]
    gone = lines[:place] + lines[place + 1 :]
    fault = Fault.CUT_OFF if place == 9 else Fault.GAP
    assert trail.verify(gone, anchors=anchors) == [Finding(fault, n)]
    twice = [*lines[: place + 1], *lines[place:]]
    assert trail.verify(twice, anchors=anchors) == [Finding(Fault.OUT_OF_ORDER, n)]


def test_lines_that_changed_places_are_found() -> None:
    lines = kept(5)
    moved = [lines[0], lines[2], lines[1], *lines[3:]]
    faults = {finding.fault for finding in trail.verify(moved)}
    assert Fault.OUT_OF_ORDER in faults
    contents = [lines[0], (2, *lines[2][1:]), (3, *lines[1][1:]), *lines[3:]]
    assert [finding.n for finding in trail.verify(contents)] == [2, 3, 4]


def test_a_chain_that_was_made_anew_shows_at_an_anchor() -> None:
    lines = kept(5)
    other = [b"other", *(line for _, line, _ in lines[1:])]
    anew = list(zip(range(1, 6), other, trail.links(START.hash, other), strict=True))
    assert trail.verify(anew) == []
    assert trail.verify(anew, anchors=[Anchor(3, lines[2][2])]) == [Finding(Fault.REWRITTEN, 3)]
    assert trail.verify(lines[3:], Anchor(3, bytes(32)), [Anchor(3, lines[2][2])])[0] == Finding(Fault.REWRITTEN, 3)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=8), st.data())
def test_no_single_change_goes_unseen(contents: list[bytes], data: st.DataObject) -> None:
    links = trail.links(START.hash, contents)
    lines = list(zip(range(1, len(contents) + 1), contents, links, strict=True))
    anchor = Anchor(len(contents), links[-1])
    place = data.draw(st.integers(0, len(lines) - 1))
    how = data.draw(st.sampled_from(["content", "link", "drop", "swap", "number"]))
    n, line, link = lines[place]
    changed = list(lines)
    if how == "content":
        changed[place] = (n, data.draw(st.binary(max_size=20).filter(lambda other: other != line)), link)
    elif how == "link":
        changed[place] = (n, line, bytes([link[0] ^ 1]) + link[1:])
    elif how == "drop":
        del changed[place]
    elif how == "number":
        changed[place] = (n + 1, line, link)
    else:
        changed.reverse()
    if changed != lines:
        assert trail.verify(changed, anchors=[anchor])
    assert all(later[0] == earlier[0] + 1 for earlier, later in pairwise(lines))
