"""Signing out from Settings › Kluis: what is to be done first is said, with how."""

import pytest

from tests.screens.driving import at, pressed, said, settled
from wor_tui.app import WorApp
from wor_tui.screens.leave import LeaveScreen
from wor_tui.screens.settings import SettingsScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.screens.vault import VaultScreen
from wor_tui.services import drafts
from wor_tui.services.leaving import Obstacles
from wor_tui.vault.vault import exists
from wor_tui.wording.leaving import obstacle_sentences


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Obstacles(alone=True, unsent=4, held=0, drafts=0), ["bij geen organisatie"]),
        (Obstacles(alone=False, unsent=1, held=0, drafts=0), ["1 wijziging is nog niet verstuurd"]),
        (Obstacles(alone=False, unsent=0, held=2, drafts=0), ["2 wijzigingen zijn tegengehouden"]),
        (Obstacles(alone=False, unsent=3, held=1, drafts=2), ["3 wijzigingen", "1 wijziging", "2 formulieren"]),
        (Obstacles(alone=False, unsent=0, held=0, drafts=0), []),
    ],
)
def test_each_obstacle_has_its_sentence(found: Obstacles, words: list[str]) -> None:
    sentences = obstacle_sentences(found)
    assert len(sentences) == len(words)
    assert all(word in sentence for word, sentence in zip(words, sentences, strict=True))
    assert bool(found) is bool(words)


async def test_it_refuses_and_says_how_to_go_on(conflict_app: WorApp) -> None:
    app = conflict_app
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        drafts.save(app.desk, "contact", "", {"note": "x"}, {})
        await pressed(pilot, "f9", to=SettingsScreen)
        await pressed(pilot, "k", to=VaultScreen)
        await pressed(pilot, "a", to=LeaveScreen)
        told = " ".join(said(app.screen).split())
        assert "Afmelden kan nog niet" in told
        assert "formulier is nog niet opgeslagen" in told
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, LeaveScreen)
        assert exists(app.home)
