"""The web's rules: what is drawn, at each size, with anything missing."""

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from wor_tui.widgets.spiderweb_canvas import Run
from wor_tui.widgets.spiderweb_measurement import Measurement, number, numbers
from wor_tui.widgets.spiderweb_palette import contrast, palette
from wor_tui.widgets.spiderweb_raster import Mode, raster
from wor_tui.widgets.spiderweb_wording import Wording, adult_wording

INTAKE = Measurement((4, 3, 5.5, 4.5, 2.5, 6), "intake")
LATER = Measurement((5.5, 6, 7, 6.5, 5, 7.5), "3 maanden", ((1, "vrolijk zijn"), (4, "")))
LAST = Measurement((6.5, 5, 8, 6.5, 7, 10), "6 maanden")
SETS = ((INTAKE,), (INTAKE, LATER), (INTAKE, LATER, LAST))
SIZES = ((50, 20), (50, 40), (51, 23), (60, 24), (80, 24), (100, 35), (120, 40), (200, 24))
CHILD = Wording(
    ("Mijn lichaam", "Mijn gevoelens en gedachten", "Nu en later", "Lekker in mijn vel", "Meedoen", "Dagelijks leven"),
    "hier wil ik over praten",
)
ENGLISH = Wording(
    (
        "Bodily functions",
        "Mental well-being",
        "Meaningfulness",
        "Quality of life",
        "Participation",
        "Daily functioning",
    ),
    "I want to talk about this",
)


def plain(rows: tuple[tuple[Run, ...], ...]) -> list[str]:
    return ["".join(run.text for run in row) for row in rows]


def bold(rows: tuple[tuple[Run, ...], ...]) -> str:
    return " ".join(run.text for row in rows for run in row if run.bold)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("sets", SETS, ids=["one", "two", "three"])
@pytest.mark.parametrize("mode", Mode)
def test_no_dimension_name_and_no_number_is_ever_clipped(
    width: int, height: int, sets: tuple[Measurement, ...], mode: Mode
) -> None:
    for wording in (adult_wording(), CHILD):
        rows = plain(raster(sets, width, height, wording, palette(), mode))
        words = re.split(r"\s+", " ".join(rows))
        for name in wording.names:
            for word in name.split(" "):
                assert word in words, (word, rows)
        for index, measurement in product(range(6), sets):
            assert number(measurement.scores[index]) in words


def test_english_names_fit_too() -> None:
    words = " ".join(plain(raster((INTAKE, LATER), 50, 20, ENGLISH, palette()))).split()
    assert all(word in words for name in ENGLISH.names for word in name.split())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(*[st.one_of(st.none(), st.integers(0, 20).map(lambda n: n / 2))] * 6), min_size=0, max_size=3),
    st.integers(0, 130),
    st.integers(0, 45),
    st.sampled_from(Mode),
    st.booleans(),
)
def test_whatever_is_missing_every_row_is_exactly_as_wide_as_asked(
    scores: list[tuple[float | None, ...]], width: int, height: int, mode: Mode, colour: bool
) -> None:
    sets = tuple(Measurement(each, f"meting {index}") for index, each in enumerate(scores))
    rows = raster(sets, width, height, adult_wording(), palette(), mode, colour)
    assert len(rows) == height
    assert all(cell_len(line) == width for line in plain(rows))


def test_each_set_has_its_own_marker_and_the_numbers_stand_in_order() -> None:
    text = "\n".join(plain(raster((INTAKE, LATER, LAST), 100, 35, adult_wording(), palette())))
    assert all(marker in text for marker in "●◆▲")
    assert "4,0 › 5,5 › 6,5" in text


def test_equal_scores_both_stay_visible() -> None:
    same = Measurement((7,) * 6)
    text = "".join(plain(raster((same, same), 100, 35, adult_wording(), palette())))
    assert text.count("●") >= 6
    assert text.count("◆") >= 6


