"""A configuration that can't be used: the key is named with the file, in one sentence, and no vault is touched."""

from pathlib import Path

import pytest

from tests.door import inside, process
from tests.trouble.conftest import Demo
from tests.trouble.judging import contents, copied, one_sentence

CASES: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "unknown key": (b'colour = "red"\n', ("colour", "bestaat niet", "regel 1")),
    "unknown key in a section": (
        b"[sync]\nwait_secondes = 5\n",
        ("sync.wait_secondes", "sync.wait_seconds", "regel 2"),
    ),
    "unknown section": (b"[nonsense]\na = 1\n", ("nonsense", "bestaat niet")),
    "wrong type": (b'[appointments]\nminutes = "five"\n', ("appointments.minutes", "heel getal")),
    "a yes for a number": (b"[appointments]\nminutes = true\n", ("appointments.minutes", "heel getal")),
    "out of bounds": (b"[appointments]\nminutes = 100000\n", ("appointments.minutes", "120")),
    "not a number": (b"[appointments]\nminutes = nan\n", ("appointments.minutes", "heel getal")),
    "unknown choice": (b'language = "de"\n', ("language", "nl, en")),
    "value for a section": (b"sync = 3\n", ("sync", "kopje")),
    "not a key": (b'[keys]\nquit = "ctrl q"\n', ("keys.quit", "toets")),
    "no TOML": (b'language = "nl"\nthis is not toml\n', ("regel 2", "niet goed geschreven")),
    "twice": (b'language = "nl"\nlanguage = "en"\n', ("niet goed geschreven",)),
    "not UTF-8": (b"language = \xff\xfe\n", ("kan niet worden gelezen",)),
    "nested deeply": (b"x = " + b"[" * 20_000, ("niet goed geschreven",)),
    "nested deeply, closed": (b"x = " + b"[" * 20_000 + b"]" * 20_000, ("niet goed geschreven",)),
    "an endless number": (b"[appointments]\nminutes = " + b"9" * 10_000, ("niet goed geschreven",)),
    "far too large": (b"# " + b"x" * 2_000_000, ("kan niet worden gelezen",)),
    "a key that steers the terminal": (b'"\\u001b]0;owned\\u0007\\u202edrow" = 1\n', ("bestaat niet",)),
    "a section that steers the terminal": (b'["\\u009b31m"]\na = 1\n', ("bestaat niet",)),
    "a key in the keymap that steers the terminal": (b'[keys]\n"\\u001b[2J" = "f5"\n', ("bestaat niet",)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_malformed_configuration_is_one_sentence_with_file_and_key(tmp_path: Path, name: str) -> None:
    content, essence = CASES[name]
    (tmp_path / "config.toml").write_bytes(content)
    one_sentence(inside("--home", tmp_path, "status"), 2, "config.toml", "niet aangeraakt", *essence)
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_a_folder_in_place_of_the_configuration_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    one_sentence(inside("--home", tmp_path, "status"), 2, "config.toml", "kan niet worden gelezen")


def test_a_real_vault_isnt_touched_by_a_malformed_configuration(demo: Demo, tmp_path: Path) -> None:
    home = copied(demo.homes["coach"], tmp_path / "home")
    (home / "config.toml").write_text("[rules]\ncontact = 3\n")
    before = contents(home.iterdir())
    one_sentence(demo.wor(home, "cases"), 2, "config.toml", "rules.contact", "rules.contacts")
    assert contents(home.iterdir()) == before


def test_json_says_it_as_one_object(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('"\\u001b[2J" = 1\n')
    done = process("--home", tmp_path, "status", "--json")
    assert done.exit == 2
    assert '"error": "unknown_key"' in done.err
    assert "\x1b" not in done.err
