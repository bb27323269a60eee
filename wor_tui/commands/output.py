"""How an answer is written: JSON for programs, plain lines for people and screen readers."""

import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from wor_tui.domain.text import harmless
from wor_tui.i18n import _, decimal

AMSTERDAM = "Europe/Amsterdam"
GAP = "  "


def write_json(value: object) -> None:
    """Write `value` (plain values, dataclasses, dates, sets) as indented JSON in UTF-8, ending in a line break."""
    import msgspec  # noqa: PLC0415

    content = msgspec.json.encode(value, enc_hook=_plain)
    sys.stdout.write(msgspec.json.format(content, indent=2).decode() + "\n")


def _plain(value: object) -> object:
    """What msgspec doesn't know: maps that aren't dicts."""
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    raise NotImplementedError(type(value).__name__)


def write_line(text: str = "") -> None:
    """Write one line; it never steers the terminal, whatever stands in it."""
    sys.stdout.write(harmless(text) + "\n")


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows under a header, columns beside each other by spaces alone; the last column isn't padded."""
    written = [tuple(one_line(cell) for cell in row) for row in (header, *rows)]
    widths = [max(width(row[column]) for row in written) for column in range(len(header))]
    for row in written:
        cells = (cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True))
        write_line(GAP.join(cells).rstrip())


def write_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Write `name: value`, a line each; facts without a value are passed over."""
    for name, value in facts:
        if value:
            write_line(f"{name}: {one_line(value)}")


def one_line(text: str) -> str:
    """A text of several lines as one."""
    return " ".join(text.split())


def width(text: str) -> int:
    """How many columns a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def day(value: date | None) -> str:
    """A date as it is written in the Netherlands, `22-11-2026`; empty for none."""
    return "" if value is None else f"{value:%d-%m-%Y}"


def moment(value: datetime | None) -> str:
    """A moment on a clock in the Netherlands, `22-11-2026 09:30`; empty for none."""
    return "" if value is None else f"{value.astimezone(ZoneInfo(AMSTERDAM)):%d-%m-%Y %H:%M}"


def shown(value: Any) -> str:
    """Any scalar as a person reads it."""
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, float):
        return decimal(f"{value:g}")
    return "" if value is None else str(value)
