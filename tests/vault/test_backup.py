import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.vault.made import PASSPHRASE, Made, drafts, put_draft, refused
from tests.vault.places import read_only, small_disk
from wor_tui.vault import backup, files
from wor_tui.vault.backup import Backup
from wor_tui.vault.connection import PAGE_BYTES, reading_connection
from wor_tui.vault.copying import is_whole
from wor_tui.vault.errors import (
    BackupFolderMissing,
    BackupMissing,
    BrokenOff,
    CopyFailed,
    DiskFull,
    KeyfileDamaged,
    ReadOnly,
)
from wor_tui.vault.vault import Vault, open_vault, unlock

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def take(vault: Vault, now: datetime = NOW, **more: object) -> Backup:
    folder = vault.home / "backups"
    source = reading_connection(vault.home / "vault.db", vault.key)
    try:
        return backup.take(source, vault.home, vault.key, folder, now, **more)  # pyright: ignore[reportArgumentType]
    finally:
        source.close()


def fill(vault: Vault, rows: int = 200) -> None:
    with vault.database.write() as connection:
        for row in range(rows):
            put_draft(connection, f"form {row:04}", "x" * 1000)


def test_a_backup_is_a_vault_of_its_own(vault: Vault, tmp_path: Path) -> None:
    fill(vault)
    made = take(vault)
    assert (made.name, made.taken, made.why) == ("20261122T093000Z", NOW, "")
    assert sorted(path.name for path in made.folder.iterdir()) == ["vault.db", "vault.key"]
    shutil.copytree(made.folder, tmp_path / "elsewhere")
    with open_vault(tmp_path / "elsewhere", unlock(tmp_path / "elsewhere", passphrase=PASSPHRASE)) as opened:
        with opened.database.read() as connection:
            assert len(drafts(connection)) == 200
        assert opened.database.vault_seq() == vault.database.vault_seq()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_only_the_owner_can_read_a_backup(vault: Vault) -> None:
    made = take(vault)
    assert {path.stat().st_mode & 0o777 for path in made.folder.iterdir()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (made.folder, made.folder.parent)} == {0o700}


def test_a_backup_is_one_moment_also_while_others_write(vault: Vault) -> None:
    """Each write adds two rows; a copy with half of one would have an odd number."""
    fill(vault, 2000)

    def write(_done: int, _whole: int) -> None:
        with vault.database.write() as connection:
            name = str(connection.exec_driver_sql("SELECT count(*) FROM draft").scalar())
            put_draft(connection, f"meanwhile {name} a", "y" * 5000)
            put_draft(connection, f"meanwhile {name} b", "y" * 5000)

    made = take(vault, progress=write)
    assert is_whole(made.database, vault.key)
    source = reading_connection(made.database, vault.key)
    assert source.execute("SELECT count(*) FROM draft").fetchone() == (2000,)
    source.close()
    with vault.database.read() as connection:
        assert len(drafts(connection)) > 2000


