import re
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from wor_tui.config import (
    BadValue,
    Config,
    ConfigError,
    ConfigMalformed,
    ConfigUnreadable,
    UnknownKey,
    line_of,
    load,
    parse,
)

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
HERE = Path("config.toml")


def every_key() -> list[str]:
    keys: list[str] = []
    for item in fields(Config):
        default = getattr(Config(), item.name)
        if is_dataclass(default):
            keys += [f"{item.name}.{inner.name}" for inner in fields(default)]
        else:
            keys.append(item.name)
    return keys


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert load(tmp_path / "config.toml") == Config()


def test_the_example_is_the_defaults_and_names_every_key() -> None:
    assert load(EXAMPLE) == Config()
    text = EXAMPLE.read_text()
    assert [key for key in every_key() if line_of(text, key) is None] == []


@pytest.mark.parametrize("key", [key for key in every_key() if key != "keys"])
def test_every_key_of_the_example_is_explained_above_it(key: str) -> None:
    lines = EXAMPLE.read_text().splitlines()
    at = line_of(EXAMPLE.read_text(), key)
    assert at is not None
    above = next(line for line in reversed(lines[: at - 1]) if not re.match(r"\w+ =", line))
    assert above.startswith("#")


def test_what_is_written_is_used() -> None:
    config = parse('language = "en"\n[appointments]\nminutes = 12\n[keys]\nsync.now = "f5,ctrl+r"\n', HERE)
    assert (config.language, config.appointments.minutes, config.keys) == ("en", 12, {"sync.now": "f5,ctrl+r"})
    assert config.rules == Config().rules


def test_an_unknown_key_is_named_with_its_line_and_neighbour() -> None:
    with pytest.raises(UnknownKey) as refused:
        parse('language = "nl"\n\n[appointments]\n# minutes\nminuts = 5\n', HERE)
    assert (refused.value.key, refused.value.line, refused.value.near) == (
        "appointments.minuts",
        5,
        "appointments.minutes",
    )


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("language = 1", "language", "one_of"),
        ('language = "de"', "language", "one_of"),
        ("appointments = 5", "appointments", "section"),
        ("[appointments]\nminutes = 0", "appointments.minutes", "whole_number"),
        ("[appointments]\nminutes = 5.5", "appointments.minutes", "whole_number"),
        ("[appointments]\nminutes = true", "appointments.minutes", "whole_number"),
        ("[sync]\nbackground = 1", "sync.background", "yes_or_no"),
        ("keys = 3", "keys", "section"),
        ('[keys]\nsync.now = "ctrl + r"', "keys.sync.now", "key_name"),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_expected(text: str, key: str, expected: str) -> None:
    with pytest.raises(BadValue) as refused:
        parse(text, HERE)
    assert (refused.value.key, refused.value.expected) == (key, expected)
    assert refused.value.line == text.count("\n") + 1


@pytest.mark.parametrize("written", ["sync.new", '"sync.new"'])
def test_a_key_for_an_action_that_there_is_not_is_named(written: str) -> None:
    with pytest.raises(UnknownKey) as refused:
        parse(f'[keys]\n{written} = "f5"\n', HERE)
    assert (refused.value.key, refused.value.line, refused.value.near) == ("keys.sync.new", 2, "keys.sync.now")


def test_what_is_not_toml_is_refused_with_its_line() -> None:
    with pytest.raises(ConfigMalformed) as refused:
        parse('language = "nl"\n[lock\n', HERE)
    assert refused.value.line == 2


def test_an_unfinished_text_has_a_line_too() -> None:
    with pytest.raises(ConfigMalformed) as refused:
        parse('language = "nl"\nx = """', HERE)
    assert refused.value.line is not None


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"#" * 300_000])
def test_a_file_that_is_no_text_or_far_too_large_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigUnreadable):
        load(file)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(ConfigUnreadable):
        load(tmp_path / "config.toml")


def test_errors_keep_what_is_written_to_themselves() -> None:
    with pytest.raises(ConfigError) as refused:
        parse('language = "Janneke Geheim"', HERE)
    assert "Janneke" not in str(refused.value)
    with pytest.raises(ConfigMalformed) as malformed:
        parse("Janneke Geheim", HERE)
    assert "Janneke" not in str(malformed.value)


def test_a_bom_of_notepad_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbflanguage = 'en'\r\n")
    assert load(tmp_path / "config.toml").language == "en"


def test_the_example_is_toml_with_comments_only_for_keys() -> None:
    assert tomllib.loads(EXAMPLE.read_text())["keys"] == {}
