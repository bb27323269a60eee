"""A vault that doesn't open: the door says what is wrong, offers the backups, and puts one back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.driving import at, said, settled, text_of, type_text, until
from tests.screens.people import NOW, PASSPHRASE
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.lock import Locked, Reason
from wor_tui.screens.backup_secret import BackupSecretScreen
from wor_tui.screens.door_backups import DoorBackupsScreen
from wor_tui.screens.unlock import UnlockScreen
from wor_tui.services import backups
from wor_tui.services.workspace import open_workspace
from wor_tui.vault.vault import open_vault, unlock


def closed(home: Path) -> WorApp:
    return WorApp(home, clock=FixedClock(NOW))


def backed_up(home: Path) -> None:
    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), FixedClock(NOW)) as workspace:
        backups.back_up(workspace)


HARMS: dict[str, Callable[[Path], object]] = {
    "the key file is gone": lambda home: (home / "vault.key").unlink(),
    "the database is cut off": lambda home: (home / "vault.db").write_bytes((home / "vault.db").read_bytes()[:5000]),
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS.keys())
async def test_a_backup_is_put_back_from_the_door(home: Path, harm: Callable[[Path], object]) -> None:
    backed_up(home)
    harm(home)
    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        assert app.screen.check_action("unlock_restore", ()) is False, "only when it doesn't open"
        await type_text(pilot, PASSPHRASE)
        await pilot.press("enter")
        await until(pilot, lambda: "F7" in text_of(app, "#said"))
        await pilot.press("f7")
        await at(pilot, DoorBackupsScreen)
        assert "22-11-2026" in said(app.screen)
        assert app.screen.check_action("backup_remove", ()) is False
        await pilot.press("enter")
        await at(pilot, BackupSecretScreen)
        await type_text(pilot, "not this one")
        await pilot.press("enter")
        await until(pilot, lambda: "klopt niet" in text_of(app, "#said"))
        await type_text(pilot, PASSPHRASE)
        await pilot.press("enter")
        await until(pilot, lambda: app.locked is not None)
    assert app.locked == Locked(Reason.RESTORED)
    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), FixedClock(NOW)) as workspace:
        assert workspace.me.name == "Ria de Boer"


async def test_the_door_offers_no_backup_for_a_wrong_passphrase(home: Path) -> None:
    backed_up(home)
    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await type_text(pilot, "VERKEERD GETYPT")
        await pilot.press("enter")
        await until(pilot, lambda: "Caps Lock" in text_of(app, "#said"))
        await settled(pilot)
        assert app.screen.check_action("unlock_restore", ()) is False


async def test_a_code_without_a_typing_error_says_nothing_of_capitals(home: Path) -> None:
    from wor_tui.vault import recovery_code  # noqa: PLC0415

    app = closed(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        await pilot.press("f5")
        await type_text(pilot, recovery_code.fresh())
        await pilot.press("enter")
        await until(pilot, lambda: "goed getypt" in text_of(app, "#said"))
        assert "hoofdletters" not in text_of(app, "#said")
