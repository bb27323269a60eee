import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from wor_tui.services import clients
from wor_tui.services.case_file import case_file
from wor_tui.services.caseload import View, index
from wor_tui.services.intake_import import (
    LARGEST_BYTES,
    SCHEMA,
    FileTooLarge,
    FileUnreadable,
    Imported,
    NotIntakes,
    import_file,
    import_intakes,
)
from wor_tui.services.workspace import Workspace

GOOD: dict[str, Any] = {
    "id": "sender-1",
    "client": {"family_name": "Vries", "prefix": "de", "given_name": "Zoë", "phone": "06 12345678"},
    "received_on": "2026-11-02",
    "intake_on": "2026-11-10",
    "track": "activation",
    "consents": [
        {"purpose": "contact_details", "given": True, "by_whom": "client", "how": "spoken", "on": "2026-11-02"}
    ],
    "web": {
        "variant": "adult",
        "taken_on": "2026-11-10",
        "dimensions": [7, 6.5, None, 5, 4, 8],
        "aspects": {"1.3": 4},
        "talk": ["5.1"],
    },
    "words": {"glad_if": "weer wandelen"},
    "steps": {"9": "2026-11-10"},
}


def intake(**changed: Any) -> dict[str, Any]:
    return {**deepcopy(GOOD), **changed}


def run(workspace: Workspace, *intakes: Any) -> Imported:
    return import_intakes(workspace, json.dumps({"intakes": intakes}).encode())


def changed_at(path: str, value: Any) -> dict[str, Any]:
    made = deepcopy(GOOD)
    *steps, last = path.split(".")
    inner: Any = made
    for step in steps:
        inner = inner[int(step)] if isinstance(inner, list) else inner[step]
    inner[int(last) if isinstance(inner, list) else last] = value
    return made


def test_a_whole_intake_comes_in(workspace: Workspace) -> None:
    [case_id] = run(workspace, GOOD).added
    file = case_file(workspace, case_id)
    assert (file.client.name, file.case.coach, file.case.track) == ("Vries, Zoë de", "Coach Ina de Wit", "activation")
    assert file.effective_consents == {"contact_details"}
    assert (file.webs[0].scores, file.webs[0].talk) == ((7.0, 6.5, None, 5.0, 4.0, 8.0), {"5.1"})
    assert file.webs[0].aspects == {"1.3": 4.0}
    assert (file.intake.glad_if, list(file.intake.steps)) == ("weer wandelen", [9])
    assert index(workspace).ids == [case_id]


def test_twice_adds_nothing_twice(workspace: Workspace) -> None:
    first = run(workspace, GOOD, intake(id="sender-2"))
    again = run(workspace, GOOD, intake(id="sender-2"), intake(id="sender-3"))
    assert (len(first.added), sorted(again.unchanged), len(again.added)) == (2, sorted(first.added), 1)
    assert len(index(workspace, View.TEAM)) == 3
    assert run(workspace, GOOD, GOOD).unchanged == [first.added[0]] * 2


def test_what_was_changed_since_is_left_as_it_is(workspace: Workspace) -> None:
    [case_id] = run(workspace, GOOD).added
    clients.edit(workspace, case_file(workspace, case_id).client.id, {"phone": "030-7654321"}, 0)
    again = run(workspace, GOOD)
    assert [(each.place, each.reason) for each in again.different] == [("intakes[0]", "already_here")]
    assert case_file(workspace, case_id).client.phone == "030-7654321"


@pytest.mark.parametrize(
    ("path", "value", "place", "reason"),
    [
        ("web.dimensions.2", 11, "web.dimensions.2", "out_of_range"),
        ("web.dimensions.2", 7.3, "web.dimensions.2", "not_in_halves"),
        ("web.dimensions.2", "zeven", "web.dimensions.2", "not_a_number"),
        ("web.dimensions", [1, 2], "web.dimensions", "six_scores"),
        ("web.aspects", {"9.9": 3}, "web.aspects", "unknown_element"),
        ("web.taken_on", "2026-12-01", "web.taken_on", "in_the_future"),
        ("web.taken_on", "12-11-2026", "web.taken_on", "not_a_date"),
        ("web.taken_on", "2026-02-30", "web.taken_on", "not_a_date"),
        ("web.variant", "child", "web.variant", "unknown_code"),
        ("client.family_name", "", "client.family_name", "required"),
        ("client.family_name", "   ", "client.family_name", "required"),
        ("client.phone", "bel maar", "client.phone", "not_a_phone_number"),
        ("client.birth_date", "2020-01-01", "client.birth_date", "too_young"),
        ("client.shoe_size", 43, "client.shoe_size", "unknown_element"),
        ("client.given_name", 43, "client.given_name", "not_text"),
        ("client.remarks", "x" * 30_000, "client.remarks", "too_long"),
        ("consents.0.on", "2026-12-24", "consents.0.on", "in_the_future"),
        ("consents.0.given", "ja", "consents.0.given", "not_yes_or_no"),
        ("intake_on", "2026-11-01", "intake_on", "out_of_order"),
        ("received_on", None, "received_on", "not_text"),
        ("client", [], "client", "not_an_object"),
        ("id", "111222333", "id", "bsn"),
        ("id", "", "id", "required"),
    ],
)
def test_a_bad_one_is_refused_with_its_place_and_the_good_ones_come_in(
    workspace: Workspace, path: str, value: Any, place: str, reason: str
) -> None:
    found = run(workspace, intake(id="a"), intake(id="b"), intake(id="c"), changed_at(path, value), intake(id="d"))
    assert [(each.place, each.reason) for each in found.refused] == [(f"intakes[3].{place}", reason)]
    assert len(found.added) == len(index(workspace, View.TEAM)) == 4


