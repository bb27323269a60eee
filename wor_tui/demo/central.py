"""A session of the demo: while it is open, the demo's central API runs."""

import contextlib
import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from wor_tui.demo.folder import ROLES, DemoError, DemoFolder
from wor_tui.demo.guard import ENDING_S, TICK_S, open_sessions, url_of

STARTING_S = 60.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A demo that stands ready: its folder, and the port of its central API."""

    folder: DemoFolder
    port: int

    def as_json(self) -> Mapping[str, Any]:
        """What `wor demo --prepare` prints."""
        return {
            "server": {"data": str(self.folder.server_data), "url": url_of(self.port)},
            "homes": {role: str(self.folder.home(role)) for role in ROLES},
            "passphrase_file": str(self.folder.passphrase_file),
        }


def standing(folder: DemoFolder, clients: int | None = None) -> Prepared | None:
    """The demo that stands in `folder`; None when it must still be made, or something else has taken its port.

    Raises DemoError when it was made with another number of clients.
    """
    if not folder.is_prepared():
        return None
    facts = folder.facts()
    if clients not in {None, facts["clients"]}:
        raise DemoError("other_size", str(facts["clients"]))
    port: int = facts["port"]
    return Prepared(folder, port) if is_guarded(folder) or is_free(port) else None


@contextlib.contextmanager
def session(folder: DemoFolder, port: int) -> Generator[str]:
    """The address of the running central API; it is started when it doesn't run, and ends with the last session.

    Raises DemoError when it can't be started.
    """
    folder.sessions.mkdir(mode=0o700, exist_ok=True)
    file = folder.sessions / f"{os.getpid()}-{uuid.uuid4().hex[:8]}.lock"
    lock = FileLock(file)
    lock.acquire()
    try:
        start(folder, port)
        yield url_of(port)
    finally:
        with contextlib.suppress(FileNotFoundError):
            file.unlink()
        lock.release()
        if not open_sessions(folder):
            wait_until_free(folder)


def start(folder: DemoFolder, port: int) -> None:
    """Run the central API, unless it runs; returns when it answers."""
    folder.stop_request.unlink(missing_ok=True)
    deadline = time.monotonic() + STARTING_S
    guardian: subprocess.Popen[bytes] | None = None
    while not answers(url_of(port), folder):
        if guardian is None and not is_guarded(folder):
            if not is_free(port):
                raise DemoError("port_taken", str(port))
            # A session of its own: Ctrl+C in this terminal must not take the central API from the other one.
            guardian = subprocess.Popen(  # noqa: S603 -- our own program
                [sys.executable, "-P", "-m", "wor_tui.demo.guard", str(folder.root), str(port)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        if guardian is not None and guardian.poll() is not None and not is_guarded(folder):
            raise DemoError("server_failed", str(folder.server_log))
        if time.monotonic() > deadline:
            raise DemoError("server_failed", str(folder.server_log))
        time.sleep(TICK_S / 4)


def stop(folder: DemoFolder) -> bool:
    """Stop the central API though the demo is open; False when it didn't run."""
    if not is_guarded(folder):
        return False
    folder.stop_request.touch()
    wait_until_free(folder)
    folder.stop_request.unlink(missing_ok=True)
    return True


def is_guarded(folder: DemoFolder) -> bool:
    """Whether a guard keeps the central API of this demo."""
    lock = FileLock(folder.server_lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def wait_until_free(folder: DemoFolder) -> None:
    """Return when the guard has ended, and the central API with it."""
    with contextlib.suppress(Timeout):
        lock = FileLock(folder.server_lock)
        lock.acquire(timeout=ENDING_S * 2)
        lock.release()


def answers(url: str, folder: DemoFolder) -> bool:
    """Whether this demo's own central API answers there."""
    try:
        known = json.loads(folder.server_facts.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    if known.get("url") != url:
        return False
    at = urlsplit(url)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=2)
    try:
        connection.request("GET", "/v1/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port() -> int:
    """A port that nothing listens on now, outside the range that systems hand out by themselves (from 32768).

    It is kept for later: one from that range could be another program's by then.
    """
    for port in secrets.SystemRandom().sample(range(20_000, 32_768), 100):
        with socket.socket() as listening:
            try:
                listening.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether nothing listens on that port."""
    with socket.socket() as trying:
        trying.settimeout(1)
        return trying.connect_ex(("127.0.0.1", port)) != 0
