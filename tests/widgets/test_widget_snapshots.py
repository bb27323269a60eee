"""How the widgets look: pictures at fixed sizes in our themes."""

from collections.abc import Callable
from datetime import date

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from tests.widgets.stage import TODAY, Stage, case_ids, fetching
from wor_tui.widgets.case_list import CaseList
from wor_tui.widgets.score_input import ScoreInput
from wor_tui.widgets.side_by_side import SideBySide
from wor_tui.widgets.spiderweb import SpiderWeb
from wor_tui.widgets.spiderweb_measurement import Measurement
from wor_tui.widgets.spiderweb_raster import Mode
from wor_tui.widgets.step_rail import Step, StepRail
from wor_tui.widgets.timeline_list import Progress, TimelineItem, TimelineList

INTAKE = Measurement((4, 3, 5.5, 4.5, 2.5, 6), "intake · 12 okt")
LATER = Measurement(
    (5.5, 6, 7, 6.5, 5, 7.5), "3 maanden · 20 nov", ((1, "vrolijk zijn"), (1, "omgaan met verandering"), (4, ""))
)
LAST = Measurement((6.5, 5, 8, 6.5, 7, 7.5), "6 maanden")
HALF = Measurement((6, 5, None, None, 7, None), "nu")
STEPS = (
    "toestemming",
    "web",
    "wens",
    "arrangement",
    "uitleg",
    "Z68",
    "verwijzing",
    "startgesprek",
    "terugkoppeling 1",
    "terugkoppeling 2",
)
ITEMS = (
    TimelineItem(
        "1",
        date(2026, 11, 18),
        "contact",
        "telefoon",
        10,
        "Ria de Boer",
        "Wil weer onder de mensen. We spraken af dat zij woensdag een keer meeloopt met de wandelgroep; ik bel daarna.",
    ),
    TimelineItem("2", date(2026, 11, 16), "attempt", "telefoon", 2, "Ria de Boer", "Voicemail.", "niet bereikt"),
    TimelineItem("3", date(2026, 11, 12), "letter", "terugkoppeling 1", None, "Ria de Boer", "", "nog niet verstuurd"),
    TimelineItem("4", date(2026, 10, 12), "web", "web: intake", None, "Ria de Boer"),
    TimelineItem("5", date(2026, 10, 12), "contact", "thuis", 60, "Ria de Boer", "", "verbeterd", struck=True),
    TimelineItem("6", date(2026, 10, 12), "consent", "toestemming: contactgegevens", None, "Ria de Boer"),
    TimelineItem("7", date(2025, 12, 30), "contact", "spreekuur", 30, "Ad van Loon", "[bold]niet vet[/bold] 你好"),
)
WEBS: dict[str, tuple[tuple[Measurement, ...], tuple[int, int], str, Mode, bool]] = {
    "two-60x24": ((INTAKE, LATER), (60, 24), "dark", Mode.QUADRANT, True),
    "two-100x35": ((INTAKE, LATER), (100, 35), "dark", Mode.QUADRANT, True),
    "two-100x35-light": ((INTAKE, LATER), (100, 35), "light", Mode.QUADRANT, True),
    "two-120x40-high-contrast": ((INTAKE, LATER), (120, 40), "high-contrast", Mode.QUADRANT, True),
    "three-80x24": ((INTAKE, LATER, LAST), (80, 24), "dark", Mode.QUADRANT, True),
    "half-filled-60x24": ((INTAKE, HALF), (60, 24), "dark", Mode.QUADRANT, True),
    "smallest-50x20": ((INTAKE, LATER), (50, 20), "light", Mode.QUADRANT, True),
    "braille-80x24": ((INTAKE, LATER), (80, 24), "dark", Mode.BRAILLE, True),
    "half-blocks-80x24": ((INTAKE, LATER), (80, 24), "dark", Mode.HALF_BLOCK, True),
    "no-colour-80x24": ((INTAKE, LATER), (80, 24), "dark", Mode.QUADRANT, False),
    "bars-48x20": ((INTAKE, LATER), (48, 20), "dark", Mode.QUADRANT, True),
    "bars-40x10": ((INTAKE, LATER), (40, 10), "light", Mode.QUADRANT, True),
    "empty-60x24": ((), (60, 24), "light", Mode.QUADRANT, True),
}
Compare = Callable[..., bool]


@pytest.mark.parametrize("name", WEBS)
def test_spider_web(name: str, snap_compare: Compare) -> None:
    sets, size, theme, mode, colour = WEBS[name]
    assert snap_compare(Stage(SpiderWeb(sets, mode=mode), theme=theme, colour=colour), terminal_size=size)


@pytest.mark.parametrize(("size", "theme"), [((80, 24), "dark"), ((120, 40), "light")])
def test_caseload(size: tuple[int, int], theme: str, snap_compare: Compare) -> None:
    cases = CaseList(fetching(), case_ids(200))
    assert snap_compare(Stage(cases, theme=theme), terminal_size=size, press=("tab", "j"))


@pytest.mark.parametrize(("size", "theme"), [((80, 24), "light"), ((120, 40), "dark")])
def test_line_of_time(size: tuple[int, int], theme: str, snap_compare: Compare) -> None:
    items = TimelineList(ITEMS, Progress(3, 5, 7, 13), today=TODAY)
    assert snap_compare(Stage(items, theme=theme), terminal_size=size, press=("tab", "j"))


@pytest.mark.parametrize(("size", "theme"), [((80, 24), "dark"), ((60, 24), "high-contrast")])
def test_form_parts(size: tuple[int, int], theme: str, snap_compare: Compare) -> None:
    parts: list[Widget] = [
        StepRail([Step(name, index in (0, 1, 5)) for index, name in enumerate(STEPS)], 2),
        ScoreInput("Lichaamsfuncties", 4),
        ScoreInput("Mentaal welbevinden", 7.5, suggestion=6.5, talk=True),
        ScoreInput("Zingeving", suggestion=6),
        ScoreInput("Kwaliteit van leven", talk=True),
        ScoreInput("Meedoen", id="meedoen"),
        SideBySide(
            "Woont sinds mei aan de Dorpsstraat 4, belt liever 's middags.",
            "Woont sinds juni aan de Dorpsstraat 14 en belt liever 's ochtends.",
            titles=("mijn versie", "versie van Karim"),
        ),
    ]

    async def type_wrongly(pilot: Pilot[None]) -> None:
        pilot.app.query_one("#meedoen").focus()
        await pilot.press("1", "1")

    assert snap_compare(Stage(*parts, theme=theme), terminal_size=size, run_before=type_wrongly)