@pytest.mark.parametrize("strange", [7, "tekst", None, [1], {}, {"id": "x"}])
def test_strange_intakes_are_refused_one_by_one(workspace: Workspace, strange: Any) -> None:
    found = run(workspace, strange, GOOD)
    assert (len(found.refused), len(found.added)) == (1, 1)
    assert found.refused[0].place.startswith("intakes[0]")


def test_a_bsn_is_dropped_at_the_door(workspace: Workspace) -> None:
    with_bsn = intake(bsn="111222333")
    with_bsn["client"]["BSN"] = "111222333"
    with_bsn["words"]["notices"] = "nummer 111222333 staat op de brief"
    found = run(workspace, with_bsn)
    assert sorted((each.place, each.reason) for each in found.notices) == [
        ("intakes[0].bsn", "bsn_dropped"),
        ("intakes[0].client.bsn", "bsn_dropped"),
        ("intakes[0].words.notices", "bsn_dropped"),
    ]
    assert "111222333" not in case_file(workspace, found.added[0]).intake.notices
    assert "111222333" not in repr(found)


def test_texts_are_cleaned(workspace: Workspace) -> None:
    dirty = changed_at("client.given_name", "Zo\u0065\u0308\u202e\x07[bold]")
    dirty["words"]["matters"] = "een\r\ntwee'); DROP TABLE client;--"
    file = case_file(workspace, run(workspace, dirty).added[0])
    assert file.client.given_name == "Zoë[bold]"
    assert file.intake.matters == "een\ntwee'); DROP TABLE client;--"


def test_one_intake_a_list_or_a_file_of_them(workspace: Workspace, tmp_path: Path) -> None:
    for at, content in enumerate([GOOD, [intake(id="2")], {"intakes": [intake(id="3")]}]):
        file = tmp_path / f"{at}.json"
        file.write_bytes(b"\xef\xbb\xbf" + json.dumps(content).encode())
        assert len(import_file(workspace, file).added) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"7", b'"x"', b"[" * 100_000, b'[{"id": NaN}]', b"<html>"])
def test_what_is_no_list_of_intakes_is_refused_whole(workspace: Workspace, content: bytes) -> None:
    with pytest.raises(NotIntakes):
        import_intakes(workspace, content)


def test_a_file_that_isnt_there_or_is_far_too_large(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        import_file(workspace, tmp_path / "nothing.json")
    with pytest.raises(FileUnreadable):
        import_file(workspace, tmp_path)
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(FileTooLarge):
        import_file(workspace, huge)


def test_the_schema_in_the_docs_is_the_one_that_is_used() -> None:
    shown = Path(__file__).parents[2] / "docs" / "intake.schema.json"
    assert shown.read_text() == SCHEMA.read_text()
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid([GOOD])


def test_where_to_and_by_whom_is_read_once_for_a_whole_file(workspace: Workspace) -> None:
    """Each reading of the scopes is a transaction of its own."""
    run(workspace, intake(id="warm"))
    assert reads_of_scopes(workspace, 1) == reads_of_scopes(workspace, 4)


def reads_of_scopes(workspace: Workspace, intakes: int) -> int:
    """How often the scopes are read while so many intakes that are here already are imported."""
    read: list[str] = []

    def count(*execution: Any) -> None:
        if re.search(r"FROM scope\b", execution[2]):
            read.append(execution[2])

    event.listen(Engine, "before_cursor_execute", count)
    try:
        assert run(workspace, *[intake(id="warm")] * intakes).unchanged
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert read
    return len(read)
