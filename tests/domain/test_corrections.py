"""What was corrected doesn't stand, and counts once, whatever arrived first."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.entries import ContactMade
from wor_tui.domain.corrections import corrected_by, standing
from wor_tui.domain.facts import corrected_by_contacts, standing_contacts

NAMES = [f"{number:02}" for number in range(12)]


@st.composite
def any_entries(draw: st.DrawFn) -> list[ContactMade]:
    """Any entries at all: corrections of what isn't there, of each other in a circle, of themselves."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    return [ContactMade(name, draw(st.one_of(st.none(), st.sampled_from(NAMES)))) for name in names]


@st.composite
def real_entries(draw: st.DrawFn) -> list[ContactMade]:
    """Entries as devices make them: a correction names an earlier one, and clocks differ, so ids come in any order."""
    made: list[ContactMade] = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        corrects = draw(st.one_of(st.none(), st.sampled_from([each.id for each in made]))) if made else None
        made.append(ContactMade(name, corrects))
    return made


@given(any_entries(), st.randoms())
def test_the_order_of_arrival_decides_nothing(entries: list[ContactMade], chance: random.Random) -> None:
    shuffled = entries[:]
    chance.shuffle(shuffled)
    assert standing(entries) == standing(shuffled)
    assert corrected_by(entries) == corrected_by(shuffled)


@given(real_entries())
def test_every_first_entry_counts_once_however_often_it_was_corrected(entries: list[ContactMade]) -> None:
    assert len(standing(entries)) == sum(1 for entry in entries if entry.corrects is None)


@given(real_entries())
def test_what_stands_was_corrected_by_nobody(entries: list[ContactMade]) -> None:
    corrected = {entry.corrects for entry in entries}
    assert all(entry.id not in corrected for entry in standing(entries))


@given(any_entries())
def test_every_entry_stands_or_has_one_in_its_place(entries: list[ContactMade]) -> None:
    stand = {entry.id for entry in standing(entries)}
    instead = corrected_by(entries)
    assert stand | set(instead) == {entry.id for entry in entries}
    assert not stand & set(instead)
    assert set(instead.values()) <= stand


def test_of_two_corrections_of_one_entry_the_last_made_stands() -> None:
    first, one, other = ContactMade("01"), ContactMade("02", "01"), ContactMade("03", "01")
    assert standing([first, one, other]) == [other]


def test_two_corrections_count_once_before_what_they_correct_arrives() -> None:
    assert len(standing([ContactMade("02", "01"), ContactMade("03", "01")])) == 1


def test_a_correction_stands_though_its_devices_clock_was_behind() -> None:
    corrected, correction = ContactMade("05"), ContactMade("02", "05")
    assert standing([corrected, correction]) == [correction]


def test_corrections_of_each_other_in_a_circle_count_once() -> None:
    circle = [ContactMade("01", "03"), ContactMade("02", "01"), ContactMade("03", "02"), ContactMade("04", "02")]
    assert len(standing(circle)) == 1


def test_a_long_chain_of_corrections() -> None:
    chain = [ContactMade("0000")] + [ContactMade(f"{n:04}", f"{n - 1:04}") for n in range(1, 300)]
    assert [entry.id for entry in standing(chain)] == ["0299"]


def test_what_was_made_void_prevails_over_a_correction_by_somebody_who_did_not_know() -> None:
    wrong = ContactMade("01")
    taken_back = ContactMade("02", "01", void=True)
    corrected = ContactMade("03", "01")
    assert standing_contacts([wrong, taken_back, corrected]) == []
    assert corrected_by_contacts([wrong, taken_back, corrected]) == {"01": "02", "03": "02"}


def test_what_was_made_void_counts_again_once_that_itself_is_corrected() -> None:
    wrong = ContactMade("01")
    taken_back = ContactMade("02", "01", void=True)
    restored = ContactMade("03", "02")
    assert standing_contacts([restored, wrong, taken_back]) == [restored]


@given(real_entries(), st.randoms())
def test_making_void_never_leaves_a_contact_counted(entries: list[ContactMade], chance: random.Random) -> None:
    if not entries:
        return
    wrong = chance.choice(entries)
    after = standing_contacts([*entries, ContactMade("99", wrong.id, void=True)])
    assert not {each.id for each in after} & {wrong.id, "99"}
    assert len(after) == len(standing_contacts(entries)) - 1
