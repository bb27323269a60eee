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
from wor_tui.wording.vault_check import found_sentence

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
    from wor_tui.vault.errors import VaultDamaged, VaultMismatch  # noqa: PLC0415

    try:
        with opened(options, without_contact=True) as workspace:
            checks += of_copies(workspace)
            checks += of_exchange(workspace)
    except (VaultDamaged, VaultMismatch) as error:
        checks.append(Check("database", ok=False, found=found_sentence("database", type(error).__name__, {})))
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


def of_copies(workspace: "Workspace") -> Iterator[Check]:
    """The key file, every page of the database, and the backups, as `wor vault check` finds them."""
    from wor_tui.services import backups  # noqa: PLC0415

    for found in backups.check(workspace):
        yield Check(found.check, found.ok, found_sentence(found.check, found.code, found.facts))


def of_exchange(workspace: "Workspace") -> Iterator[Check]:
    """The synchronisation, and whether the central API answers."""
    from sync.client.errors import NotJoined, SyncError  # noqa: PLC0415
    from wor_tui.services import synchronisation  # noqa: PLC0415
    from wor_tui.wording import sentence  # noqa: PLC0415

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
