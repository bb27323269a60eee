"""What a command that ran into trouble may say, and what may be left behind."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.door import Ran

TRACES = ("Traceback", 'File "', "raise ", "sqlalchemy", "sqlite", "Errno", "Exception")


def one_sentence(done: Ran, leave: int, *essence: str) -> None:
    """The command left with `leave`, and said what is the matter on one line of stderr, with nothing of a traceback."""
    assert done.exit == leave, done
    assert done.out == ""
    lines = done.err.splitlines()
    assert len(lines) == 1, done.err
    assert lines[0].startswith("wor: ")
    for part in essence:
        assert part in done.err, done.err
    clean(done.err)


def clean(text: str) -> None:
    """No traceback, no library's words, and nothing that a terminal acts upon."""
    assert not [trace for trace in TRACES if trace in text], text
    assert not raw_controls(text), repr(text)


def raw_controls(text: str) -> list[str]:
    """The characters that steer a terminal or turn a line round; line feeds are allowed."""
    bidi = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return [each for each in text if (each < " " and each != "\n") or "\x7f" <= each <= "\x9f" or each in bidi]


def copied(home: Path, to: Path) -> Path:
    """A copy of a closed home, to be damaged."""
    shutil.copytree(home, to)
    return to


def contents(files: Iterable[Path]) -> dict[str, bytes]:
    """What stands in the files, by name."""
    return {file.name: file.read_bytes() for file in files if file.is_file()}
