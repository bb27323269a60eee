"""A disk that is full in the middle of something: it is said, what was acknowledged is there, and it works again.

Saves and backups of the bare vault: `tests/vault`. Here: the services' save and draft, a step of the tables, the day's
backup.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.screens.people import NOW
from tests.vault.made import Made, drafts, put_draft, refused
from tests.vault.places import small_disk
from wor_tui.clock import FixedClock
from wor_tui.services import backups, directory
from wor_tui.services import drafts as services_drafts
from wor_tui.services.enrolment import begin_alone
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault import backup, checking, migrations
from wor_tui.vault.errors import DiskFull
from wor_tui.vault.vault import open_vault

Counts = Callable[[str], None]
ROOM_KB = 8000
"""More than the log of changes takes before it is moved into the database."""


@contextmanager
def small_home(made: Made, disk: Path, room: int = ROOM_KB) -> Iterator[Path]:
    """The vault on a disk of its own with that many KiB left."""
    size = sum(path.stat().st_size for path in made.home.iterdir()) // 1024
    with small_disk(disk, size + room) as folder:
        home = folder / "home"
        shutil.copytree(made.home, home)
        yield home


def fill(home: Path, but: int = 0) -> Path:
    """Take all room that is left, but for some bytes."""
    filler = home.parent / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    with filler.open("r+b") as file:
        file.truncate(max(filler.stat().st_size - but, 0))
    return filler


def is_whole(workspace: Workspace) -> bool:
    return all(found.code == checking.WHOLE for found in checking.of_database(workspace.vault))


def practices(workspace: Workspace) -> list[str]:
    with workspace.database.read() as connection:
        return list(connection.exec_driver_sql("SELECT name FROM practice ORDER BY name").scalars())


def test_a_save_through_the_services(made: Made, tmp_path: Path, counts: Counts) -> None:
    tried = acknowledged = 0
    with (
        small_home(made, tmp_path / "disk") as home,
        open_workspace(open_vault(home, made.key), FixedClock(NOW)) as workspace,
    ):
        begin_alone(workspace, "Ria de Boer", label="laptop")
        saved: list[str] = []
        for but in range(0, 480 * 1024, 48 * 1024):
            filler = fill(home, but)
            seq = workspace.database.vault_seq()
            with refused(DiskFull, made):
                for number in range(1000):
                    directory.add_practice(workspace, {"name": f"{but:06} {number:04}", "place": "x" * 100})
                    saved.append(f"{but:06} {number:04}")
            tried += 1
            assert practices(workspace) == sorted(saved)
            assert workspace.database.vault_seq() == seq + sum(name.startswith(f"{but:06}") for name in saved)
            filler.unlink()
            name = f"{but:06} again"
            directory.add_practice(workspace, {"name": name})
            saved.append(name)
        assert is_whole(workspace)
        acknowledged = len(saved)
        assert practices(workspace) == sorted(saved)
    counts(f"disk full during {tried} saves: said each time, all {acknowledged} acknowledged there")


def test_a_draft(made: Made, tmp_path: Path, counts: Counts) -> None:
    """The draft of before stays whole; the next one is kept as soon as there is room."""
    tried = 0
    with (
        small_home(made, tmp_path / "disk") as home,
        open_workspace(open_vault(home, made.key), FixedClock(NOW)) as workspace,
    ):
        begin_alone(workspace, "Ria de Boer", label="laptop")
        for but in range(0, 48 * 1024, 8 * 1024):
            before = {"note": f"before {but}" * 100}
            services_drafts.save(workspace, "contact", "1", before, {})
            filler = fill(home, but)
            with refused(DiskFull, made):
                services_drafts.save(workspace, "contact", "1", {"note": "y" * 200_000}, {})
            kept = services_drafts.load(workspace, "contact", "1")
            assert kept is not None
            assert kept.values == before
            tried += 1
            filler.unlink()
            services_drafts.save(workspace, "contact", "1", {"note": "after"}, {})
        assert is_whole(workspace)
    counts(f"disk full during {tried} drafts: said each time, the draft of before was whole")


def test_a_step_of_the_tables(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: Counts) -> None:
    """Full in the backup before the step, or in the step itself: the vault stays of the version that it was."""
    with open_vault(made.home, made.key) as vault, vault.database.write() as connection:
        for row in range(200):
            put_draft(connection, f"{row:03}", "x" * 500)
    steps = tmp_path / "steps"
    shutil.copytree(migrations.FOLDER, steps, ignore=shutil.ignore_patterns("__*"))
    later = migrations.newest() + 1
    (steps / f"{later:04}_more.sql").write_text(
        "CREATE TABLE more (x TEXT); INSERT INTO more WITH RECURSIVE n(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) SELECT hex(randomblob(500)) FROM n;"
    )
    outcomes = {"backup": 0, "step": 0}
    size = made.database.stat().st_size
    with small_home(made, tmp_path / "disk", room=4 * size // 1024 + 2000) as home:
        for but in (0, 100_000, size // 2, size + 100_000, size + 300_000):
            monkeypatch.setattr(migrations, "FOLDER", steps)
            filler = fill(home, but)
            with refused(DiskFull, made):
                open_vault(home, made.key).close()
            outcomes["step" if backup.found(home / backup.FOLDER_NAME) else "backup"] += 1
            filler.unlink()
            monkeypatch.undo()
            with open_vault(home, made.key) as vault:
                assert [found.code for found in checking.of_database(vault)] == [checking.WHOLE]
                with vault.database.read() as connection:
                    assert len(drafts(connection)) == 200
                    assert connection.exec_driver_sql("PRAGMA user_version").scalar() == later - 1
            shutil.rmtree(home / backup.FOLDER_NAME, ignore_errors=True)
        assert min(outcomes.values()) > 0
        monkeypatch.setattr(migrations, "FOLDER", steps)
        with open_vault(home, made.key) as vault, vault.database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM more").scalar() == 400
            assert len(drafts(connection)) == 200
        assert [one.why for one in backup.found(home / backup.FOLDER_NAME)] == [backup.BEFORE_MIGRATION]
    counts(
        f"disk full during {sum(outcomes.values())} migrations ({outcomes['backup']} in the backup before, "
        f"{outcomes['step']} in the step): the vault as it was each time, brought up to date once there was room"
    )


def test_the_days_backup(made: Made, tmp_path: Path, counts: Counts) -> None:
    with open_vault(made.home, made.key) as vault, vault.database.write() as connection:
        for row in range(200):
            put_draft(connection, f"{row:03}", "x" * 500)
    size = made.database.stat().st_size
    tried = 0
    with (
        small_home(made, tmp_path / "disk", room=3 * size // 1024 + 2000) as home,
        open_workspace(open_vault(home, made.key), FixedClock(NOW)) as workspace,
    ):
        first = backups.back_up(workspace).backup
        for but in (0, 4096, size // 4, size // 2, size - 8192, size):
            filler = fill(home, but)
            with refused(DiskFull, made):
                backups.back_up(workspace)
            tried += 1
            filler.unlink()
            assert [each.name for each in backups.listed(workspace)] == [first.name]
            assert sorted(path.name for path in (home / backup.FOLDER_NAME).iterdir()) == [first.name]
            assert backup.sound_keyfile(first.keyfile, made.key)
        assert is_whole(workspace)
        backups.back_up(workspace)
    counts(f"disk full during {tried} backups: said each time, nothing left of them, the one before untouched")
