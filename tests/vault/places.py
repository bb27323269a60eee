"""Folders that fail for real: full, or read-only, also for root."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _mounted(arguments: list[str]) -> bool:
    try:
        return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@contextmanager
def small_disk(folder: Path, kibibytes: int) -> Iterator[Path]:
    """A disk of its own of that size; skips where this user may not mount one."""
    folder.mkdir()
    if not _mounted(["-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", str(folder)]):
        pytest.skip("this user may not mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """`folder` can't be written to; skips where that can't be arranged (root ignores a folder's rights)."""
    if os.name == "posix" and os.geteuid() != 0:
        modes = {path: path.stat().st_mode for path in [folder, *folder.iterdir()]}
        for path in modes:
            path.chmod(0o500 if path.is_dir() else 0o400)
        try:
            yield
        finally:
            for path, mode in modes.items():
                path.chmod(mode)
        return
    if not _mounted(["--bind", str(folder), str(folder)]):
        pytest.skip("this user may not mount a folder read-only, and ignores its rights")
    try:
        if not _mounted(["-o", "remount,ro,bind", str(folder)]):
            pytest.skip("this system can't mount a folder read-only")
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
