"""Opening the vault that a command works on: whose folder, which passphrase, in which language."""

import argparse
import contextlib
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

from wor_tui import config as configuration
from wor_tui import paths
from wor_tui.commands.exits import CommandError, Exit, FileRefused
from wor_tui.commands.terminal import asked_hidden
from wor_tui.given_file import start_of
from wor_tui.i18n import _, set_language

if TYPE_CHECKING:
    from wor_tui.config import Config
    from wor_tui.services.workspace import Workspace

LONGEST_PASSPHRASE_FILE = 4096


@contextlib.contextmanager
def opened(options: argparse.Namespace, *, without_contact: bool = False) -> "Generator[Workspace]":
    """The workspace that `--home` names, unlocked; closed afterwards. Raises the vault's errors and CommandError.

    `without_contact`: for what shows nobody's data, also when this device had no contact for too long; else LeaseOver.
    """
    home, config = home_and_config(options)
    passphrase = passphrase_of(options, home)
    from wor_tui import logs  # noqa: PLC0415
    from wor_tui.vault.hardening import harden_process  # noqa: PLC0415
    from wor_tui.vault.vault import unlock  # noqa: PLC0415

    harden_process()
    key = unlock(home, passphrase=passphrase)
    # Open until the process ends: also what nobody foresaw, at the very end, is written there.
    logs.start(home, config.logs)
    from wor_tui.clock import SystemClock  # noqa: PLC0415
    from wor_tui.services import readings  # noqa: PLC0415
    from wor_tui.services.workspace import open_workspace  # noqa: PLC0415
    from wor_tui.vault.vault import open_vault  # noqa: PLC0415

    with open_vault(home, key) as vault, open_workspace(vault, SystemClock(), config) as workspace:
        from wor_tui.services import lease, sent_away  # noqa: PLC0415

        if not without_contact:
            sent_away.refuse_ordered(workspace)
            lease.admit(workspace)
        readings.unlocked(workspace)
        yield workspace


def home_and_config(options: argparse.Namespace) -> "tuple[Path, Config]":
    """The folder and its configuration, with the language set; raises a ConfigError."""
    home = paths.home(options.home)
    config = configuration.load(paths.config_file(home))
    set_language(config.language)
    return home, config


def passphrase_of(options: argparse.Namespace, home: Path) -> str:
    """The passphrase from the file that was named, or asked for on the terminal without showing it."""
    from wor_tui.vault.errors import VaultMissing  # noqa: PLC0415
    from wor_tui.vault.vault import exists  # noqa: PLC0415

    if not exists(home):
        raise VaultMissing
    return asked_passphrase(options)


def asked_passphrase(options: argparse.Namespace, question: str = "") -> str:
    """The same where there need not be a vault yet; `question` says which passphrase is meant."""
    if options.passphrase_file is not None:
        return passphrase_in(options.passphrase_file)
    if not sys.stdin.isatty():
        raise CommandError(
            _("Er is geen terminal om de wachtzin te vragen. Geef een bestand met --passphrase-file."),
            code="no_passphrase",
            leave=Exit.USAGE,
        )
    try:
        return asked_hidden(question or _("Wachtzin: "))
    except EOFError:
        raise KeyboardInterrupt from None


def passphrase_in(path: Path) -> str:
    """The first line of a file, or of the standard input for `-`; raises FileRefused."""
    refused = FileRefused(
        _("De wachtzin kon niet uit het bestand worden gelezen. Kijk of het bestaat en of u het mag lezen."),
        path,
        code="passphrase_file",
    )
    try:
        most = LONGEST_PASSPHRASE_FILE + 1
        content = sys.stdin.buffer.readline(most) if str(path) == "-" else start_of(paths.expanded(path), most)
        lines = content.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise refused from None
    if len(content) > LONGEST_PASSPHRASE_FILE or not lines:
        raise refused
    return lines[0]


def needs_vault(options: argparse.Namespace) -> None:
    """Raise CommandError, with the way to a vault, where there is none yet."""
    from wor_tui.vault.vault import exists  # noqa: PLC0415

    home, _config = home_and_config(options)
    if not exists(home):
        raise CommandError(
            _(
                "In deze map staat nog geen kluis. Typ eerst wor, maak daar een nieuwe kluis, en geef deze opdracht "
                "dan opnieuw. Staat uw kluis ergens anders? Zet er dan --home MAP bij."
            ),
            code="vault_missing",
            leave=Exit.VAULT,
        )
