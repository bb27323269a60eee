"""Running the client from start to end: its configuration, its log, and the last sentence when it broke."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

from wor_tui.app import WorApp
from wor_tui.i18n import _, set_language

if TYPE_CHECKING:
    from pathlib import Path

    from wor_tui.clock import Clock
    from wor_tui.config import Config

logger = logging.getLogger(__name__)

CONFIG_WRONG = 2
"""The exit code when the configuration can't be used."""


def _thread_broke(broke: threading.ExceptHookArgs) -> None:
    logger.error("a thread broke: %s", broke.exc_type.__name__, exc_info=broke.exc_value)


def run_app(
    home: Path,
    *,
    clock: Clock | None = None,
    config: Config | None = None,
    demo: bool = False,
    passphrase: str | None = None,
) -> int:
    """Run the client on the vault in `home` until the person stops or it locks.

    Returns the exit code, to be handed to `relaunch.leave` where nothing is held any more.
    """
    from wor_tui import config as configuration  # noqa: PLC0415
    from wor_tui import logs, paths, relaunch  # noqa: PLC0415
    from wor_tui.screens import trouble  # noqa: PLC0415

    if config is None:
        try:
            config = configuration.load(paths.config_file(home))
        except configuration.ConfigError as error:
            sys.stderr.write(trouble.sentence(error) + "\n")
            return CONFIG_WRONG
    set_language(config.language)
    log = logs.start(home, config.logs)
    # A thread that breaks would print its traceback across the screen.
    threading.excepthook = _thread_broke
    try:
        locked_by = relaunch.taken()
        app = WorApp(home, clock=clock, config=config, demo=demo, passphrase=passphrase, locked_by=locked_by)
        app.run()
        if app.locked is not None and not app.broke:
            return relaunch.code_of(app.locked)
        if app.broke:
            sys.stderr.write(
                _(
                    "Er ging iets mis wat niet was voorzien. Wat u had opgeslagen en uw concepten staan nog op dit "
                    "apparaat. Start het programma opnieuw."
                )
                + "\n"
            )
        return app.return_code or 0
    finally:
        logs.stop(log)