def test_what_one_wants_to_talk_about_is_bold_and_has_a_mark() -> None:
    rows = raster((INTAKE, LATER), 100, 35, adult_wording(), palette())
    assert "» Mentaal welbevinden" in bold(rows)
    assert "» Meedoen" in bold(rows)
    assert "vrolijk zijn" in bold(rows)
    assert "Zingeving" not in bold(rows)
    assert "» hier wil ik over praten" in bold(rows)


def test_without_colour_no_cell_has_one_and_the_sets_still_differ() -> None:
    rows = raster((INTAKE, LATER), 80, 24, adult_wording(), palette(), colour=False)
    assert all(run.ink is None and run.paper is None for row in rows for run in row)
    one = raster((INTAKE,), 80, 24, adult_wording(), palette(), colour=False)
    assert plain(rows) != plain(one)


def test_the_grid_stands_only_outside_the_fill() -> None:
    full = raster((Measurement((10,) * 6),), 60, 24, adult_wording(), palette())
    middle = "".join(run.text for run in full[12])[28:32]
    assert not any("\u2800" < character <= "\u28ff" for character in middle)


def test_a_half_filled_web_shows_only_sectors_between_two_given_scores() -> None:
    grid = palette().grid
    lone = raster((Measurement((None, None, 8, None, None, None)),), 60, 24, adult_wording(), palette())
    assert not any(run.paper for row in lone for run in row)
    assert any(run.ink == palette().outlines[0] for row in lone for run in row)
    pair = raster((Measurement((None, 8, 8, None, None, None)),), 60, 24, adult_wording(), palette())
    assert any(run.paper for row in pair for run in row)
    assert any(run.ink == grid for row in pair for run in row)


@pytest.mark.parametrize(("width", "height"), [(49, 20), (50, 19), (40, 10), (30, 8)])
def test_below_50_by_20_there_are_six_bars(width: int, height: int) -> None:
    rows = plain(raster((INTAKE, LATER), width, height, adult_wording(), palette()))
    assert sum(any(str(number(score)) in row for row in rows) for score in INTAKE.scores) == 6
    assert any("━" in row or "▀" in row for row in rows)


@pytest.mark.parametrize("scores", [(1,) * 5, (11, 0, 0, 0, 0, 0), (7.25, 0, 0, 0, 0, 0), (-0.5, 0, 0, 0, 0, 0)])
def test_what_is_no_score_is_refused(scores: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="score"):
        Measurement(scores)


def test_more_than_three_sets_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 3"):
        raster((INTAKE,) * 4, 80, 24, adult_wording(), palette())


def test_numbers_are_written_the_dutch_way() -> None:
    assert numbers((INTAKE, LATER), 0) == "4,0 › 5,5"
    assert numbers((Measurement(), LATER), 0) == "– › 5,5"


@pytest.mark.parametrize("background", ["#000000", "#101418", "#1b2227", "#fbfaf6", "#ffffff", "#808080"])
def test_texts_reach_aa_and_outlines_three_to_one_on_any_background(background: str) -> None:
    colours = palette(background)
    for ink in (colours.text, colours.muted, *colours.inks):
        assert contrast(ink, background) >= 4.5 or ink in ("#000000", "#ffffff")
    for outline in colours.outlines:
        assert contrast(outline, background) >= 3


def test_the_highest_contrast_reaches_aaa() -> None:
    colours = palette("#000000", 7)
    assert all(contrast(ink, "#000000") >= 7 for ink in (colours.text, colours.muted, *colours.inks))


def test_hard_labels_break_no_line() -> None:
    label = "\x1b[31m\u202e[bold]你好👨‍👩‍👧\nx" * 8
    hard = Measurement(INTAKE.scores, label, ((0, label),))
    for width, height in ((50, 20), (100, 35), (30, 8)):
        rows = plain(raster((hard, hard), width, height, adult_wording(), palette()))
        assert all(cell_len(row) == width for row in rows)
        assert not any(character < " " or character == "\u202e" for row in rows for character in row)
