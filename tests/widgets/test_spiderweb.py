"""The web on a screen: it follows what is typed, the size and the theme."""

from tests.widgets.stage import Stage
from wor_tui.widgets.spiderweb import SpiderWeb
from wor_tui.widgets.spiderweb_measurement import Measurement
from wor_tui.widgets.spiderweb_raster import Mode

INTAKE = Measurement((4, 3, 5.5, 4.5, 2.5, 6), "intake")


def text(web: SpiderWeb) -> str:
    return "\n".join(web.render_line(y).text for y in range(web.size.height))


async def test_it_repaints_when_a_score_is_typed() -> None:
    web = SpiderWeb((INTAKE,))
    async with Stage(web).run_test(size=(80, 24)) as pilot:
        before = text(web)
        web.measurements = (INTAKE, Measurement((None, 9, None, None, None, None), "nu"))
        await pilot.pause()
        assert text(web) != before
        assert "3,0 › 9,0" in text(web)


async def test_it_is_a_web_or_bars_as_the_terminal_is_resized() -> None:
    web = SpiderWeb((INTAKE,))
    async with Stage(web).run_test(size=(80, 24)) as pilot:
        for width, height, bars in ((49, 24, True), (50, 20, False), (80, 10, True), (120, 40, False)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            lines = [web.render_line(y) for y in range(height)]
            assert {line.cell_length for line in lines} == {width}
            assert any("━" in line.text for line in lines) is bars


async def test_it_takes_the_colours_of_another_theme() -> None:
    web = SpiderWeb((INTAKE,))
    stage = Stage(web)
    async with stage.run_test(size=(80, 24)) as pilot:
        looks: set[str] = set()
        for theme in ("wor-dark", "wor-light", "wor-high-contrast", "ansi-dark", "ansi-light"):
            if theme not in stage.available_themes:
                continue
            stage.theme = theme
            await pilot.pause()
            looks.add(str([segment.style for y in range(24) for segment in web.render_line(y)]))
        assert len(looks) >= 4


async def test_a_mode_can_be_changed_and_without_colour_nothing_is_filled() -> None:
    web = SpiderWeb((INTAKE,))
    stage = Stage(web)
    async with stage.run_test(size=(80, 24)) as pilot:
        blocks = text(web)
        web.mode = Mode.BRAILLE
        await pilot.pause()
        assert text(web) != blocks
        stage.no_color = True
        web.refresh()
        await pilot.pause()
        assert not any(character in text(web) for character in "▘▝▖▗▌▐▄▀█")
