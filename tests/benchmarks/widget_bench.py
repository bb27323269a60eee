"""The spider web and the virtual list: how long one waits for a picture."""

import asyncio
import statistics
import time
from collections.abc import Callable

from textual.app import App, ComposeResult
from textual.widget import Widget

from tests.benchmarks.rows import Row
from tests.widgets.stage import case_ids, fetching
from wor_tui.widgets.case_list import CaseList
from wor_tui.widgets.spiderweb import SpiderWeb
from wor_tui.widgets.spiderweb_measurement import Measurement
from wor_tui.widgets.spiderweb_palette import palette
from wor_tui.widgets.spiderweb_raster import Mode, forget_rasters, raster
from wor_tui.widgets.spiderweb_wording import adult_wording

INTAKE = Measurement((4, 3, 5.5, 4.5, 2.5, 6), "intake")
LATER = Measurement((5.5, 6, 7, 6.5, 5, 7.5), "3 maanden", ((4, "sociale contacten"),))
SIZE = (100, 35)
ROUNDS = 21


def measure() -> list[Row]:
    """All figures, in milliseconds."""
    return [*_webs(), *asyncio.run(_painted_web()), *asyncio.run(_list())]


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _row(what: str, figures: list[float], bar: str, note: str = "") -> Row:
    return Row(
        what, statistics.median(figures), None, "ms", None, bar, f"{note}spread {min(figures):.2f}–{max(figures):.2f}"
    )


def _webs() -> list[Row]:
    rows: list[Row] = []
    wording, colours = adult_wording(), palette()
    for mode in Mode:

        def draw(mode: Mode = mode) -> None:
            raster((INTAKE, LATER), *SIZE, wording, colours, mode)

        cold: list[float] = []
        for _ in range(ROUNDS):
            forget_rasters()
            cold.append(_timed(draw))
        rows.append(_row(f"spider web 100×35, cold, {mode.value}", cold, "≤ 50 ms"))
    rows.append(_row("spider web 100×35, cached", [_timed(draw) for _ in range(ROUNDS)], "≤ 5 ms"))
    return rows


class _Stage(App[None]):
    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self._widget = widget

    def compose(self) -> ComposeResult:
        yield self._widget


async def _painted_web() -> list[Row]:
    web = SpiderWeb((INTAKE, LATER))
    figures: list[float] = []
    async with _Stage(web).run_test(size=SIZE) as pilot:
        for number in range(ROUNDS):
            scores = (number / 2 % 10, *LATER.scores[1:])
            start = time.perf_counter()
            web.measurements = (INTAKE, Measurement(scores, "nu"))
            for y in range(SIZE[1]):
                web.render_line(y)
            figures.append((time.perf_counter() - start) * 1000)
            await pilot.pause()
    return [_row("spider web 100×35, a score typed, all lines", figures, "≤ 17 ms (a frame)")]


async def _list() -> list[Row]:
    ids = case_ids(100_000)
    first: list[float] = []
    page: list[float] = []
    moved: list[float] = []
    other = ids[::2]
    for _ in range(5):
        cases = CaseList(fetching(), [])
        async with _Stage(cases).run_test(size=(120, 40)) as pilot:

            def paint(cases: CaseList = cases) -> None:
                for y in range(cases.size.height):
                    cases.render_line(y)

            def fill(cases: CaseList = cases, paint: Callable[[], None] = paint) -> None:
                cases.show_ids(ids)
                paint()

            first.append(_timed(fill))
            await pilot.pause()
            for _again in range(ROUNDS):

                def turn(cases: CaseList = cases, paint: Callable[[], None] = paint) -> None:
                    cases.action_page(1)
                    paint()

                page.append(_timed(turn))
                await pilot.pause()
            cases.action_last()

            def filtered(cases: CaseList = cases, paint: Callable[[], None] = paint) -> None:
                cases.show_ids(other)
                paint()

            moved.append(_timed(filtered))
    note = "rows from memory; "
    return [
        _row("list of 100,000 ids: first paint at 120×40", first, "≤ 60 ms", note),
        _row("list of 100,000 ids: page down", page, "≤ 20 ms", note),
        _row("list of 100,000 ids: other ids, cursor kept", moved, "≤ 50 ms", note),
    ]
