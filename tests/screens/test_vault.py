"""Settings › Kluis: what protects the vault; another passphrase, another recovery code, the computer's keyring."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring as library
import pytest
from textual.pilot import Pilot

from tests.screens.driving import at, said, settled, text_of, type_text, until
from tests.screens.people import NOW, PASSPHRASE
from tests.vault.test_keyring_slot import HERE, InMemory
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.screens import passphrase_form, start, vault
from wor_tui.screens.confirm import ConfirmScreen
from wor_tui.screens.fields import Field
from wor_tui.screens.offers import Offers
from wor_tui.screens.passphrase_form import PassphraseScreen
from wor_tui.screens.recovery import RecoveryScreen
from wor_tui.screens.settings import SettingsScreen
from wor_tui.screens.start import StartScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.screens.unlock import UnlockScreen
from wor_tui.screens.vault import VaultScreen
from wor_tui.services import pinning
from wor_tui.services.pinning import Settled
from wor_tui.services.workspace import open_workspace
from wor_tui.vault import escrow, keyring_slot, passphrase_cost, recovery_code
from wor_tui.vault.errors import WrongSecret
from wor_tui.vault.rewriting import set_recovery_code
from wor_tui.vault.vault import open_vault, unlock

Snapshot = Callable[..., bool]
SIZES = [(80, 24), (120, 40)]
OTHER = "gitaar molen wolk fiets"
ORGANISATION = "000G40R-40M30E2-09185GR-38E1W81-24GK2GA-HC5RR34-D1P70X3-RFGNG45"
WORDS = "gordijn kompas lente boterham"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wor_tui.services.vault_keys.calibrated", lambda: passphrase_cost.FLOOR)
    monkeypatch.setattr(vault.backups, "listed", lambda _: [])
    for module in (start, passphrase_form):
        monkeypatch.setattr(module, "offered", lambda: WORDS)


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemory]:
    """A keyring that keeps its secrets in memory, and is trusted."""
    before, chosen = library.get_keyring(), InMemory()
    library.set_keyring(chosen)
    probed = keyring_slot.probed
    monkeypatch.setattr(keyring_slot, "probed", lambda: probed(HERE))
    yield chosen
    library.set_keyring(before)


async def to_vault(pilot: Pilot[int]) -> VaultScreen:
    app = pilot.app
    await at(pilot, TodayScreen)
    await pilot.press("f9")
    await at(pilot, SettingsScreen)
    await pilot.press("k")
    await at(pilot, VaultScreen)
    await until(pilot, lambda: "Wat deze kluis opent" in said(app.screen))
    screen = app.screen
    assert isinstance(screen, VaultScreen)
    return screen


def fill(app: WorApp, **values: str) -> None:
    for name, value in values.items():
        app.screen.query_one(f"#{name}", Field).value = value


async def test_the_screen_says_what_opens_the_vault_and_since_when(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        shown = said(await to_vault(pilot))
        assert shown.count("sinds zo 22 nov") == 2
        assert "alleen u kunt in deze kluis" in shown
        assert "niet op deze computer" in shown
        assert "64 MB geheugen, 3 rondes" in shown
        await app.action_quit()


async def test_another_passphrase_asks_for_the_one_of_now(app: WorApp, home: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_vault(pilot)
        await pilot.press("w")
        await at(pilot, PassphraseScreen)
        fill(app, current="not this one", passphrase=OTHER, again=OTHER)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "klopt niet" in text_of(app, "#said"))
        assert unlock(home, passphrase=PASSPHRASE)
        fill(app, current=PASSPHRASE)
        await pilot.press("ctrl+s")
        await at(pilot, VaultScreen)
        await until(pilot, lambda: "sterk" in said(app.screen))
        await app.action_quit()
    assert unlock(home, passphrase=OTHER)
    with pytest.raises(WrongSecret):
        unlock(home, passphrase=PASSPHRASE)


async def test_what_is_being_changed_has_no_way_back(app: WorApp, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    measured = passphrase_form.vault_keys.change_passphrase

    def slow(*given: object) -> object:
        assert gate.wait(60)
        return measured(*given)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(passphrase_form.vault_keys, "change_passphrase", slow)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_vault(pilot)
        await pilot.press("w")
        await at(pilot, PassphraseScreen)
        screen = app.screen
        assert isinstance(screen, PassphraseScreen)
        fill(app, current=PASSPHRASE, passphrase=OTHER, again=OTHER)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: screen.busy)
        await pilot.press("escape")
        assert app.screen is screen
        # Who goes elsewhere meanwhile is told there.
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
        gate.set()
        await until(pilot, lambda: "De oude opent deze kluis niet meer" in said(app.screen))
        assert isinstance(app.screen, SettingsScreen)
        await app.action_quit()
    assert unlock(home, passphrase=OTHER)


async def test_settings_say_after_how_many_minutes_it_locks(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pilot.press("f9")
        await until(pilot, lambda: "na 5 minuten zonder toets" in said(app.screen))
        with app.desk.database.write() as connection:
            pinning.begin(connection, Settled(b"", 3))
        app.tell_screens()
        await until(pilot, lambda: "na 3 minuten zonder toets" in said(app.screen))
        assert "u koos 5, maar uw organisatie wil hoogstens" in said(app.screen)
        await app.action_quit()


async def test_every_thing_that_can_be_done_stands_on_the_screen_and_can_be_clicked(app: WorApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await to_vault(pilot)
        shown = said(app.screen)
        for words in ("andere wachtzin", "andere herstelcode", "reservekopie terugzetten", "alles nakijken"):
            assert words in shown.split("Wat u kunt doen")[1]
        await pilot.click(Offers, offset=(6, 0))
        await at(pilot, PassphraseScreen)
        await app.action_quit()


async def test_a_weak_passphrase_and_two_different_ones_are_refused(app: WorApp, home: Path) -> None:
    before = (home / "vault.key").read_bytes()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_vault(pilot)
        await pilot.press("w")
        await at(pilot, PassphraseScreen)
        fill(app, current=PASSPHRASE, passphrase="Ria de Boer 1961", again="Ria de Boer 1961")
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "eigen naam" in text_of(app, "#advice")
        assert "sterkere" in said(app.screen)
        fill(app, passphrase=OTHER)
        await pilot.press("ctrl+s")
        assert "niet gelijk" in said(app.screen)
        await app.action_quit()
    assert (home / "vault.key").read_bytes() == before


async def test_who_forgot_the_passphrase_chooses_one_after_the_recovery_code(home: Path) -> None:
    code = new_code(home)
    app = WorApp(home, clock=FixedClock(NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await app.open_with(recovery_code=code)
        await until(pilot, lambda: "Kies een andere wachtzin" in said(app.screen))
        await to_vault(pilot)
        await pilot.press("w")
        await at(pilot, PassphraseScreen)
        assert not app.screen.query_one("#current").display
        await type_text(pilot, OTHER)
        await pilot.press("enter")
        await type_text(pilot, OTHER)
        await pilot.press("enter")
        await at(pilot, VaultScreen)
        await app.action_quit()
    assert unlock(home, passphrase=OTHER)


def new_code(home: Path) -> str:
    code = recovery_code.fresh()
    set_recovery_code(home, unlock(home, passphrase=PASSPHRASE), code)
    return code


async def test_another_recovery_code_counts_once_it_is_confirmed(app: WorApp, home: Path) -> None:
    old = new_code(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_vault(pilot)
        await pilot.press("h")
        await at(pilot, RecoveryScreen)
        # One may go back to the code that one has.
        await pilot.press("escape")
        await at(pilot, VaultScreen)
        assert unlock(home, recovery_code=old)
        await pilot.press("h")
        await at(pilot, RecoveryScreen)
        screen = app.screen
        assert isinstance(screen, RecoveryScreen)
        await pilot.press("enter")
        fill(app, **{"group-2": screen.groups[1], "group-5": screen.groups[4]})
        screen.query_one("#group-5", Field).focus()
        assert unlock(home, recovery_code=old)
        await pilot.press("enter")
        await at(pilot, VaultScreen)
        await app.action_quit()
    assert unlock(home, recovery_code=screen.code)
    with pytest.raises(WrongSecret):
        unlock(home, recovery_code=old)


async def test_the_keyring_is_asked_about_once_and_opens_the_vault(app: WorApp, home: Path, ring: InMemory) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        assert "uit" in said(await to_vault(pilot))
        await pilot.press("s")
        await at(pilot, ConfirmScreen)
        await pilot.press("n")
        await at(pilot, VaultScreen)
        assert ring.kept == {}
        await pilot.press("s")
        await at(pilot, ConfirmScreen)
        await pilot.press("j")
        await until(pilot, lambda: len(ring.kept) == 1)
        await until(pilot, lambda: said(app.screen).count("sinds zo 22 nov") == 3)
        await app.action_quit()
    again = WorApp(home, clock=FixedClock(NOW))
    async with again.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await pilot.press("f6")
        await to_vault(pilot)
        await pilot.press("s")
        await until(pilot, lambda: ring.kept == {})
        await again.action_quit()
    third = WorApp(home, clock=FixedClock(NOW))
    async with third.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        assert third.screen.check_action("unlock_keyring", ()) is False
        await third.action_quit()


async def test_words_are_offered_at_the_first_start(empty_app: Callable[[], WorApp]) -> None:
    app = empty_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, StartScreen)
        await pilot.press("f6")
        assert WORDS in text_of(app, "#words")
        await type_text(pilot, WORDS)
        assert "Sterk" in text_of(app, "#advice")
        await app.action_quit()


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize(
    "key", ["", "w", "words", "organisation"], ids=["vault", "passphrase", "words", "organisation"]
)
def test_looks(snap_compare: Snapshot, app: WorApp, home: Path, key: str, size: tuple[int, int]) -> None:
    if key == "organisation":
        with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), FixedClock(NOW)) as workspace:
            public = escrow.organisation_key(ORGANISATION).public
            with workspace.database.write() as connection:
                pinning.begin(connection, Settled(public, 3))
            pinning.settle(workspace)

    async def go(pilot: Pilot[int]) -> None:
        await to_vault(pilot)
        if key in {"w", "words"}:
            await pilot.press("w")
            await at(pilot, PassphraseScreen)
        if key == "words":
            fill(app, current=PASSPHRASE)
            await pilot.press("f6")
            await type_text(pilot, "gordijn kompas")
        await settled(pilot)

    asyncio.set_event_loop_policy(None)
    assert snap_compare(app, terminal_size=size, run_before=go)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
def test_the_first_start_with_words(
    snap_compare: Snapshot, empty_app: Callable[[], WorApp], size: tuple[int, int]
) -> None:
    async def go(pilot: Pilot[int]) -> None:
        await at(pilot, StartScreen)
        await pilot.press("f6")
        await type_text(pilot, "gordijn kompas")
        await settled(pilot)

    asyncio.set_event_loop_policy(None)
    assert snap_compare(empty_app(), terminal_size=size, run_before=go)
