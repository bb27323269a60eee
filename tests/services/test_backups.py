import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.screens.people import NOW
from tests.vault.places import small_disk
from wor_tui.clock import FixedClock
from wor_tui.config import Backups, Config
from wor_tui.services import backups
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault import backup
from wor_tui.vault.errors import BackupFolderMissing, BrokenOff, DiskFault, DiskFull
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


def test_without_its_folder_no_backup_is_made_elsewhere_and_the_vault_is_read_once_a_day(
    workspace: Workspace, clock: FixedClock, tmp_path: Path
) -> None:
    workspace.config = Config(backup=Backups(str(tmp_path / "stick")))
    assert isinstance(backups.day(workspace).failure, BackupFolderMissing)
    clock.advance(timedelta(hours=1))
    later = backups.day(workspace)
    assert isinstance(later.failure, BackupFolderMissing)
    assert later.wrong == ()
    assert not (workspace.vault.home / "backups").exists()
    assert not (tmp_path / "stick").exists()
    (tmp_path / "stick").mkdir()
    clock.advance(timedelta(hours=1))
    taken = backups.day(workspace).taken
    assert taken is not None
    assert taken.backup.folder.parent.parent == tmp_path / "stick"


def test_the_empty_place_of_a_disk_is_not_filled_by_itself(
    workspace: Workspace, clock: FixedClock, tmp_path: Path
) -> None:
    """Where a disk was mounted, an empty folder may be left: what is written there isn't on that disk."""
    (tmp_path / "mounted").mkdir()
    workspace.config = Config(backup=Backups(str(tmp_path / "mounted")))
    made = backups.day(workspace).taken
    assert made is not None
    (tmp_path / "mounted").rename(tmp_path / "pulled out")
    (tmp_path / "mounted").mkdir()
    clock.advance(timedelta(days=1))
    day = backups.day(workspace)
    assert isinstance(day.failure, BackupFolderMissing)
    assert [(found.check, found.code) for found in day.wrong] == [("backups", "BackupFolderMissing")]
    assert not list((tmp_path / "mounted").iterdir())
    standing = backups.standing(workspace)
    assert isinstance(standing.failure, BackupFolderMissing)
    assert (standing.backups, standing.last) == ((), made.backup.taken)
    (tmp_path / "mounted").rmdir()
    (tmp_path / "pulled out").rename(tmp_path / "mounted")
    assert backups.day(workspace).taken is not None
    assert len(backups.standing(workspace).backups) == 2
    assert backups.standing(workspace).failure is None


def test_by_hand_a_backup_goes_to_an_empty_disk_too(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "mounted").mkdir()
    workspace.config = Config(backup=Backups(str(tmp_path / "mounted")))
    backups.day(workspace)
    shutil.rmtree(tmp_path / "mounted")
    (tmp_path / "mounted").mkdir()
    assert backups.back_up(workspace).backup.folder.exists()
    assert backups.standing(workspace).failure is None


def test_a_disk_that_does_not_answer_is_told_and_the_vault_is_looked_at_all_the_same(workspace: Workspace) -> None:
    """A name that is too long stands for a network that is gone: the system answers with an error of its own."""
    workspace.config = Config(backup=Backups("/" + "x" * 300))
    day = backups.day(workspace)
    assert isinstance(day.failure, DiskFault)
    assert [(found.check, found.code) for found in day.wrong] == [("backups", "DiskFault")]
    assert isinstance(backups.standing(workspace).failure, DiskFault)
    with pytest.raises(DiskFault):
        backups.back_up(workspace)


def test_a_full_disk_of_backups_keeps_the_older_ones(workspace: Workspace, clock: FixedClock, tmp_path: Path) -> None:
    size = (workspace.vault.home / "vault.db").stat().st_size // 1024
    with small_disk(tmp_path / "stick", 2 * size + size // 2) as disk:
        workspace.config = Config(backup=Backups(str(disk)))
        made = backups.day(workspace).taken
        assert made is not None
        failure = None
        while failure is None:
            clock.advance(timedelta(days=1))
            failure = backups.day(workspace).failure
        assert isinstance(failure, DiskFull)
        seen = backups.standing(workspace)
        assert seen.failure is None
        assert made.backup in seen.backups
        assert {path.name for path in made.backup.folder.parent.iterdir()} == {each.name for each in seen.backups}
        assert not (workspace.vault.home / "backups").exists()
        for each in seen.backups[:-1]:
            backup.remove(each)
        assert backups.day(workspace).taken is not None


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


def test_those_made_by_hand_stand_beside_the_daily_ones(workspace: Workspace, clock: FixedClock) -> None:
    for _day in range(8):
        clock.advance(timedelta(hours=12))
        backups.back_up(workspace)
        clock.advance(timedelta(hours=12))
        assert backups.day(workspace).taken is not None
    whys = [each.why for each in backups.listed(workspace)]
    assert whys.count(backup.BY_HAND) == 5
    assert whys.count(backup.DAILY) >= 7


def test_those_before_a_restore_go_after_four_weeks_also_with_a_folder_elsewhere(
    workspace: Workspace, clock: FixedClock, tmp_path: Path
) -> None:
    home = workspace.vault.home / "backups"
    shutil.copytree(backups.back_up(workspace).backup.folder, home / "20261001T120000Z-restore")
    shutil.copytree(home / "20261001T120000Z-restore", home / "20261120T120000Z-restore")
    (tmp_path / "stick").mkdir()
    workspace.config = Config(backup=Backups(str(tmp_path / "stick")))
    taken = backups.day(workspace).taken
    assert taken is not None
    assert [each.name for each in taken.removed] == ["20261001T120000Z-restore"]
    assert len(backups.listed(workspace)) == 3
