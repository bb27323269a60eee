"""Changing through the scripts' door: saved here first, sent when it can be, and nothing overwritten."""

import pytest

from tests.cli.conftest import Demo


def test_a_contact_made_offline_reaches_the_colleague_once_there_is_a_network(demo: Demo) -> None:
    case = demo.case("coach", phase="received")["id"]
    note = "[bold]'; DROP TABLE contact; --\nTweede regel \u202eom\u202c."
    demo.offline()
    made = demo.wor(
        "coach", "contact", "add", case, "--kind", "visit", "--minutes", "25", "--note", note, "--json"
    ).json
    assert made["case"] == case
    assert demo.wor("coach", "status", "--json").json["unsent"] >= 1

    refused = demo.wor("coach", "sync", "--json")
    assert (refused.exit, refused.error["error"]) == (5, "unreachable")
    assert demo.wor("coach", "status", "--json").json["unsent"] >= 1

    demo.online()
    assert demo.wor("coach", "sync", "--json").json["unsent"] == 0
    assert demo.wor("colleague", "sync").exit == 0
    arrived = [one for one in demo.wor("colleague", "case", case, "--json").json["contacts"] if one["id"] == made["id"]]
    assert [(one["code"], one["minutes"], one["author"]) for one in arrived] == [("visit", 25, "Marieke de Wit")]
    assert arrived[0]["note"] == "[bold]'; DROP TABLE contact; --\nTweede regel om."


def test_a_note_comes_from_the_standard_input(demo: Demo) -> None:
    case = demo.case("coach", 1, phase="running")["id"]
    words = ("contact", "add", case, "--kind", "phone", "--note", "-", "--not-reached", "--at", "2026-01-02T10:30")
    made = demo.wor("coach", *words, "--json", stdin="Niet bereikt, via de invoer.\n").json
    contacts = demo.wor("coach", "case", case, "--json").json["contacts"]
    entry = next(one for one in contacts if one["id"] == made["id"])
    assert entry["note"] == "Niet bereikt, via de invoer."
    assert entry["at"] == "2026-01-02T09:30:00Z"
    assert entry["reached"] is False


@pytest.mark.parametrize(
    ("words", "leaves", "error"),
    [
        (["contact", "add", "ID", "--kind", "fax"], 2, "kind"),
        (["contact", "add", "ID", "--kind", "phone", "--at", "yesterday"], 2, "moment"),
        (["contact", "add", "ID", "--kind", "phone", "--at", "2199-01-01T10:00"], 1, "invalid"),
        (["contact", "add", "ID", "--kind", "phone", "--note", "x" * 20_001], 1, "invalid"),
        (["client", "set", "ID"], 2, "nothing_given"),
        (["client", "set", "ID", "--phone", "call me"], 1, "invalid"),
        (["client", "set", "ID", "--street", "BSN 111222333"], 1, "invalid"),
        (["client", "set", "ID", "--family-name", ""], 1, "invalid"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else str(value),
)
def test_what_cant_be_saved_is_said_in_one_sentence(demo: Demo, words: list[str], leaves: int, error: str) -> None:
    case = "00000000-0000-7000-8000-000000000000" if leaves == 2 else demo.case("coach", phase="running")["id"]
    done = demo.wor("coach", *[case if word == "ID" else word for word in words], "--json")
    assert (done.exit, done.error["error"]) == (leaves, error)
    assert "111222333" not in done.err


@pytest.mark.soak
def test_a_field_changed_by_two_who_didnt_know_is_a_conflict_that_one_of_them_decides(demo: Demo) -> None:
    demo.online()
    for role in ("coach", "colleague"):
        assert demo.wor(role, "sync").exit == 0
    row = demo.case("coach", 2, phase="running")
    assert demo.wor("coach", "client", "set", row["id"], "--phone", "06-0000 1111").exit == 0
    assert demo.wor("colleague", "client", "set", row["client"], "--phone", "06-0000 2222").exit == 0
    for role in ("coach", "colleague", "coach"):
        assert demo.wor(role, "sync").exit == 0

    for role in ("coach", "colleague"):
        conflicts = demo.wor(role, "conflicts", "--json").json
        assert [(one["kind"], one["field"], one["case"]) for one in conflicts] == [("client", "phone", row["id"])]
        assert {option["value"] for option in conflicts[0]["options"]} == {"06-0000 1111", "06-0000 2222"}
    take = next(option["take"] for option in conflicts[0]["options"] if option["value"] == "06-0000 1111")
    assert demo.wor("colleague", "conflicts", "resolve", conflicts[0]["id"], "--take", "9").exit == 1
    assert demo.wor("colleague", "conflicts", "resolve", conflicts[0]["id"], "--take", str(take)).exit == 0
    for role in ("colleague", "coach"):
        assert demo.wor(role, "sync").exit == 0
        assert demo.wor(role, "conflicts", "--json").json == []
        assert demo.wor(role, "case", row["id"], "--json").json["client"]["phone"] == "06-0000 1111"
