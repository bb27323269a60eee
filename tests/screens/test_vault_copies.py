"""Settings › Kluis: a backup, a look at everything, putting back, another key."""

import asyncio
import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.screens.driving import at, said, settled, text_of, type_text, until
from tests.screens.people import NOW, PASSPHRASE
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.lock import Locked, Reason
from wor_tui.screens import daily
from wor_tui.screens.backup_secret import BackupSecretScreen
from wor_tui.screens.backups import BackupsScreen
from wor_tui.screens.confirm import ConfirmScreen
from wor_tui.screens.rekey import NewCodeScreen, RekeyScreen
from wor_tui.screens.settings import SettingsScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.screens.vault import VaultScreen
from wor_tui.screens.vault_work import FoundScreen, WorkScreen
from wor_tui.services import backups
from wor_tui.services.workspace import open_workspace
from wor_tui.vault import recovery_code, rekey
from wor_tui.vault.errors import BrokenOff
from wor_tui.vault.rewriting import set_recovery_code
from wor_tui.vault.vault import open_vault, unlock

SIZES = [(80, 24), (120, 40)]
PICTURES = os.environ.get("WOR_PICTURES")
"""A folder to draw the screens in, for whoever wants to look at them."""


def picture(pilot: Pilot[int], name: str) -> None:
    if PICTURES:
        width, height = pilot.app.size
        Path(PICTURES, f"{name}-{width}x{height}.svg").write_text(pilot.app.export_screenshot())


async def to_vault(pilot: Pilot[int]) -> None:
    await at(pilot, TodayScreen)
    await pilot.press("f9")
    await at(pilot, SettingsScreen)
    await pilot.press("k")
    await at(pilot, VaultScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_a_backup_is_made_and_looked_over(app: WorApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await to_vault(pilot)
        picture(pilot, "vault")
        await pilot.press("b")
        await until(pilot, lambda: "gemaakt en nagelezen" in said(pilot.app.screen))
        await settled(pilot)
        assert len(backups.listed(app.desk)) == 1
        await pilot.press("c")
        await at(pilot, FoundScreen)
        assert "Alles is in orde" in said(pilot.app.screen)
        assert "Er is 1 reservekopie" in said(pilot.app.screen)
        picture(pilot, "found")
        await pilot.press("escape")
        await at(pilot, VaultScreen)
        await pilot.press("t")
        await at(pilot, BackupsScreen)
        picture(pilot, "backups")
        await pilot.press("enter")
        await at(pilot, ConfirmScreen)
        picture(pilot, "restore")
        await pilot.press("n")
        await at(pilot, BackupsScreen)


async def test_a_backup_that_is_put_back_ends_at_the_door(app: WorApp, home: Path) -> None:
    async with app.run_test() as pilot:
        await to_vault(pilot)
        backups.back_up(app.desk)
        await pilot.press("t")
        await at(pilot, BackupsScreen)
        await pilot.press("enter")
        await at(pilot, ConfirmScreen)
        await pilot.press("j")
        await until(pilot, lambda: app.locked is not None)
    assert app.locked == Locked(Reason.RESTORED)
    assert len(list((home / "backups").iterdir())) == 2


@pytest.mark.parametrize("size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.soak)])
async def test_another_key_ends_at_the_door_and_the_old_code_opens_nothing(
    app: WorApp, home: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = unlock(home, passphrase=PASSPHRASE)
    monkeypatch.setattr(daily, "AFTER_S", 3600.0)
    async with app.run_test(size=size) as pilot:
        await to_vault(pilot)
        backups.back_up(app.desk)
        await pilot.press("n")
        await at(pilot, RekeyScreen)
        picture(pilot, "rekey")
        await type_text(pilot, "wrong")
        await pilot.press("enter")
        await until(pilot, lambda: "klopt niet" in text_of(app, "#said"))
        await type_text(pilot, PASSPHRASE)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, NewCodeScreen))
        await pilot.pause()
        picture(pilot, "code")
        screen = pilot.app.screen
        assert isinstance(screen, NewCodeScreen)
        code, groups = screen.code, screen.groups
        await pilot.press("enter")
        await pilot.pause()
        await type_text(pilot, groups[1].lower())
        await pilot.press("enter")
        await type_text(pilot, groups[4].lower())
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FoundScreen))
        await until(pilot, lambda: "opent nog met de oude sleutel" in said(pilot.app.screen))
        picture(pilot, "to-know")
        await pilot.press("escape")
        await until(pilot, lambda: app.locked is not None)
    assert app.locked == Locked(Reason.REKEYED)
    new = unlock(home, passphrase=PASSPHRASE)
    assert new.root != old.root
    assert unlock(home, recovery_code=code) == new