def test_progress_ends_with_all_pages(vault: Vault) -> None:
    fill(vault, 2000)
    told: list[tuple[int, int]] = []
    made = take(vault, progress=lambda done, whole: told.append((done, whole)))
    assert len(told) > 1
    assert told[-1] == (made.database.stat().st_size // PAGE_BYTES,) * 2


def test_a_backup_that_is_broken_off_leaves_nothing(vault: Vault, made: Made) -> None:
    fill(vault, 2000)
    with refused(BrokenOff, made):
        take(vault, cancelled=lambda: True)
    assert not list((vault.home / "backups").iterdir())


def test_a_damaged_key_file_is_not_backed_up(vault: Vault, made: Made) -> None:
    made.keyfile.write_bytes(made.keyfile.read_bytes()[:-10])
    with refused(KeyfileDamaged, made):
        take(vault)
    assert not (vault.home / "backups").exists()


def test_what_the_disk_gives_back_wrong_is_no_backup(vault: Vault) -> None:
    made = take(vault)
    content = bytearray(made.database.read_bytes())
    content[len(content) // 2] ^= 1
    made.database.write_bytes(content)
    assert not is_whole(made.database, vault.key)
    made.database.write_bytes(content[:-PAGE_BYTES])
    assert not is_whole(made.database, vault.key)


@pytest.mark.parametrize("damaged", ["vault.db", "vault.key"])
def test_a_copy_that_came_back_wrong_gets_no_name(
    vault: Vault, made: Made, monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    """A disk that writes something else than it is given."""
    before = take(vault, NOW - timedelta(days=1))
    plain = files.write_new

    def writes_wrong(path: Path, content: bytes) -> None:
        plain(path, content)
        wrong = bytearray((path.parent / damaged).read_bytes())
        wrong[len(wrong) // 2] ^= 1
        (path.parent / damaged).write_bytes(wrong)

    monkeypatch.setattr(files, "write_new", writes_wrong)
    with refused(CopyFailed, made):
        take(vault)
    assert list(before.folder.parent.iterdir()) == [before.folder]
    monkeypatch.undo()
    assert take(vault).name == "20261122T093000Z"


def test_a_full_disk_leaves_no_half_backup(vault: Vault, made: Made, tmp_path: Path) -> None:
    fill(vault, 2000)
    source = reading_connection(made.database, made.key)
    with small_disk(tmp_path / "disk", 1024) as disk:
        with refused(DiskFull, made):
            backup.take(source, vault.home, made.key, disk / "backups", NOW)
        assert not list((disk / "backups").iterdir())
    source.close()


def test_a_read_only_folder_says_so(vault: Vault, made: Made, tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir()
    source = reading_connection(made.database, made.key)
    with read_only(tmp_path / "shut"), refused(ReadOnly, made):
        backup.take(source, vault.home, made.key, tmp_path / "shut" / "wor", NOW)
    source.close()


def test_a_disk_that_is_not_there_is_not_made_up(vault: Vault, made: Made, tmp_path: Path) -> None:
    source = reading_connection(made.database, made.key)
    chosen = tmp_path / "usb" / "backups"
    with refused(BackupFolderMissing, made):
        backup.take(source, vault.home, made.key, backup.folder_in(vault.home, chosen, made.key.vault), NOW)
    assert not (tmp_path / "usb").exists()
    source.close()


def test_two_backups_of_one_second_are_two(vault: Vault) -> None:
    first, second = take(vault), take(vault)
    assert [found.name for found in backup.found(vault.home / "backups")] == [second.name, first.name]


def test_what_is_no_backup_is_passed_over(tmp_path: Path) -> None:
    for name in ("20261122T093000Z", "20261122T093000Z.new", "20269922T093000Z", "mine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vault.db").write_bytes(b"")
    (tmp_path / "20261121T093000Z").write_text("a file")
    assert backup.found(tmp_path) == []
    assert backup.found(tmp_path / "nowhere") == []
    (tmp_path / "mine" / "vault.key").write_bytes(b"")
    assert backup.found(tmp_path) == []
    assert backup.at(tmp_path / "mine").database.exists()
    with pytest.raises(BackupMissing):
        backup.at(tmp_path / "20261122T093000Z")


# Which ones stay


def of(*days: date, hour: int = 12, why: str = "") -> list[Backup]:
    return [
        Backup(Path(f"{day:%Y%m%d}T{hour:02}0000Z{why}"), datetime(day.year, day.month, day.day, hour, tzinfo=UTC), why)
        for day in days
    ]


def run_of(days: int, until: date) -> list[date]:
    return [until - timedelta(days=back) for back in range(days)]


TODAY = date(2026, 11, 22)  # a Sunday


def test_seven_days_and_four_weeks_stay() -> None:
    stay = backup.kept(of(*run_of(60, TODAY)), TODAY)
    assert {found.taken.date() for found in stay} == {
        *run_of(7, TODAY),
        date(2026, 11, 15),
        date(2026, 11, 8),
        date(2026, 11, 1),
    }


def test_of_one_day_the_newest_stays() -> None:
    morning, evening = of(TODAY, hour=8), of(TODAY, hour=20)
    assert backup.kept([*morning, *evening], TODAY) == set(evening)


def test_a_device_that_lay_in_a_drawer_loses_nothing_by_it() -> None:
    old = of(*run_of(7, date(2026, 3, 1)))
    stay = backup.kept([*old, *of(TODAY)], TODAY)
    assert len(stay) == 7
    assert old[0] in stay


def test_those_before_something_drastic_stay_for_four_weeks() -> None:
    recent, older = of(date(2026, 11, 2), why="migration"), of(date(2026, 10, 1), why="restore")
    daily = of(*run_of(60, TODAY), hour=20)
    stay = backup.kept([*recent, *older, *daily], TODAY)
    assert recent[0] in stay
    assert older[0] not in stay


def test_keeping_twice_removes_no_more() -> None:
    stay = backup.kept(of(*run_of(60, TODAY)), TODAY)
    assert backup.kept(stay, TODAY) == stay


def test_thinning_removes_the_others_and_what_a_crash_left(vault: Vault) -> None:
    folder = vault.home / "backups"
    for day in run_of(10, TODAY):
        shutil.copytree(take(vault, NOW).folder, folder / f"{day:%Y%m%d}T120000Z", dirs_exist_ok=True)
    (folder / "20261101T120000Z.gone").mkdir()
    (folder / "20261101T120000Z.new").mkdir()
    (folder / "somebody's own.new").mkdir()
    newest = take(vault, NOW + timedelta(hours=8))
    backup.thin(folder, newest)
    left = sorted(path.name for path in folder.iterdir())
    assert left[-1] == "somebody's own.new"
    assert [found.name for found in backup.found(folder)] == left[-2::-1]
    assert len(left) == 7 + 1 + 1
    assert newest.folder.exists()


def test_a_backup_is_due_once_a_day_also_when_a_clock_was_wrong() -> None:
    assert backup.is_due([], NOW)
    assert not backup.is_due(of(TODAY, hour=1), NOW)
    assert backup.is_due(of(TODAY - timedelta(days=1), hour=23), NOW)
    assert backup.is_due(of(date(2031, 1, 1)), NOW)


def test_those_made_by_hand_push_out_no_daily_one() -> None:
    daily = of(*run_of(60, TODAY), hour=8)
    by_hand = of(*run_of(60, TODAY), hour=20, why=backup.BY_HAND)
    stay = backup.kept([*daily, *by_hand], TODAY)
    assert stay & set(daily) == backup.kept(daily, TODAY)
    assert stay & set(by_hand) == set(by_hand[:5])


def test_one_made_by_hand_stays_the_next_day_and_the_next_year() -> None:
    by_hand = of(date(2025, 11, 21), hour=8, why=backup.BY_HAND)
    assert by_hand[0] in backup.kept([*by_hand, *of(*run_of(300, TODAY))], TODAY)


def test_those_before_something_drastic_push_out_no_daily_one() -> None:
    daily = of(*run_of(60, TODAY), hour=8)
    drastic = of(*run_of(60, TODAY), hour=20, why=backup.BEFORE_RESTORE)
    assert backup.kept([*daily, *drastic], TODAY) & set(daily) == backup.kept(daily, TODAY)


@pytest.mark.parametrize("why", [backup.BY_HAND, backup.BEFORE_MIGRATION, backup.BEFORE_RESTORE])
def test_one_for_another_reason_doesnt_count_as_the_days(why: str) -> None:
    assert backup.is_due(of(TODAY, hour=8, why=why), NOW)


def test_one_made_by_hand_says_so_in_its_name(vault: Vault) -> None:
    made = take(vault, why=backup.BY_HAND)
    assert (made.name, made.taken, made.why) == ("20261122T093000Z-manual", NOW, backup.BY_HAND)
    assert backup.found(made.folder.parent) == [made]
    (made.folder.parent / "20261101T120000Z-manual.new").mkdir()
    assert backup.thin(made.folder.parent, made) == []
    assert [path.name for path in made.folder.parent.iterdir()] == [made.name]


def test_days_to_come_by_a_clock_that_was_wrong_push_out_no_real_ones() -> None:
    """And real ones stay when it is the clock of now that is wrong."""
    real, wrong = of(*run_of(60, TODAY)), of(*run_of(10, date(2099, 1, 10)))
    stay = backup.kept([*real, *wrong], TODAY)
    assert stay & set(real) == backup.kept(real, TODAY)
    assert stay & set(wrong) == backup.kept(wrong, date(2099, 1, 10))
    back_in_time = date(1970, 1, 2)
    assert backup.kept([*backup.kept(real, TODAY), *of(back_in_time)], back_in_time) >= backup.kept(real, TODAY)


def test_the_newest_is_none_of_a_day_to_come() -> None:
    real, wrong = of(*run_of(3, TODAY)), of(date(2099, 1, 10))
    assert backup.newest_first([*wrong, *real], NOW) == [*real, *wrong]


def test_the_new_one_stays_also_by_a_clock_that_is_far_behind(vault: Vault) -> None:
    for day in range(6):
        later = take(vault, NOW + timedelta(days=day), why=backup.BY_HAND)
        backup.thin(later.folder.parent, later)
    new = take(vault, NOW.replace(year=1970), why=backup.BY_HAND)
    assert backup.thin(new.folder.parent, new) == []
    assert len(backup.found(new.folder.parent)) == 5 + 1
