"""Keeping the process's memory, where the key is, off the disk and out of other programs' hands."""

import sys

_PR_SET_DUMPABLE = 4


def harden_process() -> None:
    """No core dumps (POSIX), and no attaching by the same user's other programs (Linux); elsewhere nothing happens."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
