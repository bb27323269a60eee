"""Steps that bring a vault's tables to the form that this version knows.

`user_version` says how many steps were done. Each step is one SQL file; those that a vault lacks run in one
transaction, after a backup: a step that fails, or a power cut in the middle of it, leaves the vault as it was. A vault
with more steps than we know is refused untouched. A step that was released is never changed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wor_tui.vault.errors import VaultDamaged, VaultNewer

FOLDER = Path(__file__).parent


def steps(folder: Path | None = None) -> list[Path]:
    """The SQL files in order: `0001_….sql`, `0002_….sql` …"""
    return sorted((folder or FOLDER).glob("[0-9][0-9][0-9][0-9]_*.sql"))


def newest(folder: Path | None = None) -> int:
    """The `user_version` of a vault that is up to date."""
    return len(steps(folder))


def refuse_newer(connection: Any, folder: Path | None = None) -> None:
    """Raise VaultNewer for a vault of a later version."""
    if _version(connection) > newest(folder):
        raise VaultNewer


def bring_up_to_date(connection: Any, folder: Path | None = None, before: Callable[[], None] | None = None) -> None:
    """Run the steps that the vault behind this driver connection lacks; costs one PRAGMA when there are none.

    `before` is called first when there is something in the vault already; what it raises stops the steps. Raises
    VaultDamaged, and undoes them, when they leave a reference to nothing.
    """
    done = _version(connection)
    lacking = steps(folder)[done:]
    if not lacking:
        return
    if done and before is not None:
        before()
    sql = "\n;".join(step.read_text(encoding="utf-8") for step in lacking)
    referring = connection.execute("PRAGMA foreign_keys").fetchone()[0]
    # Within the transaction a step may rebuild a table that others refer to: what counts is how it ends.
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\n;PRAGMA user_version={done + len(lacking)};")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise VaultDamaged
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute(f"PRAGMA foreign_keys={referring}")


def _version(connection: Any) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]
