"""Reading through the scripts' door: the shapes that programs rely on, and the lines that people read."""

from pathlib import Path

import pytest

from sync.client import lease
from tests.cli.conftest import CLIENTS, Demo
from wor_tui.vault.instance import Instance
from wor_tui.vault.vault import open_vault, unlock


def test_status_has_the_documented_keys(demo: Demo) -> None:
    status = demo.wor("assistant", "status", "--json").json
    assert {"unsent", "conflicts", "held", "quarantined", "complete", "last_exchange"} <= set(status)
    assert (status["unsent"], status["conflicts"], status["held"], status["quarantined"]) == (0, 0, 0, 0)
    assert status["complete"] is True
    assert status["last_exchange"].endswith("Z")


def test_cases_are_listed_with_their_documented_keys_sorted_by_name(demo: Demo) -> None:
    rows = demo.wor("coach", "cases", "--json").json
    assert len(rows) == CLIENTS
    for row in rows:
        assert {"id", "name", "phase", "contacts", "week", "next_step"} <= set(row)
    names = [row["name"] for row in rows]
    assert len({name.partition(",")[0] for name in names}) > 1
    assert {row["phase"] for row in rows} >= {"running", "completed"}


def test_the_filter_leaves_what_holds_every_word(demo: Demo) -> None:
    name = demo.case("coach", 3)["name"]
    family, _, given = name.partition(", ")
    found = demo.wor("coach", "cases", "--json", "--filter", f"{given.split()[0].upper()} {family[:3]}").json
    assert name in [row["name"] for row in found]
    assert len(found) < CLIENTS
    assert demo.wor("coach", "cases", "--json", "--filter", "nobody is called this").json == []


def test_plain_cases_are_lines_without_boxes(demo: Demo) -> None:
    done = demo.wor("coach", "cases", "--plain")
    lines = done.out.splitlines()
    assert len(lines) == CLIENTS + 1
    assert lines[0].startswith("Naam")
    assert not set(done.out) & set("│┃─━┌┐└┘╭╮╰╯█▌\x1b")


def test_a_case_has_its_documented_keys(demo: Demo) -> None:
    row = demo.case("coach", phase="running")
    found = demo.wor("coach", "case", row["id"], "--json").json
    assert {"client", "consents", "webs", "contacts", "feedback"} <= set(found)
    assert found["client"]["phone"] == row["phone"]
    assert len(found["webs"][0]["scores"]) == 6
    assert [entry["at"] for entry in found["contacts"]] == sorted(
        (entry["at"] for entry in found["contacts"]), reverse=True
    )
    assert all(entry["note"] for entry in found["contacts"])


def test_a_web_is_drawn_as_text(demo: Demo) -> None:
    row = demo.case("coach", phase="running")
    drawn = demo.wor("coach", "web", row["id"], "--plain").out
    for name in ("Lichaamsfuncties", "Mentaal welbevinden", "Zingeving", "Kwaliteit van leven", "Meedoen"):
        assert name in drawn
    assert "#" in drawn


def test_a_case_that_isnt_there_leaves_with_1(demo: Demo) -> None:
    done = demo.wor("coach", "case", "00000000-0000-7000-8000-000000000000", "--json")
    assert (done.exit, done.error["error"]) == (1, "not_found")


def test_the_assistant_sees_no_case_of_the_team(demo: Demo) -> None:
    case = demo.case("coach", phase="running")
    refused = demo.wor("assistant", "cases", "--json")
    assert (refused.exit, refused.error["error"]) == (1, "not_allowed")
    one = demo.wor("assistant", "case", case["id"])
    assert (one.exit, one.out) == (1, "")
    assert case["name"] not in one.err + refused.err


def test_a_wrong_passphrase_leaves_with_3(demo: Demo, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("not the passphrase\n")
    done = demo.wor("coach", "status", "--json", "--passphrase-file", str(wrong))
    assert (done.exit, done.error["error"]) == (3, "wrong_secret")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\xfa", b"x" * 10_000], ids=["empty", "not text", "far too long"])
def test_a_passphrase_file_that_cant_be_one_leaves_with_6(demo: Demo, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes(content)
    done = demo.wor("coach", "status", "--json", "--passphrase-file", str(file))
    assert (done.exit, done.error["error"]) == (6, "passphrase_file")


def test_the_passphrase_comes_from_the_standard_input(demo: Demo) -> None:
    secret = demo.passphrase_file.read_text()
    assert demo.wor("coach", "status", "--passphrase-file", "-", stdin=secret).exit == 0


def test_a_vault_that_is_open_elsewhere_leaves_with_4(demo: Demo) -> None:
    elsewhere = Instance(demo.homes["assistant"])
    elsewhere.hold()
    try:
        done = demo.wor("assistant", "status", "--json")
    finally:
        elsewhere.release()
    assert (done.exit, done.error["error"]) == (4, "already_running")


def test_the_doctor_says_what_it_looked_at(demo: Demo) -> None:
    demo.online()
    found = demo.wor("assistant", "doctor", "--json").json
    assert found["ok"] is True
    looked_at = {"version", "disk", "rights", "key_file", "database", "backups", "sync", "server"}
    assert {check["check"] for check in found["checks"]} == looked_at


def test_a_device_without_contact_for_too_long_shows_nothing_until_it_syncs(demo: Demo) -> None:
    key = unlock(demo.homes["coach"], passphrase=demo.passphrase_file.read_text("utf-8").strip())
    with open_vault(demo.homes["coach"], key) as vault, vault.database.write() as connection:
        lease.keep(connection, lease.begun(0))
    refused = demo.wor("coach", "cases", "--json")
    assert refused.exit == 5
    assert refused.error["error"] == "lease_over"
    assert demo.wor("coach", "status", "--json").json["lease_days"] == 0
    demo.online()
    assert demo.wor("coach", "sync", "--json").json["lease_days"] == lease.DAYS
    assert demo.wor("coach", "cases").exit == 0
