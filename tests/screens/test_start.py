"""Unlock and first start: the door, with every way in and what is said when it stays shut."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.driving import at, said, text_of, type_text, until
from tests.screens.people import NOW, PASSPHRASE
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.screens.fields import Field
from wor_tui.screens.recovery import RecoveryScreen
from wor_tui.screens.start import StartScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.screens.unlock import UnlockScreen
from wor_tui.services import recovery
from wor_tui.services.workspace import open_workspace
from wor_tui.vault import errors, passphrase_cost
from wor_tui.vault.vault import open_vault, unlock
from wor_tui.wording import sentence

HEAVY = ("sqlmodel", "sqlalchemy", "httpx", "cryptography", "sqlcipher3")


def closed(home: Path) -> WorApp:
    return WorApp(home, clock=FixedClock(NOW))


async def test_the_passphrase_opens_and_vandaag_is_first(home: Path) -> None:
    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await type_text(pilot, PASSPHRASE)
        await pilot.press("enter")
        await at(pilot, TodayScreen)
        assert "Aan de beurt" in said(app.screen)
        await app.action_quit()


async def test_a_wrong_passphrase_is_said_and_may_be_tried_again(home: Path) -> None:
    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await type_text(pilot, "wrong")
        await pilot.press("enter")
        await until(pilot, lambda: text_of(app, "#said") == sentence(errors.WrongSecret()))
        await type_text(pilot, PASSPHRASE)
        await pilot.press("enter")
        await at(pilot, TodayScreen)
        await app.action_quit()


async def test_a_passphrase_goes_to_no_clipboard(home: Path) -> None:
    """After a wrong one it is selected, and Ctrl+C is what many press to leave."""
    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await type_text(pilot, "wrong one")
        app.screen.query_one("#passphrase", Field).line.select_all()
        for key in ("ctrl+c", "super+c", "ctrl+x"):
            await pilot.press(key)
            assert app.clipboard == ""
        assert app.screen.query_one("#passphrase", Field).line.value == "wrong one"
        await app.action_quit()


async def test_a_typing_error_in_the_recovery_code_is_told_apart(home: Path) -> None:
    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await pilot.press("f5")
        await type_text(pilot, "ABCDEF-12")
        await pilot.press("enter")
        await until(pilot, lambda: text_of(app, "#said") == sentence(errors.RecoveryCodeMistyped()))


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (lambda home: (home / "vault.key").unlink(), errors.KeyfileMissing),
        (lambda home: (home / "vault.db").unlink(), errors.VaultMissing),
        (lambda home: (home / "vault.key").write_text("{"), errors.KeyfileDamaged),
        (lambda home: (home / "vault.db").write_bytes(b"x" * 100), errors.VaultMismatch),
    ],
)
async def test_each_harm_has_its_own_sentence(
    home: Path, harm: Callable[[Path], object], error: type[errors.VaultError]
) -> None:
    for name in ("vault.db-wal", "vault.db-shm"):
        (home / name).unlink(missing_ok=True)
    harm(home)
    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await type_text(pilot, PASSPHRASE)
        await pilot.press("enter")
        await until(pilot, lambda: text_of(app, "#said") not in {"", "Bezig met openen…"})
        assert text_of(app, "#said") in {sentence(error()), sentence(errors.VaultDamaged())}


async def test_first_start_makes_a_vault_and_has_the_recovery_code_confirmed(
    empty_app: Callable[[], WorApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passphrase_cost, "calibrated", lambda: passphrase_cost.FLOOR)
    app = empty_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, StartScreen)
        await pilot.press("enter")
        await type_text(pilot, "Ria de Boer")
        await pilot.press("enter")
        await type_text(pilot, "kort")
        assert "korter dan 12" in text_of(app, "#advice")
        await type_text(pilot, " maar samen lang")
        assert "korter dan 12" not in text_of(app, "#advice")
        await pilot.press("enter")
        await type_text(pilot, "anders")
        await pilot.press("enter")
        assert isinstance(app.screen, StartScreen)
        assert "niet gelijk" in said(app.screen)
        app.screen.query_one("#again", Field).value = "kort maar samen lang"
        await pilot.press("ctrl+s")
        await at(pilot, RecoveryScreen)
        screen = app.screen
        assert isinstance(screen, RecoveryScreen)
        assert all(group in said(screen) for group in screen.groups)
        await pilot.press("enter")
        await until(pilot, lambda: screen.groups[0] not in said(screen))
        await type_text(pilot, "WRONGX")
        await pilot.press("enter")
        assert "niet gelijk aan de code" in said(screen)
        for group in (2, 5):
            screen.query_one(f"#group-{group}", Field).value = screen.groups[group - 1].lower()
        screen.query_one("#group-5", Field).focus()
        await pilot.press("enter")
        await at(pilot, TodayScreen)
        await app.action_quit()


async def test_half_an_invitation_is_refused_before_anything_is_made(empty_app: Callable[[], WorApp]) -> None:
    app = empty_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, StartScreen)
        await pilot.press("2")
        app.screen.query_one("#invitation", Field).value = "https://server.example/#ABCD"
        for name in ("passphrase", "again"):
            app.screen.query_one(f"#{name}", Field).value = "vier losse woorden samen"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: text_of(app, "#said") not in {"", "Bezig met aansluiten…"})
        assert not (app.home / "vault.key").exists()


def test_the_unlock_screen_is_painted_before_anything_heavy_is_imported(home: Path) -> None:
    program = f"""
import asyncio, sys
from pathlib import Path
from wor_tui.app import WorApp

painted = []

load_the_rest = WorApp.load_the_rest

def watched(app):
    painted.append([name for name in {HEAVY!r} if name in sys.modules])
    load_the_rest(app)

WorApp.load_the_rest = watched

async def main():
    app = WorApp(Path({str(home)!r}))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert type(app.screen).__name__ == "UnlockScreen"
        for _ in range(2400):
            if app._loaded.is_set():
                break
            await asyncio.sleep(0.05)
        print(painted[0], "sqlmodel" in sys.modules)

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=300)
    assert done.stdout.strip() == "[] True", done.stderr[-2000:]


async def test_a_recovery_code_that_was_never_confirmed_is_asked_again(home: Path) -> None:
    before = (home / "vault.key").read_bytes()
    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), FixedClock(NOW)) as workspace:
        recovery.expect(workspace)
    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await app.open_with(passphrase=PASSPHRASE)
        await at(pilot, RecoveryScreen)
        screen = app.screen
        assert isinstance(screen, RecoveryScreen)
        assert "niet bevestigd" in said(screen)
        code = screen.code
        await app.action_quit()
    # A code that nobody wrote down takes nothing's place.
    assert (home / "vault.key").read_bytes() == before
    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await app.open_with(passphrase=PASSPHRASE)
        await at(pilot, RecoveryScreen)
        screen = app.screen
        assert isinstance(screen, RecoveryScreen)
        assert screen.code != code
        code = screen.code
        await pilot.press("enter")
        for group in (2, 5):
            screen.query_one(f"#group-{group}", Field).value = screen.groups[group - 1]
        screen.query_one("#group-5", Field).focus()
        await pilot.press("enter")
        await at(pilot, TodayScreen)
        await app.action_quit()
    assert (home / "vault.key").read_bytes() != before

    # Whoever opens with the code has written it down.
    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await app.open_with(recovery_code=code)
        await at(pilot, TodayScreen)
        await app.action_quit()
    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await app.open_with(passphrase=PASSPHRASE)
        await at(pilot, TodayScreen)
        await app.action_quit()
