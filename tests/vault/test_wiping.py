"""A vault that is destroyed: whatever kills it, nobody can open anything of it, and the next start ends it."""

import os
import shutil
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wor_tui.vault import backup, wiping
from wor_tui.vault.connection import opened
from wor_tui.vault.errors import AlreadyRunning
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create, exists, open_vault

PASSPHRASE = "paard batterij nietje"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, UnlockedKey]:
    """A vault with a backup of its own, one elsewhere, one set aside, and a log of changes."""
    home = tmp_path_factory.mktemp("wiping") / "home"
    with create(home, PASSPHRASE, FLOOR).vault as vault:
        key = vault.key
        with vault.database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE canary (text)")
        (home.parent / "disk").mkdir()
        source = opened(home / "vault.db", key)
        backup.take(source, home, key, home / "backups", NOW, backup.BY_HAND)
        backup.take(source, home, key, home.parent / "disk" / "wor-x", NOW, backup.BY_HAND)
        source.close()
    shutil.copytree(next((home / "backups").iterdir()), home / "replaced" / "then")
    (home / "config.toml").write_text("")
    return home, key


@pytest.fixture
def home(made: tuple[Path, UnlockedKey], tmp_path: Path) -> Path:
    copy = tmp_path / "home"
    shutil.copytree(made[0], copy)
    shutil.copytree(made[0].parent / "disk", tmp_path / "disk")
    return copy


def left(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_nothing_of_it_is_left(home: Path) -> None:
    wiping.wipe(home)
    assert left(home) == {"config.toml"}
    assert left(home.parent / "disk"), "what is elsewhere stays unless it is named"
    assert not exists(home)
    with create(home, PASSPHRASE, FLOOR).vault:
        assert exists(home)


def test_backups_elsewhere_go_when_they_are_named(home: Path) -> None:
    wiping.wipe(home, [home.parent / "disk" / "wor-x"])
    assert not left(home.parent / "disk")


def test_a_vault_that_is_open_is_not_touched(home: Path, made: tuple[Path, UnlockedKey]) -> None:
    before = left(home)
    with open_vault(home, made[1]):
        with pytest.raises(AlreadyRunning):
            wiping.wipe(home)
        assert before <= left(home)
    assert not (home / wiping.MARK).exists()


KILLED = textwrap.dedent("""
    import shutil, sys
    from pathlib import Path
    from tests.vault.dying import at_each_step
    from wor_tui.vault import keyfile, slots, wiping
    from wor_tui.vault.vault import exists

    made, folder = Path(sys.argv[1]), Path(sys.argv[2])

    def holding(home, name):
        return [path for path in home.rglob(name) if path.read_bytes().strip(bytes(1))]

    before = {name: len(holding(made, name)) for name in ("vault.key", "vault.db")}
    killed = 0
    for home in at_each_step(
        folder,
        lambda home: shutil.copytree(made, home),
        lambda home: wiping.wipe(home / "home", [home / "disk" / "wor-x"]),
    ):
        there = {name: len(holding(home, name)) for name in before}
        begun = (home / "home" / wiping.MARK).exists()
        if not begun and there["vault.key"]:
            assert there == before, "nothing goes before it is written down"
            assert exists(home / "home")
            continue
        killed += 1
        assert not there["vault.key"] or there["vault.db"] == before["vault.db"], "a key after its database"
        assert not exists(home / "home")
        left = {path.name for path in home.rglob("*") if path.is_file()}
        assert left <= {"config.toml", "vault.lock"}, left
    assert killed > 20, killed
""")


@pytest.mark.skipif(os.name != "posix", reason="it forks")
def test_a_kill_at_any_point_leaves_nothing_readable_and_the_next_start_ends_it(tmp_path: Path) -> None:
    dying, made = tmp_path / "dying", tmp_path / "made"
    dying.mkdir()
    for folder in ("home", "home/backups/one", "home/replaced/then", "disk/wor-x/one"):
        (made / folder).mkdir(parents=True)
        for name in ("vault.key", "vault.db"):
            (made / folder / name).write_bytes(b"not zeros")
    (made / "home" / "vault.db-wal").write_bytes(b"commits")
    (made / "home" / "config.toml").write_bytes(b"")
    command = [sys.executable, "-c", KILLED, str(made), str(dying)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
