"""The invented people and their stories: the same each time, whole, and of nobody."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from wor_tui.clock import local_date
from wor_tui.demo.people import split_prefix
from wor_tui.demo.stories import AFTER_INTAKE, FURTHER_ON, SHARES, Stage, Story, stages
from wor_tui.demo.telling import tell

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def many() -> list[Story]:
    return [tell(number, TODAY) for number in range(600)]


def texts(told: Story) -> list[str]:
    person = told.person
    return [
        person.given_name,
        person.family_name,
        person.phone,
        person.phone_alternative,
        person.email,
        told.reason,
        told.remarks,
        told.next_step,
        told.zd_number,
        *told.words.values(),
        *(contact.note for contact in told.contacts),
    ]


def test_the_same_number_seed_and_day_tell_the_same_story() -> None:
    assert tell(17, TODAY) == tell(17, TODAY)
    assert tell(17, TODAY, seed=1) != tell(17, TODAY, seed=2)


def test_sixty_stories_stand_in_every_stage() -> None:
    assert Counter(stages()) == SHARES
    assert sum(SHARES.values()) == 60
    assert set(stages()[:12]) >= {Stage.RUNNING, Stage.RECEIVED, Stage.COMPLETED}


@pytest.mark.parametrize("today", [TODAY + timedelta(days=days) for days in range(7)], ids=str)
def test_nothing_happens_after_today_nor_out_of_order(today: date) -> None:
    for told in (tell(number, today) for number in range(600)):
        days = [local_date(contact.happened_at) for contact in told.contacts]
        assert days == sorted(days)
        assert told.received_on <= today
        assert all(told.received_on <= day < today for day in days)
        assert all(web.taken_on < today for web in told.webs)
        assert all(consent.on <= today for consent in told.consents)
        assert all(letter.sent_on <= today for letter in told.feedback)
        assert told.ended_on is None or told.ended_on <= today
        assert not (told.ended_on and days) or days[-1] <= told.ended_on


def test_no_placeholder_is_left_in_a_text(many: list[Story]) -> None:
    for told in many:
        assert not [text for text in texts(told) if re.search(r"[{}]", text)]


def test_phone_numbers_lie_in_ranges_that_nobody_has(many: list[Story]) -> None:
    for told in many:
        assert re.fullmatch(r"06-0000 \d{4}", told.person.phone)
        assert re.fullmatch(r"(020|030)-000 \d{4}|0297-00 \d{4}|", told.person.phone_alternative)


def test_no_text_holds_a_number_of_nine_digits(many: list[Story]) -> None:
    for told in many:
        assert not [text for text in texts(told) if re.search(r"(?<!\d)\d{9}(?!\d)", re.sub(r"[ .-]", "", text))]


def test_webs_are_within_bounds_and_the_later_ones_further_on_have_two(many: list[Story]) -> None:
    for told in many:
        assert bool(told.webs) == (told.stage in AFTER_INTAKE)
        if told.stage in FURTHER_ON:
            assert len(told.webs) == 2
        for web in told.webs:
            assert len(web.scores) == 6
            assert all(0 <= score <= 10 and score * 2 % 1 == 0 for score in (*web.scores, *web.aspects.values()))
            assert all(re.fullmatch(r"[1-6]\.[1-7]", aspect) for aspect in (*web.aspects, *web.talk))
            assert set(web.talk) <= set(web.aspects)


def test_the_aspects_of_a_dimension_lie_around_its_score(many: list[Story]) -> None:
    for told in many:
        for web in told.webs:
            for dimension, score in enumerate(web.scores, start=1):
                of_it = [value for aspect, value in web.aspects.items() if aspect.startswith(f"{dimension}.")]
                assert not of_it or abs(sum(of_it) / len(of_it) - score) <= 1.5


def test_names_come_from_the_whole_country(many: list[Story]) -> None:
    people = [told.person for told in many]
    assert {person.address.place for person in people} == {
        "Amstelveen",
        "Aalsmeer",
        "Ouderkerk a/d Amstel",
        "Houten",
        "Nieuwegein",
    }
    assert any("-" in person.family_name for person in people)
    assert {"van der", "de", "van 't"} <= {person.prefix for person in people}


def test_a_prefix_is_split_from_the_name_it_isnt_sorted_by() -> None:
    prefixes = ["van den", "van der", "van", "de"]
    assert split_prefix("van der Meer", prefixes) == ("van der", "Meer")
    assert split_prefix("van Dijk", prefixes) == ("van", "Dijk")
    assert split_prefix("Vandaele", prefixes) == ("", "Vandaele")
