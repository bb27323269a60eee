"""What the vault's tests share: a made vault, its secrets, and a look for them where they shouldn't be."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection

from wor_tui.vault.errors import VaultError
from wor_tui.vault.keyfile import UnlockedKey

PASSPHRASE = "vier gewone woorden samen"
MARKER = "MERKTEKEN-Jansen-7f3a"


@dataclass(frozen=True)
class Made:
    """A closed vault: its folder, its key and its recovery code."""

    home: Path
    key: UnlockedKey
    recovery_code: str

    @property
    def database(self) -> Path:
        return self.home / "vault.db"

    @property
    def keyfile(self) -> Path:
        return self.home / "vault.key"

    def secrets(self) -> list[str]:
        """Everything that no error may show."""
        key = self.key.database_key()
        return [PASSPHRASE, MARKER, self.recovery_code, self.key.root.hex(), key, key[:64], repr(self.key.root)]


@contextmanager
def refused(kind: type[VaultError], made: Made) -> Iterator[None]:
    """The body raises exactly `kind`, and neither the error nor what hangs on it shows a secret."""
    with pytest.raises(VaultError) as caught:
        yield
    error = caught.value
    assert type(error) is kind
    assert error.args == (kind.sentence,)
    shown = "".join(traceback.format_exception(error))
    hanging: BaseException | None = error
    while hanging is not None:
        shown += repr(hanging) + str(hanging) + repr(vars(hanging))
        hanging = hanging.__cause__ or hanging.__context__
    assert not [secret for secret in made.secrets() if secret in shown]


def put_draft(connection: Connection, form: str, text: str = "") -> None:
    """One row with a text in it."""
    connection.exec_driver_sql(
        """INSERT INTO draft (form, record, scope_bases, "values", saved_at) VALUES (?, '', '{}', ?, '')""",
        (form, text),
    )


def drafts(connection: Connection) -> list[str]:
    """The forms of all drafts."""
    return [row[0] for row in connection.exec_driver_sql("SELECT form FROM draft ORDER BY form")]
