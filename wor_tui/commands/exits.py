"""How a command ends: the exit codes that scripts can rely on, and what to say when it didn't work."""

import json
import sys
from enum import IntEnum
from typing import TYPE_CHECKING

from wor_tui.i18n import _

if TYPE_CHECKING:
    from pathlib import Path


class Exit(IntEnum):
    """The exit codes of `wor`; documented in docs/cli.md, never given another meaning."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    WRONG_PASSPHRASE = 3
    VAULT = 4
    NOT_SYNCED = 5
    BAD_FILE = 6
    INTERRUPTED = 130


class CommandError(Exception):
    """A command can't do what was asked: its sentence is for the person, its `code` and `exit` for the program."""

    def __init__(self, sentence: str, *, code: str, leave: Exit = Exit.REFUSED) -> None:
        """`sentence` is worded already; `code` is a stable name in snake_case."""
        super().__init__(code)
        self.sentence = sentence
        self.code = code
        self.exit = leave


class FileRefused(CommandError):
    """A file that was named on the command line can't be used."""

    def __init__(self, sentence: str, path: "Path", *, code: str = "bad_file") -> None:
        """`path` is the file as it was named."""
        super().__init__(sentence, code=code, leave=Exit.BAD_FILE)
        self.path = path


def known_errors() -> tuple[type[Exception], ...]:
    """Every class of error that has a sentence; imported only when something went wrong."""
    from sync.client.errors import SyncError  # noqa: PLC0415
    from sync.codes import CodeError  # noqa: PLC0415
    from wor_tui.config import ConfigError  # noqa: PLC0415
    from wor_tui.domain.errors import Invalid  # noqa: PLC0415
    from wor_tui.services.errors import ServiceError  # noqa: PLC0415
    from wor_tui.vault.errors import VaultError  # noqa: PLC0415

    return (CommandError, VaultError, SyncError, CodeError, ServiceError, Invalid, ConfigError, OSError)


def exit_of(error: Exception) -> Exit:
    """The exit code that goes with a class of error."""
    from sync.client.enrolment import AlreadyJoined  # noqa: PLC0415
    from sync.client.errors import Refused, SyncError  # noqa: PLC0415
    from wor_tui.config import ConfigError  # noqa: PLC0415
    from wor_tui.services.lease import LeaseOver  # noqa: PLC0415
    from wor_tui.vault.errors import VaultError, WrongSecret  # noqa: PLC0415

    if isinstance(error, CommandError):
        return error.exit
    if isinstance(error, WrongSecret):
        return Exit.WRONG_PASSPHRASE
    if isinstance(error, VaultError):
        return Exit.VAULT
    if isinstance(error, LeaseOver):
        return Exit.NOT_SYNCED
    if isinstance(error, SyncError) and not isinstance(error, Refused | AlreadyJoined):
        return Exit.NOT_SYNCED
    return Exit.USAGE if isinstance(error, ConfigError) else Exit.REFUSED


def code_of(error: Exception) -> str:
    """A stable name for the error, in snake_case: `wrong_secret`, `already_running`."""
    if isinstance(error, CommandError):
        return error.code
    if isinstance(error, OSError):
        return "os_error"
    name = type(error).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def report(error: Exception, *, as_json: bool) -> Exit:
    """Say on stderr what went wrong, in one sentence or as one JSON object, and return how to leave."""
    from wor_tui.domain.text import harmless  # noqa: PLC0415
    from wor_tui.wording import sentence  # noqa: PLC0415

    leave = exit_of(error)
    # A folder's or a file's name may hold anything.
    if isinstance(error, CommandError):
        said = error.sentence
    elif isinstance(error, OSError):
        said = _(
            "Een map of bestand is niet te gebruiken. Wat bewaard is, blijft bewaard. Kijk of de naam klopt, of het er "
            "is en of u erbij mag."
        )
    else:
        said = sentence(error)
    said = harmless(said)
    if as_json:
        found = {"error": code_of(error), "message": said, "exit": int(leave)}
        sys.stderr.write(json.dumps(found, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"wor: {said}\n")
    return leave
