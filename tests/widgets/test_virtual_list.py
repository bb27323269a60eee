"""The list holds ids only, fetches what is seen, and never loses one's place."""

import re
from dataclasses import replace
from datetime import date

from tests.widgets.stage import Stage, case_ids, fetching, fictional_case
from wor_tui.widgets.case_list import CaseList
from wor_tui.widgets.virtual_list import VirtualList


def shown(cases: CaseList, y: int) -> str:
    return cases.render_line(y).text


def opened(stage: Stage) -> list[str | None]:
    return [message.id for message in stage.told if type(message) is VirtualList.Opened]


async def test_only_what_is_seen_is_fetched_and_then_the_pages_around_it() -> None:
    asked: list[list[str]] = []
    cases = CaseList(fetching(asked), case_ids(100_000))
    async with Stage(cases).run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.05)
        assert len(asked[0]) <= 23
        assert sum(map(len, asked)) <= 46
        before = len(asked)
        await pilot.press("j", "j", "k")
        assert len(asked) == before
        await pilot.press("G")
        await pilot.pause(0.05)
        assert asked[before][-1] == "case-99999"
        assert all(len(ids) <= 23 for ids in asked)
        before = len(asked)
        await pilot.press("pageup")
        for y in range(23):
            shown(cases, y)
        assert all(ids[-1] < "case-99956" for ids in asked[before:])


async def test_the_scrollbar_follows_other_ids_without_laying_out_anew() -> None:
    cases = CaseList(fetching(), case_ids(1000))
    async with Stage(cases).run_test(size=(80, 24)) as pilot:
        cases.highlight("case-999")
        await pilot.pause()
        cases.show_ids(case_ids(1000)[:100])
        await pilot.pause()
        assert cases.vertical_scrollbar.window_virtual_size == 101
        assert cases.scroll_offset.y <= cases.max_scroll_y == 101 - cases.size.height
        cases.show_ids(case_ids(5))
        await pilot.pause()
        assert not cases.show_vertical_scrollbar
        assert "▸" in "".join(shown(cases, y) for y in range(24))


async def test_the_keys_walk() -> None:
    cases = CaseList(fetching(), case_ids(1000))
    stage = Stage(cases)
    async with stage.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab")
        for keys, cursor in (
            (("down", "j"), 2),
            (("k",), 1),
            (("up", "up"), 0),
            (("pagedown",), 22),
            (("pageup",), 0),
            (("G",), 999),
            (("g",), 0),
            (("end",), 999),
            (("home",), 0),
        ):
            await pilot.press(*keys)
            assert cases.cursor == cursor
        await pilot.press("G")
        await pilot.pause()
        assert "▸" in shown(cases, 23)


async def test_the_cursor_stays_on_its_id_when_the_ids_change() -> None:
    cases = CaseList(fetching(), case_ids(1000))
    stage = Stage(cases)
    async with stage.run_test(size=(80, 24)) as pilot:
        cases.highlight("case-600")
        cases.show_ids(case_ids(1000)[::3])
        assert (cases.highlighted, cases.cursor) == ("case-600", 200)
        cases.show_ids(["case-1", "case-2"])
        assert cases.highlighted == "case-2"
        cases.show_ids([])
        assert cases.highlighted is None
        await pilot.press("tab", "j", "enter", "G", "pageup")
        cases.show_ids(["case-7"])
        assert cases.highlighted == "case-7"


async def test_an_id_that_was_gone_for_a_moment_leaves_the_cursor_at_its_height() -> None:
    cases = CaseList(fetching(), case_ids(100))
    async with Stage(cases).run_test(size=(80, 24)):
        cases.highlight("case-40")
        cases.show_ids([each for each in case_ids(100) if each != "case-40"])
        assert cases.highlighted == "case-41"


async def test_enter_and_a_double_click_open_and_one_click_only_moves() -> None:
    cases = CaseList(fetching(), case_ids(100))
    stage = Stage(cases)
    async with stage.run_test(size=(80, 24), message_hook=stage.hear) as pilot:
        await pilot.click(CaseList, offset=(10, 5))
        assert (cases.highlighted, opened(stage)) == ("case-4", [])
        await pilot.click(CaseList, offset=(10, 6), times=2)
        await pilot.press("enter")
        await pilot.pause()
        assert opened(stage) == ["case-5", "case-5"]


