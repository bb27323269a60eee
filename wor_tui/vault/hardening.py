"""Keeping the process's memory, where the key is, off the disk and out of other programs' hands; and what is typed."""

import os
import sys

_PR_SET_DUMPABLE = 4
_WATCHING = ("TEXTUAL", "TEXTUAL_DEBUG", "TEXTUAL_LOG", "TEXTUAL_PRESS", "TEXTUAL_SCREENSHOT")
"""Textual's variables for developers: each key that is typed, and the screen, go to a file or another program."""


def harden_process() -> None:
    """No core dumps (POSIX), and no attaching by the same user's other programs (Linux).

    What is typed and shown isn't written down for a developer either; for that it comes before Textual is imported.
    """
    for name in _WATCHING:
        os.environ.pop(name, None)
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
