"""A lock in a real terminal: what stands in the process's memory before it and after it, and going on where one was."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lock import memory
from tests.screens.people import NOW, PASSPHRASE, made
from tests.terminal import tmux
from wor_tui.clock import FixedClock, SystemClock
from wor_tui.services import drafts
from wor_tui.services.workspace import open_workspace
from wor_tui.vault.vault import open_vault, unlock

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(not tmux.installed(), reason=tmux.MISSING),
    pytest.mark.skipif(sys.platform != "linux", reason="the program's process is found, and its memory read, in /proc"),
]

SLOW_S = 120
NOTE = "Halverwege deze zin ging de deur open"
NAME = "Ouafae"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("lock") / "home"
    made(home, FixedClock(NOW))
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Iterator[Path]:
    copy = tmp_path / "home"
    subprocess.run(["cp", "-r", str(filled), str(copy)], check=True)
    return copy


def program_in(terminal: tmux.Terminal) -> int:
    """The process number of the program: the child of the shell in the terminal."""
    shell = terminal._tmux("display-message", "-p", "-t", "main", "#{pane_pid}").strip()
    children = Path(f"/proc/{shell}/task/{shell}/children").read_text("ascii").split()
    assert len(children) == 1
    return int(children[0])


def enter(terminal: tmux.Terminal) -> None:
    """Through the door, into the note of a new contact."""
    terminal.wait_for("Ontgrendelen", SLOW_S)
    terminal.type(PASSPHRASE)
    terminal.press("Enter")
    terminal.wait_for("Aan de beurt", SLOW_S)


def to_note(terminal: tmux.Terminal) -> None:
    terminal.press("F3")
    terminal.wait_for("Caseload", SLOW_S)
    terminal.type("/")
    terminal.type("ouafae")
    terminal.wait_for(NAME, SLOW_S)
    terminal.press("Enter")
    terminal.press("Enter")
    terminal.wait_for("[Overzicht]", SLOW_S)
    terminal.type("n")
    terminal.wait_for("Minuten", SLOW_S)
    terminal.type("t")
    terminal.answer("12")
    terminal.type(NOTE)
    terminal.wait_for(NOTE, SLOW_S)


def kept(home: Path) -> list[object]:
    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), SystemClock()) as workspace:
        return [draft.values.get("note") for draft in drafts.every(workspace)]


@pytest.mark.parametrize("start", [pytest.param("module", marks=pytest.mark.soak), "script"])
def test_after_the_lock_the_same_process_knows_no_key_and_one_key_goes_on(home: Path, start: str) -> None:
    key = unlock(home, passphrase=PASSPHRASE)
    whole = key.database_key()
    marks = {
        "root key": key.root,
        "database key": bytes.fromhex(whole[:64]),
        "database key, hexadecimal": whole[:64].encode(),
        "passphrase": PASSPHRASE.encode(),
        "name": NAME.encode(),
        "note": NOTE.encode(),
    }
    begin = [sys.executable, "-m", "wor_tui"] if start == "module" else [str(Path(sys.executable).parent / "wor")]
    with tmux.Terminal([*begin, "--home", str(home)], columns=100, rows=30) as terminal:
        enter(terminal)
        to_note(terminal)
        pid = program_in(terminal)
        before = memory.found(pid, marks)
        print("before the lock", before)
        assert before["root key"]
        assert before["database key, hexadecimal"]
        assert before["name"]

        terminal.press("C-l")
        screen = terminal.wait_for("U hebt het programma vergrendeld", SLOW_S)
        assert NAME not in screen
        assert NOTE not in screen
        assert program_in(terminal) == pid, "the process replaced itself"
        time.sleep(1)  # what is loaded behind the door has been loaded: it knows nothing either
        after = memory.found(pid, marks)
        print("after the lock ", after)
        assert after == dict.fromkeys(marks, 0)
        given = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
        assert not [name for name, mark in marks.items() if mark in given]

        enter(terminal)
        terminal.wait_for("Met ^O gaat u verder", SLOW_S)
        terminal.press("C-o")
        # The form itself: its name may be cut in the breadcrumb.
        assert "Minuten" in terminal.wait_for(NOTE, SLOW_S)
        terminal.type("!")
        terminal.press("C-s")
        terminal.wait_gone("Minuten", SLOW_S)
        terminal.press("C-q")
        assert "[left 0]" in terminal.wait_for("[left", SLOW_S)
    assert kept(home) == [], "saved, so there is no draft"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_program_that_is_told_to_end_keeps_what_was_typed(home: Path, number: signal.Signals) -> None:
    with tmux.Terminal([sys.executable, "-m", "wor_tui", "--home", str(home)]) as terminal:
        enter(terminal)
        to_note(terminal)
        terminal.type("x")
        os.kill(program_in(terminal), number)
        assert f"[left {128 + number}]" in terminal.wait_for("[left", SLOW_S)
    assert kept(home) in ([NOTE + "x"], [NOTE])


def test_a_terminal_that_is_closed_loses_nothing_that_was_seen(home: Path) -> None:
    with tmux.Terminal([sys.executable, "-m", "wor_tui", "--home", str(home)]) as terminal:
        enter(terminal)
        to_note(terminal)
        pid = program_in(terminal)
    until = time.monotonic() + SLOW_S
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert kept(home) == [NOTE]
