"""Writing the vault's small files so that a crash leaves the old or the new content, never half of it."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from wor_tui.given_file import start_of
from wor_tui.paths import make_private
from wor_tui.vault.errors import of_system

PRIVATE = 0o600
_PIECE = 1 << 20


@contextmanager
def told(*, writing: bool) -> Generator[None]:
    """Turn the system's refusals into the vault's errors: ReadOnly, Unreadable, DiskFull or DiskFault."""
    try:
        yield
    except OSError as error:
        raise of_system(error, writing=writing) from None


def tighten_umask() -> None:
    """From here on this process makes files that only their owner can read (SQLite makes its files 0644 otherwise)."""
    os.umask(0o077)


def make_folder(folder: Path) -> None:
    """Make `folder` and its parents, for the owner only; raises ReadOnly, DiskFull or DiskFault."""
    with told(writing=True):
        make_private(folder)


def read_at_most(path: Path, limit: int) -> bytes | None:
    """The first `limit` bytes of a file, None when there is none; a pipe is waited for with a limit.

    Raises Unreadable or DiskFault.
    """
    with told(writing=False):
        try:
            return start_of(path, limit)
        except FileNotFoundError:
            return None


def size_of(path: Path) -> int:
    """How many bytes a file has, 0 when there is none; raises Unreadable or DiskFault."""
    with told(writing=False):
        try:
            return path.stat().st_size
        except FileNotFoundError:
            return 0


def write_new(path: Path, content: bytes) -> None:
    """Write `path` anew, down to the disk, for the owner only; raises ReadOnly, DiskFull or DiskFault."""
    with told(writing=True):
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), PRIVATE)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                to_disk(stream.fileno())
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise


def put_in_place(new: Path, path: Path) -> None:
    """Rename `new` to `path`, replacing what is there, and make it last; raises ReadOnly, DiskFull or DiskFault."""
    with told(writing=True):
        new.replace(path)
        sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove a file if it is there; raises ReadOnly or DiskFault."""
    with told(writing=True):
        path.unlink(missing_ok=True)


def keep_private(path: Path) -> None:
    """Take away what others may do with a file that was copied or restored under a looser umask."""
    if os.name != "posix":
        return
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(PRIVATE)


def flush(path: Path) -> None:
    """Bring a file that was written by others down to the disk; raises ReadOnly, DiskFull or DiskFault."""
    with told(writing=True), path.open("r+b") as stream:
        to_disk(stream.fileno())


def overwrite(path: Path) -> None:
    """Write zeros over a file as far as the system lets us; a disk may keep what was there elsewhere."""
    with suppress(OSError), path.open("r+b") as stream:
        left = path.stat().st_size
        while left > 0:
            left -= stream.write(bytes(min(left, _PIECE)))
        stream.flush()
        to_disk(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` last. Windows has no such call and needs none; raises OSError."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def to_disk(descriptor: int) -> None:
    """Bring an open file down to the disk; on macOS fsync leaves the drive's own cache unwritten. Raises OSError."""
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)
