"""What is set, and where: read only, as the file says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wor_tui import paths
from wor_tui.domain.codes import Role
from wor_tui.i18n import _, language
from wor_tui.screens.bindings import bindings
from wor_tui.screens.reading import ReadingScreen
from wor_tui.services import pinning
from wor_tui.wording import label
from wor_tui.wording.vault import lock_words

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.pinning import Settled
    from wor_tui.services.workspace import Workspace


class SettingsScreen(ReadingScreen["Settled"]):
    """Who works here, the look, the terms; the configuration's place."""

    CSS_PATH = "settings.tcss"
    BINDINGS = bindings("vault.open")
    AUTO_FOCUS: ClassVar[str | None] = "#settings"

    def crumb(self) -> str:
        """Where we are."""
        return _("Instellingen")

    def body(self) -> ComposeResult:
        """One text."""
        with VerticalScroll(id="settings"):
            yield Static("", id="settings-text")

    def read(self, desk: Workspace) -> Settled:
        """What the organisation settled stands in the vault."""
        with desk.database.read() as connection:
            return pinning.settled(connection)

    async def show_read(self, found: Settled) -> None:
        """One text."""
        self.query_one("#settings-text", Static).update(self.text(found.lock_minutes_at_most))

    def action_vault_open(self) -> None:
        """What protects the vault."""
        from wor_tui.screens.vault import VaultScreen  # noqa: PLC0415

        self.wor.push_screen(VaultScreen())

    def text(self, lock_minutes_at_most: int | None) -> Content:
        """The settings that count now."""
        config, me = self.wor.config, self.wor.desk.me
        rules = config.rules
        locks = lock_words(config.lock.minutes, lock_minutes_at_most, demo=self.wor.demo)
        found = [
            (_("Wie"), f"{me.name} · {label(Role, str(me.role))}"),
            (_("Map van de kluis"), str(self.wor.home)),
            (_("Taal"), {"nl": "Nederlands", "en": "English"}[language()]),
            (_("Kleuren"), _("{theme} (F10 kiest een ander, voor nu)").format(theme=theme_words(self.wor.theme))),
            *(("" if place else _("Op slot"), said) for place, said in enumerate(locks)),
            (_("Contacten"), _("{n} in {weeks} weken").format(n=rules.contacts, weeks=rules.weeks)),
            (_("Eerste contact"), _("binnen {n} dagen").format(n=rules.first_contact_days)),
            (_("Terugkoppeling 1"), _("{n} werkdagen na de intake").format(n=rules.feedback_1_working_days)),
            (_("Terugkoppeling 2"), _("na {n} maanden").format(n=rules.feedback_2_months)),
            (_("Ruimere afspraak"), _("{n} minuten").format(n=config.appointments.minutes)),
            (_("Bestand"), str(paths.config_file(self.wor.home))),
        ]
        lines = [Content.assemble((f"{name:<20}", "$text-muted"), value) for name, value in found]
        lines.append(Content(""))
        lines.append(Content(_("U verandert deze instellingen in het bestand; config.example.toml noemt ze allemaal.")))
        return Content("\n").join(lines)


def theme_words(theme: str) -> str:
    """A theme by what it looks like."""
    return {
        "light": _("licht"),
        "dark": _("donker"),
        "high-contrast": _("hoog contrast"),
        "ansi-dark": _("kleuren van de terminal"),
    }.get(theme.removeprefix("wor-"), theme)
