"""Mistakes made on purpose: the tests find each of them, and the table in docs/sync.md says which does."""

import re
from collections.abc import Callable

import pytest

from tests.sync_model.killing import BEGIN, END, PAGE, ROOT, WITHIN_S, kill
from tests.sync_model.mutants import ALL

_LINE = re.compile(r"^\| `(\w+)` \| .* \| `([\w/]+\.py)::(\w+)` \|$")


def test_the_table_names_every_mistake_and_the_test_that_finds_it() -> None:
    lines = PAGE.read_text().partition(BEGIN)[2].partition(END)[0].strip().splitlines()[2:]
    found = [_LINE.match(line) for line in lines]
    assert all(found), "a mistake that nothing finds"
    assert [match[1] for match in found if match] == list(ALL)
    for match in found:
        assert match is None or f"def {match[3]}(" in (ROOT / "tests" / match[2]).read_text()


@pytest.mark.soak
@pytest.mark.parametrize("name", ALL)
def test_a_mistake_is_found(name: str, counts: Callable[[str], None]) -> None:
    killed = kill(ALL[name])
    counts(f"{killed.seconds:5.0f} s  {killed.line}")
    assert killed.by is not None
    assert killed.seconds < WITHIN_S