@pytest.mark.soak
async def test_a_backup_of_before_another_key_is_put_back_with_the_code_of_then(
    app: WorApp, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily, "AFTER_S", 3600.0)
    code = recovery_code.fresh()
    set_recovery_code(home, unlock(home, passphrase=PASSPHRASE), code)
    with open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), FixedClock(NOW)) as workspace:
        old = workspace.vault.key
        backups.back_up(workspace)
    rekey.rekey(home, PASSPHRASE, bytes(range(20)))
    async with app.run_test(size=(80, 24)) as pilot:
        await to_vault(pilot)
        await pilot.press("t")
        await at(pilot, BackupsScreen)
        await pilot.press("enter")
        await at(pilot, BackupSecretScreen)
        picture(pilot, "secret-of-then")
        await pilot.press("f5")
        await type_text(pilot, code)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await at(pilot, ConfirmScreen)
        assert "van toen" in said(pilot.app.screen)
        await pilot.press("j")
        await until(pilot, lambda: app.locked is not None)
    assert app.locked == Locked(Reason.RESTORED)
    assert unlock(home, recovery_code=code) == old


async def test_a_backup_is_thrown_away_but_never_the_newest(app: WorApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "AFTER_S", 3600.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_vault(pilot)
        backups.back_up(app.desk)
        backups.back_up(app.desk)
        await pilot.press("t")
        await at(pilot, BackupsScreen)
        await pilot.press("x")
        await until(pilot, lambda: "die blijft" in said(pilot.app.screen))
        await pilot.press("down", "x")
        await at(pilot, ConfirmScreen)
        screen = pilot.app.screen
        middle = screen.query_one("#decide").region
        assert abs(middle.x * 2 + middle.width - 80) <= 1, "in the middle"
        assert middle.y > 1
        picture(pilot, "throw-away")
        await pilot.press("n")
        await at(pilot, BackupsScreen)
        assert len(backups.listed(app.desk)) == 2
        await pilot.press("x")
        await at(pilot, ConfirmScreen)
        await pilot.press("j")
        await until(pilot, lambda: len(backups.listed(app.desk)) == 1)


async def test_rekeying_that_is_stopped_leaves_everything_open_as_it_was(
    app: WorApp, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*arguments: object) -> None:
        cancelled = arguments[-1]
        assert callable(cancelled)
        while not cancelled():
            pass
        raise BrokenOff

    monkeypatch.setattr(rekey, "rekey", stopped)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_vault(pilot)
        from wor_tui.screens.vault_copies import give_another_key  # noqa: PLC0415

        app.run_worker(give_another_key(app, PASSPHRASE, bytes(20)))
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkScreen))
        picture(pilot, "work")
        await pilot.press("escape")
        await at(pilot, TodayScreen)
        assert "Er is niets veranderd" in said(pilot.app.screen)
        assert app.locked is None
        backups.back_up(app.desk)


async def test_each_day_a_backup_is_made_by_itself(app: WorApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "AFTER_S", 0.0)
    async with app.run_test() as pilot:
        await at(pilot, TodayScreen)
        await until(pilot, lambda: len(backups.listed(app.desk)) == 1)


async def test_nothing_is_copied_while_somebody_types(app: WorApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "AFTER_S", 3600.0)
    async with app.run_test() as pilot:
        await at(pilot, TodayScreen)
        monkeypatch.setattr(daily, "AFTER_S", 0.0)
        monkeypatch.setattr(daily, "CALM_S", 3600.0)
        waiting = daily.Daily(app, app.desk)
        waiting.touched()
        waiting.start()
        await asyncio.sleep(1)
        waiting.stop()
        assert not backups.listed(app.desk)
        monkeypatch.setattr(daily, "AT_MOST_S", 0.0)
        never_calm = daily.Daily(app, app.desk)
        never_calm.touched()
        never_calm.start()
        await until(pilot, lambda: len(backups.listed(app.desk)) == 1)
        never_calm.stop()


async def test_what_is_wrong_with_the_vault_is_said(app: WorApp, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "AFTER_S", 3600.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await at(pilot, TodayScreen)
        app.desk.database.checkpoint()
        content = bytearray((home / "vault.db").read_bytes())
        content[-100] ^= 1
        (home / "vault.db").write_bytes(content)
        assert app.background is not None
        await asyncio.to_thread(app.background.daily.look)
        await until(pilot, lambda: "beschadigd" in said(pilot.app.screen))
        picture(pilot, "damaged")
        content[-100] ^= 1
        (home / "vault.db").write_bytes(content)
