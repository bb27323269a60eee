"""What covers everything while the program locks; it only asks something when a draft couldn't be kept."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from wor_tui.actions import ACTIONS
from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.fields import Field
from wor_tui.screens.frame import KeyBar, key_name

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.config import Config


def shown_key(config: Config, identifier: str) -> str:
    """How the key of an action is written, as this person chose it."""
    return key_name((config.keys.get(identifier) or ACTIONS[identifier].keys[0]).partition(",")[0])


class Choice(Enum):
    """What to do about a draft that can't be kept."""

    AGAIN = "again"
    LOSE = "lose"
    BACK = "back"


class LockedScreen(ModalScreen[None]):
    """Blank but for one sentence that names nobody. `answer` waits for a choice; a passphrase is tried elsewhere."""

    CSS_PATH = "locked.tcss"
    BINDINGS = bindings("locked.again", "locked.lose")
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, config: Config) -> None:
        """Nothing is asked yet."""
        super().__init__()
        self.config = config
        self.asks = False
        self.secret = ""
        self._chosen: asyncio.Queue[Choice] = asyncio.Queue()

    def compose(self) -> ComposeResult:
        """The sentence; the question about a draft, at first away."""
        again = _("{key}  nu opnieuw proberen").format(key=shown_key(self.config, "locked.again"))
        lose = _("{key}  toch vergrendelen; wat u als laatste typte, bent u dan kwijt").format(
            key=shown_key(self.config, "locked.lose")
        )
        unkept = Vertical(
            Static(_("Nog niet vergrendeld"), classes="title", markup=False),
            Static("", id="trouble", classes="trouble", markup=False),
            Static(
                _(
                    "Daardoor is niet bewaard wat u als laatste typte. Het programma probeert het steeds opnieuw. "
                    "Los het op, of kies:"
                ),
                markup=False,
            ),
            Static(again, classes="gap", markup=False),
            Static(lose, markup=False),
            Static(_("Of typ uw wachtzin en druk op Enter om terug te gaan."), classes="gap", markup=False),
            Field(_("Wachtzin"), id="passphrase", password=True, cap=1000),
            Static("", id="said", classes="trouble", markup=False),
            id="unkept",
        )
        keys = KeyBar()
        unkept.display = keys.display = False
        with Vertical(id="locked"):
            yield Static(_("Vergrendelen…"), id="locking", markup=False)
            yield unkept
        yield keys

    def ask(self, trouble: str) -> None:
        """Say why the draft couldn't be kept, and ask what to do."""
        self.query_one("#trouble", Static).update(trouble)
        if self.asks:
            return
        self.asks = True
        self.query_one("#locking").display = False
        self.query_one("#unkept").display = True
        self.query_one(KeyBar).display = True
        self.query_one("#passphrase", Field).focus()
        self.refresh_bindings()

    def say(self, sentence: str) -> None:
        """A sentence under the passphrase."""
        self.query_one("#said", Static).update(sentence)

    def done(self) -> None:
        """Ask no more."""
        self.asks = False
        self.query_one("#unkept").display = False
        self.query_one(KeyBar).display = False
        self.query_one("#locking").display = True

    async def answer(self, within_s: float) -> Choice:
        """What is chosen; to try again when nobody chose anything in time."""
        try:
            return await asyncio.wait_for(self._chosen.get(), within_s)
        except TimeoutError:
            return Choice.AGAIN

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing, as long as nothing is asked."""
        del action, parameters
        return self.asks

    def action_locked_again(self) -> None:
        """Try to keep it again."""
        self._chosen.put_nowait(Choice.AGAIN)

    def action_locked_lose(self) -> None:
        """Lock all the same."""
        self._chosen.put_nowait(Choice.LOSE)

    def on_field_submitted(self, event: Field.Submitted) -> None:
        """Back, with the passphrase."""
        event.stop()
        self.secret = event.field.line.value
        event.field.value = ""
        if self.secret:
            self._chosen.put_nowait(Choice.BACK)
