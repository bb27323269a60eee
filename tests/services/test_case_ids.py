"""Ids in one text answer as a list of them would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wor_tui.domain.identifiers import new_id
from wor_tui.services.case_ids import CaseIds, ChosenIds

MADE = [new_id() for _ in range(40)]
AS_TEXT = CaseIds("\n".join(MADE))


def test_they_are_the_same_as_a_list() -> None:
    assert AS_TEXT == MADE
    assert list(AS_TEXT) == MADE
    assert (len(AS_TEXT), AS_TEXT[0], AS_TEXT[-1], AS_TEXT[39]) == (40, MADE[0], MADE[39], MADE[39])
    assert AS_TEXT[3:9:2] == MADE[3:9:2]
    assert AS_TEXT[-5:] == MADE[-5:]
    assert [AS_TEXT.index(each) for each in MADE] == list(range(40))
    assert MADE[7] in AS_TEXT
    assert new_id() not in AS_TEXT
    assert MADE[7][1:] not in AS_TEXT
    with pytest.raises(IndexError):
        AS_TEXT[40]
    for absent in (new_id(), "", MADE[3][:-1], MADE[3][5:] + "\n" + MADE[4][:4]):
        with pytest.raises(ValueError, match=absent or "^$"):
            AS_TEXT.index(absent)


def test_none_are_an_empty_list() -> None:
    assert (CaseIds(""), len(CaseIds("")), list(CaseIds("")), CaseIds("")[:5]) == ([], 0, [], [])


@pytest.mark.parametrize(
    "joined",
    ["case-1", "case-1\ncase-2", MADE[0] + "\n", MADE[0] + "\n" + MADE[1][:-1], "\n" * 36],
    # Names that are the same in every worker: the ids aren't.
    ids=["one", "two", "a line feed after it", "the second cut off", "line feeds"],
)
def test_ids_of_another_length_are_refused(joined: str) -> None:
    with pytest.raises(ValueError, match="another length"):
        CaseIds(joined)


@given(st.sets(st.integers(0, 39)))
def test_what_a_filter_leaves_is_the_same_as_a_list(places: set[int]) -> None:
    chosen = sorted(places)
    left, expected = ChosenIds(AS_TEXT, chosen), [MADE[place] for place in chosen]
    assert list(left) == expected
    assert left[1:4] == expected[1:4]
    for at, each in enumerate(MADE):
        if at in places:
            assert left.index(each) == expected.index(each)
        else:
            with pytest.raises(ValueError, match=each):
                left.index(each)
