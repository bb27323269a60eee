"""Another process's memory, read from outside (Linux): what somebody with the rights of the system would find."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

PIECE = 1 << 24


def found(pid: int, marks: Mapping[str, bytes]) -> dict[str, int]:
    """How many times each mark stands in the memory of a process; skips where this user may not read it."""
    if sys.platform != "linux":
        pytest.skip("another process's memory is read through /proc, which this system doesn't have")
    counts = dict.fromkeys(marks, 0)
    overlap = max(map(len, marks.values())) - 1
    read = 0
    try:
        memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
        ranges = Path(f"/proc/{pid}/maps").read_text("utf-8").splitlines()
    except PermissionError:
        pytest.skip("this user may not read another process's memory: the program refuses it, only root still may")
    try:
        for line in ranges:
            where, rights, *_rest = line.split()
            start, end = (int(part, 16) for part in where.split("-"))
            if "r" not in rights or line.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                continue
            before = b""
            while start < end:
                try:
                    piece = os.pread(memory, min(PIECE, end - start), start)
                except OSError:
                    break
                if not piece:
                    break
                read += len(piece)
                text = before + piece
                for name, mark in marks.items():
                    counts[name] += text.count(mark)
                # One byte less than the longest mark: nothing that was counted is counted twice when it is that long.
                before = text[-overlap:] if overlap else b""
                start += len(piece)
    finally:
        os.close(memory)
    assert read > 1_000_000, "a program that runs has more than a megabyte"
    return counts
