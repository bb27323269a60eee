"""A disk that answers late: a key typed meanwhile isn't lost, and a screen that is left has nothing to show."""

import threading
import time

import pytest
from textual.await_remove import AwaitRemove
from textual.dom import DOMNode
from textual.widget import Widget

from tests.screens.driving import at, settled, type_text, until
from wor_tui.app import WorApp
from wor_tui.screens.caseload import CaseloadScreen
from wor_tui.screens.client import ClientScreen
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.today import TodayScreen
from wor_tui.services.case_file import CaseFile
from wor_tui.services.today import Today
from wor_tui.services.workspace import Workspace


async def test_a_key_typed_while_a_case_is_still_being_read_waits_for_it(
    app: WorApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_read, reading = threading.Event(), threading.Event()
    read = ClientScreen.read

    def late(self: ClientScreen, desk: Workspace) -> CaseFile:
        reading.set()
        assert may_read.wait(60)
        return read(self, desk)

    monkeypatch.setattr(ClientScreen, "read", late)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pilot.press("f3")
        await at(pilot, CaseloadScreen)
        await pilot.press("slash")
        await type_text(pilot, "mieke")
        await settled(pilot)
        await pilot.press("enter", "enter")
        await until(pilot, reading.is_set)
        await pilot.press("n")
        may_read.set()
        await until(pilot, lambda: isinstance(app.screen, ContactForm))


async def test_an_answer_that_comes_while_its_screen_is_taken_down_is_shown_nowhere(
    app: WorApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, taken_down, answered = threading.Event(), threading.Event(), threading.Event()
    read, prune = TodayScreen.read, WorApp._prune
    shown: list[Today] = []

    def late(self: TodayScreen, desk: Workspace) -> Today:
        found = read(self, desk)
        reading.set()
        assert taken_down.wait(60)
        answered.set()
        return found

    def pruned(self: WorApp, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        removed = prune(self, *nodes, parent=parent)
        taken_down.set()
        # The answer comes before the first part of the screen is gone.
        assert answered.wait(60)
        time.sleep(0.1)
        return removed

    async def noting(_self: TodayScreen, found: Today) -> None:
        shown.append(found)

    async with app.run_test(size=(120, 40)) as pilot:
        await at(pilot, TodayScreen)
        monkeypatch.setattr(TodayScreen, "read", late)
        monkeypatch.setattr(TodayScreen, "show_read", noting)
        app.tell_screens()
        await until(pilot, reading.is_set)
        monkeypatch.setattr(WorApp, "_prune", pruned)
    assert shown == []
