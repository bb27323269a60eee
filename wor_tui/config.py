"""The configuration: one TOML file in the vault's folder, every key optional, none unknown.

`config.example.toml` names each key with its default. Keys, types and bounds are declared here once, on the fields of
the sections, and a test holds the example to them.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from wor_tui.actions import ACTIONS
from wor_tui.given_file import start_of

LARGEST = 256 * 1024


class ConfigError(Exception):
    """Something in the configuration can't be used; `line` counts from 1 and is None where it isn't known."""

    def __init__(self, path: Path, *, key: str = "", line: int | None = None) -> None:
        """Name the file, the key with its section, and the line."""
        super().__init__(f"{type(self).__name__}: {path.name} {key} line {line}")
        self.path = path
        self.key = key
        self.line = line


class ConfigUnreadable(ConfigError):
    """The file is there but can't be read, is far too large, or isn't UTF-8."""


class ConfigMalformed(ConfigError):
    """The file isn't TOML."""


class UnknownKey(ConfigError):
    """A key that the program doesn't know; `near` is the known key that looks like it, or empty."""

    def __init__(self, path: Path, *, key: str, line: int | None, near: str) -> None:
        """Name the key and its neighbour."""
        super().__init__(path, key=key, line=line)
        self.near = near


class BadValue(ConfigError):
    """A value of the wrong type or out of bounds; `expected` is one of `EXPECTED`, with `bounds` for it."""

    def __init__(self, path: Path, *, key: str, line: int | None, expected: str, bounds: tuple[Any, ...] = ()) -> None:
        """Name the key and what would have been right."""
        super().__init__(path, key=key, line=line)
        self.expected = expected
        self.bounds = bounds


EXPECTED = ("whole_number", "yes_or_no", "text", "one_of", "section", "key_name")
"""The codes of what a value should have been; the wording has a sentence for each."""


def number(default: int, low: int, high: int) -> Any:
    """A whole number from `low` up to and including `high`."""
    return field(default=default, metadata={"low": low, "high": high})


def choice(default: str, *options: str) -> Any:
    """One word out of a list; the default is among them."""
    return field(default=default, metadata={"options": options})


def words(default: str) -> Any:
    """Any text in one line."""
    return field(default=default, metadata={"words": True})


@dataclass(frozen=True, slots=True)
class Appearance:
    """How the program looks."""

    theme: str = choice("light", "light", "dark", "high-contrast", "ansi")
    web: str = choice("quadrant", "quadrant", "braille", "half-block")


@dataclass(frozen=True, slots=True)
class Rules:
    """The terms that an organisation agrees on with its practices."""

    contacts: int = number(5, 1, 50)
    weeks: int = number(13, 1, 104)
    first_contact_days: int = number(14, 1, 90)
    feedback_1_working_days: int = number(5, 1, 60)
    feedback_2_months: int = number(3, 1, 24)
    attempts: int = number(3, 1, 20)


@dataclass(frozen=True, slots=True)
class Appointments:
    """Defaults of a longer appointment."""

    minutes: int = number(20, 5, 120)


@dataclass(frozen=True, slots=True)
class Sync:
    """How the program talks with the central API."""

    background: bool = True
    wait_seconds: int = number(25, 0, 25)
    timeout_seconds: int = number(30, 1, 300)


@dataclass(frozen=True, slots=True)
class Lock:
    """When the program locks by itself; the organisation may have set fewer minutes."""

    minutes: int = number(5, 1, 60)


@dataclass(frozen=True, slots=True)
class Logs:
    """The log files in the vault's folder."""

    level: str = choice("info", "debug", "info", "warning", "error")
    kilobytes: int = number(1024, 16, 102_400)
    copies: int = number(5, 1, 50)


@dataclass(frozen=True, slots=True)
class Backups:
    """Where backups go; an empty `folder` is `backups` in the vault's folder."""

    folder: str = words("")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set; `keys` maps an action's id to the key (or keys, with commas) that starts it."""

    language: str = choice("nl", "nl", "en")
    appearance: Appearance = field(default_factory=Appearance)
    rules: Rules = field(default_factory=Rules)
    appointments: Appointments = field(default_factory=Appointments)
    sync: Sync = field(default_factory=Sync)
    lock: Lock = field(default_factory=Lock)
    logs: Logs = field(default_factory=Logs)
    backup: Backups = field(default_factory=Backups)
    keys: Mapping[str, str] = field(default_factory=dict[str, str])


