"""`wor-central`: run and look after the central API."""

import argparse
import logging
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.server.settings import Settings

OK, FAILED, USAGE = 0, 1, 2
_NO_DRIVER = "PostgreSQL needs the extra `postgresql`: pip install 'wor-desk[postgresql]'."
_NO_URL = "The database's URL isn't one: postgresql://USER@HOST/NAME."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, 1 when it failed (one sentence on stderr) and 2 for a wrong command line."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if _has_password(options.database):
        parser.error(
            "a password on the command line can be read by everybody on this machine: "
            "leave it out, and name a file of it in PGPASSFILE, or give the whole URL in WOR_CENTRAL_DATABASE_URL"
        )
    logging.basicConfig(
        level=logging.INFO if options.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    run = {"serve": _serve, "prepare": _prepare, "doctor": _doctor, "backup": _backup, "restore": _restore}[
        options.command
    ]
    return _in_sentences(run, options)


def _in_sentences(run: "Callable[[argparse.Namespace], int]", options: argparse.Namespace) -> int:
    from pydantic import ValidationError  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError, DatabaseError  # noqa: PLC0415 # `--help` stays quick

    from sync.server.store.backups import BackupError  # noqa: PLC0415
    from sync.server.store.database import NewerDatabaseError, NotPreparedError  # noqa: PLC0415
    from sync.server.store.together import DatabaseBusyError  # noqa: PLC0415

    try:
        return run(options)
    except NewerDatabaseError:
        said = "The database was made by a newer version of wor-central."
    except NotPreparedError:
        said = "The database isn't prepared for this version: run wor-central prepare as the role that owns its tables."
    except (DatabaseError, DatabaseBusyError):
        said = "The database can't be opened or read."
    except ValidationError as error:
        names = ", ".join(f"WOR_CENTRAL_{str(each['loc'][0]).upper()}" for each in error.errors())
        said = f"These settings can't be read: {names}. Nothing was changed; see docs/central.md."
    except BackupError as error:
        said = str(error)
    except ModuleNotFoundError:
        said = _NO_DRIVER
    except ArgumentError:
        said = _NO_URL
    return _failed(said)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("wor-central", description="The central API for social prescribing records.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the server")
    serve.add_argument("--port", type=int, default=8440, help="0 picks a free port (default: 8440)")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    prepare = commands.add_parser("prepare", help="make PostgreSQL's tables, or bring them up to date, as their owner")
    prepare.add_argument("--api-role", default="", help="the role that wor-central serve connects as")
    doctor = commands.add_parser("doctor", help="look whether the database is whole")
    backup = commands.add_parser("backup", help="copy the SQLite database, also while the server runs")
    backup.add_argument("file", type=Path, help="the new file")
    restore = commands.add_parser("restore", help="put a backup back; the server must not run")
    restore.add_argument(
        "file", type=Path, nargs="?", help="the backup; none for a PostgreSQL that was put back already"
    )
    for command in (serve, prepare, doctor, backup, restore):
        command.add_argument("--data", type=Path, required=True, help="the server's folder")
        command.add_argument(
            "--database",
            metavar="URL",
            default="",
            help="postgresql://USER@HOST/NAME, without a password; by default SQLite in the server's folder",
        )
        command.add_argument("--verbose", action="store_true", help="log a line for each request")
    return parser


def _serve(options: argparse.Namespace) -> int:
    from sync.server.app import make_app  # noqa: PLC0415
    from sync.server.first_code import first_code  # noqa: PLC0415
    from sync.server.serving import address_of, listen, serve  # noqa: PLC0415

    settings = _settings(options)
    try:
        listening = listen(options.host, options.port)
        app = make_app(settings)
        code = first_code(settings, app.state.central.database)
    except (OSError, OverflowError) as error:
        return _failed(f"The server can't start: {getattr(error, 'strerror', None) or 'no such port'}.")
    if code is not None:
        print(f"First coordinator's code: {code.text} (also in {settings.code_file})", file=sys.stderr)  # noqa: T201

    def ready() -> None:
        print(f"wor-central is ready on {address_of(listening)}", flush=True)  # noqa: T201

    serve(app, listening, ready)
    return OK


def _prepare(options: argparse.Namespace) -> int:
    from sync.server.store.database import Database  # noqa: PLC0415

    settings = _settings(options)
    if not settings.database_url:
        return _failed("Only PostgreSQL is prepared by hand; SQLite is when the server starts.")
    with closing(Database(settings.url, settings.busy_timeout_s)) as database:
        database.prepare(options.api_role)
    print("The tables are there, and up to date.")  # noqa: T201
    return OK


def _doctor(options: argparse.Namespace) -> int:
    from sync.server.checks import examine  # noqa: PLC0415
    from sync.server.store.database import Database  # noqa: PLC0415

    settings = _settings(options)
    if not settings.database_url and not settings.database_file.is_file():
        return _failed("There is no server's database in this folder.")
    well = True
    with closing(Database(settings.url, settings.busy_timeout_s)) as database:
        for finding in examine(database):
            well &= finding.well
            print(f"{'ok ' if finding.well else 'BAD'} {finding.what}: {finding.said}")  # noqa: T201
    return OK if well else FAILED


def _backup(options: argparse.Namespace) -> int:
    from sync.server.store.backups import back_up  # noqa: PLC0415

    settings = _settings(options)
    if settings.database_url:
        return _failed("PostgreSQL is backed up by its own tools, such as pg_dump.")
    back_up(settings.database_file, options.file)
    print(f"Copied to {options.file}, and read back whole.")  # noqa: T201
    return OK


def _restore(options: argparse.Namespace) -> int:
    from sync.server.store import walls  # noqa: PLC0415
    from sync.server.store.backups import Restored, mark_restored, restore  # noqa: PLC0415
    from sync.server.store.database import Database  # noqa: PLC0415

    settings = _settings(options)
    if bool(settings.database_url) == bool(options.file):
        return _failed(
            "Name the backup; or with PostgreSQL none: its own tools put it back, and then this tells the devices."
        )
    if options.file:
        done = restore(settings.database_file, options.file, settings.busy_timeout_s)
    else:
        with closing(Database(settings.url, settings.busy_timeout_s)) as database:
            database.prepare()
            with walls.everywhere():
                done = Restored(*database.write(mark_restored), None)
    if done.replaced is not None:
        print(f"What was there lies in {done.replaced}.")  # noqa: T201
    print(  # noqa: T201
        f"Put back: {done.organisations} organisations, {done.scopes} scopes. Devices send again what they sent since, "
        "and read everything anew. Who enrolled since, and who has an open invitation, must be invited again."
    )
    return OK


def _settings(options: argparse.Namespace) -> "Settings":
    from sync.server.settings import Settings  # noqa: PLC0415

    named = {"database_url": options.database} if options.database else {}
    return Settings(data=options.data, **named)


def _has_password(url: str) -> bool:
    from urllib.parse import parse_qs, urlsplit  # noqa: PLC0415

    parts = urlsplit(url)
    return bool(parts.password) or "password" in parse_qs(parts.query)


def _failed(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
