"""Intakes from a file: the good ones come in once, the bad ones are named with their place and reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Demo

EXAMPLE = Path(__file__).parents[2] / "docs" / "intake.example.json"


def example(**changed: Any) -> dict[str, Any]:
    return json.loads(EXAMPLE.read_text("utf-8"))[0] | changed


def test_the_documented_example_comes_in_once(demo: Demo) -> None:
    first = demo.wor("colleague", "intake", "import", str(EXAMPLE), "--json").json
    assert len(first["added"]) == 1
    again = demo.wor("colleague", "intake", "import", str(EXAMPLE), "--json").json
    assert (again["added"], again["unchanged"], again["refused"]) == ([], first["added"], [])
    found = demo.wor("colleague", "case", first["added"][0], "--json").json
    assert found["client"]["name"] == "Voorbeeld, Fatma"
    assert found["webs"][0]["scores"] == [5, 5.5, 6, 5.5, 3.5, None]
    assert found["effective_consents"] == ["contact_details", "feedback"]


def test_a_bad_intake_is_refused_with_its_place_and_the_good_ones_are_kept(demo: Demo, tmp_path: Path) -> None:
    bad = example(id="bad", web={"variant": "quick", "taken_on": "2026-01-20", "dimensions": [5, 5, 11, 5, 5, 5]})
    bsn = example(id="with-bsn", client={"family_name": "Voorbeeld", "bsn": "111222333"})
    file = tmp_path / "intakes.json"
    file.write_text(json.dumps([example(id="good-1"), bad, bsn, example(id="good-2")]), "utf-8")
    done = demo.wor("colleague", "intake", "import", str(file), "--json")
    assert done.exit == 6
    found = json.loads(done.out)
    assert len(found["added"]) == 3
    assert [(one["place"], one["reason"]) for one in found["refused"]] == [
        ("intakes[1].web.dimensions.2", "out_of_range")
    ]
    assert found["refused"][0]["message"]
    assert [(one["place"], one["reason"]) for one in found["notices"]] == [("intakes[2].client.bsn", "bsn_dropped")]
    assert json.loads(done.err)["error"] == "intakes_refused"
    assert "111222333" not in done.out + done.err


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b'[{"id": 1},\n oops]', "not_intakes"),
        (b"\xff\xfe", "not_intakes"),
        (b'"text"', "not_intakes"),
        (None, "file_unreadable"),
    ],
    ids=["not JSON", "not UTF-8", "no intakes", "not there"],
)
def test_a_file_that_cant_be_used_leaves_with_6(demo: Demo, tmp_path: Path, content: bytes | None, error: str) -> None:
    file = tmp_path / "intakes.json"
    if content is not None:
        file.write_bytes(content)
    done = demo.wor("colleague", "intake", "import", str(file), "--json")
    assert (done.exit, done.error["error"]) == (6, error)
