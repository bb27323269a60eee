"""A vault that a later version wrote: refused, and not one byte of any of its files changed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vault.made import Made, drafts, put_draft, refused
from wor_tui.vault import keyfile, migrations
from wor_tui.vault.connection import opened
from wor_tui.vault.errors import KeyfileTooNew, VaultNewer
from wor_tui.vault.vault import open_vault, unlock


def all_bytes(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "with its log"])
def test_a_newer_database(
    closed: bool, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: Callable[[str], None]
) -> None:
    with open_vault(made.home, made.key) as vault, vault.database.write() as connection:
        put_draft(connection, "first", "x" * 10_000)
    connection = opened(made.database, made.key)
    connection.execute("PRAGMA user_version=9999")
    if closed:
        connection.close()
    else:  # as its crash leaves it: the newer version stands in the log alone
        crashed = tmp_path / "crashed"
        crashed.mkdir()
        for path in made.home.iterdir():
            if not path.name.endswith("-shm"):
                (crashed / path.name).write_bytes(path.read_bytes())
        connection.close()
        made = Made(crashed, made.key, made.recovery_code)
    before = all_bytes(made.home)
    assert ("vault.db-wal" in before) is not closed
    for _ in range(3):
        with refused(VaultNewer, made):
            open_vault(made.home, unlock(made.home, recovery_code=made.recovery_code))
    assert all_bytes(made.home) == before
    assert opened_by_the_newer(made, monkeypatch) == ["first"]
    counts(
        f"a newer vault, {'closed' if closed else 'with its log'}: refused 3 times, its {len(before)} files untouched"
    )


def opened_by_the_newer(made: Made, patch: pytest.MonkeyPatch) -> list[str]:
    """What the later version finds: it still says which one it is, and all rows are there."""
    patch.setattr(migrations, "newest", lambda _folder=None: 9999)
    connection = opened(made.database, made.key)
    try:
        assert connection.execute("PRAGMA user_version").fetchone() == (9999,)
        return [row[0] for row in connection.execute("SELECT form FROM draft")]
    finally:
        connection.close()


def test_a_newer_key_file(made: Made) -> None:
    document = json.loads(made.keyfile.read_bytes()) | {"version": keyfile.VERSION + 1, "more": "of a later version"}
    made.keyfile.write_bytes(keyfile._canonical(document | {"check": keyfile._check(document)}))
    before = all_bytes(made.home)
    with refused(KeyfileTooNew, made):
        unlock(made.home, recovery_code=made.recovery_code)
    with refused(KeyfileTooNew, made):
        unlock(made.home, passphrase="anything")
    assert all_bytes(made.home) == before
    with open_vault(made.home, made.key) as vault, vault.database.read() as connection:
        assert drafts(connection) == []
