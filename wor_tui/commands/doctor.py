"""`wor doctor`: is everything as it should be, on this machine and in this vault?"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wor_tui.commands.exits import Exit
from wor_tui.commands.opening import home_and_config, opened
from wor_tui.commands.output import write_json, write_line
from wor_tui.i18n import _

if TYPE_CHECKING:
    from wor_tui.services.workspace import Workspace

ENOUGH_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: `check` is a stable name, `found` a sentence without anything personal."""

    check: str
    ok: bool
    found: str


def doctor(options: argparse.Namespace) -> int:
    """Look at everything and say what was found; leaves with 1 when something needs a person."""
    home, _config = home_and_config(options)
    checks = list(of_machine(home))
    with opened(options) as workspace:
        checks += of_vault(workspace)
    well = all(check.ok for check in checks)
    if options.json:
        write_json({"ok": well, "checks": checks})
    else:
        for check in checks:
            write_line(f"{_('goed') if check.ok else _('LET OP')}: {check.found}")
    return Exit.DONE if well else Exit.REFUSED


def of_machine(home: Path) -> Iterator[Check]:
    """The program's versions, and the folder."""
    from importlib.metadata import version  # noqa: PLC0415

    running = f"wor {version('wor-desk')}, Python {sys.version_info.major}.{sys.version_info.minor}"
    yield Check("version", ok=True, found=running)
    free = shutil.disk_usage(home).free if home.exists() else 0
    said = _("{n} MB vrij op de schijf").format(n=free // 1024 // 1024)
    yield Check("disk", ok=free >= ENOUGH_BYTES, found=said)
    if sys.platform != "win32" and home.exists():
        readable = [file.name for file in home.glob("vault.*") if file.stat().st_mode & 0o077]
        said = _("alleen u mag de kluis lezen") if not readable else _("anderen op deze computer mogen de kluis lezen")
        yield Check("rights", ok=not readable, found=said)


def of_vault(workspace: "Workspace") -> Iterator[Check]:
    """The database's integrity, the synchronisation, and whether the central API answers."""
    from sync.client.errors import NotJoined, SyncError  # noqa: PLC0415
    from wor_tui.services import synchronisation  # noqa: PLC0415
    from wor_tui.wording import sentence  # noqa: PLC0415

    whole = is_whole(workspace)
    yield Check("database", ok=whole, found=_("de database is heel") if whole else _("de database is beschadigd"))
    overview = synchronisation.status(workspace)
    aside = overview.held + overview.quarantined
    said = _("{n} wijzigingen nog niet verstuurd, {m} tegengehouden of apart gezet").format(n=overview.unsent, m=aside)
    yield Check("sync", ok=not aside, found=said)
    try:
        workspace.engine.exchange()
    except NotJoined as error:
        yield Check("server", ok=True, found=sentence(error))
    except SyncError as error:
        yield Check("server", ok=False, found=sentence(error))
    else:
        yield Check("server", ok=True, found=_("de centrale computer antwoordt"))


def is_whole(workspace: "Workspace") -> bool:
    """Whether every page of the database is what was written: authenticity first, then structure."""
    with workspace.database.read() as connection:
        altered = connection.exec_driver_sql("PRAGMA cipher_integrity_check").all()
        return not altered and connection.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"
