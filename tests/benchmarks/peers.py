"""Other terminal programs to compare with, each in an environment of its own that lives beside the user's caches."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Peer:
    """A program: what pip installs, what starts it, and a text that stands on its first screen."""

    name: str
    packages: tuple[str, ...]
    arguments: tuple[str, ...]
    paints: str


POSTING = Peer("posting", ("posting==2.11.1", "tree-sitter==0.25.2"), (), "Collection")
"""Crashes with a newer tree-sitter."""
HARLEQUIN = Peer("harlequin", ("harlequin==2.17.0",), ("--locale", "C"), "Catalog")
"""Without that option it stops on a machine that has no other locale."""


def command(peer: Peer) -> list[str] | None:
    """How to start the peer; it is installed at the first measurement, and None where that can't be done."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "wor-benchmarks" / f"{peer.name}-{sys.version_info.major}.{sys.version_info.minor}"
    program, ready = folder / "bin" / peer.name, folder / "installed"
    if not ready.exists():
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        for step in ([sys.executable, "-m", "venv", str(folder)], [*pip, *peer.packages]):
            if subprocess.run(step, capture_output=True, check=False).returncode:
                return None
        ready.touch()
    return [str(program), *peer.arguments]


def quiet_home(folder: Path) -> dict[str, str]:
    """An environment in which programs find and keep their settings in `folder`."""
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    return {**dict.fromkeys(names, str(folder)), "TEXTUAL_ANIMATIONS": "none"}
