"""What somebody would try who wants in, or wants something thrown away: folders, files, texts that steer a terminal."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.door import inside, process
from tests.trouble.conftest import Demo
from tests.trouble.judging import clean, copied, one_sentence, raw_controls
from wor_tui.commands.app import is_demo
from wor_tui.demo.folder import MARK
from wor_tui.services import caseload, intake_import

EVIL = "\x1b]0;owned\x07\x1b[31m\u202eevil\x9b2J"


# Folders


@pytest.mark.parametrize("marker", [b'{"name": "somebody else\'s"}', b"", b"[]", b"not json", b'{"format": "demo"}'])
@pytest.mark.parametrize("words", [["--reset"], []], ids=["reset", "prepare"])
def test_a_folder_with_another_programs_demo_json_isnt_emptied(tmp_path: Path, marker: bytes, words: list[str]) -> None:
    folder = tmp_path / "project"
    (folder / "homes").mkdir(parents=True)
    (folder / "homes" / "thesis.txt").write_text("jaren werk")
    (folder / "central").mkdir()
    (folder / "central" / "thesis.txt").write_text("jaren werk")
    (folder / "demo.json").write_bytes(marker)
    done = inside("demo", "--prepare", *words, "--folder", folder, "--clients", "1")
    one_sentence(done, 1, "iets anders dan een demo", "niets veranderd")
    assert (folder / "homes" / "thesis.txt").read_text() == "jaren werk"
    assert (folder / "central" / "thesis.txt").read_text() == "jaren werk"
    assert (folder / "demo.json").read_bytes() == marker


@pytest.mark.parametrize("words", [["--reset"], []], ids=["reset", "prepare"])
def test_a_folder_with_something_else_or_a_file_is_refused(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "homes").mkdir()
    (tmp_path / "homes" / "thesis.txt").write_text("jaren werk")
    done = inside("demo", "--prepare", *words, "--folder", tmp_path)
    one_sentence(done, 1, "iets anders dan een demo", "niets veranderd")
    done = inside("demo", "--prepare", *words, "--folder", tmp_path / "homes" / "thesis.txt")
    assert done.exit == 1
    assert (tmp_path / "homes" / "thesis.txt").read_text() == "jaren werk"


def test_reset_doesnt_follow_links_out_of_the_demo(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "thesis.txt").write_text("jaren werk")
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "demo.json").write_text(json.dumps({"format": 1, "prepared": True, "port": 1, "clients": 1}))
    (folder / "homes").symlink_to(outside)
    (folder / "passphrase.txt").symlink_to(outside / "thesis.txt")
    done = inside("demo", "--server", "stop", "--folder", folder)
    assert done.exit == 1
    # Only what removes: making a new one would take seconds, and it stands in the same folder.
    script = (
        "import sys\nfrom pathlib import Path\nfrom wor_tui.demo.folder import DemoFolder\n"
        "DemoFolder(Path(sys.argv[1])).clear()"
    )
    subprocess.run([sys.executable, "-c", script, str(folder)], check=False, capture_output=True)
    assert (outside / "thesis.txt").read_text() == "jaren werk"


def test_a_folder_whose_name_steers_the_terminal_is_named_without_that(tmp_path: Path) -> None:
    folder = tmp_path / "\x1b[2J\u202e"
    folder.mkdir()
    (folder / "something").touch()
    one_sentence(inside("demo", "--prepare", "--folder", folder), 1, "iets anders dan een demo")


def test_the_demo_beside_a_persons_own_vault_doesnt_mark_that_as_a_demo(tmp_path: Path) -> None:
    """`wor demo` without a folder lies in `demo` under the home: real people must not be shown as invented."""
    assert not is_demo(tmp_path)
    (tmp_path / MARK).mkdir()
    assert not is_demo(tmp_path)
    (tmp_path / MARK).rmdir()
    (tmp_path / MARK).touch()
    assert is_demo(tmp_path)


def test_the_demos_files_are_for_this_user_only(demo: Demo) -> None:
    assert stat.S_IMODE(demo.folder.stat().st_mode) == 0o700
    for home in demo.homes.values():
        for file in home.rglob("*"):
            assert file.stat().st_mode & 0o077 == 0, file
    assert demo.data.stat().st_mode & 0o077 == 0


# Texts that steer a terminal


@pytest.mark.parametrize(
    "words",
    [
        ["case", EVIL],
        ["web", EVIL],
        ["cases", "--filter", EVIL],
        ["contact", "add", EVIL, "--kind", "phone"],
        ["contact", "add", "x", "--kind", EVIL],
        ["contact", "add", "x", "--kind", "phone", "--at", EVIL],
        ["client", "set", EVIL, "--phone", "1"],
        ["conflicts", "resolve", EVIL, "--take", "1"],
        ["intake", "import", EVIL],
    ],
    ids=lambda words: " ".join(words[:2]).replace(EVIL, "EVIL"),
)
def test_what_is_typed_on_the_command_line_reaches_the_terminal_only_harmless(demo: Demo, words: list[str]) -> None:
    done = demo.inside(demo.homes["assistant"], *words, role="assistant")
    assert not raw_controls(done.out + done.err)
    clean(done.out + done.err)


@pytest.mark.parametrize("words", [[EVIL], ["cases", EVIL], ["cases", "--view", EVIL], ["cases", f"--{EVIL}"]])
def test_a_wrong_command_line_is_quoted_harmless(words: list[str]) -> None:
    done = inside(*words)
    assert done.exit == 2
    assert not raw_controls(done.err)


def test_input_that_isnt_utf8_is_one_sentence(demo: Demo) -> None:
    with demo.opened("coach") as workspace:
        case = caseload.index(workspace, caseload.View.TEAM).ids[0]
    home = demo.homes["coach"]
    done = demo.wor(home, "contact", "add", case, "--kind", "phone", "--note", "-", stdin=b"gesprek \xff\xfe over")
    one_sentence(done, 6, "invoer")


# Intakes from a file


def place(**more: object) -> bytes:
    return json.dumps({"intakes": [more]}).encode()


BOMBS: dict[str, bytes] = {
    "empty": b"",
    "HTML": b"<html><body>Meld u aan</body></html>",
    "zip": b"PK\x03\x04" + bytes(1000),
    "gzip": b"\x1f\x8b" + bytes(1000),
    "UTF-16": '{"intakes": []}'.encode("utf-16"),
    "deep lists": b"[" * 200_000,
    "deep lists, closed": b"[" * 100_000 + b"]" * 100_000,
    "rather deep lists": b"[" * 600 + b"]" * 600,
    "rather deep lists in one": b'[{"id": "x", "client": ' + b"[" * 480 + b"]" * 480 + b"}]",
    "rather deep objects": b'{"a":' * 700 + b"1" + b"}" * 700,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "NaN": b'{"id": "x", "minutes": NaN}',
    "endless number": b'{"id": "x", "minutes": ' + b"9" * 10_000 + b"}",
    "number beyond": b'[{"id": "x", "web": {"dimensions": [1e999, 1, 1, 1, 1, 1]}}]',
    "minus beyond": b'[{"id": "x", "web": {"dimensions": [-1e999, 1e308, 5e-324, 1, 1, 1]}}]',
    "half a character": b'[{"id": "\\ud800", "client": {"family_name": "\\udfff"}}]',
    "null": b"null",
    "a number": b"12",
    "too many": b"[" + b"1," * 20_000 + b"1]",
    "id of another type": place(id=12),
    "id that steers": place(id=EVIL, client={"family_name": EVIL}),
    "names as numbers": place(id="x", client={"family_name": 12}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_file_adds_nothing_and_is_refused_with_its_place(demo: Demo, name: str) -> None:
    with demo.opened("coach") as workspace:
        before = caseload.index(workspace, caseload.View.TEAM).ids
        try:
            imported = intake_import.import_intakes(workspace, BOMBS[name])
        except intake_import.ImportFileError:
            pass
        else:
            assert not imported.added
            assert imported.refused
            assert not raw_controls("".join(refused.place for refused in imported.refused))
        assert caseload.index(workspace, caseload.View.TEAM).ids == before


def example() -> dict[str, object]:
    whole = json.loads((Path("docs") / "intake.example.json").read_text("utf-8"))
    found = whole["intakes"] if isinstance(whole, dict) and "intakes" in whole else whole
    return (found[0] if isinstance(found, list) else found) | {"id": "trouble-1"}


def test_a_key_that_comes_twice_is_refused_and_never_silently_dropped(demo: Demo, tmp_path: Path) -> None:
    once = json.dumps(example())
    twice = "{" + '"id": "trouble-other", ' + once[1:]
    with demo.opened("coach", copied(demo.homes["coach"], tmp_path / "home")) as workspace:
        for content in (twice, f"[{twice}]", f'{{"intakes": [{twice}]}}'):
            refused = intake_import.import_intakes(workspace, content.encode())
            assert (refused.added, [each.reason for each in refused.refused]) == ([], ["name_twice"])
        with pytest.raises(intake_import.NotIntakes):
            intake_import.import_intakes(workspace, b'{"intakes": [], "intakes": []}')
        assert len(intake_import.import_intakes(workspace, once.encode()).added) == 1


def test_a_huge_file_is_refused_without_reading_it_whole(demo: Demo, tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(5_000_000_000)
    with demo.opened("coach") as workspace, pytest.raises(intake_import.FileTooLarge):
        intake_import.import_file(workspace, huge)


def test_a_file_that_never_ends_or_cant_be_read_is_refused(demo: Demo, tmp_path: Path) -> None:
    with demo.opened("coach") as workspace:
        with pytest.raises(intake_import.ImportFileError):
            intake_import.import_file(workspace, Path("/dev/zero"))
        with pytest.raises(intake_import.ImportFileError):
            intake_import.import_file(workspace, tmp_path)


# Secrets


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_home_that_others_could_read_is_made_private_again(demo: Demo, tmp_path: Path) -> None:
    home = copied(demo.homes["coach"], tmp_path / "home")
    for name in ("vault.db", "vault.key"):
        (home / name).chmod(0o644)
    with demo.opened("coach", home):
        assert all((home / name).stat().st_mode & 0o077 == 0 for name in ("vault.db", "vault.key"))


def test_a_passphrase_file_that_isnt_one_is_refused(demo: Demo, tmp_path: Path) -> None:
    home = demo.homes["coach"]
    for content in (b"", b"\xff\xfe", b"x" * 5000):
        file = tmp_path / "file"
        file.write_bytes(content)
        one_sentence(inside("--home", home, "--passphrase-file", file, "status"), 6, "wachtzin")
    one_sentence(inside("--home", home, "--passphrase-file", tmp_path / "none", "status"), 6, "wachtzin")
    one_sentence(inside("--home", home, "--passphrase-file", tmp_path, "status"), 6, "wachtzin")
    done = process("--home", home, "status")
    one_sentence(done, 2, "--passphrase-file")


def test_no_passphrase_is_taken_from_the_environment_or_the_command_line(demo: Demo) -> None:
    home = demo.homes["coach"]
    done = process("--home", home, "status", environment={"WOR_PASSPHRASE": demo.passphrase})
    assert done.exit == 2
    assert inside("--home", home, "status", "--passphrase", demo.passphrase).exit == 2
    assert os.environ.get("WOR_PASSPHRASE") is None
