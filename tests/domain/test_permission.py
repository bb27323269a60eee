"""An unresolved withdrawal of consent prevails, whatever arrived first."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.entries import ConsentMade
from wor_tui.domain.codes import ConsentPurpose
from wor_tui.domain.permission import effective_consent, effective_consents

PURPOSE = ConsentPurpose.CONTACT_DETAILS
NAMES = [f"{number:02}" for number in range(10)]


@st.composite
def histories(draw: st.DrawFn) -> list[ConsentMade]:
    """Events as several people make them, each knowing any of the earlier ones; clocks differ."""
    made: list[ConsentMade] = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        corrects = draw(st.one_of(st.none(), st.sampled_from([each.id for each in made]))) if made else None
        purpose = draw(st.sampled_from([PURPOSE, PURPOSE, PURPOSE, ConsentPurpose.WEB]))
        made.append(ConsentMade(name, draw(st.booleans()), corrects, purpose))
    return made


@st.composite
def any_events(draw: st.DrawFn) -> list[ConsentMade]:
    """Events that no device makes either."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    return [
        ConsentMade(name, draw(st.booleans()), draw(st.one_of(st.none(), st.sampled_from(NAMES)))) for name in names
    ]


@given(st.one_of(histories(), any_events()), st.randoms())
def test_the_order_of_arrival_decides_nothing(events: list[ConsentMade], chance: random.Random) -> None:
    shuffled = events[:]
    chance.shuffle(shuffled)
    assert effective_consents(events) == effective_consents(shuffled)


@given(st.one_of(histories(), any_events()))
def test_a_withdrawal_that_no_consent_names_prevails(events: list[ConsentMade]) -> None:
    named = {event.corrects for event in events if event.given and event.purpose == PURPOSE}
    withdrawn = ConsentMade("99", given=False)
    assert "99" not in named
    for place in range(len(events) + 1):
        found = effective_consent([*events[:place], withdrawn, *events[place:]], PURPOSE)
        assert not found.granted
        assert "99" in found.unresolved


@given(st.one_of(histories(), any_events()))
def test_granted_and_refused_exclude_each_other(events: list[ConsentMade]) -> None:
    found = effective_consent(events, PURPOSE)
    assert not (found.granted and found.refused)
    assert found.refused == bool(found.unresolved)
    if found.granted:
        assert any(event.given and event.purpose == PURPOSE for event in events)


@given(st.one_of(histories(), any_events()))
def test_naming_every_unresolved_withdrawal_gives_consent_again(events: list[ConsentMade]) -> None:
    open_now = effective_consent(events, PURPOSE).unresolved
    again = [ConsentMade(f"9{number}", given=True, corrects=each) for number, each in enumerate(open_now)]
    found = effective_consent([*events, *again], PURPOSE)
    assert found.unresolved == ()
    assert found.granted == (bool(again) or effective_consent(events, PURPOSE).granted)


def test_a_circle_of_withdrawals_beside_another_can_be_resolved_too() -> None:
    events = [
        ConsentMade("00", given=False),
        ConsentMade("07", given=False, corrects="04"),
        ConsentMade("04", given=False, corrects="07"),
    ]
    assert effective_consent(events, PURPOSE).unresolved == ("00", "04")


def test_nothing_asked_is_neither_granted_nor_refused() -> None:
    found = effective_consent([], PURPOSE)
    assert (found.granted, found.refused, found.event_id) == (False, False, None)


def test_a_consent_that_doesnt_know_of_the_withdrawal_changes_nothing() -> None:
    events = [ConsentMade("01", given=True), ConsentMade("02", given=False), ConsentMade("03", given=True)]
    assert effective_consent(events, PURPOSE).unresolved == ("02",)


def test_a_consent_after_the_withdrawal_resolves_it() -> None:
    events = [
        ConsentMade("01", given=True),
        ConsentMade("02", given=False),
        ConsentMade("03", given=True, corrects="02"),
    ]
    found = effective_consent(events, PURPOSE)
    assert found.granted
    assert found.event_id == "03"


def test_two_withdrawals_each_need_a_consent() -> None:
    events = [
        ConsentMade("01", given=False),
        ConsentMade("02", given=False),
        ConsentMade("03", given=True, corrects="01"),
    ]
    assert effective_consent(events, PURPOSE).unresolved == ("02",)


def test_a_withdrawal_that_was_put_right_is_resolved_with_its_correction() -> None:
    events = [ConsentMade("01", given=False), ConsentMade("02", given=False, corrects="01")]
    assert effective_consent(events, PURPOSE).unresolved == ("02",)
    assert effective_consent([*events, ConsentMade("03", given=True, corrects="02")], PURPOSE).granted


def test_consent_for_one_purpose_resolves_nothing_of_another() -> None:
    events = [ConsentMade("01", given=False), ConsentMade("02", given=True, corrects="01", purpose=ConsentPurpose.WEB)]
    assert not effective_consent(events, PURPOSE).granted
    assert effective_consent(events, ConsentPurpose.WEB).granted
