"""The backups of this vault: which there are, how old, and putting one back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.dates import local
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.trouble import Failed
from wor_tui.services import backups
from wor_tui.vault import backup, checking
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording.backups import folder_words

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.vault.backup import Backup

MEGABYTE = 1024 * 1024


class BackupsScreen(ReadingScreen):
    """The newest first; Enter puts one back, after a question."""

    CSS_PATH = "sync.tcss"
    AUTO_FOCUS: ClassVar[str | None] = "#backups"

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
        yield ShortList["Backup"](
            [
                Column("taken", _("Van"), lambda row: Cell(self.when(row), "strong"), 22),
                Column("why", _("Waarom"), self.why, 24, share=1),
                Column("size", _("Grootte"), lambda row: Cell(size(row), "muted"), 12),
            ],
            id="backups",
            empty_text=_("Er is nog geen reservekopie."),
        )

    async def load(self) -> None:
        """Read which there are."""
        desk = self.wor.desk
        found = await self.wor.attempt(lambda: backups.standing(desk))
        if isinstance(found, Failed):
            return
        cast("ShortList[Backup]", self.query_one("#backups", ShortList)).show_rows(
            {str(each.folder): each for each in found.backups}
        )
        where = backups.folder(desk.config, desk.vault.home, desk.vault.key)
        line = _("Map: {folder}").format(folder=where) + (f" · {folder_words(found.failure)}" if found.failure else "")
        self.query_one("#standing", Static).update(line)

    def when(self, row: Backup) -> str:
        """When it was made."""
        return f"{local(row.taken):%d-%m-%Y %H:%M}"

    def why(self, row: Backup) -> str:
        """Why it was made."""
        if not checking.is_ours(row, self.wor.desk.vault.key):
            return _("van voor de nieuwe sleutel")
        return {
            backup.BY_HAND: _("met de hand gemaakt"),
            backup.BEFORE_MIGRATION: _("voor een nieuwe versie"),
            backup.BEFORE_RESTORE: _("voor het terugzetten"),
        }.get(row.why, _("gewone kopie"))

    def on_virtual_list_opened(self, event: VirtualList.Opened) -> None:
        """Ask, and put it back."""
        event.stop()
        chosen = cast("ShortList[Backup]", self.query_one("#backups", ShortList)).row_of(event.id)
        if chosen is None:
            return
        if not checking.is_ours(chosen, self.wor.desk.vault.key):
            said = _("Deze kopie heeft een oudere sleutel. Sluit het programma en typ: wor vault restore {name}")
            self.wor.say(said.format(name=chosen.name))
            return
        from wor_tui.screens.confirm import ConfirmScreen  # noqa: PLC0415
        from wor_tui.screens.vault_copies import put_back  # noqa: PLC0415

        def after(wanted: bool | None) -> None:
            if wanted:
                self.wor.run_worker(partial(put_back, self.wor, chosen), group="copies")

        consequence = _(
            "De kluis wordt weer zoals hij was op {when}. Wat er nu is, wordt eerst als reservekopie bewaard. Wat na "
            "die tijd al verstuurd is, komt vanzelf terug; wat nog niet verstuurd was, staat alleen in die kopie."
        ).format(when=self.when(chosen))
        self.wor.push_screen(ConfirmScreen(_("Deze reservekopie terugzetten?"), consequence), after)


def size(row: Backup) -> str:
    """How large it is."""
    try:
        return _("{n} MB").format(n=max(1, round(row.database.stat().st_size / MEGABYTE)))
    except OSError:
        return ""
