"""What is done until the kill comes. Every line that is told was acknowledged before: it must be there afterwards."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.vault.made import put_draft
from wor_tui.vault import backup, recovery_code, rekey, rewriting
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import open_vault

Tell = Callable[[Any], None]
FIRST_DAY = datetime(2026, 1, 1, 8, tzinfo=UTC)


def form(group: int, size: int, row: int) -> str:
    """The name of one row: says which group it is of and how many belong to that."""
    return f"{group:06} {size:02} {row:02}"


def writes(tell: Tell, home: Path, key: UnlockedKey, first: int, seed: int) -> None:
    """Groups of 1 to 12 rows, a transaction each; now and then the log is emptied, or the vault closed and opened."""
    chance = random.Random(seed)
    group = first
    while True:
        with open_vault(home, key) as vault:
            for _ in range(chance.randrange(1, 30)):
                size = chance.randrange(1, 13)
                with vault.database.write() as connection:
                    for row in range(size):
                        put_draft(connection, form(group, size, row), "x" * chance.randrange(3000))
                    if group % 3 == 0 and group > 30:
                        connection.exec_driver_sql("UPDATE draft SET saved_at = ? WHERE form LIKE '0000%'", (group,))
                tell(group)
                group += 1
                if chance.random() < 0.1:
                    vault.database.checkpoint()


def changes_passphrase(tell: Tell, home: Path, key: UnlockedKey, first: int) -> None:
    """One passphrase after the other."""
    number = first
    while True:
        tell(("next", number))
        with rewriting.alone(home):
            rewriting.set_passphrase(home, key, f"passphrase {number}", FLOOR)
        tell(("done", number))
        number += 1


def rekeys(tell: Tell, home: Path, _key: None, first: int) -> None:
    """One root key after the other; the number makes the recovery code."""
    number = first
    while True:
        tell(("next", number))
        rekey.rekey(home, "passphrase", number.to_bytes(20, "big"))
        tell(("done", number))
        number += 1


def code(number: int) -> str:
    """The recovery code of a rekeying."""
    return recovery_code.written(number.to_bytes(20, "big"))


def backs_up(tell: Tell, home: Path, key: UnlockedKey, first: int) -> None:
    """A backup for each day, thinned after each; something is written between them."""
    day = first
    with open_vault(home, key) as vault:
        while True:
            with vault.database.write() as connection:
                put_draft(connection, f"day {day:06}", "x" * 500)
            tell(("written", day))
            source = vault.database
            with source.read() as connection:
                taken = backup.take(
                    connection.connection.dbapi_connection,
                    home,
                    key,
                    home / backup.FOLDER_NAME,
                    FIRST_DAY + timedelta(days=day),
                )
            tell(("taken", day, taken.name))
            backup.thin(taken.folder.parent, taken)
            tell(("thinned", day))
            day += 1
