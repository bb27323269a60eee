"""The demo without a terminal: everything of it happens, is shown as text, and nothing is left running."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.door import wor
from wor_tui.demo import central
from wor_tui.demo.folder import DemoFolder
from wor_tui.demo.prepare import opened
from wor_tui.domain.codes import Phase
from wor_tui.services import candidates, caseload, directory, today
from wor_tui.services.case_file import case_file

CLIENTS = 24
WITHIN_S = 180


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DemoFolder:
    made = DemoFolder(tmp_path_factory.mktemp("demo") / "demo")
    done = wor("demo", "--folder", made.root, "--clients", str(CLIENTS))
    assert done.exit == 0, done.err
    (made.root.parent / "out.txt").write_text(done.out, "utf-8")
    return made


def wait_until_stopped(folder: DemoFolder) -> None:
    deadline = time.monotonic() + WITHIN_S
    while central.is_guarded(folder):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_plain_demo_shows_caseload_web_timeline_and_status(folder: DemoFolder) -> None:
    shown = (folder.root.parent / "out.txt").read_text("utf-8")
    for text in ("DEMO: verzonnen mensen", "staat na", "Caseload: 24 van 24", "Lichaamsfuncties", "even gebeld"):
        assert text in shown
    assert shown.count("Nog niet verstuurd: 0") == 2
    assert not set(shown) & set("│┃─━┌┐└┘╭╮╰╯█\x1b")


def test_nothing_is_left_running(folder: DemoFolder) -> None:
    assert not central.is_guarded(folder)
    assert central.is_free(folder.facts()["port"])
    assert not folder.server_facts.exists()


def test_a_second_start_fills_nothing_again(folder: DemoFolder) -> None:
    database = folder.home("coach") / "vault.key"
    before = database.stat().st_mtime_ns
    again = wor("demo", "--folder", folder.root, "--prepare")
    assert again.json["homes"]["coach"] == str(folder.home("coach"))
    assert again.err == ""
    assert database.stat().st_mtime_ns == before


def test_cases_stand_in_every_phase_and_some_are_due(folder: DemoFolder) -> None:
    with opened(folder, "coach") as coach:
        index = caseload.index(coach, caseload.View.TEAM)
        phases = Counter(row.phase for row in caseload.rows(coach, index.ids))
        assert set(phases) >= {Phase.RECEIVED, Phase.CONTACTING, Phase.RUNNING, Phase.COMPLETING, Phase.COMPLETED}
        assert sum(phases.values()) == CLIENTS
        assert 0 < len(caseload.index(coach, caseload.View.MINE)) < CLIENTS
        day = today.today(coach)
        assert day.appointments
        assert any(due.overdue for due in day.due)
        assert any(not due.overdue for due in day.due)
        files = [case_file(coach, case_id) for case_id in index.ids]
    assert any(len(found.webs) == 2 for found in files)
    assert any(entry.reached is False for found in files for entry in found.timeline)
    assert any(found.feedback for found in files)


def test_everybody_came_in_by_enrolment_with_their_own_role(folder: DemoFolder) -> None:
    roles = {}
    for role in ("coach", "colleague", "assistant"):
        with opened(folder, role) as workspace:
            roles[role] = (workspace.me.name, str(workspace.me.role), len(workspace.scopes.teams))
            assert {"Huisartsenpraktijk De Linde"} <= {card.name for card in directory.practices(workspace)}
    with opened(folder, "assistant") as assistant:
        assert len(candidates.listed(assistant)[0]) == 4
    assert roles == {
        "coach": ("Marieke de Wit", "coach", 1),
        "colleague": ("Youssef El Idrissi", "coach", 1),
        "assistant": ("Joyce Landveld", "assistant", 0),
    }


def test_every_home_is_marked_as_a_demo(folder: DemoFolder) -> None:
    assert all((folder.home(role) / "demo").exists() for role in ("coach", "colleague", "assistant", "coordinator"))


def test_the_central_api_stops_when_the_session_is_killed(folder: DemoFolder) -> None:
    script = (
        "import sys, time; from pathlib import Path; from wor_tui.demo import central\n"
        "from wor_tui.demo.folder import DemoFolder\n"
        "folder = DemoFolder(Path(sys.argv[1]))\n"
        "with central.session(folder, folder.facts()['port']) as url: print(url, flush=True); time.sleep(600)"
    )
    session = subprocess.Popen([sys.executable, "-c", script, str(folder.root)], stdout=subprocess.PIPE, text=True)
    assert session.stdout is not None
    assert session.stdout.readline().startswith("http://127.0.0.1:")
    assert central.is_guarded(folder)
    os.kill(session.pid, signal.SIGKILL)
    session.wait()
    session.stdout.close()
    wait_until_stopped(folder)
    assert central.is_free(folder.facts()["port"])


def test_two_sessions_share_one_central_api_which_outlives_the_first(folder: DemoFolder) -> None:
    port = folder.facts()["port"]
    with central.session(folder, port) as second:
        with central.session(folder, port) as first:
            assert first == second
        assert central.answers(second, folder)
    wait_until_stopped(folder)


def test_the_central_api_can_be_stopped_and_started_while_the_demo_is_open(folder: DemoFolder) -> None:
    with central.session(folder, folder.facts()["port"]) as url:
        assert wor("demo", "--folder", folder.root, "--server", "stop").exit == 0
        assert not central.answers(url, folder)
        assert wor("demo", "--folder", folder.root, "--server", "stop", "--json").error["error"] == "demo_not_running"
        assert wor("demo", "--folder", folder.root, "--server", "start").exit == 0
        assert central.answers(url, folder)
        refused = wor("demo", "--folder", folder.root, "--reset", "--prepare", "--json")
        assert (refused.exit, refused.error["error"]) == (1, "demo_is_open")
    wait_until_stopped(folder)


def test_a_port_that_something_else_took_is_changed_and_the_vaults_told(folder: DemoFolder) -> None:
    import socket  # noqa: PLC0415

    before = folder.facts()["port"]
    with socket.create_server(("127.0.0.1", before)):
        done = wor("demo", "--folder", folder.root, "--json")
    found = done.json
    assert folder.facts()["port"] != before
    assert found["server"]["url"] == f"http://127.0.0.1:{folder.facts()['port']}"
    assert found["cases"] == CLIENTS


def test_another_number_of_clients_asks_for_a_reset(folder: DemoFolder) -> None:
    done = wor("demo", "--folder", folder.root, "--clients", "7", "--json")
    assert (done.exit, done.error["error"]) == (1, "demo_other_size")


@pytest.mark.parametrize("words", [["--reset"], ["--prepare"], []], ids=["reset", "prepare", "run"])
def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = wor("demo", "--folder", tmp_path, *words, "--json")
    assert (done.exit, done.error["error"]) == (1, "demo_not_a_demo")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.soak
def test_a_demo_that_was_broken_off_is_made_again_and_a_reset_removes_only_the_demo(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path / "demo")
    folder.claim()
    (folder.homes / "coach").mkdir(parents=True)
    (folder.root / "note.txt").write_text("mine")
    made = wor("demo", "--folder", folder.root, "--prepare", "--clients", "1").json
    assert json.loads(folder.marker.read_text("utf-8"))["prepared"] is True
    key = (Path(made["homes"]["coach"]) / "vault.key").read_bytes()
    again = wor("demo", "--folder", folder.root, "--prepare", "--clients", "2", "--reset").json
    assert (Path(again["homes"]["coach"]) / "vault.key").read_bytes() != key
    assert (folder.root / "note.txt").read_text() == "mine"
