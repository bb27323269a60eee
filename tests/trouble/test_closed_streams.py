"""A standard stream that was closed, is full, or that nobody reads any more: still one sentence and the right code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trouble.conftest import Demo
from tests.trouble.judging import TRACES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell's redirections")

USUAL = {"PYTHONUNBUFFERED": ""}


def shell(line: str, *words: str | Path, environment: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Run a shell's line in which `wor` is our program and "$@" are the words; its exit, stdout and stderr."""
    whole = f'wor() {{ "{sys.executable}" -m wor_tui "$@"; }}\n{line}'
    done = subprocess.run(
        ["bash", "-c", whole, "bash", *map(str, words)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **USUAL, **(environment or {})},
    )
    assert not [trace for trace in (*TRACES, "voorzien", "Exception ignored") if trace in done.stderr], done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_changes_nothing_of_how_a_command_ends(demo: Demo, closed: str) -> None:
    home = ("--home", demo.homes["coach"], "--passphrase-file", demo.passphrase_file)
    assert shell(f'wor "$@" cases --json {closed}', *home)[0] == 0
    assert shell(f'wor --home "$1" status {closed}', demo.folder / "none")[0] == 4
    assert shell(f"wor nonsense {closed}")[0] == 2
    assert shell(f"wor --version {closed}")[0] == 0


def test_a_passphrase_or_code_from_a_closed_input_is_said(demo: Demo) -> None:
    assert shell('wor --home "$1" --passphrase-file - status <&-', demo.homes["coach"])[0] == 6
    leave, _, said = shell('wor --home "$1" status <&-', demo.homes["coach"])
    assert (leave, "--passphrase-file" in said) == (2, True)


@pytest.mark.parametrize("unbuffered", ["", pytest.param("1", marks=pytest.mark.soak)])
def test_who_stops_reading_gets_no_error(demo: Demo, unbuffered: str) -> None:
    home = ("--home", demo.homes["coach"], "--passphrase-file", demo.passphrase_file)
    environment = {"PYTHONUNBUFFERED": unbuffered}
    for line, expected in [
        ('wor "$@" cases | head -1', "0"),
        ("wor --help | true", "0"),
        ("wor --version | true", "0"),
        ('wor "$@" intake import /dev/null 2>&1 | true', "6"),
        ("wor nonsense 2>&1 | true", "2"),
    ]:
        leave, _, said = shell(f"{line}; echo ${{PIPESTATUS[0]}} >&2", *home, environment=environment)
        assert (leave, said) == (0, f"{expected}\n"), line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", pytest.param("1", marks=pytest.mark.soak)])
def test_a_full_disk_behind_the_output_is_one_sentence(demo: Demo, unbuffered: str) -> None:
    home = ("--home", demo.homes["coach"], "--passphrase-file", demo.passphrase_file)
    for line in ('wor "$@" cases > /dev/full', "wor --version > /dev/full"):
        leave, _, said = shell(line, *home, environment={"PYTHONUNBUFFERED": unbuffered})
        assert (leave, len(said.splitlines())) == (1, 1), said
