"""Identifiers sort in the order they were made, whatever the clock does."""

import subprocess
import sys
import threading
import uuid
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wor_tui.domain.identifiers import derived_id, intake_id, is_id, new_id


def test_ids_of_one_millisecond_still_sort_and_differ() -> None:
    made = [new_id(1_800_000_000_000) for _ in range(2_000)]
    assert all(earlier < later for earlier, later in pairwise(made))


@given(st.lists(st.integers(0, 1_850_000_000_000), min_size=2, max_size=30))
def test_ids_rise_even_when_the_clock_goes_back(clock: list[int]) -> None:
    made = [new_id(ms) for ms in clock]
    assert all(earlier < later for earlier, later in pairwise(made))


def test_an_id_is_a_version_7_uuid_of_its_time() -> None:
    made = subprocess.run(
        [sys.executable, "-c", "from wor_tui.domain.identifiers import new_id; print(new_id(1_795_000_000_123))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    parsed = uuid.UUID(made)
    assert len(made) == 36
    assert parsed.version == 7
    assert parsed.variant == uuid.RFC_4122
    assert parsed.int >> 80 == 1_795_000_000_123


def test_threads_never_make_the_same_id() -> None:
    made: list[list[str]] = [[] for _ in range(4)]

    def work(own: list[str]) -> None:
        own.extend(new_id() for _ in range(500))

    threads = [threading.Thread(target=work, args=(own,)) for own in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each for own in made for each in own}) == 2_000


def test_a_time_that_no_uuid_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="48 bits"):
        new_id(-1)
    with pytest.raises(ValueError, match="48 bits"):
        new_id(2**48)


def test_everybody_derives_the_same_intake_of_a_case() -> None:
    case = "01935d3c-0000-7000-8000-000000000001"
    assert intake_id(case) == intake_id(case) == "8da5a5ad-d0e1-5007-8a73-f9460b1ee5a1"
    assert derived_id("ab", "c") != derived_id("a", "bc")


@pytest.mark.parametrize(
    "value", ["", "x", 7, None, "01935D3C-0000-7000-8000-000000000001", "{01935d3c-0000-7000-8000-00000000001"]
)
def test_what_is_no_id(value: object) -> None:
    assert not is_id(value)


def test_what_is_an_id() -> None:
    assert is_id(new_id())
    assert is_id(intake_id(new_id()))
