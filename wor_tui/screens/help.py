"""F1: what this screen is for, and every key that works on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from wor_tui.actions import ACTIONS, Action
from wor_tui.i18n import _, language
from wor_tui.screens.bindings import bindings
from wor_tui.screens.frame import WorScreen, key_name

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.dom import DOMNode


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done here: by which key, whether it works now, and what Textual runs, and where."""

    key: str
    action: Action
    enabled: bool
    runs: str
    node: DOMNode


def offered(screen: Screen[object]) -> list[Offer]:
    """All that can be done on a screen, the nearest to the focus first."""
    found: dict[str, Offer] = {}
    for key, active in screen.active_bindings.items():
        known = ACTIONS.get(active.binding.id or "")
        if known is not None and known.id not in found:
            found[known.id] = Offer(key, known, active.enabled, active.binding.action, active.node)
    return list(found.values())


class HelpScreen(ModalScreen[None]):
    """The help of the screen under it; any way out leads back there."""

    CSS_PATH = "help.tcss"
    BINDINGS = bindings("back")

    def __init__(self, about: Screen[object]) -> None:
        """Help about one screen."""
        super().__init__()
        self.about = about

    def compose(self) -> ComposeResult:
        """The explanation, then the keys."""
        name = self.about.crumb() if isinstance(self.about, WorScreen) else ""
        explanation = self.about.explanation() if isinstance(self.about, WorScreen) else ""
        with VerticalScroll(id="help"):
            yield Static(_("Hulp") + (f" · {name}" if name else ""), classes="title", markup=False)
            if explanation:
                yield Static(explanation, markup=False, classes="paragraph")
            yield Static(self.keys(), classes="paragraph")
            yield Static(
                _(
                    "Tab en ⇧Tab gaan van veld naar veld, de pijltjes (of j en k) door een lijst. De muis werkt "
                    "overal. Wat u typt in een formulier wordt vanzelf als concept bewaard."
                ),
                markup=False,
                classes="paragraph muted",
            )
            yield Static(_("Esc: terug"), markup=False, classes="muted")

    def keys(self) -> Content:
        """A line for each key."""
        lines: list[Content] = []
        for offer in offered(self.about):
            words = offer.action.name(language())
            look = "" if offer.enabled else "dim"
            lines.append(Content.assemble((f"{key_name(offer.key):>7}", "bold"), ("  " + words, look)))
        return Content("\n").join(lines)

    def on_mount(self) -> None:
        """The arrows scroll."""
        self.query_one("#help").focus()

    def action_back(self) -> None:
        """Back to the screen."""
        self.dismiss()
