from xml.etree import ElementTree as ET

from wor_tui.widgets.spiderweb_measurement import Measurement
from wor_tui.widgets.spiderweb_svg import as_svg
from wor_tui.widgets.spiderweb_text import as_text
from wor_tui.widgets.spiderweb_wording import adult_wording

INTAKE = Measurement((4, 3, 5.5, 4.5, None, 10), "intake")
LATER = Measurement((5.5, 6, 7, 6.5, 5, 7.5), "3 maanden", ((4, "sociale contacten"), (4, "erbij horen")))


def parse(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 -- our own picture


SVG = "{http://www.w3.org/2000/svg}"


def test_the_table_says_everything_in_words() -> None:
    lines = as_text((INTAKE, LATER), adult_wording(), with_bars=False).splitlines()
    assert lines[0].split() == ["intake", "3", "maanden"]
    assert lines[1].split() == ["Lichaamsfuncties", "4,0", "5,5"]
    assert lines[5].split("  ")[0] == "Meedoen"
    assert "–" in lines[5]
    assert lines[5].endswith("hier wil ik over praten: sociale contacten, erbij horen")
    assert len(lines) == 7


def test_the_bars_are_of_ascii_and_a_half_is_one_character() -> None:
    text = as_text((INTAKE, LATER), adult_wording())
    assert "4,0  ########............" in text
    assert "10,0  ####################" in text
    assert "– (niet ingevuld)" in text
    assert text.endswith("\n")


def test_no_measurement_gives_the_six_names() -> None:
    assert [line.strip() for line in as_text((), adult_wording()).splitlines()[1:]] == list(adult_wording().names)


def test_the_vector_web_is_well_formed_and_says_the_scores_to_a_reader() -> None:
    hard = Measurement(LATER.scores, '<script>"&\x1b\u202e', ((0, ""),))
    root = parse(as_svg((INTAKE, hard), adult_wording(), title="Web van <iemand> & co"))
    assert root.findtext(f"{SVG}title") == "Web van <iemand> & co"
    assert "Lichaamsfuncties: 4,0 › 5,5" in (root.findtext(f"{SVG}desc") or "")
    assert not root.findall(f".//{SVG}script")


def test_the_vector_web_draws_only_given_sectors_and_dashes_the_older_set() -> None:
    root = parse(as_svg((INTAKE, LATER), adult_wording()))
    fills = root.findall(f"{SVG}path")
    assert [path.get("d", "").count("M") for path in fills] == [4, 6]
    dashed = [line for line in root.findall(f"{SVG}polyline") if line.get("stroke-dasharray")]
    assert len(dashed) == 4
