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
from wor_tui.screens.frame import WorScreen
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.app import ComposeResult


class SettingsScreen(WorScreen[None]):
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
            yield Static(self.text())

    def action_vault_open(self) -> None:
        """What protects the vault."""
        from wor_tui.screens.vault import VaultScreen  # noqa: PLC0415

        self.wor.push_screen(VaultScreen())

    def text(self) -> Content:
        """The settings that count now."""
        config, me = self.wor.config, self.wor.desk.me
        rules = config.rules
        found = [
            (_("Wie"), f"{me.name} · {label(Role, str(me.role))}"),
            (_("Map van de kluis"), str(self.wor.home)),
            (_("Taal"), {"nl": "Nederlands", "en": "English"}[language()]),
            (_("Kleuren"), _("{theme} (F10 kiest een ander, voor nu)").format(theme=self.wor.theme)),
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
