"""A process is killed (SIGKILL) at a chance moment of its work, again and again on one vault; then the vault is read.

WOR_SEED repeats the moments as they were drawn; the processor's own timing stays. What the power takes from a disk's
cache isn't in this: `tests/trouble/test_vault_trouble.py` cuts the log for that.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import victims
from tests.faults.killing import KILLS, cheap_passphrase, killed, posix_only, seeded
from tests.vault.made import Made, drafts, put_draft
from wor_tui.vault import backup, checking, failed_unlocks
from wor_tui.vault.copying import is_whole
from wor_tui.vault.errors import WrongSecret
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.rewriting import set_passphrase
from wor_tui.vault.vault import create, open_vault, unlock

pytestmark = posix_only
__all__ = ["cheap_passphrase"]

Counts = Callable[[str], None]
AT_REST = ["vault.db", "vault.key", "vault.lock"]


def is_clean(home: Path, key: UnlockedKey) -> list[str]:
    """Open the vault after a kill, look it over, and return its rows."""
    with open_vault(home, key) as vault:
        found = [checking.of_keyfile(home, key), *checking.of_database(vault)]
        assert [each.code for each in found] == [checking.WHOLE, checking.WHOLE]
        with vault.database.read() as connection:
            return drafts(connection)


@pytest.mark.parametrize("kills", KILLS)
def test_killed_while_writing(kills: int, made: Made, counts: Counts) -> None:
    chance, seed = seeded()
    acknowledged: set[int] = set()
    unacknowledged = following = 0
    for kill in range(kills):
        told = killed(victims.writes, made.home, made.key, chance.random() * 0.4, following, seed + kill)
        acknowledged.update(told)
        groups: dict[int, list[tuple[int, int]]] = {}
        for name in is_clean(made.home, made.key):
            group, size, row = map(int, name.split())
            groups.setdefault(group, []).append((size, row))
        torn = [group for group, rows in groups.items() if [row for _, row in rows] != list(range(rows[0][0]))]
        assert (torn, acknowledged - groups.keys()) == ([], set()), f"seed {seed}, kill {kill}"
        more = groups.keys() - acknowledged
        assert more <= {max(acknowledged, default=-1) + 1}, f"seed {seed}, kill {kill}: {more}"
        unacknowledged += len(more)
        acknowledged |= more
        following = len(groups)
        with open_vault(made.home, made.key) as vault:
            assert vault.database.vault_seq() == following
    assert following > kills
    counts(
        f"{kills} kills while writing: {kills} reopened and clean, {following - unacknowledged:,} acknowledged commits "
        f"all there, {unacknowledged} more whole, 0 torn (seed {seed})"
    )


@pytest.mark.usefixtures("cheap_passphrase")
@pytest.mark.parametrize("kills", KILLS)
def test_killed_while_changing_the_passphrase(kills: int, made: Made, counts: Counts) -> None:
    chance, seed = seeded()
    set_passphrase(made.home, made.key, "passphrase 0", FLOOR)
    now = ended = changed = 0
    for kill in range(kills):
        told = killed(victims.changes_passphrase, made.home, made.key, chance.random() * 0.1, now + 1)
        done = [number for what, number in told if what == "done"]
        tried = [number for what, number in told if what == "next"]
        changed += len(done)
        sure = max(done, default=now)
        candidates = sorted({sure, *tried[-1:]})
        opens = [number for number in candidates if opened_by(made.home, passphrase=f"passphrase {number}")]
        assert len(opens) == 1, f"seed {seed}, kill {kill}: {opens} of {candidates}"
        ended += opens[0] != sure
        now = opens[0]
        assert not [
            number for number in range(max(now - 3, 0), now) if opened_by(made.home, passphrase=f"passphrase {number}")
        ]
        assert opened_by(made.home, recovery_code=made.recovery_code) == made.key
        if chance.random() < 0.5:  # else the next one meets what this one left
            assert is_clean(made.home, made.key) == []
            assert names(made.home) == AT_REST
    counts(
        f"{kills} kills during a change of the passphrase: exactly one opened each time ({changed} acknowledged "
        f"changes, {ended} that were done but not told), the recovery code always (seed {seed})"
    )


@pytest.mark.usefixtures("cheap_passphrase")
@pytest.mark.parametrize("kills", KILLS)
def test_killed_while_rekeying(kills: int, tmp_path: Path, counts: Counts) -> None:
    chance, seed = seeded()
    home = tmp_path / "home"
    rows = [f"form {row:03}" for row in range(200)]
    made = create(home, "passphrase", FLOOR)
    with made.vault as vault, vault.database.write() as connection:
        for row in rows:
            put_draft(connection, row, "x" * 1000)
    codes = {0: made.recovery_code}
    now = rekeyed = ended = 0
    for kill in range(kills):
        told = killed(victims.rekeys, home, None, chance.random() * 0.5, now + 1)
        done = [number for what, number in told if what == "done"]
        tried = [number for what, number in told if what == "next"]
        codes |= {number: victims.code(number) for number in tried}
        rekeyed += len(done)
        sure = max(done, default=now)
        candidates = sorted({sure, *tried[-1:]})
        opens = {number: key for number in candidates if (key := opened_by(home, recovery_code=codes[number]))}
        assert len(opens) == 1, f"seed {seed}, kill {kill}: {list(opens)} of {candidates}"
        ((opened, key),) = opens.items()
        ended += opened != sure
        assert opened_by(home, passphrase="passphrase") == key
        now = opened
        if chance.random() < 0.5:  # else the next one meets what this one left
            assert is_clean(home, key) == rows
            assert names(home) == AT_REST
    assert is_clean(home, key) == rows
    counts(
        f"{kills} kills while rekeying: exactly one key opened each time ({rekeyed} acknowledged rekeyings, {ended} "
        f"done but not told), all {len(rows)} rows there, nothing left over (seed {seed})"
    )


@pytest.mark.parametrize("kills", KILLS)
def test_killed_while_backing_up(kills: int, made: Made, counts: Counts) -> None:
    chance, seed = seeded()
    folder = made.home / backup.FOLDER_NAME
    following = read = left_over = 0
    last = ""
    for kill in range(kills):
        told = killed(victims.backs_up, made.home, made.key, chance.random() * 0.5, following)
        written = [each[1] for each in told if each[0] == "written"]
        taken = [each for each in told if each[0] == "taken"]
        last = taken[-1][2] if taken else last
        rows = is_clean(made.home, made.key)
        assert {f"day {day:06}" for day in written} <= set(rows)
        following = len(rows)
        found = backup.found(folder)
        for each in found:
            assert is_whole(each.database, made.key), f"seed {seed}, kill {kill}: {each.name}"
            assert backup.sound_keyfile(each.keyfile, made.key)
        read += len(found)
        assert not last or found[0].name >= last, f"seed {seed}, kill {kill}: the newest acknowledged one is gone"
        whole = {each.name for each in found}
        left_over += sum(path.name not in whole for path in folder.iterdir()) if folder.exists() else 0
    with open_vault(made.home, made.key) as vault, vault.database.read() as connection:
        source = connection.connection.dbapi_connection
        new = backup.take(source, made.home, made.key, folder, found[0].taken.replace(year=2099))
        backup.thin(folder, new)
    assert all(re.fullmatch(r"\d{8}T\d{6}Z", path.name) for path in folder.iterdir())
    counts(
        f"{kills} kills during a backup: all {read} backups that had a name were whole, the newest acknowledged one "
        f"always there, {left_over} unfinished ones passed over and removed (seed {seed})"
    )


def names(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir())


def opened_by(home: Path, **secret: str) -> UnlockedKey | None:
    """The key, or None for a secret that doesn't open: that is noted beside the vault, once, and nothing else is."""
    assert failed_unlocks.noted(home) == []
    try:
        return unlock(home, **secret)
    except WrongSecret:
        assert len(failed_unlocks.noted(home)) == 1
        failed_unlocks.forget(home)
        return None
