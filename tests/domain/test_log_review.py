from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from wor_tui.domain.log_review import Bounds, Entry, Rule, review, same_name, same_reach, same_whole_name

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""11:00 in the Netherlands."""
PLAIN = Entry("d", 1, MONDAY, "ina", "c1", "done", "TTTFFFF")


def rules(*entries: Entry, bounds: Bounds | None = None) -> dict[int, set[Rule]]:
    return {n: set(found) for (_, n), found in review(entries, bounds).items()}


def test_work_as_usual_meets_no_rule() -> None:
    assert rules(PLAIN, replace(PLAIN, n=2, checks="TTTF")) == {}


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"checks": "TTTFTFF"}, Rule.OWN_NAME),
        ({"checks": "TTTFFTF"}, Rule.COLLEAGUE),
        ({"checks": "TTTFFFT"}, Rule.SAME_ADDRESS),
        ({"checks": "TFTFFFF"}, Rule.NO_RELATION),
        ({"checks": "TTTTFFF"}, Rule.EMERGENCY),
        ({"checks": "FTTFFFF"}, Rule.REFUSED),
        ({"outcome": "failed"}, Rule.REFUSED),
        ({"at": MONDAY.replace(hour=19)}, Rule.AFTER_HOURS),
        ({"at": MONDAY.replace(hour=5, minute=59)}, Rule.AFTER_HOURS),
        ({"at": MONDAY - timedelta(days=1)}, Rule.AFTER_HOURS),
    ],
)
def test_each_rule_by_itself(changed: dict[str, object], rule: Rule) -> None:
    assert rules(replace(PLAIN, **changed)) == {1: {rule}}  # pyright: ignore[reportArgumentType] -- a table


def test_the_hours_are_those_of_the_netherlands() -> None:
    assert rules(replace(PLAIN, at=MONDAY.replace(hour=6))) == {}
    summer = datetime(2026, 7, 6, 5, 30, tzinfo=UTC)  # 7:30 there
    assert rules(replace(PLAIN, at=summer)) == {}


def test_many_files_in_any_hour_of_one_person() -> None:
    def at(n: int, minute: float, person: str = "ina", client: str = "") -> Entry:
        return replace(PLAIN, n=n, at=MONDAY + timedelta(minutes=minute), person=person, client=client or f"c{n}")

    three = Bounds(many=3)
    assert rules(at(1, 0), at(2, 30), at(3, 60), bounds=three) == {}
    assert set(rules(at(1, 0), at(2, 30), at(3, 59.9), at(4, 200), bounds=three)) == {1, 2, 3}
    assert rules(at(1, 0), at(2, 1), at(3, 2, client="c1"), bounds=three) == {}
    assert rules(at(1, 0), at(2, 1), at(3, 2, person="bas"), bounds=three) == {}
    assert rules(*(replace(at(n, n), client="") for n in range(9)), bounds=three) == {}


def test_many_lines_take_little_time() -> None:
    began = datetime.now(UTC)
    entries = [replace(PLAIN, n=n, at=MONDAY + timedelta(milliseconds=n), client=f"c{n % 500}") for n in range(20_000)]
    assert len(review(entries)) == 20_000
    assert datetime.now(UTC) - began < timedelta(seconds=10)


def test_whom_a_client_resembles() -> None:
    assert same_name("Ina de Wit", "Ko", "de", "Wit")
    assert same_name("Ina van Dijk", "", "van", "DIJK")
    assert not same_name("Ina de Wit", "Ko", "", "it")
    assert not same_name("Ina de Wit", "", "", "")
    assert same_whole_name("Ko  Vos", "ko", "", "vos")
    assert not same_whole_name("Ko Vos", "", "", "vos")
    assert same_reach(["+31 6-12345678", None], ["0612345678"])
    assert not same_reach([None, ""], [None, ""])
