import errno
from pathlib import Path

import pytest

from wor_tui.vault import errors
from wor_tui.vault.connection import driver
from wor_tui.vault.errors import DiskFault, DiskFull, ReadOnly, Unreadable, VaultError, of_sqlite, of_system

DESIGNED = {"VaultMissing", "KeyfileMissing", "KeyfileDamaged", "KeyfileTooNew", "KeyfileTampered", "WrongSecret"} | {
    "VaultMismatch",
    "VaultDamaged",
    "VaultNewer",
    "DiskFull",
    "ReadOnly",
    "AlreadyRunning",
}

KINDS = VaultError.__subclasses__()


def test_every_error_of_the_design_exists() -> None:
    assert {kind.__name__ for kind in KINDS} >= DESIGNED


@pytest.mark.parametrize("kind", KINDS)
def test_each_says_what_to_do_and_nothing_else(kind: type[VaultError]) -> None:
    error = kind()
    assert str(error) == kind.sentence
    assert error.sentence.endswith(".")
    assert vars(error) == {}
    with pytest.raises(TypeError):
        kind("a parameter")  # pyright: ignore[reportCallIssue]


def test_no_two_say_the_same() -> None:
    assert len({kind.sentence for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    ("code", "writing", "kind"),
    [
        (errno.ENOSPC, True, DiskFull),
        (errno.EDQUOT, True, DiskFull),
        (errno.EROFS, True, ReadOnly),
        (errno.EACCES, True, ReadOnly),
        (errno.EACCES, False, Unreadable),
        (errno.EPERM, False, Unreadable),
        (errno.EIO, False, DiskFault),
        (errno.ENOTDIR, True, DiskFault),
    ],
)
def test_the_systems_refusals_are_told_apart(code: int, writing: bool, kind: type[VaultError]) -> None:
    assert type(of_system(OSError(code, "where/this/happened"), writing=writing)) is kind


def test_a_mistake_of_ours_is_no_error_of_the_vault(tmp_path: Path) -> None:
    connection = driver.connect(":memory:")
    with pytest.raises(driver.OperationalError) as caught:
        connection.execute("SELEC 1")
    assert of_sqlite(caught.value, tmp_path) is None
    assert of_sqlite(None, tmp_path) is None
    assert errors.of_sqlite(ValueError(), tmp_path) is None
