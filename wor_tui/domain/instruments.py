"""The spider web's instruments: which dimensions and aspects there are, as versioned lists that can be replaced.

They hold labels, not the sentences of the official questionnaires. An instrument for talking, not for measuring: there
is no norm and no cut-off in them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from wor_tui.domain.scores import DIMENSIONS

FOLDER = Path(__file__).parent / "instruments"
DEFAULT, SIX_ONLY = "adult-1", "quick-1"
LANGUAGES = ("nl", "en")


class UnknownInstrument(LookupError):
    """This version doesn't have an instrument of that code."""


class BrokenInstrument(ValueError):
    """A file that should hold an instrument doesn't; the message says where."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One aspect: `code` such as `1.3` (dimension, place), and its label by language."""

    code: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the six dimensions: `number` from 1, clockwise from the top; `aspects` is empty where there are none."""

    number: int
    label: Mapping[str, str]
    aspects: tuple[Aspect, ...]

    @property
    def column(self) -> str:
        """The web's column with the person's own number, such as `d1`."""
        return f"d{self.number}"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A version of the web: `code` as it stands in a record, `variant`, and its six dimensions."""

    code: str
    version: int
    variant: str
    link: str
    note: Mapping[str, str]
    dimensions: tuple[Dimension, ...]

    @property
    def aspects(self) -> dict[str, Aspect]:
        """Every aspect by its code, in order."""
        return {aspect.code: aspect for dimension in self.dimensions for aspect in dimension.aspects}


def codes() -> list[str]:
    """The codes of the instruments that this version has."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


@cache
def instrument(code: str = DEFAULT) -> Instrument:
    """The instrument of that code; raises UnknownInstrument."""
    if code not in codes():
        raise UnknownInstrument(code)
    return read((FOLDER / f"{code}.json").read_text("utf-8"))


def shown_by(code: str) -> Instrument:
    """The instrument to show a web of that code by: one that only a newer version knows has its six dimensions."""
    return instrument(code if code in codes() else SIX_ONLY)


def read(text: str) -> Instrument:
    """An instrument from JSON text, in the form of the files beside this module; raises BrokenInstrument."""
    try:
        return _instrument(_mapping(json.loads(text), "the file"))
    except json.JSONDecodeError as error:
        message = f"no JSON at line {error.lineno}"
        raise BrokenInstrument(message) from None


def _instrument(held: Mapping[str, Any]) -> Instrument:
    dimensions = tuple(_dimension(each, number) for number, each in enumerate(_items(held, "dimensions"), 1))
    if len(dimensions) != DIMENSIONS:
        message = f"there must be {DIMENSIONS} dimensions"
        raise BrokenInstrument(message)
    version = held.get("version")
    if not isinstance(version, int):
        raise BrokenInstrument("version must be a whole number")
    return Instrument(
        _string(held, "code"),
        version,
        _string(held, "variant"),
        _string(held, "link"),
        _label(held, "note"),
        dimensions,
    )


def _dimension(value: object, number: int) -> Dimension:
    where = f"dimension {number}"
    held = _mapping(value, where)
    if held.get("number") != number:
        message = f"{where} must have that number"
        raise BrokenInstrument(message)
    aspects: list[Aspect] = []
    for place, each in enumerate(_items(held, "aspects"), 1):
        aspect = _mapping(each, where)
        if aspect.get("code") != f"{number}.{place}":
            message = f"the aspect at {number}.{place} must have that code"
            raise BrokenInstrument(message)
        aspects.append(Aspect(_string(aspect, "code"), _label(aspect, "label")))
    return Dimension(number, _label(held, "label"), tuple(aspects))


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        message = f"{where} must be an object"
        raise BrokenInstrument(message)
    return cast("dict[str, Any]", value)


def _items(held: Mapping[str, Any], name: str) -> list[object]:
    value = held.get(name)
    if not isinstance(value, list):
        message = f"{name} must be a list"
        raise BrokenInstrument(message)
    return cast("list[object]", value)


def _string(held: Mapping[str, Any], name: str) -> str:
    value = held.get(name)
    if not isinstance(value, str) or not value:
        message = f"{name} must be a text"
        raise BrokenInstrument(message)
    return value


def _label(held: Mapping[str, Any], name: str) -> dict[str, str]:
    label = _mapping(held.get(name), name)
    return {language: _string(label, language) for language in LANGUAGES}
