"""An organisation begins and grows from the command line: found with the server's first code, invite, join."""

from pathlib import Path

import pytest

from tests.cli.conftest import PASSPHRASE
from tests.door import wor
from wor_tui.clock import SystemClock
from wor_tui.services import enrolment
from wor_tui.services.workspace import open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create


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
    assert len(founded.json["scopes"]) == 4
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

    as_hanneke = ("--home", home, "--passphrase-file", secret)
    theirs = {person["name"]: person for person in wor("devices", "list", *as_hanneke, "--json").json}
    [laptop] = theirs["Youssef El Idrissi"]["devices"]
    assert (laptop["state"], laptop["unsent"], laptop["known"]) == ("enrolled", 0, True)
    unsure = wor("devices", "revoke", laptop["id"], *as_hanneke, "--json")
    assert (unsure.exit, unsure.error["error"]) == (2, "not_sure")
    gone = wor("devices", "revoke", laptop["id"], "--yes", *as_hanneke, "--json")
    assert gone.json == {"revoked": [laptop["id"]]}
    assert "ingetrokken" in wor("devices", "list", *as_hanneke).out


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


@pytest.mark.parametrize("words", [("found", "http://127.0.0.1:9"), ("invite", "Iemand", "--role", "coach")])
def test_without_a_vault_it_says_how_to_make_one(words: tuple[str, ...], secret: Path, tmp_path: Path) -> None:
    ran = wor("organisation", *words, "--home", tmp_path / "nothing", "--passphrase-file", secret, "--json")
    assert ran.exit == 4
    assert ran.error["error"] == "vault_missing"
    assert "nog geen kluis" in ran.error["message"]
    assert not (tmp_path / "nothing").exists()
