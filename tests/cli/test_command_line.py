"""The command line itself: what it refuses before any vault is opened, and how it says so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.door import process, wor
from wor_tui.cli import parser

EVERY_COMMAND = [
    ["demo"],
    ["status"],
    ["sync"],
    ["doctor"],
    ["cases"],
    ["case", "ID"],
    ["web", "ID"],
    ["contact", "add", "ID", "--kind", "phone"],
    ["client", "set", "ID", "--phone", "06-0000 1234"],
    ["conflicts"],
    ["conflicts", "resolve", "ID", "--take", "1"],
    ["intake", "import", "FILE"],
]


@pytest.mark.parametrize("words", EVERY_COMMAND, ids=" ".join)
def test_every_command_takes_the_common_options_on_either_side(words: list[str]) -> None:
    for line in (["--home", "H", "--passphrase-file", "F", *words], [*words, "--home", "H", "--passphrase-file", "F"]):
        options = parser().parse_args(line)
        assert options.home == Path("H")
        assert options.passphrase_file == Path("F")
        assert options.json is options.plain is False
    assert parser().parse_args(["--json", *words]).json
    assert parser().parse_args([*words, "--plain"]).plain


def test_an_option_left_out_after_the_command_keeps_the_one_before_it() -> None:
    assert parser().parse_args(["--home", "H", "conflicts", "resolve", "C", "--take", "2"]).home == Path("H")


@pytest.mark.parametrize(
    "words",
    [
        ["unknown"],
        ["cases", "--passphrase", "secret"],
        ["cases", "--json", "--plain"],
        ["case"],
        ["contact", "add", "ID"],
        ["contact"],
        ["conflicts", "resolve", "C", "--take", "0"],
        ["demo", "--clients", "-1"],
        ["demo", "--as", "referrer"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_leaves_with_2(words: list[str]) -> None:
    done = wor(*words)
    assert done.exit == 2
    assert done.err
    assert done.out == ""


def test_a_wrong_command_line_is_said_as_json_when_json_is_asked_for() -> None:
    assert wor("contact", "add", "ID", "--json").error["error"] == "usage"


@pytest.mark.parametrize(
    "words", [["case", "\udcff"], ["cases", "--filter", "\udcff"], ["client", "set", "ID", "--phone", "\udcff"]]
)
def test_words_that_are_no_text_are_a_wrong_command_line(tmp_path: Path, words: list[str]) -> None:
    done = wor("--home", tmp_path, *words, "--json")
    assert done.error["error"] == "usage"
    assert "UTF-8" in done.error["message"]


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59", "2026-13-01"])
def test_a_moment_beyond_the_calendar_is_no_moment(tmp_path: Path, at: str) -> None:
    done = wor("--home", tmp_path, "contact", "add", "ID", "--kind", "phone", "--at", at, "--json")
    assert (done.exit, done.error["error"]) == (2, "moment")


def test_a_folder_may_be_named_by_any_bytes(tmp_path: Path) -> None:
    assert wor("--home", tmp_path / "\udcff", "status", "--json").error["error"] == "vault_missing"


def test_a_name_that_no_folder_can_have_is_said(tmp_path: Path) -> None:
    done = wor("demo", "--folder", tmp_path / ("n" * 300), "--server", "stop", "--json")
    assert (done.exit, done.error["error"]) == (1, "os_error")
    assert "map of bestand" in done.error["message"]


def test_what_nobody_foresaw_is_one_json_object_too() -> None:
    script = "import sys\nfrom wor_tui import cli\nsys.excepthook = cli._last_words\nraise LookupError('secret')"
    done = subprocess.run([sys.executable, "-c", script, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    said = json.loads(done.stderr)
    assert (said["error"], said["exit"]) == ("unforeseen", 1)
    assert "secret" not in done.stderr


def test_a_folder_without_a_vault_leaves_with_4(tmp_path: Path) -> None:
    done = wor("--home", tmp_path, "status", "--json", "--passphrase-file", "/dev/null")
    assert done.error["error"] == "vault_missing"
    assert done.exit == 4
    assert list(tmp_path.iterdir()) == []


def test_a_configuration_with_an_unknown_key_leaves_with_2_and_names_key_and_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('colour = "red"\n')
    done = wor("--home", tmp_path, "status")
    assert done.exit == 2
    assert "colour" in done.err
    assert "config.toml" in done.err


def test_the_program_needs_a_terminal(tmp_path: Path) -> None:
    done = process("--home", tmp_path, "--json")
    assert done.error["error"] == "no_terminal"
    assert done.exit == 2


def test_help_and_version_need_nothing_heavy() -> None:
    heavy = ["textual", "sqlalchemy", "sqlmodel", "httpx", "cryptography", "filelock", "msgspec", "platformdirs"]
    script = (
        "import sys\nfrom wor_tui.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "demo" in done.stdout
    assert process("--version").out.startswith("wor ")
