"""`wor vault status|passphrase|recovery|keyring`, and the organisation's recovery key from its making to its use."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import PASSPHRASE
from tests.door import Ran, wor
from wor_tui.clock import SystemClock
from wor_tui.services import enrolment
from wor_tui.services.workspace import open_workspace
from wor_tui.vault import slots
from wor_tui.vault.escrow import new_organisation_key
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create, keyfile_of, unlock

OTHER = "gitaar molen wolk fiets"
Run = Callable[..., Ran]


@pytest.fixture
def new_secret(tmp_path: Path) -> Path:
    file = tmp_path / "new.txt"
    file.write_text(OTHER + "\n", "utf-8")
    return file


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, str]:
    """A vault with an owner, and its recovery code."""
    home = tmp_path / "hanneke"
    created = create(home, PASSPHRASE, cost=FLOOR)
    with open_workspace(created.vault, SystemClock()) as workspace:
        enrolment.begin_alone(workspace, "Hanneke Vos")
    return home, created.recovery_code


@pytest.fixture
def home(made: tuple[Path, str]) -> Path:
    return made[0]


@pytest.fixture
def run(home: Path, secret: Path) -> Run:
    def run(*words: str | Path, stdin: str = "", passphrase: Path | None = None) -> Ran:
        return wor("vault", *words, "--home", home, "--passphrase-file", passphrase or secret, stdin=stdin)

    return run


def test_status_says_what_opens_the_vault(run: Run) -> None:
    found = run("status", "--json").json
    assert [way["kind"] for way in found["ways"]] == ["passphrase", "recovery"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", way["since"]) for way in found["ways"])
    assert (found["generation"], found["strength"], found["organisation_key"]) == (1, None, None)
    plain = run("status")
    assert "wachtzin: sinds" in plain.out
    assert "herstelcode: sinds" in plain.out


def test_another_passphrase(run: Run, home: Path, new_secret: Path) -> None:
    before = (home / "vault.key").read_bytes()
    assert run("passphrase", "--new-passphrase-file", new_secret, "--json").json == {"changed": True}
    assert (home / "vault.key").read_bytes() != before
    refused = run("status", "--json")
    assert refused.exit == 3
    assert refused.error["error"] == "wrong_secret"
    found = run("status", "--json", passphrase=new_secret).json
    assert (found["generation"], found["strength"]) == (2, 3)


@pytest.mark.soak
def test_backups_that_still_open_with_the_old_passphrase_are_named(run: Run, home: Path, tmp_path: Path) -> None:
    """With the key file of one, the old passphrase opens the present database too."""
    assert "reservekopieën" not in run("passphrase", stdin=f"{OTHER}\n{OTHER}\n").out
    other = tmp_path / "other"
    other.write_text(OTHER)
    assert run("backup", passphrase=other).exit == 0
    [copy] = (home / "backups").iterdir()
    third = "brood zwaan kelder vlag"
    said = run("passphrase", stdin=f"{third}\n{third}\n", passphrase=other).out
    assert "In reservekopieën van eerder geldt de oude nog" in said
    assert "wor vault rekey --remove-old-backups" in said
    shutil.copyfile(copy / "vault.key", home / "vault.key")
    assert unlock(home, passphrase=OTHER)


def test_the_new_passphrase_is_asked_twice(run: Run, home: Path) -> None:
    ran = run("passphrase", stdin=f"{OTHER}\n{OTHER} \n")
    assert ran.exit == 2
    assert "niet gelijk" in ran.err
    assert unlock(home, passphrase=PASSPHRASE)
    ran = run("passphrase", stdin=f"{OTHER}\n{OTHER}\n")
    assert ran.exit == 0, ran.err
    assert OTHER not in ran.out + ran.err
    assert len(ran.out.splitlines()[0].partition(": ")[2].split()) == 4
    assert unlock(home, passphrase=OTHER)


@pytest.mark.parametrize("weak", ["fiets7", "welkom2026welkom", "aaaaaaaaaaaaaaaa"])
def test_a_weak_passphrase_is_refused_with_the_reason(run: Run, home: Path, tmp_path: Path, weak: str) -> None:
    file = tmp_path / "weak.txt"
    file.write_text(weak + "\n", "utf-8")
    before = (home / "vault.key").read_bytes()
    ran = run("passphrase", "--new-passphrase-file", file, "--json")
    assert ran.exit == 1
    assert ran.error["error"] == "passphrase_weak"
    assert ran.error["message"].startswith("Te zwak: ")
    assert weak not in ran.err
    assert (home / "vault.key").read_bytes() == before


def test_a_forgotten_passphrase_is_replaced_with_the_recovery_code(
    run: Run, made: tuple[Path, str], new_secret: Path
) -> None:
    home, code = made
    ran = run("passphrase", "--recovery-code", "--new-passphrase-file", new_secret, stdin=code + "\n")
    assert ran.exit == 0, ran.err
    assert unlock(home, passphrase=OTHER)
    typo = run("passphrase", "--recovery-code", "--new-passphrase-file", new_secret, "--json", stdin=code[:-1] + "\n")
    assert typo.exit == 4
    assert typo.error["error"] == "recovery_code_mistyped"


def test_a_database_that_is_damaged_keeps_nobody_from_a_new_passphrase(run: Run, home: Path, new_secret: Path) -> None:
    database = home / "vault.db"
    content = bytearray(database.read_bytes())
    content[100:4000] = bytes(3900)
    database.write_bytes(content)
    assert run("passphrase", "--new-passphrase-file", new_secret, "--json").json == {"changed": True}
    assert unlock(home, passphrase=OTHER)


def test_a_recovery_code_counts_once_two_groups_are_typed_back(secret: Path, made: tuple[Path, str]) -> None:
    home, old = made
    words = [sys.executable, "-m", "wor_tui", "vault", "recovery", "--home", home, "--passphrase-file", secret]
    running = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    line = ""
    while not re.fullmatch(r"([0-9A-Z]{6}-){5}[0-9A-Z]{6}", line):
        line = running.stdout.readline()
        assert line, "no code was shown"
        line = line.strip()
    assert unlock(home, recovery_code=old)
    groups = line.split("-")
    out, _ = running.communicate(f"WRONGX\n{groups[1].lower()}\n{groups[4]}\n", timeout=120)
    assert running.returncode == 0
    assert "geldt" in out
    assert unlock(home, recovery_code=line)
    found = keyfile_of(home)
    assert [slot.kind for slot in found.slots] == [slots.PASSPHRASE, slots.RECOVERY]


@pytest.mark.parametrize("typed", ["", "WRONGX\nWRONGX\nWRONGX\n"])
def test_a_recovery_code_that_nobody_copied_changes_nothing(run: Run, home: Path, typed: str) -> None:
    before = (home / "vault.key").read_bytes()
    ran = run("recovery", stdin=typed)
    assert ran.exit in {1, 2}
    assert "niets veranderd" in ran.err
    assert (home / "vault.key").read_bytes() == before


def test_a_keyring_that_is_not_there_says_so(run: Run) -> None:
    ran = run("keyring", "on", "--json")
    assert ran.exit == 4
    assert ran.error["error"] == "keyring_unavailable"
    assert run("keyring", "off", "--json").json == {"keyring": False}


def test_the_organisations_key_opens_a_colleagues_vault(
    server: str, home: Path, secret: Path, new_secret: Path, tmp_path: Path
) -> None:
    code = (tmp_path / "central" / "first-coordinator-code.txt").read_text("ascii").strip()
    file = tmp_path / "safe" / "key.txt"
    words = ("organisation", "found", server, "--home", home, "--passphrase-file", secret, "--lock-minutes", "3")
    nowhere = wor(*words, "--recovery-key-file", file, "--json", stdin=code)
    assert nowhere.exit == 6
    assert nowhere.error["error"] == "recovery_key_file"
    file.parent.mkdir()
    # A mistyped code founds nothing; the key that was written then is used again.
    assert wor(*words, "--recovery-key-file", file, "--json", stdin="ABCD").exit == 1
    written = file.read_text("utf-8")
    founded = wor(*words, "--recovery-key-file", file, "--json", stdin=code)
    assert "recovery_key" not in founded.json
    assert file.read_text("utf-8") == written
    page = file.with_suffix(".pdf")
    assert page.read_bytes().startswith(b"%PDF-")
    assert os.name != "posix" or (file.stat().st_mode | page.stat().st_mode) & 0o077 == 0

    invite = ("organisation", "invite", "Youssef El Idrissi", "--role", "coach")
    invitation = wor(*invite, "--home", home, "--passphrase-file", secret, "--json").json["invitation"]
    theirs = tmp_path / "youssef"
    with open_workspace(create(theirs, PASSPHRASE, cost=FLOOR).vault, SystemClock()) as other:
        enrolment.join(other, invitation)
    found = {
        each: wor("vault", "status", "--home", each, "--passphrase-file", secret, "--json").json
        for each in (home, theirs)
    }
    assert [way["kind"] for way in found[theirs]["ways"]] == ["passphrase", "recovery", "escrow"]
    assert found[home]["organisation_key"] == found[theirs]["organisation_key"]
    assert found[home]["lock_minutes_at_most"] == found[theirs]["lock_minutes_at_most"] == 3

    change = ("vault", "passphrase", "--home", theirs, "--new-passphrase-file", new_secret, "--organisation-key-file")
    assert wor(*change, file).exit == 0
    assert unlock(theirs, passphrase=OTHER)
    stranger = tmp_path / "stranger.txt"
    stranger.write_text(written.replace(written.splitlines()[-1][:7], "0000000"), "utf-8")
    assert wor(*change, stranger, "--json").error["error"] == "organisation_key_mistyped"
    assert wor(*change, tmp_path / "nowhere.txt", "--json").error["error"] == "organisation_key_file"


def test_the_recovery_key_is_shown_once_when_no_file_is_named(
    server: str, home: Path, secret: Path, tmp_path: Path
) -> None:
    code = (tmp_path / "central" / "first-coordinator-code.txt").read_text("ascii").strip()
    ran = wor("organisation", "found", server, "--home", home, "--passphrase-file", secret, stdin=code)
    assert ran.exit == 0, ran.err
    shown = re.search(r"([0-9A-Z]{7}-){7}[0-9A-Z]{7}", ran.out)
    assert shown
    assert unlock(home, organisation_key=shown[0])
    assert shown[0] not in json.dumps(
        wor("vault", "status", "--home", home, "--passphrase-file", secret, "--json").json
    )


def test_with_the_sheet_somebody_goes_on_as_coordinator(server: str, home: Path, secret: Path, tmp_path: Path) -> None:
    code = (tmp_path / "central" / "first-coordinator-code.txt").read_text("ascii").strip()
    file = tmp_path / "sheet.pdf"
    found = ("organisation", "found", server, "--home", home, "--passphrase-file", secret, "--recovery-key-file", file)
    assert wor(*found, stdin=code).exit == 0
    text = tmp_path / "sheet.txt"
    sheet = text.read_text("utf-8").splitlines()[-1]
    right = ("organisation", "check-sheet", "--home", home, "--passphrase-file", secret, "--json")
    assert wor(*right, stdin=sheet + "\n").json == {"right": True, "covered": True}
    other = new_organisation_key().code
    assert wor(*right, stdin=other + "\n").error["error"] == "other_sheet"

    theirs = tmp_path / "theirs"
    create(theirs, PASSPHRASE, cost=FLOOR).vault.close()
    recover = ("organisation", "recover", server, "--home", theirs, "--passphrase-file", secret, "--json")
    assert wor(*recover, "--name", "Wim Bakker", stdin=other + "\n").exit != 0
    assert wor(*recover, "--recovery-key-file", text).error["error"] == "no_name"
    ran = wor(*recover, "--name", "Wim Bakker", "--recovery-key-file", text)
    assert ran.json["role"] == "coordinator"
    invite = ("organisation", "invite", "Youssef El Idrissi", "--role", "coach")
    assert wor(*invite, "--home", theirs, "--passphrase-file", secret, "--json").json["invitation"]
