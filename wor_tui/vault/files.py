"""Writing the vault's small files so that a crash leaves the old or the new content, never half of it."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from wor_tui.vault.errors import of_system

PRIVATE = 0o600


def tighten_umask() -> None:
    """From here on this process makes files that only their owner can read (SQLite makes its files 0644 otherwise)."""
    os.umask(0o077)


def make_folder(folder: Path) -> None:
    """Make `folder` and its parents, for the owner only; raises ReadOnly or DiskFull."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        failure = of_system(error, writing=True)
        if failure is None:
            raise
    else:
        return
    raise failure


def read_at_most(path: Path, limit: int) -> bytes:
    """The first `limit` bytes of a file; raises FileNotFoundError, or Unreadable."""
    try:
        with path.open("rb") as stream:
            return stream.read(limit)
    except FileNotFoundError:
        raise
    except OSError as error:
        failure = of_system(error, writing=False)
        if failure is None:
            raise
    raise failure


def write_new(path: Path, content: bytes) -> None:
    """Write `path` anew, down to the disk, readable by the owner only; raises ReadOnly or DiskFull."""
    try:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), PRIVATE)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            _to_disk(stream.fileno())
    except OSError as error:
        failure = of_system(error, writing=True)
        with suppress(OSError):
            path.unlink()
        if failure is None:
            raise
    else:
        return
    raise failure


def put_in_place(new: Path, path: Path) -> None:
    """Rename `new` to `path`, replacing what is there, and make the rename last; raises ReadOnly or DiskFull."""
    try:
        new.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        failure = of_system(error, writing=True)
        if failure is None:
            raise
    else:
        return
    raise failure


def sync_file(path: Path) -> None:
    """Bring a file's content down to the disk."""
    with path.open("rb+") as stream:
        _to_disk(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` last; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep_private(path: Path) -> None:
    """Take away what others may do with a file that was copied or restored under a looser umask."""
    if os.name != "posix":
        return
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(PRIVATE)


def _to_disk(descriptor: int) -> None:
    # On macOS fsync leaves the drive's own cache unwritten.
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)
