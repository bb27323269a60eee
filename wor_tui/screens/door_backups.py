"""Putting a backup back from the door: when the vault doesn't open, and there is no Settings to go to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wor_tui.i18n import _
from wor_tui.lock import Locked, Reason
from wor_tui.locking import QUIT
from wor_tui.screens.backup_secret import BackupSecretScreen
from wor_tui.screens.backups import BackupsScreen, Row, megabytes
from wor_tui.screens.bindings import bindings
from wor_tui.screens.trouble import Failed
from wor_tui.screens.vault_work import WorkScreen
from wor_tui.services import backups
from wor_tui.vault import backup, restore
from wor_tui.vault.errors import BrokenOff

if TYPE_CHECKING:
    from wor_tui.app import WorApp
    from wor_tui.screens.backups import Listed
    from wor_tui.vault.backup import Backup


def there(wor: WorApp) -> list[Backup]:
    """The backups that are found without any key, the newest first; raises Unreadable, DiskFault."""
    found = [each for place in backups.places(wor.config, wor.home) for each in backup.found(place)]
    return sorted(found, key=lambda each: each.taken, reverse=True)


class DoorBackupsScreen(BackupsScreen):
    """The same list without a vault that is open: each is opened with the passphrase of its time."""

    BINDINGS = bindings()

    def empty_text(self) -> str:
        """What stands there when there is none."""
        return _("Hier is geen reservekopie. Staat er een op een andere schijf? Bel dan uw coördinator.")

    async def ask_services(self, app: WorApp) -> Listed | Failed:
        """Which there are; whose key they have, nobody knows without one."""

        def read() -> Listed:
            rows = [Row(each, ours=True, megabytes=megabytes(each)) for each in there(app)]
            return rows, backups.places(app.config, app.home)[0], None

        return await app.attempt(read)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is thrown away here."""
        return action != "backup_remove" and super().check_action(action, parameters)

    def put_back(self, row: Row) -> None:
        """Ask for its passphrase, put it back, and start anew at the door."""
        wor, chosen = self.wor, row.backup

        def after(keys: restore.Keys | None) -> None:
            if keys is not None:
                wor.run_worker(partial(put_back_at_door, wor, chosen, keys), group="copies")

        wor.push_screen(BackupSecretScreen(chosen), after)


async def put_back_at_door(wor: WorApp, chosen: Backup, keys: restore.Keys) -> None:
    """Put it back; what doesn't open is set aside, never thrown away."""
    home, clock = wor.home, wor.clock
    outcome = await wor.push_screen_wait(
        WorkScreen(
            _("Terugzetten"),
            _("De reservekopie wordt nagelezen en teruggezet. Wat er nu is, wordt eerst bewaard."),
            lambda progress, cancelled: restore.restore(home, chosen, keys, clock.now(), progress, cancelled),
        )
    )
    if isinstance(outcome, Failed):
        wor.say(outcome.sentence, severe=not isinstance(outcome.error, BrokenOff))
        return
    wor.locked = Locked(Reason.RESTORED)
    wor.exit(QUIT)
