import pytest
from hypothesis import given
from hypothesis import strategies as st

from wor_tui.vault import passphrase_cost
from wor_tui.vault.passphrase_cost import CEILING, FLOOR, Cost, calibrated, scaled, stretched


@given(st.floats(min_value=0.001, max_value=10_000))
def test_a_scaled_cost_stays_within_the_bounds(factor: float) -> None:
    assert scaled(FLOOR, factor).within_bounds()


@given(st.floats(min_value=1, max_value=60))
def test_scaling_hits_the_work_that_was_asked_for(factor: float) -> None:
    cost = scaled(FLOOR, factor)
    assert 0.8 <= cost.memory * cost.passes / (FLOOR.memory * FLOOR.passes * factor) <= 1.2


def test_memory_grows_first_then_passes() -> None:
    assert scaled(FLOOR, 2) == Cost(memory=131_072, passes=3)
    assert scaled(FLOOR, 8) == Cost(memory=262_144, passes=6)


def test_the_bounds_are_those_of_the_design() -> None:
    assert Cost(65_536, 3, 4) == FLOOR
    assert CEILING.memory == 262_144
    for cheap in (Cost(65_535), Cost(passes=2), Cost(lanes=3)):
        assert not cheap.within_bounds()
    for dear in (Cost(262_145), Cost(passes=65), Cost(lanes=17)):
        assert not dear.within_bounds()


def test_the_measured_cost_is_within_the_bounds() -> None:
    assert calibrated().within_bounds()


@given(st.floats(min_value=0.02, max_value=5))
def test_a_computer_of_any_speed_takes_the_time_that_was_aimed_at(floor_s: float) -> None:
    """`floor_s`: what the cheapest cost takes it. Slower than that can't be asked for less, faster not for more."""

    def took(cost: Cost) -> float:
        return floor_s * cost.memory * cost.passes / (FLOOR.memory * FLOOR.passes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passphrase_cost, "_seconds", took)
        cost = calibrated()
    assert cost.within_bounds()
    assert 0.7 <= took(cost) <= 1.0 or (cost == FLOOR and took(cost) > 1.0)


def test_two_spellings_of_one_character_are_one_passphrase() -> None:
    assert stretched("caf\u00e9", bytes(16), FLOOR) == stretched("cafe\u0301", bytes(16), FLOOR)


def test_any_text_can_be_a_passphrase() -> None:
    broken = "\udcff"
    assert len({stretched(text, bytes(16), FLOOR) for text in (broken, "", "x" * 1_000_000, "'; DROP TABLE")}) == 4
