"""Starting anew: by real processes, the way a lock does it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wor_tui import relaunch
from wor_tui.lock import Locked, Reason

ONCE = """
import json, os, sys
from wor_tui import relaunch
from wor_tui.lock import Locked, Reason
why = relaunch.taken()
with open(sys.argv[1], "a") as told:
    told.write(json.dumps([os.getpid(), None if why is None else str(why), sys.argv[1:], sorted(os.environ)]) + "\\n")
count = len(open(sys.argv[1]).readlines())
sys.exit(relaunch.leave(relaunch.code_of(list(relaunch._CODES)[count - 1]) if count <= 3 else 7))
"""


def started(told: Path, environment: dict[str, str] | None = None) -> tuple[int, list[list[object]]]:
    command = [sys.executable, "-X", "utf8", "-c", ONCE, str(told), "--home", "a map", "--plain"]
    done = subprocess.run(command, check=False, timeout=300, env={**os.environ, **(environment or {})})
    return done.returncode, [json.loads(line) for line in told.read_text().splitlines()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't replace a process")
def test_the_process_replaces_itself_with_the_same_options_and_tells_why(tmp_path: Path) -> None:
    code, told = started(tmp_path / "told")
    assert code == 7
    assert len({line[0] for line in told}) == 1, "one process after the other, under one number"
    assert [line[1] for line in told] == [None, "idle", "asked", "suspended"]
    assert all(line[2] == told[0][2] for line in told)
    assert all(relaunch.LOCKED not in (line[3] or ()) for line in told), "it is taken, and handed to nobody further"  # type: ignore[operator]


def test_a_keeper_starts_another_process_after_each_lock(tmp_path: Path) -> None:
    told = tmp_path / "told"
    code = relaunch.keep([sys.executable, "-c", ONCE, str(told), "--home", "a map"])
    lines = [json.loads(line) for line in told.read_text().splitlines()]
    assert code == 7
    assert len({line[0] for line in lines}) == 4, "each in a process of its own: the one that knew the key has ended"
    assert os.getpid() not in {line[0] for line in lines}
    assert [line[1] for line in lines] == [None, "idle", "asked", "suspended"]


def test_a_program_that_is_kept_leaves_with_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(relaunch.KEPT, "1")
    code = relaunch.code_of(Locked(Reason.IDLE))
    assert relaunch.leave(code) == code


def test_other_codes_just_leave() -> None:
    assert [relaunch.leave(code) for code in (0, 1, 70, 130)] == [0, 1, 70, 130]


def test_a_program_that_is_gone_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(relaunch.KEPT, raising=False)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert relaunch.leave(relaunch.code_of(Locked(Reason.ASKED))) == 0
    assert "vergrendeld" in capsys.readouterr().err


def test_a_code_for_each_way_of_locking() -> None:
    codes = {relaunch.code_of(Locked(reason, lost)) for reason in Reason for lost in (False, True)}
    assert len(codes) == 2 * len(Reason)
    assert all(str(relaunch.locked_of(code)) for code in codes)
    assert relaunch.locked_of(0) is relaunch.locked_of(70) is relaunch.locked_of(max(codes) + 1) is None


def test_what_stands_in_the_environment_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(relaunch.LOCKED, "suspended-lost")
    assert relaunch.is_again()
    assert relaunch.taken() == Locked(Reason.SUSPENDED, lost=True)
    assert relaunch.taken() is None
    assert not relaunch.is_again()
