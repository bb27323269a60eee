"""`wor` without a command: the program itself."""

import argparse
import gc
import os
from pathlib import Path

from wor_tui import paths
from wor_tui.commands.exits import CommandError, Exit
from wor_tui.commands.terminal import is_terminal
from wor_tui.i18n import _

COLLECT_AFTER = 10_000, 20, 20
"""How many new objects, and collections of those, there are between two collections of each generation."""


def open_app(options: argparse.Namespace) -> int:
    """Open the program on the vault that `--home` names."""
    if not is_terminal():
        raise CommandError(
            _("Het programma heeft een terminal nodig. Zie wor --help voor opdrachten zonder scherm."),
            code="no_terminal",
            leave=Exit.USAGE,
        )
    # Looking for cycles after each 700 new objects took a tenth of all computing: what is imported stays, and what is
    # painted goes without it.
    gc.set_threshold(*COLLECT_AFTER)
    # A frame waits for the next of these ticks; Textual reads it once, while it is imported.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    from wor_tui import relaunch  # noqa: PLC0415

    if relaunch.is_to_be_kept():
        return relaunch.keep()
    from wor_tui.vault.hardening import harden_process  # noqa: PLC0415

    harden_process()
    from wor_tui.running import run_app  # noqa: PLC0415

    home = paths.home(options.home)
    return relaunch.leave(run_app(home, demo=is_demo(home)))


def is_demo(home: Path) -> bool:
    """Whether a home was made by the demo; a folder of that name is the demo that lies beside a person's own vault."""
    return (home / "demo").is_file()
