"""From ops to steps: from what to what, also where people didn't know of each other or an op can't be read."""

from sync.history import Missing, Step, Told, steps
from sync.merge import Live
from sync.schema import Value


def told(
    seq: int, device: str, base: int, value: Value, *, n: int = 1, at: int = 0, field: str = "phone",
    opened: bool = True,
) -> Told:  # fmt: skip
    return Told(Live(seq, device, n, at or seq, base, values={field: value}), opened)


def changes(found: list[Step]) -> list[tuple[object, ...]]:
    return [(step.device, step.before, step.after, step.beside) for step in found]


def test_each_change_says_what_it_took_the_place_of_whatever_order_they_come_in() -> None:
    ops = [told(3, "b", 2, "3"), told(1, "a", 0, "1"), told(2, "a", 1, "2", n=2)]
    assert changes(steps(ops)) == [("a", (), "1", ()), ("a", ("1",), "2", ()), ("b", ("2",), "3", ())]


def test_fields_are_told_apart_and_an_emptied_field_is_a_change() -> None:
    ops = [told(1, "a", 0, "1"), told(2, "a", 1, "x", n=2, field="email"), told(3, "a", 2, None, n=3)]
    assert [(step.field, step.before, step.after) for step in steps(ops)] == [
        ("phone", (), "1"),
        ("email", (), "x"),
        ("phone", ("1",), None),
    ]


def test_two_who_did_not_know_of_each_other_stand_beside_each_other_until_one_decides() -> None:
    ops = [told(1, "a", 0, "1"), told(2, "a", 1, "2", n=2), told(3, "b", 1, "3"), told(4, "c", 3, "2")]
    assert changes(steps(ops))[2:] == [("b", ("1",), "3", ("2",)), ("c", ("3", "2"), "2", ())]


def test_the_same_value_twice_is_no_difference() -> None:
    ops = [told(1, "a", 0, "1"), told(2, "b", 0, "1"), told(3, "c", 2, "2")]
    assert changes(steps(ops))[1:] == [("b", (), "1", ()), ("c", ("1",), "2", ())]
    assert steps([told(1, "a", 0, True), told(2, "b", 0, 1)])[1].beside == (True,)


def test_what_isnt_sent_comes_last_on_top_of_what_its_author_knew() -> None:
    ops = [told(0, "a", 1, "4", n=3), told(0, "a", 1, "3", n=2), told(1, "b", 0, "1"), told(2, "b", 1, "2", n=2)]
    assert changes(steps(ops))[2:] == [("a", ("1",), "3", ("2",)), ("a", ("3",), "4", ("2",))]


def test_an_op_that_cant_be_opened_is_a_step_all_the_same() -> None:
    ops = [told(1, "a", 0, "1"), told(2, "a", 1, None, n=2, opened=False), told(3, "b", 2, "3")]
    unreadable = Missing.UNREADABLE
    assert changes(steps(ops))[1:] == [("a", ("1",), unreadable, ()), ("b", (unreadable,), "3", ())]


def test_where_ops_may_be_missing_nothing_is_said_to_be_the_first_that_may_not_be() -> None:
    ops = [told(4, "a", 3, "4"), told(5, "b", 4, "5")]
    assert changes(steps(ops, whole=False)) == [("a", (Missing.ELSEWHERE,), "4", ()), ("b", ("4",), "5", ())]
    assert steps([told(4, "a", 0, "4")], whole=False)[0].before == ()


def test_the_reach_that_came_along_counts() -> None:
    reaching = Told(Live(3, "a", 2, 3, 0, {"phone": 2}, {"phone": "3"}))
    assert changes(steps([told(1, "a", 0, "1"), told(2, "b", 1, "2"), reaching]))[2] == ("a", ("2",), "3", ())
