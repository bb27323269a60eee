"""The backups of this vault: which there are, how old, putting one back, and throwing one away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.confirm import ConfirmScreen
from wor_tui.screens.dates import local
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.trouble import Failed
from wor_tui.services import backups
from wor_tui.vault import backup, checking
from wor_tui.vault.restore import Keys
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording.backups import folder_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.app import ComposeResult

    from wor_tui.services.workspace import Workspace
    from wor_tui.vault.backup import Backup
    from wor_tui.vault.errors import VaultError

    Listed = tuple[Sequence["Row"], Path, VaultError | None]

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """A backup as it is shown: `ours` is whether the vault of now has its key, `megabytes` is None for what is gone."""

    backup: Backup
    ours: bool
    megabytes: int | None


class BackupList(ShortList[Row]):
    """A list in which Enter puts one back, and says so."""

    BINDINGS = bindings("backup.put-back")

    def action_backup_put_back(self) -> None:
        """Enter."""
        self.action_open()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where there is one."""
        return super().check_action("open" if action == "backup_put_back" else action, parameters)


class BackupsScreen(ReadingScreen["Listed"]):
    """The newest first; Enter puts one back, after a question."""

    CSS_PATH = "sync.tcss"
    BINDINGS = bindings("backup.remove")
    AUTO_FOCUS: ClassVar[str | None] = "#backups"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.newest: Row | None = None

    def crumb(self) -> str:
        """Where we are."""
        return _("Reservekopieën")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Elke dag na het ontgrendelen maakt het programma een versleutelde kopie en leest die na. Die van de "
            "laatste zeven dagen en vier weken blijven. Zet u er een terug, dan wordt eerst bewaard wat er nu is; "
            "wat al verstuurd was, komt daarna vanzelf terug."
        )

    def body(self) -> ComposeResult:
        """Where they are, and the list."""
        yield Static("", id="standing", markup=False)
        yield BackupList(
            [
                Column("taken", _("Van"), lambda row: Cell(when(row.backup), "strong"), 22),
                Column("why", _("Waarom"), why, 24, share=1),
                Column("size", _("Grootte"), lambda row: Cell(size(row), "muted"), 12),
            ],
            id="backups",
            empty_text=self.empty_text(),
        )

    @property
    def shown(self) -> BackupList:
        """The list."""
        return self.query_one(BackupList)

    def empty_text(self) -> str:
        """What stands there when there is none."""
        return _("Er is nog geen reservekopie. Ga terug en maak er een met b.")

    def read(self, desk: Workspace) -> Listed:
        """The backups, the newest first, and where new ones go."""
        key = desk.vault.key
        seen = backups.standing(desk)
        rows = [Row(each, checking.is_ours(each, key), megabytes(each)) for each in seen.backups]
        return rows, backups.folder(desk.config, desk.vault.home, key), seen.failure

    async def show_read(self, found: Listed) -> None:
        """Show them, and where they are."""
        rows, where, failure = found
        # One with a date to come, by a clock that was wrong, is no newest.
        ours, today = [row for row in rows if row.ours], self.wor.clock.now().date()
        self.newest = next((row for row in ours if row.backup.taken.date() <= today), ours[0] if ours else None)
        self.shown.show_rows({str(row.backup.folder): row for row in rows})
        line = _("Map: {folder}").format(folder=where) + (f" · {folder_words(failure)}" if failure else "")
        self.query_one("#standing", Static).update(line)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is there can be thrown away."""
        if action == "backup_remove":
            return self.is_mounted and self.shown.chosen is not None
        return super().check_action(action, parameters)

    def on_virtual_list_opened(self, event: VirtualList.Opened) -> None:
        """Ask, and put it back."""
        event.stop()
        row = self.shown.row_of(event.id)
        if row is not None:
            self.put_back(row)

    def put_back(self, row: Row) -> None:
        """Ask whether it is wanted; an older one asks for its passphrase first."""
        chosen, key = row.backup, self.wor.desk.vault.key
        if row.ours:
            self.ask(chosen, Keys(key, key, keeps=True))
            return
        from wor_tui.screens.backup_secret import BackupSecretScreen  # noqa: PLC0415

        def after(known: Keys | None) -> None:
            if known is not None:
                self.ask(chosen, Keys(known.backup, key, keeps=False))

        self.wor.push_screen(BackupSecretScreen(chosen), after)

    def ask(self, chosen: Backup, keys: Keys) -> None:
        """Name what comes of it, and put it back when that is wanted."""
        from wor_tui.screens.vault_copies import put_back  # noqa: PLC0415

        consequence = _(
            "De kluis wordt weer zoals hij was op {when}. Wat er nu is, wordt eerst als reservekopie bewaard. Wat na "
            "die tijd al verstuurd is, komt vanzelf terug; wat nog niet verstuurd was, staat alleen in die kopie."
        ).format(when=when(chosen))
        if not keys.keeps:
            said = _("Daarna openen de wachtzin en de herstelcode van toen de kluis, en die van nu niet meer.")
            consequence = f"{consequence}\n\n{said}"

        def after(wanted: bool | None) -> None:
            if wanted:
                # The app's worker: this screen goes away.
                self.wor.run_worker(partial(put_back, self.wor, chosen, keys), group="copies")

        self.wor.push_screen(ConfirmScreen(_("Deze reservekopie terugzetten?"), consequence), after)

    def action_backup_remove(self) -> None:
        """Throw the chosen one away, after a question; the newest that this vault's key opens stays."""
        row = self.shown.chosen
        if row is None:
            return
        if row == self.newest:
            said = _("Dit is uw nieuwste kopie; die blijft. Maak eerst een nieuwe: Esc, dan b.")
            self.notify(said, severity="warning", markup=False)
            return
        chosen = row.backup
        consequence = _("De kopie is dan weg en komt niet terug. Uw kluis en de andere kopieën blijven zoals ze zijn.")
        asked = _("De reservekopie van {when} weggooien?").format(when=when(chosen))
        self.wor.push_screen(ConfirmScreen(asked, consequence), lambda sure: self.throw_away(chosen) if sure else None)

    def throw_away(self, chosen: Backup) -> None:
        """Throw one away."""
        self.run_worker(partial(self.thrown_away, chosen), group="copies")

    async def thrown_away(self, chosen: Backup) -> None:
        """In a thread; then the list is read again."""
        done = await self.wor.attempt(lambda: backup.remove(chosen))
        if not isinstance(done, Failed):
            self.wor.say(_("De reservekopie is weggegooid."))
        self.data_changed()


def when(chosen: Backup) -> str:
    """When it was made."""
    return f"{local(chosen.taken):%d-%m-%Y %H:%M}"


def why(row: Row) -> str:
    """Why it was made."""
    if not row.ours:
        return _("van voor de nieuwe sleutel")
    return {
        backup.BY_HAND: _("met de hand gemaakt"),
        backup.BEFORE_MIGRATION: _("voor een nieuwe versie"),
        backup.BEFORE_RESTORE: _("voor het terugzetten"),
    }.get(row.backup.why, _("gewone kopie"))


def megabytes(chosen: Backup) -> int | None:
    """How large it is, at least one; None when it is gone."""
    try:
        return max(1, round(chosen.database.stat().st_size / MEGABYTE))
    except OSError:
        return None


def size(row: Row) -> str:
    """How large it is."""
    return "" if row.megabytes is None else _("{n} MB").format(n=row.megabytes)
