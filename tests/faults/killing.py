"""A process that does one thing until it is killed, telling what it did; its parent kills it at a chance moment.

Each victim is forked from a process that has the imports done, so that what dies is the work and not the start.
"""

import hashlib
import multiprocessing
import os
import random
import secrets
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from wor_tui.vault import rewriting, slots
from wor_tui.vault.keyfile import UnlockedKey

WITHIN_S = 120
SEED = 2026
IMPORTED = ["tests.faults.victims", "wor_tui.vault.declared", "wor_tui.vault.backup", "wor_tui.vault.rekey"]

posix_only = pytest.mark.skipif(os.name != "posix", reason="sends SIGKILL")
KILLS = [8, pytest.param(50, marks=pytest.mark.soak)]


def seeded() -> tuple[random.Random, int]:
    """A source of chance and its seed: WOR_SEED, else the same each time, but another one in a soak."""
    another = secrets.randbelow(1_000_000) if os.environ.get("WOR_HYPOTHESIS") == "soak" else SEED
    seed = int(os.environ.get("WOR_SEED") or another)
    return random.Random(seed), seed


def cheap(passphrase: str, salt: bytes, _cost: object) -> bytes:
    """In place of Argon2id: what is tried is the order of writing, hundreds of times."""
    return hashlib.sha256(passphrase.encode() + salt).digest()


@pytest.fixture
def cheap_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the parent too a passphrase costs nothing."""
    monkeypatch.setattr(slots, "stretched", cheap)


def killed(
    work: Callable[..., None], home: Path, key: UnlockedKey | None, after_s: float, *arguments: object
) -> list[Any]:
    """Start `work(tell, home, key, …)` elsewhere, kill it `after_s` seconds after it began; what it told."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    ours, its = context.Pipe(duplex=False)
    process = context.Process(target=_victim, args=(work, its, home, _parts(key), arguments))
    process.start()
    its.close()
    try:
        assert ours.poll(WITHIN_S), "it never began"
        assert ours.recv() == "began"
        time.sleep(after_s)
    finally:
        if process.pid is not None and process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
    told: list[Any] = []
    try:
        while True:
            told.append(ours.recv())
    except (EOFError, OSError):
        pass
    process.join(WITHIN_S)
    assert process.exitcode in {-signal.SIGKILL, 0}, f"it ended by itself: {process.exitcode}"
    return told


def _parts(key: UnlockedKey | None) -> tuple[bytes, bytes, bytes] | None:
    return None if key is None else (key.vault, key.salt, key.root)


def _victim(
    work: Callable[..., None],
    tell: Connection,
    home: Path,
    parts: tuple[bytes, bytes, bytes] | None,
    arguments: tuple[object, ...],
) -> None:
    slots.stretched = rewriting.slots.stretched = cheap
    tell.send("began")
    try:
        work(tell.send, home, None if parts is None else UnlockedKey(*parts), *arguments)
    finally:
        sys.stdout.flush()
