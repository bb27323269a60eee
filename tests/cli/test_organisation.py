"""An organisation begins and grows from the command line: found with the server's first code, invite, join."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.door import wor
from wor_tui.clock import SystemClock
from wor_tui.services import enrolment
from wor_tui.services.workspace import open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

PASSPHRASE = "een zin om te onthouden"
SERVE = "import sys; from sync.server.cli import main; sys.exit(main())"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    serving = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--data", str(tmp_path / "central"), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert serving.stdout is not None
    yield serving.stdout.readline().split()[-1]
    serving.terminate()
    serving.wait(120)
    serving.stdout.close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase.txt"
    file.write_text(PASSPHRASE + "\n", "utf-8")
    return file


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "hanneke"
    with open_workspace(create(home, PASSPHRASE, cost=FLOOR).vault, SystemClock()) as workspace:
        enrolment.begin_alone(workspace, "Hanneke Vos")
    return home


def test_found_then_invite_then_join(server: str, home: Path, secret: Path, tmp_path: Path) -> None:
    code = (tmp_path / "central" / "first-coordinator-code.txt").read_text("ascii").strip()
    founded = wor("organisation", "found", server, "--home", home, "--passphrase-file", secret, "--json", stdin=code)
    assert founded.json["role"] == "coordinator"
    assert len(founded.json["scopes"]) == 3
    assert not (tmp_path / "central" / "first-coordinator-code.txt").exists()

    again = wor("organisation", "found", server, "--home", home, "--passphrase-file", secret, "--json", stdin=code)
    assert again.exit == 1
    assert again.error["error"] == "already_joined"

    words = ("organisation", "invite", "Youssef El Idrissi", "--role", "coach")
    invited = wor(*words, "--home", home, "--passphrase-file", secret, "--json")
    assert invited.json["invitation"].startswith(server)
    plain = wor(*words[:2], "Joyce Landveld", "--role", "assistant", "--home", home, "--passphrase-file", secret)
    assert plain.exit == 0
    assert server in plain.out
    assert "█" in plain.out

    with open_workspace(create(tmp_path / "youssef", PASSPHRASE, cost=FLOOR).vault, SystemClock()) as other:
        enrolment.join(other, invited.json["invitation"])
        other.engine.until_done()
        assert other.me.name == "Youssef El Idrissi"
        assert other.scopes.team


def test_a_mistyped_code_founds_nothing_and_says_so(server: str, home: Path, secret: Path) -> None:
    ran = wor("organisation", "found", server, "--home", home, "--passphrase-file", secret, "--json", stdin="ABCD\n")
    assert ran.exit == 1
    assert ran.error["error"] == "mistyped_code"


def test_only_a_coordinator_invites(home: Path, secret: Path) -> None:
    ran = wor(
        "organisation", "invite", "Iemand", "--role", "coach", "--home", home, "--passphrase-file", secret, "--json"
    )
    assert ran.exit == 1
    assert ran.error["error"] == "not_allowed"


def test_a_code_is_never_an_argument(home: Path, server: str) -> None:
    assert wor("organisation", "found", server, "ABCD-EFGH", "--home", home).exit == 2
