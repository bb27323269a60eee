"""The rail of steps, the line of time, the comparison, and dates."""

from datetime import date

import pytest
from rich.cells import cell_len

from tests.widgets.stage import TODAY, Stage
from wor_tui.widgets.day_text import named_day
from wor_tui.widgets.side_by_side import SideBySide, compared
from wor_tui.widgets.step_rail import Step, StepRail
from wor_tui.widgets.timeline_list import Progress, TimelineItem, TimelineList

STEPS = [Step(f"stap nummer {n}", n % 2 == 0) for n in range(10)]
ITEMS = [
    TimelineItem("1", date(2026, 11, 18), "contact", "telefoon", 10, "Ria", "Loopt mee. " * 30),
    TimelineItem("2", date(2026, 11, 16), "attempt", "telefoon", 2, "Ria", "Voicemail.", remark="niet bereikt"),
    TimelineItem("3", date(2026, 10, 12), "consent", "toestemming: contactgegevens"),
    TimelineItem("4", date(2025, 12, 30), "letter", "brief", note="[bold]\x1b[31m\u202e你好\n\nslot"),
]


async def test_the_rail_wraps_and_any_step_can_be_chosen() -> None:
    stage = Stage(StepRail(STEPS))
    async with stage.run_test(size=(80, 24), message_hook=stage.hear) as pilot:
        rail = stage.query_one(StepRail)
        assert rail.size.height > 1
        lines = [rail.render_line(y).text for y in range(rail.size.height)]
        assert sum(line.count("✓") for line in lines) == 5
        assert sum(line.count("○") for line in lines) == 5
        await pilot.press("tab", "end", "enter")
        await pilot.click(StepRail, offset=(lines[1].index("nummer"), 1))
        await pilot.pause()
        chosen = [message.index for message in stage.told if isinstance(message, StepRail.Chosen)]
        assert chosen[0] == 9
        assert f"stap nummer {chosen[1]}" in lines[1]


async def test_the_rail_takes_one_line_where_it_fits() -> None:
    rail = StepRail([Step("a"), Step("b", done=True)])
    async with Stage(rail).run_test(size=(80, 24)):
        assert rail.size.height == 1
        assert rail.render_line(0).text.rstrip() == "○ a  ✓ b"


async def test_the_line_of_time_tells_each_thing_in_words_and_signs() -> None:
    items = TimelineList(ITEMS, Progress(3, 5, 7, 13), today=TODAY)
    async with Stage(items).run_test(size=(80, 24)):
        lines = [items.render_line(y) for y in range(24)]
        text = "\n".join(line.text for line in lines)
        assert {line.cell_length for line in lines} == {items.scrollable_content_region.width}
        assert "contact 3/5" in lines[0].text
        assert "week 7/13" in lines[0].text
        assert "● telefoon · 10 min" in text
        assert "○ telefoon · 2 min · niet bereikt" in text
        assert "§ toestemming" in text
        assert "di 30 dec 2025" in text
        assert "[bold]" in text
        assert "\x1b" not in text


async def test_the_line_of_time_walks_by_item_and_keeps_its_place() -> None:
    stage = Stage(TimelineList(ITEMS))
    async with stage.run_test(size=(80, 10), message_hook=stage.hear) as pilot:
        items = stage.query_one(TimelineList)
        await pilot.press("tab", "j", "j")
        assert items.highlighted == "3"
        items.items = (TimelineItem("0", TODAY, "contact", "nieuw"), *ITEMS)
        await pilot.pause()
        assert items.highlighted == "3"
        await pilot.press("G")
        assert items.highlighted == "4"
        await pilot.press("g", "enter")
        await pilot.pause()
        assert [m.id for m in stage.told if type(m) is TimelineList.Opened] == ["0"]
        await pilot.press("pagedown", "pageup")
        assert items.highlighted == "0"


async def test_an_empty_line_of_time_says_what_to_do() -> None:
    items = TimelineList([], Progress(0, 5, None, 13), empty_text="Nog geen contact. Druk op n.")
    async with Stage(items).run_test(size=(40, 12)) as pilot:
        await pilot.press("tab", "j", "enter", "pagedown")
        assert any("Nog geen contact." in items.render_line(y).text for y in range(12))


def test_the_comparison_marks_the_words_that_differ() -> None:
    left, right = compared("belt liever 's middags", "belt liever 's ochtends graag")
    assert [word.text for word in left if word.differs] == ["middags"]
    assert [word.text for word in right if word.differs] == ["ochtends", "graag"]


def test_the_same_text_differs_nowhere_and_an_empty_one_everywhere() -> None:
    assert not any(word.differs for side in compared("een\ntwee", "een\ntwee") for word in side)
    assert all(word.differs for side in compared("", "een twee") for word in side)


@pytest.mark.parametrize("width", [12, 40, 59, 60, 80, 120])
async def test_both_texts_are_whole_at_every_width(width: int) -> None:
    widget = SideBySide("een twee drie 你好 " * 5, "een vier drie\n\nvijf " * 5, titles=("mijn versie", "andere"))
    async with Stage(widget).run_test(size=(width, 60)):
        lines = [widget.render_line(y) for y in range(widget.size.height)]
        assert {line.cell_length for line in lines} == {width}
        text = " ".join(line.text for line in lines)
        assert text.count("twee") == 5
        assert text.count("vijf") == 5
        assert all(cell_len(line.text) == width for line in lines)


def test_a_day_is_short_and_gets_its_year_when_it_is_another() -> None:
    assert named_day(date(2026, 11, 27)) == "vr 27 nov"
    assert named_day(date(2026, 11, 27), TODAY) == "vr 27 nov"
    assert named_day(date(2027, 3, 1), TODAY) == "ma 1 mrt 2027"
