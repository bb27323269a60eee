"""One small real demo a worker: four cases, three people, a central API of which the tests decide when it runs."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.door import Ran, inside, process
from wor_tui.clock import Clock, SystemClock
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault import vault
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.vault import open_vault, unlock

CLIENTS = 4


@dataclass(slots=True)
class Demo:
    """What `wor demo --prepare` made, with the key of each home, so that opening one costs milliseconds."""

    folder: Path
    data: Path
    url: str
    homes: dict[str, Path]
    passphrase_file: Path
    keys: dict[str, UnlockedKey]

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def passphrase(self) -> str:
        return self.passphrase_file.read_text("utf-8").strip()

    def wor(self, home: Path, *words: str | Path, stdin: bytes = b"", code: str = "") -> Ran:
        """Run a real `wor` on a home."""
        return process("--home", home, "--passphrase-file", self.passphrase_file, *words, stdin=stdin, code=code)

    def inside(self, home: Path, *words: str | Path, stdin: str = "", role: str = "") -> Ran:
        """Run `wor` on a home in this process; with `role` its known key is used, which spares the derivation."""
        with pytest.MonkeyPatch.context() as patch:
            if role:
                key = self.key(role)

                def known(home: Path, **secrets: str) -> UnlockedKey:
                    return key

                patch.setattr(vault, "unlock", known)
            return inside("--home", home, "--passphrase-file", self.passphrase_file, *words, stdin=stdin)

    def key(self, role: str) -> UnlockedKey:
        """The key of somebody's vault."""
        if role not in self.keys:
            self.keys[role] = unlock(self.homes[role], passphrase=self.passphrase)
        return self.keys[role]

    def opened(self, role: str, home: Path | None = None, clock: Clock | None = None) -> Workspace:
        """Somebody's workspace, of their home or of a copy of it."""
        return open_workspace(open_vault(home or self.homes[role], self.key(role)), clock or SystemClock())

    @contextmanager
    def online(self, port: int | None = None) -> Iterator["subprocess.Popen[str]"]:
        """The real central API runs, on the demo's own port unless another is given."""
        server = subprocess.Popen(
            [
                *(sys.executable, "-c", "import sys; from sync.server.cli import main; sys.exit(main())"),
                *("serve", "--data", str(self.data), "--port", str(port or self.port)),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert server.stdout is not None
        assert server.stderr is not None
        try:
            assert "ready" in server.stdout.readline()
            yield server
        finally:
            server.terminate()
            server.wait(120)
            said = server.stdout.read() + server.stderr.read()
            server.stdout.close()
            server.stderr.close()
        assert "Traceback" not in said


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, prepared by the real command; nothing of it runs yet."""
    folder = tmp_path_factory.mktemp("trouble") / "demo"
    made = process("demo", "--prepare", "--json", "--folder", folder, "--clients", str(CLIENTS)).json
    homes = {role: Path(home) for role, home in made["homes"].items()}
    homes["coordinator"] = folder / "homes" / "coordinator"
    return Demo(folder, Path(made["server"]["data"]), made["server"]["url"], homes, Path(made["passphrase_file"]), {})
