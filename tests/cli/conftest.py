"""One small demo for all tests of a worker, enrolled the real way; and a fresh central API for a test of its own."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.door import Ran, wor

CLIENTS = 12
PASSPHRASE = "een zin om te onthouden"
SERVE = "import sys; from sync.server.cli import main; sys.exit(main())"


def serving(data: Path, port: int = 0) -> tuple["subprocess.Popen[str]", str]:
    """A central API as a process, and the line that it says once it takes requests."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--data", str(data), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    return server, server.stdout.readline()


def stopped(server: "subprocess.Popen[str]") -> None:
    """End it."""
    server.terminate()
    server.wait(120)
    assert server.stdout is not None
    server.stdout.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a fresh central API on the folder `central`."""
    running, line = serving(tmp_path / "central")
    yield line.split()[-1]
    stopped(running)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file with the passphrase."""
    file = tmp_path / "passphrase.txt"
    file.write_text(PASSPHRASE + "\n", "utf-8")
    return file


@dataclass(slots=True)
class Demo:
    """A prepared demo, whose central API is started and stopped by the tests."""

    data: Path
    url: str
    homes: dict[str, Path]
    passphrase_file: Path
    server: "subprocess.Popen[str] | None" = field(default=None)

    def wor(self, role: str, *words: str, stdin: str = "") -> Ran:
        """Run a command as one of the demo's people."""
        return wor("--home", self.homes[role], "--passphrase-file", self.passphrase_file, *words, stdin=stdin)

    def case(self, role: str, place: int = 0, **wanted: Any) -> dict[str, Any]:
        """A row of somebody's caseload: the one at `place` among those that have what is `wanted`."""
        rows = self.wor(role, "cases", "--json").json
        return [row for row in rows if wanted.items() <= row.items()][place]

    def online(self) -> None:
        """Let the central API run; returns when it takes requests."""
        if self.server is not None:
            return
        self.server, line = serving(self.data, urlsplit(self.url).port or 0)
        assert self.url in line

    def offline(self) -> None:
        """Stop the central API."""
        if self.server is not None:
            stopped(self.server)
            self.server = None


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo with `CLIENTS` cases, made by `wor demo --prepare`; nothing of it runs yet."""
    folder = tmp_path_factory.mktemp("door") / "demo"
    made = wor("demo", "--prepare", "--folder", folder, "--clients", str(CLIENTS)).json
    assert set(made) == {"server", "homes", "passphrase_file"}
    assert set(made["server"]) == {"data", "url"}
    assert set(made["homes"]) == {"coach", "colleague", "assistant"}
    homes = {role: Path(home) for role, home in made["homes"].items()}
    prepared = Demo(Path(made["server"]["data"]), made["server"]["url"], homes, Path(made["passphrase_file"]))
    yield prepared
    prepared.offline()
