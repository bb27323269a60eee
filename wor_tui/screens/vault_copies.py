"""What can be done about the copies of the vault, and its key: from the screen that shows what protects it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from wor_tui.i18n import _, ngettext
from wor_tui.lock import Locked, Reason
from wor_tui.locking import QUIT
from wor_tui.screens import trouble
from wor_tui.screens.confirm import ConfirmScreen
from wor_tui.screens.frame import WorScreen
from wor_tui.screens.trouble import Failed
from wor_tui.screens.vault_work import FoundScreen, WorkScreen
from wor_tui.services import backups, vault_keys
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault import recovery_code, rekey, restore
from wor_tui.vault.errors import BrokenOff, VaultError
from wor_tui.vault.strength import judged
from wor_tui.vault.vault import open_vault
from wor_tui.wording.vault import way_in
from wor_tui.wording.vault_check import found_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wor_tui.app import WorApp
    from wor_tui.vault.backup import Backup
    from wor_tui.vault.copying import Cancelled, Progress
    from wor_tui.vault.restore import Keys

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Undone:
    """Work on the closed vault that ended in an error: the vault is as it was, and open again."""

    error: VaultError
    workspace: Workspace


@dataclass(frozen=True, slots=True)
class ToKnow:
    """What is said before the program starts anew."""

    sentences: tuple[str, ...]


class CopyActions(WorScreen[None]):
    """A backup, a look at everything, putting back, and another key."""

    def action_vault_backup(self) -> None:
        """A backup now."""
        self.run_worker(self.back_up, group="copies")

    async def back_up(self) -> None:
        """Make it, and say where it is."""
        taken = await self.wor.push_screen_wait(
            WorkScreen(
                _("Reservekopie maken"),
                _("De kluis wordt versleuteld gekopieerd en daarna nagelezen."),
                partial(backups.back_up, self.wor.desk),
            )
        )
        if isinstance(taken, Failed):
            self.wor.say(taken.sentence, severe=not isinstance(taken.error, BrokenOff))
            return
        self.wor.say(_("De reservekopie is gemaakt en nagelezen."))
        self.data_changed()

    def action_vault_clean_copies(self) -> None:
        """A backup without whoever was erased, in place of those with them."""

        def after(wanted: bool | None) -> None:
            if wanted:
                self.run_worker(self.clean_copies, group="copies")

        consequence = _(
            "Er wordt eerst een nieuwe reservekopie gemaakt en nagelezen. Daarna gaan alle kopieën van vóór de wissing "
            "weg, ook die u zelf maakte. Wat op een schijf staat die nu niet is aangesloten, blijft daar."
        )
        self.wor.push_screen(ConfirmScreen(_("Reservekopieën van vóór een wissing weggooien?"), consequence), after)

    async def clean_copies(self) -> None:
        """Make one, throw away the others."""
        done = await self.wor.push_screen_wait(
            WorkScreen(
                _("Reservekopieën vernieuwen"),
                _("De kluis wordt versleuteld gekopieerd en daarna nagelezen."),
                partial(backups.without_erased, self.wor.desk),
            )
        )
        if isinstance(done, Failed):
            self.wor.say(done.sentence, severe=not isinstance(done.error, BrokenOff))
            return
        self.wor.say(_("De oude reservekopieën zijn weg; er is een nieuwe."))
        self.data_changed()

    def action_vault_check(self) -> None:
        """Read everything."""
        self.run_worker(self.check, group="copies")

    async def check(self) -> None:
        """Look at everything, and say what was found."""
        desk = self.wor.desk
        found = await self.wor.push_screen_wait(
            WorkScreen(
                _("Nakijken"),
                _("Elke bladzijde van de kluis en van de reservekopieën wordt gelezen."),
                lambda _progress, cancelled: backups.check(desk, cancelled=cancelled),
            )
        )
        if isinstance(found, Failed):
            self.wor.say(found.sentence, severe=not isinstance(found.error, BrokenOff))
            return
        said = [(each.ok, found_sentence(each.check, each.code, each.facts)) for each in found]
        wrong = sum(not well for well, _said in said)
        title = (
            ngettext("Eén ding vraagt aandacht", "{n} dingen vragen aandacht", wrong).format(n=wrong)
            if wrong
            else _("Alles is in orde")
        )
        await self.wor.push_screen(FoundScreen(title, said))
        self.data_changed()

    def action_vault_restore(self) -> None:
        """Choose a backup to put back."""
        from wor_tui.screens.backups import BackupsScreen  # noqa: PLC0415

        self.wor.push_screen(BackupsScreen())

    def action_vault_rekey(self) -> None:
        """Another key: first the passphrase, then the new recovery code."""
        from wor_tui.screens.rekey import RekeyScreen  # noqa: PLC0415

        secret = os.urandom(recovery_code.SECRET_BYTES)

        def after(passphrase: str | None) -> None:
            if passphrase:
                self.wor.run_worker(partial(give_another_key, self.wor, passphrase, secret), group="copies")

        self.wor.push_screen(RekeyScreen(recovery_code.written(secret)), after)


async def give_another_key(wor: WorApp, passphrase: str, secret: bytes) -> None:
    """Rekey the vault: closed meanwhile, and opened with the passphrase afterwards."""
    home, clock, config = wor.home, wor.clock, wor.config

    def work(progress: Progress, cancelled: Cancelled) -> ToKnow:
        done = rekey.rekey(home, passphrase, secret, progress, cancelled)
        # From here on the vault has its new key: what fails now mustn't look as if it hadn't.
        with suppress(VaultError), open_vault(home, done.key) as vault, open_workspace(vault, clock, config) as opened:
            vault_keys.note_strength(opened, judged(passphrase))
        older = 0
        with suppress(VaultError):
            older = len(backups.older_than(done.key, config, home))
        return to_know(done.lost, older)

    await closed_meanwhile(
        wor,
        _("Nieuwe sleutel"),
        _("Alles wordt met een nieuwe sleutel overgeschreven en regel voor regel vergeleken."),
        work,
        Reason.REKEYED,
    )


def to_know(lost: Sequence[str], older: int) -> ToKnow:
    """What somebody has to know after a rekeying, a sentence each; nothing when all went along."""
    said: list[str] = []
    if lost:
        kinds = ", ".join(way_in(kind) for kind in lost)
        said.append(_("Deze manieren om te openen zijn vervallen: {kinds}.").format(kinds=kinds))
    if older:
        said.append(
            ngettext(
                "{count} oudere reservekopie opent nog met de oude sleutel. Kan iemand die hebben? Gooi haar dan weg: "
                "F9, k, t en dan x.",
                "{count} oudere reservekopieën openen nog met de oude sleutel. Kan iemand die hebben? Gooi ze dan weg: "
                "F9, k, t en dan x.",
                older,
            ).format(count=older)
        )
    return ToKnow(tuple(said))


async def put_back(wor: WorApp, chosen: Backup, keys: Keys) -> None:
    """Put a backup back with what opens it; the passphrase of now stays where `keys` keeps it."""
    home, clock = wor.home, wor.clock
    await closed_meanwhile(
        wor,
        _("Terugzetten"),
        _("De reservekopie wordt nagelezen en teruggezet. Wat er nu is, wordt eerst bewaard."),
        lambda progress, cancelled: restore.restore(home, chosen, keys, clock.now(), progress, cancelled),
        Reason.RESTORED,
    )


async def closed_meanwhile(
    wor: WorApp, title: str, explanation: str, work: Callable[[Progress, Cancelled], Answer], reason: Reason
) -> None:
    """Close the vault, do the work and start anew at the door; when it fails, open the vault again and say why."""
    desk, background = wor.desk, wor.background
    home, key, clock, config = wor.home, desk.vault.key, desk.clock, desk.config

    def closed(progress: Progress, cancelled: Cancelled) -> Answer | Undone:
        if background is not None:
            background.stop()
        desk.close()
        try:
            return work(progress, cancelled)
        except VaultError as error:
            return Undone(error, open_workspace(open_vault(home, key), clock, config))

    outcome = await wor.push_screen_wait(WorkScreen(title, explanation, closed))
    if isinstance(outcome, Undone):
        await wor.begin(outcome.workspace)
        wor.say(trouble.sentence(outcome.error), severe=not isinstance(outcome.error, BrokenOff))
        return
    if isinstance(outcome, Failed):
        wor.say(outcome.sentence, severe=True)
    elif isinstance(outcome, ToKnow) and outcome.sentences:
        await wor.push_screen_wait(FoundScreen(_("Nog even dit"), [(False, each) for each in outcome.sentences]))
    # Also when it couldn't be opened again: at the door it is said what is the matter.
    wor.locked = Locked(Reason.ASKED if isinstance(outcome, Failed) else reason)
    wor.exit(QUIT)
