"""The vault: what opens it and since when, how strong the passphrase is, the last copy and the last look."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wor_tui.i18n import _, ngettext
from wor_tui.screens.bindings import bindings
from wor_tui.screens.dates import day_text, moment_words
from wor_tui.screens.offers import Offers
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.trouble import Failed
from wor_tui.screens.vault_copies import CopyActions
from wor_tui.services import backups, vault_keys
from wor_tui.vault import slots
from wor_tui.wording.backups import folder_words
from wor_tui.wording.strength import strength_level
from wor_tui.wording.vault import lock_words, way_in

if TYPE_CHECKING:
    from datetime import date

    from textual.app import ComposeResult

    from wor_tui.services.backups import LastCopy
    from wor_tui.services.vault_keys import Protection, Way
    from wor_tui.services.workspace import Workspace

    Standing = tuple[Protection, LastCopy, int, bool]


OFFERED = (
    "vault.passphrase", "vault.recovery", "vault.keyring", "vault.rekey", "vault.backup", "vault.restore",
    "vault.clean-copies", "vault.check", "vault.leave",
)  # fmt: skip


class VaultScreen(CopyActions, ReadingScreen["Standing"]):
    """What protects this vault, and a key for each thing that can be done about it."""

    CSS_PATH = "settings.tcss"
    BINDINGS = bindings(*OFFERED)
    AUTO_FOCUS: ClassVar[str | None] = "#settings"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.found: Protection | None = None
        self.keyring_offered = False
        self.with_erased = 0
        """How many backups may hold somebody who was erased since."""

    def crumb(self) -> str:
        """Where we are."""
        return _("Kluis")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "De kluis is de map op dit apparaat waar alles versleuteld staat. Hier ziet u wat hem opent. Een andere "
            "wachtzin of herstelcode geldt meteen; uw gegevens worden daarvoor niet aangeraakt."
        )

    def body(self) -> ComposeResult:
        """One text."""
        with VerticalScroll(id="settings"):
            yield Static("", id="protection")
            yield Static(heading(_("Wat u kunt doen")), id="can-do")
            yield Offers(*OFFERED)

    def read(self, desk: Workspace) -> Standing:
        """What protects the vault, and when it was copied last; whether there is a keyring is asked once."""
        offered = vault_keys.keyring_offered() if self.found is None else self.keyring_offered
        return vault_keys.protection(desk), backups.last_copy(desk), len(backups.holding_erased(desk)), offered

    async def show_read(self, found: Standing) -> None:
        """Show it, and offer what can be done."""
        self.found, copied, self.with_erased, self.keyring_offered = found
        self.query_one("#protection", Static).update(self.text(self.found, copied))
        self.refresh_bindings()

    def text(self, found: Protection, copied: LastCopy) -> Content:
        """What protects the vault, as lines."""
        today = self.wor.clock.today()
        own, recovery = found.way(slots.PASSPHRASE), found.way(slots.RECOVERY)
        organisation, keyring = found.way(slots.ESCROW), found.way(slots.KEYRING)
        strong = strength_level(found.strength).lower() if found.strength else ""
        no_keyring = _("uit") if self.keyring_offered else _("niet op deze computer")
        no_organisation = _("nee: alleen u kunt in deze kluis")
        no_copy = _("niet te zien") if copied.failure else _("nog geen")
        lines = [
            heading(_("Wat deze kluis opent")),
            pair(way_in(slots.PASSPHRASE), since(own, today), strong),
            pair(way_in(slots.RECOVERY), since(recovery, today)),
            pair(_("organisatie"), since(organisation, today) if organisation else no_organisation),
        ]
        if found.organisation_key:
            lines.append(pair("", _("sleutel {letters}").format(letters=found.organisation_key)))
        lines.append(pair(_("sleutelhanger"), since(keyring, today) if keyring else no_keyring))
        if found.cost is not None:
            said = _("{megabytes} MB geheugen, {passes} rondes").format(
                megabytes=found.cost.memory // 1024, passes=found.cost.passes
            )
            lines.append(pair(_("elke gok kost"), said))
        locks = lock_words(self.wor.config.lock.minutes, found.lock_minutes_at_most, demo=self.wor.demo)
        lines += [pair("" if place else _("op slot"), said) for place, said in enumerate(locks)]
        if found.lease_days is not None:
            lines.append(pair(_("zonder contact"), _("{n} dagen open, daarna dicht").format(n=found.lease_days)))
        lines += [
            Content(""),
            heading(_("Reservekopieën")),
            pair(_("laatste kopie"), moment_words(copied.taken, today) if copied.taken else no_copy),
            *([pair(_("map"), folder_words(copied.failure))] if copied.failure else []),
            *([pair(_("gewist"), self.erased_words())] if self.with_erased else []),
            pair(_("laatst nagekeken"), day_text(found.checked_on, today) if found.checked_on else _("nog niet")),
        ]
        return Content("\n").join(lines)

    def erased_words(self) -> str:
        """How many backups are from before something was erased."""
        return ngettext(
            "{n} kopie is van vóór een wissing", "{n} kopieën zijn van vóór een wissing", self.with_erased
        ).format(n=self.with_erased)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keyring only where one answers, or is used already; each other thing where there is something to do."""
        if action == "vault_keyring":
            used = self.found is not None and self.found.way(slots.KEYRING) is not None
            return self.keyring_offered or used
        if action == "vault_clean_copies":
            return self.with_erased > 0
        return super().check_action(action, parameters)

    def action_vault_passphrase(self) -> None:
        """Another passphrase."""
        from wor_tui.screens.passphrase_form import PassphraseScreen  # noqa: PLC0415

        self.wor.push_screen(PassphraseScreen())

    def action_vault_leave(self) -> None:
        """This device goes for good."""
        from wor_tui.screens.leave import LeaveScreen  # noqa: PLC0415

        self.wor.push_screen(LeaveScreen())

    def action_vault_recovery(self) -> None:
        """Another recovery code."""
        from wor_tui.screens.recovery import RecoveryScreen, Why  # noqa: PLC0415
        from wor_tui.vault import recovery_code  # noqa: PLC0415

        self.wor.push_screen(RecoveryScreen(recovery_code.fresh(), self.wor.desk, Why.RENEWED))

    def action_vault_keyring(self) -> None:
        """On when it is off, off when it is on; the first is asked once more."""
        from wor_tui.screens.confirm import ConfirmScreen  # noqa: PLC0415

        if self.found is not None and self.found.way(slots.KEYRING) is not None:
            self.run_worker(self.turn(on=False))
            return

        def after(wanted: bool | None) -> None:
            if wanted:
                self.run_worker(self.turn(on=True))

        consequence = _(
            "Wie op deze computer als u is ingelogd, kan uw kluis dan zonder wachtzin openen. Uw wachtzin blijft ook "
            "gelden."
        )
        self.wor.push_screen(ConfirmScreen(_("De sleutelhanger van deze computer gebruiken?"), consequence), after)

    async def turn(self, *, on: bool) -> None:
        """Use the keyring, or no more."""
        done = await self.wor.attempt(lambda: vault_keys.use_keyring(self.wor.desk, on=on))
        if not isinstance(done, Failed):
            self.wor.saved(_("De sleutelhanger staat aan.") if on else _("De sleutelhanger staat uit."))


def heading(text: str) -> Content:
    """A part's title."""
    return Content.assemble((text, "bold $primary"))


def pair(name: str, *values: str) -> Content:
    """A name and what there is to say about it."""
    return Content.assemble((f"  {name:<18}", "$text-muted"), " · ".join(value for value in values if value))


def since(way: Way | None, today: date) -> str:
    """Since when something opens the vault."""
    if way is None:
        return _("nee")
    return _("sinds {day}").format(day=day_text(way.since, today)) if way.since else _("ja")
