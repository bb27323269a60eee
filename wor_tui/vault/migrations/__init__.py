"""Steps that bring a vault's tables to the form that this version knows.

`user_version` says how many steps were done. Each step is one SQL file, run in one transaction: a step that fails, or a
power cut in the middle of it, leaves the vault as it was. A vault with more steps than we know is refused untouched.
"""

from pathlib import Path
from typing import Any

from wor_tui.vault.errors import VaultNewer

FOLDER = Path(__file__).parent


def steps(folder: Path = FOLDER) -> list[Path]:
    """The SQL files in order: `0001_….sql`, `0002_….sql` …"""
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def newest(folder: Path = FOLDER) -> int:
    """The `user_version` of a vault that is up to date."""
    return len(steps(folder))


def refuse_newer(connection: Any, folder: Path = FOLDER) -> None:
    """Raise VaultNewer for a vault of a later version."""
    if _version(connection) > newest(folder):
        raise VaultNewer


def bring_up_to_date(connection: Any, folder: Path = FOLDER) -> None:
    """Run the steps that the vault behind this driver connection lacks; costs one PRAGMA when there are none."""
    done = _version(connection)
    for number, step in enumerate(steps(folder)[done:], start=done + 1):
        sql = step.read_text(encoding="utf-8")
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\n;PRAGMA user_version={number};\nCOMMIT;")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _version(connection: Any) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]
