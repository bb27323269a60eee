"""Backups on a disk that isn't always there: said calmly, once, and made when it is there again."""

import asyncio
from pathlib import Path

import pytest

from tests.screens.driving import at, said, settled, until
from wor_tui.app import WorApp
from wor_tui.config import Backups, Config
from wor_tui.screens import daily
from wor_tui.screens.frame import Notice
from wor_tui.screens.today import TodayScreen
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
