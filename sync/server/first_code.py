"""The first coordinator's code: made when a server starts that has no organisation yet."""

import os

from sqlalchemy import Connection

from sync.codes import Code, CodeError
from sync.server.settings import Settings
from sync.server.store import invites, walls
from sync.server.store.database import Database


def first_code(settings: Settings, database: Database) -> Code | None:
    """The code, the same at every start until it is used, and left in `settings.code_file`; None once it was used."""
    with walls.everywhere():
        return database.write(lambda connection: _code(connection, settings))


def _code(connection: Connection, settings: Settings) -> Code | None:
    if invites.any_organisation(connection):
        settings.code_file.unlink(missing_ok=True)
        return None
    code = _left_before(settings)
    there = invites.found(connection, code.lookup) if code is not None else None
    if code is not None and there is not None and there.tries_left:
        return code
    code = Code.new()
    invites.replace_first(connection, code.lookup, code.proof_hash)
    settings.code_file.unlink(missing_ok=True)
    handle = os.open(settings.code_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(code.text + "\n")
    return code


def _left_before(settings: Settings) -> Code | None:
    try:
        return Code.parse(settings.code_file.read_text(encoding="ascii"))
    except (FileNotFoundError, UnicodeDecodeError, CodeError):
        return None
