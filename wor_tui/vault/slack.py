"""Giving back to the system what one large read took: it would stay with the program for as long as it runs."""

import ctypes
import sys

from sqlalchemy import Connection


def give_back_pages(connection: Connection) -> None:
    """Let a connection's cached pages go; the next reads fill it anew with the few that they need."""
    connection.exec_driver_sql("PRAGMA shrink_memory")


def give_back_memory() -> None:
    """Return freed memory to the system, a few milliseconds; does nothing where the C library has no such call."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl doesn't
        if trim is not None:
            trim(0)
