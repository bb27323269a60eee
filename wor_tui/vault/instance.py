"""One program at a time per vault."""

from pathlib import Path

from filelock import FileLock, Timeout

from wor_tui.vault.errors import AlreadyRunning, of_system
from wor_tui.vault.files import PRIVATE

LOCK_NAME = "vault.lock"


class Instance:
    """The hold on a vault's folder; released by `release`, or by the system when the process ends."""

    def __init__(self, home: Path) -> None:
        self.path = home / LOCK_NAME
        self._lock = FileLock(self.path, timeout=0, mode=PRIVATE, thread_local=False)

    def hold(self) -> None:
        """Take the folder; raises AlreadyRunning, ReadOnly or DiskFull."""
        try:
            self._lock.acquire()
        except Timeout:
            raise AlreadyRunning from None
        except OSError as error:
            raise of_system(error, writing=True) from None

    def release(self) -> None:
        """Let the folder go; a second call does nothing."""
        self._lock.release()
