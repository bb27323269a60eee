from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.screens.people import NOW
from wor_tui.clock import FixedClock
from wor_tui.config import Backups, Config
from wor_tui.services import backups
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.errors import BackupFolderMissing, BrokenOff
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def workspace(tmp_path: Path, clock: FixedClock) -> Iterator[Workspace]:
    vault = create(tmp_path / "home", "vier gewone woorden samen", FLOOR).vault
    with open_workspace(vault, clock, Config()) as opened:
        yield opened


def test_a_day_makes_one_backup_and_looks_once(workspace: Workspace, clock: FixedClock) -> None:
    first = backups.day(workspace)
    assert first.taken is not None
    assert (first.failure, first.wrong) == (None, ())
    clock.advance(timedelta(hours=1))
    assert backups.day(workspace) == backups.Day(None, None, ())
    clock.advance(timedelta(days=1))
    second = backups.day(workspace)
    assert second.taken is not None
    assert [each.name for each in backups.listed(workspace)] == [second.taken.backup.name, first.taken.backup.name]


def test_a_folder_that_is_not_there_is_told_and_the_vault_is_looked_at_all_the_same(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.config = Config(backup=Backups(str(tmp_path / "stick" / "backups")))
    day = backups.day(workspace)
    assert isinstance(day.failure, BackupFolderMissing)
    assert [(found.check, found.code) for found in day.wrong] == [("backups", "BackupFolderMissing")]


def test_a_damaged_page_is_told_each_time_until_it_is_whole(workspace: Workspace, clock: FixedClock) -> None:
    workspace.database.checkpoint()
    database = workspace.vault.home / "vault.db"
    content = bytearray(database.read_bytes())
    content[-100] ^= 1
    database.write_bytes(content)
    for _ in range(2):
        day = backups.day(workspace)
        assert ("database", "pages") in [(found.check, found.code) for found in day.wrong]
        clock.advance(timedelta(minutes=1))
    content[-100] ^= 1
    database.write_bytes(content)
    assert backups.day(workspace).wrong == ()


def test_a_damaged_vault_keeps_the_sound_backups_it_had(workspace: Workspace, clock: FixedClock) -> None:
    sound = backups.back_up(workspace).backup
    workspace.database.checkpoint()
    database = workspace.vault.home / "vault.db"
    content = bytearray(database.read_bytes())
    content[-100] ^= 1
    database.write_bytes(content)
    clock.advance(timedelta(days=1))
    day = backups.day(workspace)
    assert day.taken is None
    assert day.failure is not None
    assert [each.name for each in backups.listed(workspace)] == [sound.name]


def test_a_day_that_is_broken_off_leaves_nothing(workspace: Workspace) -> None:
    with pytest.raises(BrokenOff):
        backups.day(workspace, lambda: True)
    assert backups.listed(workspace) == []
    assert not list((workspace.vault.home / "backups").iterdir())
