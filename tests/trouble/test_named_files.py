"""Files that somebody names but that are none: folders, devices without end, pipes that nobody writes to."""

import os
import sys
import threading
from pathlib import Path

import pytest

from tests.door import Ran, inside, process
from tests.trouble.conftest import Demo
from tests.trouble.judging import copied, one_sentence
from wor_tui import given_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="devices and named pipes")


def named(kind: str, folder: Path) -> Path:
    """A file that isn't one."""
    if kind == "pipe":
        os.mkfifo(folder / "pipe")
        return folder / "pipe"
    return folder if kind == "folder" else Path(kind)


def importing(demo: Demo, file: Path) -> Ran:
    words = ("--passphrase-file", demo.passphrase_file, "intake", "import", file)
    return inside("--home", demo.homes["coach"], *words)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_file, "PATIENCE_S", 0.05)


@pytest.mark.parametrize("kind", ["folder", "pipe", "/dev/zero", "/dev/null"])
def test_no_passphrase_file(demo: Demo, tmp_path: Path, kind: str) -> None:
    done = inside("--home", demo.homes["coach"], "--passphrase-file", named(kind, tmp_path), "status")
    one_sentence(done, 6, "wachtzin")


@pytest.mark.parametrize("kind", ["folder", "pipe", "/dev/zero", "/dev/null"])
def test_no_intakes(demo: Demo, tmp_path: Path, kind: str) -> None:
    one_sentence(importing(demo, named(kind, tmp_path)), 6, "niets veranderd")


@pytest.mark.parametrize("kind", ["pipe", "/dev/zero"])
def test_no_configuration(tmp_path: Path, kind: str) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (tmp_path / "config.toml").symlink_to(named(kind, there))
    one_sentence(inside("--home", tmp_path, "status"), 2, "config.toml", "kan niet worden gelezen")


def test_a_passphrase_without_end_on_the_standard_input_is_refused(demo: Demo) -> None:
    words = ("--home", demo.homes["coach"], "--passphrase-file", "-", "status")
    one_sentence(process(*words, stdin=b"\0" * 10_000_000), 6, "wachtzin")


def test_a_pipe_that_somebody_writes_to_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_file, "PATIENCE_S", 300)
    pipe = named("pipe", tmp_path)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"x" * 200_000,))
    writer.start()
    assert given_file.start_of(pipe, 300_000) == b"x" * 200_000
    writer.join()


@pytest.mark.parametrize("words", [("--home", "~nobody-here/x"), ("--passphrase-file", "~nobody-here/x")], ids=str)
def test_the_home_of_somebody_this_machine_doesnt_know(demo: Demo, words: tuple[str, str]) -> None:
    before = () if words[0] == "--home" else ("--home", demo.homes["coach"])
    one_sentence(inside(*before, *words, "status"), 4 if words[0] == "--home" else 6)


def test_a_demo_in_the_home_of_somebody_this_machine_doesnt_know() -> None:
    one_sentence(inside("demo", "--folder", "~nobody-here/x", "--server", "stop"), 1, "geen demo open")


@pytest.mark.parametrize("kind", ["folder", "pipe", "/dev/zero", "/dev/null", "~nobody-here/key"])
def test_no_key_of_an_organisation(demo: Demo, tmp_path: Path, kind: str) -> None:
    words = ("vault", "passphrase", "--organisation-key-file", named(kind, tmp_path))
    one_sentence(inside("--home", demo.homes["coach"], *words), 6, "herstelsleutel")


@pytest.mark.parametrize("kind", ["folder", "pipe", "~nobody-here/key"])
def test_nowhere_to_write_a_recovery_key_to(demo: Demo, tmp_path: Path, kind: str) -> None:
    words = ("--passphrase-file", demo.passphrase_file, "organisation", "found", "http://localhost:1")
    file = named(kind, tmp_path)
    done = inside("--home", demo.homes["coach"], *words, "--recovery-key-file", file, stdin="CODE\n")
    one_sentence(done, 6, "herstelsleutel")


@pytest.mark.parametrize("kind", ["folder", "pipe", "/dev/null", "~nobody-here/x"])
def test_no_backup(demo: Demo, tmp_path: Path, kind: str) -> None:
    words = ("--passphrase-file", demo.passphrase_file, "vault", "restore", named(kind, tmp_path))
    one_sentence(inside("--home", demo.homes["coach"], *words), 4, "reservekopie")


def test_backups_in_the_home_of_somebody_this_machine_doesnt_know(demo: Demo, tmp_path: Path) -> None:
    home = copied(demo.homes["coach"], tmp_path / "home")
    (home / "config.toml").write_text("[backup]\nfolder = '~nobody-here/x'\n")
    words = ("--home", home, "--passphrase-file", demo.passphrase_file, "vault")
    one_sentence(inside(*words, "backup"), 4, "map voor reservekopieën")
    one_sentence(inside(*words, "restore"), 4)
    done = inside(*words, "check")
    assert (done.exit, done.err) == (1, "")
    assert "map voor reservekopieën is er niet" in done.out


@pytest.mark.parametrize("name", ["vault.key", "vault.db"])
def test_a_pipe_in_the_place_of_the_vaults_own_files(demo: Demo, tmp_path: Path, name: str) -> None:
    home = copied(demo.homes["coach"], tmp_path / "home")
    (home / name).unlink()
    os.mkfifo(home / name)
    one_sentence(inside("--home", home, "--passphrase-file", demo.passphrase_file, "vault", "status"), 4)
