from pathlib import Path

import pytest

from wor_tui import paths


def test_the_home_that_is_asked_for_is_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert paths.home(Path("kluis")) == tmp_path / "kluis"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert paths.home(Path("~/kluis")) == tmp_path / "kluis"


def test_without_a_choice_it_is_the_users_own_folder() -> None:
    assert paths.home() == paths.default_home()
    assert paths.home().is_absolute()


def test_files_of_a_home(tmp_path: Path) -> None:
    assert paths.config_file(tmp_path) == tmp_path / "config.toml"
    assert paths.log_file(tmp_path) == tmp_path / "logs" / "wor.log"
