"""Vaults as earlier versions of the tables wrote them; a step that was released is never changed, nor is its vault.

`python -m tests.vault.writing` writes the vault of the newest step, once, when that step is there and not yet released:
two rows of invented values in every table, and what they are in `rows.json`.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "written"
PASSPHRASE = "vier gewone woorden samen"


def rows(connection: Any) -> dict[str, list[str]]:
    """What each table holds: a digest for each row, sorted; `connection` is the driver's.

    A column in which nothing stands, such as one that a later step added, doesn't count.
    """
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    found: dict[str, list[str]] = {}
    for (name,) in connection.execute(named).fetchall():
        columns = sorted(row[1] for row in connection.execute(f'PRAGMA table_info("{name}")').fetchall())
        counted = ", ".join(f'count("{column}")' for column in columns)
        counts = connection.execute(f'SELECT {counted} FROM "{name}"').fetchone()  # noqa: S608
        columns = [column for column, count in zip(columns, counts, strict=True) if count] or columns
        listed = ", ".join(f'"{column}"' for column in columns)
        content = connection.execute(f'SELECT {listed} FROM "{name}"').fetchall()  # noqa: S608
        found[name] = sorted(hashlib.sha256(repr((columns, row)).encode()).hexdigest()[:16] for row in content)
    return found


def fill(connection: Any) -> None:
    """Two rows of invented values in every table."""
    for name in rows(connection):
        columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
        for number in (1, 2):
            values = [_value(f"{name}.{column[1]}", column[2], number) for column in columns]
            marks = ", ".join("?" * len(values))
            connection.execute(f'INSERT OR REPLACE INTO "{name}" VALUES ({marks})', values)  # noqa: S608


def _value(name: str, kind: str, number: int) -> object:
    kind = kind.upper()
    if "INT" in kind or "BOOL" in kind:
        return number
    if "FLOAT" in kind or "REAL" in kind:
        return number / 2
    if "BLOB" in kind:
        return name.encode()
    return f'{{"{name}": {number}}}' if "JSON" in kind else f"{name} {number}"


def _write() -> None:
    from wor_tui.vault import migrations  # noqa: PLC0415
    from wor_tui.vault.connection import opened  # noqa: PLC0415
    from wor_tui.vault.passphrase_cost import FLOOR  # noqa: PLC0415
    from wor_tui.vault.vault import create  # noqa: PLC0415

    home = FOLDER / f"{migrations.newest():04}"
    made = create(home, PASSPHRASE, FLOOR)
    made.vault.close()
    connection = opened(home / "vault.db", made.vault.key)
    connection.execute("BEGIN IMMEDIATE")
    fill(connection)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=DELETE")
    (home / "rows.json").write_text(json.dumps(rows(connection), indent=1) + "\n")
    connection.close()
    (home / "vault.lock").unlink()


if __name__ == "__main__":
    _write()
