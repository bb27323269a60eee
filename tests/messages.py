"""The messages in the code and their English: what is missing, what is left over; `python -m tests.messages` updates.

Updating adds new messages without English, drops those that are gone, compiles the catalogue and prints what lacks its
English: write that in `wor.po` and update again, which compiles it.
"""

import ast
import io
import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import wor_tui

CODE = Path(wor_tui.__file__).parent
PO = CODE / "locale" / "en" / "LC_MESSAGES" / "wor.po"
MO = PO.with_suffix(".mo")
REFRESH = "run `.venv/bin/python -m tests.messages`, write the English of what it prints in wor.po, and run it again"
KEYWORDS = {"_": 1, "N_": 1, "ngettext": 2, "pgettext": 2}
"""How many texts each takes; `pgettext` has its context first."""
CONTEXT = "pgettext"


def in_code(folder: Path = CODE) -> Catalog:
    """Every message of the program, or of one folder of it, in the order of the files."""
    found = Catalog(fuzzy=False)
    for file in sorted(folder.rglob("*.py")):
        # Read as a tree: babel's own reading doesn't see into f-strings, or does, by the version of Python.
        calls = [node for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            name = str(getattr(call.func, "id", ""))
            texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
            texts = [text for text in texts if isinstance(text, str)]
            if len(texts) == KEYWORDS.get(name):
                context = texts.pop(0) if name == CONTEXT else None
                found.add(texts[0] if len(texts) == 1 else tuple(texts), context=context)
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


def placeholders(text: str) -> Counter[str]:
    """The names in braces, each as often as it stands there."""
    return Counter(re.findall(r"\{[^{}]*\}", text))


def misfits(catalogue: Catalog) -> list[str]:
    """The messages whose English has other placeholders, another edge of blanks or another end than the Dutch."""
    return [
        dutch
        for message in catalogue
        if message.id
        for dutch, english in pairs(message)
        if english and _shape(dutch) != _shape(english)
    ]


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each form of a message with its English; the catalogue's head has none."""
    return list(zip(_forms(message.id), _forms(message.string), strict=True)) if message.id else []


def update(english: Mapping[str, str | tuple[str, ...]] | None = None) -> list[str]:
    """Bring the catalogue up to the code, with new English by message; returns what is untranslated."""
    before = {(_first(message.id), message.context): message.string for message in in_catalogue() if message.id}
    made = Catalog(locale="en", project="wor", charset="utf-8", fuzzy=False)
    for message in in_code():
        if message.id:
            key = (_first(message.id), message.context)
            new = (english or {}).get(key[0])
            kept = before.get(key)
            made.add(message.id, (kept if kept and any(kept) else new) or "", context=message.context)
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


def _shape(text: str) -> tuple[Counter[str], bool, bool, str]:
    end = text[-1:] if text[-1:] in ".?:…" else ""
    return placeholders(text), text.startswith(" "), text.endswith(" "), end


def _forms(text: object) -> list[str]:
    return [str(form) for form in cast("tuple[object, ...]", text)] if isinstance(text, tuple | list) else [str(text)]


def _first(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


if __name__ == "__main__":
    for message in update():
        sys.stdout.write(f"{message}\n")
