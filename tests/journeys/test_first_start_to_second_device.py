"""From the first start in a real terminal to the contact on a second device: the whole road that a coach goes."""

import re
import sys
from pathlib import Path

import pytest

from tests.journeys.organisation import PASSPHRASE, Organisation
from tests.terminal import tmux
from wor_tui.services import caseload, enrolment
from wor_tui.services.case_file import case_file

pytestmark = [pytest.mark.terminal, pytest.mark.skipif(not tmux.installed(), reason=tmux.MISSING)]

NOTE = "Kennisgemaakt aan de telefoon; wil graag [bold]mee wandelen."
SLOW_S = 120
"""Making a vault measures the computer on purpose; on a busy one that takes a while."""


def test_from_first_start_to_a_contact_on_a_second_device(tmp_path: Path) -> None:
    with Organisation(tmp_path) as organisation:
        invitation, person_id = organisation.invite("Marieke de Wit")
        command = [sys.executable, "-m", "wor_tui", "--home", str(tmp_path / "first")]
        with tmux.Terminal(command, columns=80, rows=24) as terminal:
            join(terminal, invitation)
            confirm_recovery_code(terminal)
            open_case(terminal)
            add_contact(terminal)
            terminal.wait_for("alles verstuurd", SLOW_S)
            terminal.press("C-q")
            assert "[left 0]" in terminal.wait_for("[left", SLOW_S)

        second, _same = organisation.invite("Marieke de Wit", person_id)
        with organisation.device("second") as workspace:
            enrolment.join(workspace, second, label="tweede apparaat")
            workspace.engine.until_done()
            assert workspace.me.person_id == person_id
            index = caseload.index(workspace, caseload.View.MINE)
            assert len(index) == 1
            found = case_file(workspace, index.ids[0])
            assert found.client.name == "Meer, Riet van der"
            told = [(entry.code, entry.minutes, entry.note) for entry in found.timeline if entry.what == "contact"]
            assert told == [("phone", 12, NOTE)]
            assert found.effective_consents == {"contact_details"}
    assert_nothing_readable(tmp_path)


def join(terminal: tmux.Terminal, invitation: str) -> None:
    """First start: join with the invitation, and choose a passphrase."""
    terminal.wait_for("Welkom", SLOW_S)
    terminal.type("2")
    terminal.wait_for("Uitnodiging")
    terminal.answer(invitation)
    terminal.answer(PASSPHRASE)
    terminal.type(PASSPHRASE)
    terminal.press("Enter")
    assert PASSPHRASE not in terminal.wait_for("Schrijf uw herstelcode op", SLOW_S)


def confirm_recovery_code(terminal: tmux.Terminal) -> None:
    """Read the code from the screen, and type over the groups that are asked."""
    groups = re.findall(r"\b[0-9A-Z]{6}\b", terminal.screen())
    terminal.press("Enter")
    asked = re.findall(r"Groep (\d) van", terminal.wait_for("Groep"))
    assert len(asked) == 2
    assert groups[0] not in terminal.screen()
    terminal.answer(groups[int(asked[0]) - 1])
    terminal.type(groups[int(asked[1]) - 1])
    terminal.press("Enter")
    terminal.wait_for("Aan de beurt", SLOW_S)


def open_case(terminal: tmux.Terminal) -> None:
    """A new case by hand, with only the keyboard."""
    terminal.type("a")
    terminal.wait_for("Nieuw traject")
    for text in ("Riet", "van der", "Meer", "1-3-1952", "06-0000 1234"):
        terminal.answer(text)
    terminal.press("C-s")
    terminal.wait_for("Meer, Riet van der · ", SLOW_S)


def add_contact(terminal: tmux.Terminal) -> None:
    """A contact: kind by its key, minutes, note, Ctrl+S."""
    terminal.type("n")
    terminal.wait_for("Minuten")
    terminal.type("t")
    terminal.answer("12")
    terminal.type(NOTE)
    terminal.press("C-s")
    terminal.wait_gone("Minuten", SLOW_S)


def assert_nothing_readable(folder: Path) -> None:
    """No name and no word of the note stands readable in any file of either device or the central API."""
    markers = [b"Riet", b"Meer, ", b"Kennisgemaakt", b"06-0000 1234", PASSPHRASE.encode()]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"vault.db", "vault.key", "central.db"}
    for path in files:
        content = path.read_bytes()
        assert not [marker for marker in markers if marker in content], path.name