async def test_a_click_on_a_title_tells_which_column() -> None:
    stage = Stage(CaseList(fetching(), case_ids(3)))
    async with stage.run_test(size=(80, 24), message_hook=stage.hear) as pilot:
        await pilot.click(CaseList, offset=(4, 0))
        await pilot.pause()
        assert [message.key for message in stage.told if isinstance(message, VirtualList.HeaderChosen)] == ["name"]


async def test_the_wheel_scrolls_without_moving_the_cursor() -> None:
    cases = CaseList(fetching(), case_ids(100))
    async with Stage(cases).run_test(size=(80, 24)) as pilot:
        cases.scroll_to(y=30, animate=False)
        await pilot.pause()
        assert cases.cursor == 0
        await pilot.press("tab", "j")
        await pilot.pause()
        assert cases.scroll_offset.y <= 1


async def test_a_row_that_is_gone_is_an_empty_line() -> None:
    cases = CaseList(lambda ids: [None for _ in ids], case_ids(3))
    async with Stage(cases).run_test(size=(80, 24)):
        assert shown(cases, 2).strip() == ""


async def test_a_changed_row_is_fetched_again() -> None:
    asked: list[list[str]] = []
    cases = CaseList(fetching(asked), case_ids(10))
    async with Stage(cases).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        asked.clear()
        cases.forget_rows(["case-3"])
        await pilot.pause()
        assert asked == [["case-3"]]


async def test_each_mark_is_a_sign_and_not_only_a_colour() -> None:
    stage = Stage(CaseList(fetching(), case_ids(30)), colour=False)
    async with stage.run_test(size=(80, 24)):
        cases = stage.query_one(CaseList)
        assert "! do 19 nov" in shown(cases, 1)
        assert "↑" in shown(cases, 4)
        assert "≠" in shown(cases, 6)


async def test_a_line_says_what_is_late_and_not_only_that_something_is() -> None:
    words = {"feedback_1": "terugkoppeling 1", "first_contact": "eerste contact"}
    step = fictional_case(1)
    for late, on, said in (
        ("next_step", step.next_step_on, "! vr 20 nov · startgesprek"),
        ("feedback_1", date(2026, 11, 11), "! terugkoppeling 1 ≤ wo 11 nov · vr 20 nov · startgesprek"),
        ("", None, "  vr 20 nov · startgesprek"),
    ):
        row = replace(step, late=late, late_on=on)
        cases = CaseList(lambda ids, row=row: [row for _ in ids], ["case-1"], late_label=words.__getitem__)
        async with Stage(cases).run_test(size=(200, 12)):
            assert said in shown(cases, 1).replace("↑", " ")


async def test_columns_come_in_their_order_where_there_is_room() -> None:
    for width, titles in (
        (77, ["Naam", "Lft", "Wijk", "Contact", "Week", "Volgende stap"]),
        (82, ["Naam", "Lft", "Wijk", "Verwijzer", "Contact", "Week", "Volgende stap"]),
    ):
        cases = CaseList(fetching(), case_ids(5))
        async with Stage(cases).run_test(size=(width, 12)):
            assert re.split(r"\s{1,}(?=[A-Z])", shown(cases, 0).strip()) == titles


async def test_every_line_fits_at_every_width() -> None:
    for width in (20, 40, 60, 80, 100, 120, 160):
        cases = CaseList(fetching(), case_ids(50), phase_label=str)
        async with Stage(cases).run_test(size=(width, 12)):
            lines = [cases.render_line(y) for y in range(12)]
            assert {line.cell_length for line in lines} == {cases.scrollable_content_region.width}


async def test_an_empty_list_says_what_to_do() -> None:
    cases = CaseList(fetching(), [], empty_text="Niemand gevonden.")
    async with Stage(cases).run_test(size=(80, 24)):
        assert any("Niemand gevonden." in shown(cases, y) for y in range(24))
