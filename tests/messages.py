"""The messages in the code and their English: what is missing, what is left over; `python -m tests.messages` updates.

Updating adds new messages without English, drops those that are gone, and compiles the catalogue. The test beside it
says what the wording lacks.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import wor_tui

CODE = Path(wor_tui.__file__).parent
PO = CODE / "locale" / "en" / "LC_MESSAGES" / "wor.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def in_code(folder: Path = CODE) -> Catalog:
    """Every message of the program, or of one folder of it, in the order of the files."""
    found = Catalog(fuzzy=False)
    for _file, _line, message, _comments, context in sorted(
        extract_from_dir(folder, [("**.py", "python")], {}, KEYWORDS), key=lambda each: (each[0], each[1])
    ):
        found.add(message, context=context)
    return found


def in_catalogue() -> Catalog:
    """What is translated."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def keys(catalogue: Catalog) -> set[tuple[str, str | None]]:
    """Each message by its first form and its context."""
    return {(_first(message.id), message.context) for message in catalogue if message.id}


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages without English, or with only one of their two forms."""
    return [
        _first(message.id)
        for message in catalogue
        if message.id and not (message.string if isinstance(message.string, str) else all(message.string or [""]))
    ]


def update(english: dict[str, str] | None = None) -> list[str]:
    """Bring the catalogue up to the code, with new English by message; returns what is untranslated."""
    before = {(_first(message.id), message.context): message.string for message in in_catalogue() if message.id}
    made = Catalog(locale="en", project="wor", charset="utf-8", fuzzy=False)
    for message in in_code():
        if message.id:
            key = (_first(message.id), message.context)
            new = (english or {}).get(key[0]) if isinstance(message.id, str) else None
            made.add(message.id, before.get(key) or new or "", context=message.context)
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(_po(made))
    with MO.open("wb") as file:
        write_mo(file, in_catalogue())
    return untranslated(in_catalogue())


def _po(catalogue: Catalog) -> bytes:
    written = io.BytesIO()
    write_po(written, catalogue, omit_header=True, no_location=True, width=120)
    header = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: en\\n"\n'
    return header + b'"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n' + written.getvalue()


def _first(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


if __name__ == "__main__":
    for message in update():
        sys.stdout.write(f"{message}\n")
