"""Keeps the demo's central API running for as long as a session is open, in a process of its own.

A session holds a lock on its file. The system lets go of that lock however the session ends, also when its terminal is
killed, so the central API never outlives the last session.
"""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

from filelock import FileLock, Timeout

from wor_tui.demo.folder import DemoFolder

TICK_S = 0.2
ENDING_S = 10.0
LOOKING_S = 2.0
SERVE = "import sys; from sync.server.cli import main; sys.exit(main())"


def main() -> int:
    """Guard the central API of the demo in the folder that the command line names."""
    folder = DemoFolder(Path(sys.argv[1]))
    lock = FileLock(folder.server_lock)
    try:
        # Somebody who only looks whether it is held lets go at once.
        lock.acquire(timeout=LOOKING_S)
    except Timeout:
        return 0
    try:
        guard(folder, int(sys.argv[2]))
    finally:
        folder.server_facts.unlink(missing_ok=True)
        lock.release()
    return 0


def guard(folder: DemoFolder, port: int) -> None:
    """Run the central API on `port` until no session is open, it is asked to stop, or it ends by itself."""
    with folder.server_log.open("ab") as log:
        server = subprocess.Popen(  # noqa: S603 -- our own program
            [sys.executable, "-P", "-c", SERVE, "serve", "--data", str(folder.server_data), "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        folder.server_facts.write_text(json.dumps({"pid": server.pid, "url": url_of(port)}), "utf-8")
        while server.poll() is None and not folder.stop_request.exists() and open_sessions(folder):
            time.sleep(TICK_S)
    finally:
        folder.server_facts.unlink(missing_ok=True)
        end(server)


def url_of(port: int) -> str:
    """The central API's address on this machine."""
    return f"http://127.0.0.1:{port}"


def end(server: "subprocess.Popen[bytes]") -> None:
    """Ask the central API to end, and make it end when it doesn't."""
    server.terminate()
    try:
        server.wait(ENDING_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def open_sessions(folder: DemoFolder) -> int:
    """How many sessions are open; the files of those that ended are removed."""
    open_ones = 0
    for file in folder.sessions.glob("*.lock"):
        lock = FileLock(file)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            open_ones += 1
        else:
            with contextlib.suppress(FileNotFoundError):
                file.unlink()
            lock.release()
    return open_ones


if __name__ == "__main__":
    sys.exit(main())
