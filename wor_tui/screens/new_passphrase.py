"""Choosing a passphrase: twice, with how strong it is and why, and four random words for who wants them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.fields import Field
from wor_tui.vault import strength
from wor_tui.wording.strength import strength_sentence
from wor_tui.wording.vault import caps_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.vault.strength import Judged


class NewPassphrase(Vertical):
    """Two fields and the sentence between them; `own` gives the names that somebody would try first."""

    DEFAULT_CSS = "NewPassphrase { height: auto; }"

    def __init__(self, label: str, own: Callable[[], tuple[str, ...]] = tuple) -> None:
        """Fields that nothing stands in yet."""
        super().__init__()
        self.label = label
        self.own = own

    def compose(self) -> ComposeResult:
        """The fields, with a place for what is said about them."""
        yield Static("", id="words", markup=False)
        yield Field(self.label, id="passphrase", password=True, cap=1000, check=self.check_passphrase)
        yield Static("", id="advice", classes="muted", markup=False)
        yield Field(_("Nog een keer"), id="again", password=True, cap=1000, check=self.check_again)

    def on_mount(self) -> None:
        """The lists of words are read while the first questions are answered."""
        self.query_one("#words").display = False
        threading.Thread(target=strength.get_ready, name="wor-words", daemon=True).start()

    @property
    def value(self) -> str:
        """The passphrase, untouched."""
        return self.query_one("#passphrase", Field).line.value

    def judged(self) -> Judged:
        """How strong what stands there is."""
        return strength.judged(self.value, self.own())

    def check_passphrase(self, _typed: str) -> str:
        """Strong enough; why it isn't stands beside it."""
        return "" if self.judged().level > strength.Level.WEAK else _("Kies een sterkere wachtzin.")

    def check_again(self, _typed: str) -> str:
        """The same twice."""
        same = self.query_one("#again", Field).line.value == self.value
        return "" if same else _("De twee wachtzinnen zijn niet gelijk.")

    def on_field_changed(self, event: Field.Changed) -> None:
        """Say how strong it is while it is typed."""
        if event.field.id == "passphrase":
            self.query_one("#advice", Static).update(self.advice())

    def advice(self) -> str:
        """How strong it is and why; and that it is in capitals only, which is seldom meant."""
        if not self.value:
            return ""
        return f"{strength_sentence(self.judged())} {caps_lock(self.value)}".rstrip()

    def offer(self, words: str) -> None:
        """Show some words to be typed in both fields: who types them, remembers them."""
        shown = self.query_one("#words", Static)
        shown.update(_("Vier woorden: {words}. Typ ze twee keer.").format(words=words))
        shown.display = True
        self.query_one("#passphrase", Field).focus()