def load(path: Path) -> Config:
    """The configuration in `path`, the defaults where the file or a key isn't there; raises a ConfigError."""
    try:
        content = start_of(path, LARGEST + 1)
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise ConfigUnreadable(path) from error
    if len(content) > LARGEST:
        raise ConfigUnreadable(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigUnreadable(path) from error
    return parse(text, path)


def parse(text: str, path: Path) -> Config:
    """The configuration written in `text`; `path` only names it in errors."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        # Not chained: the parser's message may quote what stands in the file.
        raise ConfigMalformed(path, line=int(found[1]) if found else text.count("\n") + 1) from None
    except (RecursionError, ValueError):
        # Nested without end, or a number of thousands of digits: the parser doesn't say where.
        raise ConfigMalformed(path) from None
    return _Reader(path, text).section(Config, written, "")


@dataclass(slots=True)
class _Reader:
    """Checks what tomllib read against the declared sections."""

    path: Path
    text: str

    def section(self, declared: Any, written: Mapping[str, Any], name: str) -> Any:
        known = {item.name: item for item in fields(declared)}
        prefix = f"{name}." if name else ""
        values: dict[str, Any] = {}
        for key, value in written.items():
            if key not in known:
                near = get_close_matches(key, known, n=1)
                raise UnknownKey(
                    self.path, key=prefix + key, line=self.line(prefix + key), near=prefix + near[0] if near else ""
                )
            default = _default_of(known[key])
            if is_dataclass(default):
                if not isinstance(value, dict):
                    self.refuse(prefix + key, "section")
                values[key] = self.section(type(default), cast("dict[str, Any]", value), prefix + key)
            elif isinstance(default, dict):
                values[key] = self.keymap(prefix + key, value)
            else:
                self.check(prefix + key, value, default, known[key].metadata)
                values[key] = value
        return declared(**values)

    def check(self, key: str, value: Any, default: Any, bounds: Mapping[str, Any]) -> None:
        if isinstance(default, bool):
            if not isinstance(value, bool):
                self.refuse(key, "yes_or_no")
        elif isinstance(default, int):
            if type(value) is not int or not bounds["low"] <= value <= bounds["high"]:
                self.refuse(key, "whole_number", bounds["low"], bounds["high"])
        elif "words" in bounds:
            if not isinstance(value, str) or not value.isprintable():
                self.refuse(key, "text")
        elif not isinstance(value, str) or value not in bounds["options"]:
            self.refuse(key, "one_of", *bounds["options"])

    def keymap(self, key: str, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            self.refuse(key, "section")
        chosen = dict(_flat(cast("dict[str, Any]", value)))
        for action, pressed in chosen.items():
            if action not in ACTIONS:
                near = get_close_matches(action, ACTIONS, n=1)
                whole = f"{key}.{action}"
                raise UnknownKey(self.path, key=whole, line=self.line(whole), near=f"{key}.{near[0]}" if near else "")
            if not isinstance(pressed, str) or not re.fullmatch(r"[a-z0-9_+]+(,[a-z0-9_+]+)*", pressed):
                self.refuse(f"{key}.{action}", "key_name")
        return chosen

    def refuse(self, key: str, expected: str, *bounds: Any) -> None:
        raise BadValue(self.path, key=key, line=self.line(key), expected=expected, bounds=bounds)

    def line(self, key: str) -> int | None:
        return line_of(self.text, key)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """An action's id has dots, which TOML reads as tables within tables."""
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _flat(cast("dict[str, Any]", value), f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _default_of(declared: Any) -> Any:
    return declared.default_factory() if callable(declared.default_factory) else declared.default


def line_of(text: str, key: str) -> int | None:
    """The line (from 1) where `key`, with its section, is set; tomllib doesn't tell. None when it isn't found."""
    section = ""
    for count, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            section = _bare(header[1]) + "."
            if section[:-1] == key:
                return count
        elif (setting := re.match(r"\s*([^#=]+?)\s*=", line)) and section + _bare(setting[1]) == key:
            return count
    return None


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
