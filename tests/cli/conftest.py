"""One small demo for all tests of a worker: real vaults, a real central API, enrolled the real way."""

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
        command = [sys.executable, "-c", "import sys; from sync.server.cli import main; sys.exit(main())"]
        self.server = subprocess.Popen(
            [*command, "serve", "--data", str(self.data), "--port", str(urlsplit(self.url).port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.server.stdout is not None
        assert self.url in self.server.stdout.readline()

    def offline(self) -> None:
        """Stop the central API."""
        if self.server is not None:
            self.server.terminate()
            self.server.wait(120)
            assert self.server.stdout is not None
            self.server.stdout.close()
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
