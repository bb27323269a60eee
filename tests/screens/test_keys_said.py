"""The keys that the footer and F1 name do what they say, also where a list takes one of them."""

from textual.binding import Binding

from tests.screens.driving import at, said, settled, to_client
from wor_tui.actions import ACTIONS
from wor_tui.app import WorApp
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.consent_form import ConsentForm
from wor_tui.screens.frame import KeyBar
from wor_tui.screens.help import HelpScreen, offered
from wor_tui.widgets.cursor_list import CursorList
from wor_tui.widgets.timeline_list import TimelineList


def key_of(app: WorApp, action: str) -> str:
    """The key that the footer names for an action."""
    shown = app.screen.query_one(KeyBar).keys()
    return next(key for key, words, _enabled in shown if words == ACTIONS[action].nl)


async def test_consent_has_the_key_that_is_named_also_beside_a_list(app: WorApp) -> None:
    async with app.run_test(size=(160, 40)) as pilot:
        await to_client(pilot)
        assert key_of(app, "consent.add") == "g"
        await pilot.press("t", "end")
        await settled(pilot)
        screen = app.screen
        assert isinstance(screen, ClientScreen)
        timeline = screen.query_one(TimelineList)
        assert timeline.cursor == timeline.count - 1 > 0
        assert key_of(app, "consent.add") == "ctrl+g"
        assert {offer.action.id: offer.key for offer in offered(screen)}["consent.add"] == "ctrl+g"
        await pilot.press("f1")
        await at(pilot, HelpScreen)
        assert "^G  toestemming" in said(app.screen)
        assert "  g  toestemming" not in said(app.screen)
        await pilot.press("escape", "g")
        await at(pilot, ClientScreen)
        assert timeline.cursor == 0
        await pilot.press("ctrl+g")
        await at(pilot, ConsentForm)


def test_what_moves_a_list_can_be_given_another_key() -> None:
    """A person's own keymap names the registry's ids."""
    for binding in CursorList.BINDINGS:
        assert isinstance(binding, Binding)
        known = ACTIONS[binding.id or ""]
        assert tuple(binding.key.split(",")) == known.keys
