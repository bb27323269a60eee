"""Texts as they come in: from the keyboard, the clipboard, a file or another program.

Every text is cleaned before it is kept, so that nothing invisible can turn a line round, move the cursor, or make two
equal names differ.
"""

import re
import unicodedata

NAME_LIMIT = 200
"""Characters in a single line."""
NOTE_LIMIT = 20_000
"""Characters in a note."""

_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Control characters; marks of direction (UAX #9); byte order mark; interlinear annotation; halves of a character.
_UNPRINTABLE = "\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
_REMOVED = re.compile(f"[{_UNPRINTABLE}]")
_NOT_IN_LINE = re.compile(f"[\t\n\x0b\x0c\r\u2028\u2029{_UNPRINTABLE}]")
_NOT_IN_NOTE = re.compile(f"[\t\x0b\x0c\r\u2028\u2029{_UNPRINTABLE}]")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{4,}")


def clean_line(text: str) -> str:
    """`text` as one line: NFC, without unprintable characters, runs of white space as one space, none at the ends.

    Nothing is cut: a text that is too long is refused where it is checked, not shortened unseen. Cleaning what is clean
    changes nothing.
    """
    text = _REMOVED.sub("", _BREAKS.sub(" ", text).replace("\t", " "))
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", text).split()))


def clean_note(text: str) -> str:
    """`text` as lines parted by `\\n`: NFC, without unprintable characters, no spaces at ends of lines, no blank ends.

    A tab becomes a space; more than two blank lines in a row become two. Cleaning what is clean changes nothing.
    """
    text = _REMOVED.sub("", _BREAKS.sub("\n", text).replace("\t", " "))
    lines = (_SPACES.sub(" ", line).rstrip() for line in unicodedata.normalize("NFC", text).split("\n"))
    whole = _BLANK_LINES.sub("\n\n\n", "\n".join(lines)).strip("\n")
    return unicodedata.normalize("NFC", whole)


def is_printable_line(text: str) -> bool:
    """Whether `text` holds nothing that `clean_line` would remove."""
    return text.isprintable() or _NOT_IN_LINE.search(text) is None


def is_printable_note(text: str) -> bool:
    """Whether `text` holds nothing that `clean_note` would remove; line feeds are allowed."""
    return text.isprintable() or _NOT_IN_NOTE.search(text) is None  # the first is five times as quick


def harmless(text: str) -> str:
    """`text` for a terminal, whoever wrote it: what would steer the terminal or turn a line round shows as `�`."""
    return _NOT_IN_NOTE.sub("\ufffd", text)


def clean_postcode(text: str) -> str:
    """A Dutch postcode as `1234 AB`; anything else as a clean line."""
    line = clean_line(text)
    squeezed = line.replace(" ", "").upper()
    return f"{squeezed[:4]} {squeezed[4:]}" if re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}", squeezed) else line


def full_name(given_name: str | None, prefix: str | None, family_name: str | None) -> str:
    """A name as it is said: `Anna van der Berg`."""
    return " ".join(part for part in (given_name, prefix, family_name) if part)


def listed_name(given_name: str | None, prefix: str | None, family_name: str | None) -> str:
    """A name as it stands in a list, under its family name: `Berg, Anna van der`."""
    after = " ".join(part for part in (given_name, prefix) if part)
    return ", ".join(part for part in (family_name, after) if part)


def folded(text: str) -> str:
    """`text` for searching and sorting: without case and accents (`Özgür` → `ozgur`)."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
