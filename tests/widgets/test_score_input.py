import pytest

from tests.widgets.stage import Stage
from wor_tui.widgets.score_input import ScoreInput, parsed


def text(field: ScoreInput, y: int = 0) -> str:
    return field.render_line(y).text


@pytest.mark.parametrize(
    ("typed", "score"),
    [("", None), ("7", 7), ("7,5", 7.5), ("7.5", 7.5), ("7,", 7), ("0", 0), ("10", 10), ("10,0", 10), ("0,5", 0.5)],
)
def test_what_is_a_score(typed: str, score: float | None) -> None:
    assert parsed(typed) == score


@pytest.mark.parametrize("typed", ["11", "7,3", "10,5", ",", "07", "7,,5", "7,55", "99"])
def test_what_is_none(typed: str) -> None:
    with pytest.raises(ValueError, match="not a score"):
        parsed(typed)


async def test_typing_arrows_and_backspace() -> None:
    field = ScoreInput("Meedoen")
    async with Stage(field).run_test(size=(80, 4)) as pilot:
        await pilot.press("tab")
        for keys, value in (
            (("7",), 7),
            ((",", "5"), 7.5),
            (("right",), 8),
            (("left", "left"), 7),
            (("1", "0"), 10),
            (("right",), 10),
            (("6", ".", "5"), 6.5),
            (("backspace",), 6),
            (("backspace", "backspace"), None),
            (("3", "delete"), None),
        ):
            if keys[0].isdigit():
                field.blur()
                await pilot.pause()
                field.focus()
                await pilot.pause()
            await pilot.press(*keys)
            assert field.value == value, keys


async def test_a_wrong_score_is_told_in_a_sentence_and_leaves_what_stood_there() -> None:
    field = ScoreInput("Meedoen", 6)
    async with Stage(field).run_test(size=(80, 6)) as pilot:
        await pilot.press("tab", "1", "1")
        await pilot.pause()
        assert field.value == 6
        assert "Geef een cijfer van 0 tot en met 10" in text(field, 1)
        assert field.size.height == 2
        await pilot.press("backspace", "backspace", "4")
        await pilot.pause()
        assert (field.value, field.error, field.size.height) == (4, "", 1)


async def test_the_suggestion_is_shown_and_the_first_step_takes_it() -> None:
    field = ScoreInput("Meedoen", suggestion=6.5)
    async with Stage(field).run_test(size=(80, 4)) as pilot:
        assert "~6,5" in text(field)
        assert field.value is None
        await pilot.press("tab", "right")
        assert field.value == 6.5


async def test_p_marks_what_to_talk_about_and_tells_it() -> None:
    stage = Stage(ScoreInput("Meedoen", 5))
    async with stage.run_test(size=(80, 4), message_hook=stage.hear) as pilot:
        await pilot.press("tab", "p")
        await pilot.pause()
        assert "» Meedoen" in text(stage.query_one(ScoreInput))
        assert [message.talk for message in stage.told if isinstance(message, ScoreInput.TalkChanged)] == [True]


async def test_a_click_on_the_bar_gives_the_score() -> None:
    field = ScoreInput("Meedoen")
    async with Stage(field).run_test(size=(80, 4)) as pilot:
        start = text(field).index("·")
        await pilot.click(ScoreInput, offset=(start + 13, 0))
        assert field.value == 7
        await pilot.click(ScoreInput, offset=(start + 19, 0))
        assert field.value == 10
        await pilot.click(ScoreInput, offset=(start - 1, 0))
        assert field.value == 0
        await pilot.click(ScoreInput, offset=(2, 0))
        assert field.value == 0


async def test_a_value_from_elsewhere_is_shown_without_a_message() -> None:
    stage = Stage(ScoreInput("Meedoen", 5))
    async with stage.run_test(size=(80, 4), message_hook=stage.hear) as pilot:
        field = stage.query_one(ScoreInput)
        field.show_value(8.5, talk=True)
        await pilot.pause()
        assert "8,5" in text(field)
        assert not [
            message for message in stage.told if isinstance(message, ScoreInput.Changed | ScoreInput.TalkChanged)
        ]


async def test_every_width_gets_a_whole_line() -> None:
    for width in (30, 40, 60, 80):
        field = ScoreInput("Dagelijks functioneren", 5, suggestion=6, talk=True)
        async with Stage(field).run_test(size=(width, 4)):
            assert field.render_line(0).cell_length == width
            assert "5,0" in text(field)
