"""The instruments are whole, and a broken one says where."""

import json

import pytest

from wor_tui.domain.instruments import FOLDER, BrokenInstrument, UnknownInstrument, codes, instrument, read


def test_the_adult_web_has_six_dimensions_of_seven_aspects() -> None:
    adult = instrument()
    assert adult.code == "adult-1"
    assert [dimension.label["nl"] for dimension in adult.dimensions] == [
        "Lichaamsfuncties",
        "Mentaal welbevinden",
        "Zingeving",
        "Kwaliteit van leven",
        "Meedoen",
        "Dagelijks functioneren",
    ]
    assert [len(dimension.aspects) for dimension in adult.dimensions] == [7] * 6
    assert len(adult.aspects) == 42
    assert adult.aspects["5.4"].label == {"nl": "steun van anderen", "en": "support from others"}
    assert [dimension.column for dimension in adult.dimensions] == ["d1", "d2", "d3", "d4", "d5", "d6"]


def test_the_quick_web_has_no_aspects() -> None:
    assert instrument("quick-1").aspects == {}
    assert instrument("quick-1").variant == "quick"


def test_every_file_is_an_instrument_of_its_name_with_different_labels() -> None:
    for code in codes():
        found = instrument(code)
        assert found.code == code
        for language in ("nl", "en"):
            labels = [aspect.label[language] for aspect in found.aspects.values()]
            assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("code", ["adult-9", "", "../codes", "adult-1.json"])
def test_an_instrument_that_isnt_there(code: str) -> None:
    with pytest.raises(UnknownInstrument):
        instrument(code)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("version",), "1", "version"),
        (("code",), "", "code"),
        (("dimensions",), [], "6 dimensions"),
        (("dimensions", 1, "number"), 3, "dimension 2"),
        (("dimensions", 1, "label"), {"nl": "x"}, "en"),
        (("dimensions", 1, "aspects", 2, "code"), "2.4", "2.3"),
        (("dimensions", 1, "aspects"), None, "aspects"),
        (("dimensions", 0), "x", "dimension 1"),
    ],
)
def test_a_broken_instrument_says_where(path: tuple[str | int, ...], value: object, message: str) -> None:
    held = json.loads((FOLDER / "adult-1.json").read_text("utf-8"))
    part = held
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    with pytest.raises(BrokenInstrument, match=message):
        read(json.dumps(held))


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_what_is_no_instrument_at_all(text: str) -> None:
    with pytest.raises(BrokenInstrument):
        read(text)
