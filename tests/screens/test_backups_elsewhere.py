"""Backups on a disk that isn't always there: said calmly, once, and made when it is there again."""

import asyncio
from pathlib import Path

import pytest

from tests.screens.driving import at, said, settled, until
from wor_tui.app import WorApp
from wor_tui.config import Backups, Config
from wor_tui.screens import daily
from wor_tui.screens.backups import BackupsScreen
from wor_tui.screens.frame import Notice
from wor_tui.screens.settings import SettingsScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.screens.vault import VaultScreen
from wor_tui.services import backups

NOT_THERE = "De map voor reservekopieën is er nu niet"


async def test_a_disk_that_is_not_connected_is_said_once_and_calmly(
    app: WorApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily, "AFTER_S", 3600.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await at(pilot, TodayScreen)
        app.desk.config = Config(backup=Backups(str(tmp_path / "stick")))
        assert app.background is not None
        looks = app.background.daily
        await asyncio.to_thread(looks.look)
        await until(pilot, lambda: NOT_THERE in said(app.screen))
        notice = app.screen.query_one(Notice)
        assert "elk uur opnieuw" in said(app.screen)
        assert not notice.has_class("-error")
        # Long enough to be read, also by who reads slowly.
        assert [len(told.message) / told.timeout <= 15 for told in app._notifications] == [True]
        app.clear_notifications()
        await settled(pilot)
        await asyncio.to_thread(looks.look)
        await settled(pilot)
        assert NOT_THERE not in said(app.screen)
        assert not (app.home / "backups").exists()
        (tmp_path / "stick").mkdir()
        await asyncio.to_thread(looks.look)
        assert len(backups.listed(app.desk)) == 1


async def test_the_vaults_screens_say_that_the_disk_is_not_connected(app: WorApp, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    async with app.run_test(size=(120, 40)) as pilot:
        await at(pilot, TodayScreen)
        app.desk.config = Config(backup=Backups(str(tmp_path / "stick")))
        backups.back_up(app.desk)
        await pilot.press("f9")
        await at(pilot, SettingsScreen)
        await pilot.press("k")
        await at(pilot, VaultScreen)
        assert "sluit de schijf aan" not in said(app.screen)
        await pilot.press("t")
        await at(pilot, BackupsScreen)
        await until(pilot, lambda: "met de hand gemaakt" in said(app.screen))
        await pilot.press("escape")
        await at(pilot, VaultScreen)
        (tmp_path / "stick").rename(tmp_path / "pulled out")
        await pilot.press("escape", "k")
        await at(pilot, VaultScreen)
        await until(pilot, lambda: "is er nu niet: sluit de schijf aan" in said(app.screen))
        # When the last one was made is known all the same.
        assert "nog geen" not in said(app.screen)
        await pilot.press("t")
        await at(pilot, BackupsScreen)
        await until(pilot, lambda: "is er nu niet" in said(app.screen))
