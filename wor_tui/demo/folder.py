"""The demo's folder: where everything of it lies, and how it is told from any other folder."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

ROLES = ("coach", "colleague", "assistant")
FORMAT = 1
MARK = "demo"
"""A file of this name in a home tells the program to mark the screen: invented people."""


class DemoError(Exception):
    """The demo can't do what was asked; `code` is stable, `said` fills the sentence."""

    def __init__(self, code: str, said: str = "") -> None:
        """`said` is a path or a short reason, never personal."""
        super().__init__(code)
        self.code = code
        self.said = said


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """The parts of a demo in `root`."""

    root: Path

    @property
    def marker(self) -> Path:
        """What makes this a demo's folder, and says what was made."""
        return self.root / "demo.json"

    @property
    def server_data(self) -> Path:
        """The central API's own folder."""
        return self.root / "central"

    @property
    def server_log(self) -> Path:
        """What the central API says on its way."""
        return self.root / "central.log"

    @property
    def server_lock(self) -> Path:
        """Held for as long as the central API is kept running."""
        return self.root / "central.lock"

    @property
    def server_facts(self) -> Path:
        """The running central API's address; absent when it doesn't run."""
        return self.root / "central.json"

    @property
    def stop_request(self) -> Path:
        """Asks for the central API to be stopped, though the demo is open."""
        return self.root / "central.stop"

    @property
    def sessions(self) -> Path:
        """A locked file for each open session."""
        return self.root / "sessions"

    @property
    def making(self) -> Path:
        """Locked while the demo is being made, so that a second session waits for it."""
        return self.root / "making.lock"

    @property
    def homes(self) -> Path:
        """The people's vaults."""
        return self.root / "homes"

    @property
    def passphrase_file(self) -> Path:
        """The passphrase of all the demo's vaults."""
        return self.root / "passphrase.txt"

    def home(self, role: str) -> Path:
        """One person's home: coach, colleague, assistant or coordinator."""
        return self.homes / role

    def facts(self) -> Mapping[str, Any]:
        """What was made here; empty when nothing was, or the folder isn't there."""
        try:
            read: object = json.loads(self.marker.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        facts = cast("dict[str, Any]", read) if isinstance(read, dict) else {}
        return facts if facts.get("format") == FORMAT else {}

    def is_prepared(self) -> bool:
        """Whether the whole demo was made, to its end."""
        return bool(self.facts().get("prepared"))

    def is_ours(self) -> bool:
        """Whether the demo made this folder, by the marker's contents: another program may have a `demo.json` too."""
        return isinstance(self.facts().get("prepared"), bool)

    def write_facts(self, **facts: Any) -> None:
        """Write what was made here, whole or not at all."""
        new = self.marker.with_suffix(".new")
        new.write_text(json.dumps({"format": FORMAT, **facts}, indent=2) + "\n", "utf-8")
        new.replace(self.marker)

    def claim(self) -> None:
        """Make this folder a demo's; raises DemoError when something else is in it."""
        if self.root.exists() and not self.root.is_dir():
            raise DemoError("not_a_demo", str(self.root))
        if self.root.is_dir() and any(self.root.iterdir()) and not self.is_ours():
            raise DemoError("not_a_demo", str(self.root))
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)
        if not self.is_ours():
            self.write_facts(prepared=False)

    def clear(self) -> None:
        """Remove what the demo made, and nothing else; raises DemoError when this isn't a demo's folder."""
        if not self.root.exists():
            return
        if not self.is_ours():
            raise DemoError("not_a_demo", str(self.root))
        # First of all, so that a demo that is half removed is never taken for a whole one.
        self.write_facts(prepared=False)
        for folder in (self.server_data, self.homes, self.sessions):
            if folder.exists():
                shutil.rmtree(folder)
        for file in (self.passphrase_file, self.server_log, self.server_facts, self.stop_request):
            file.unlink(missing_ok=True)

    def write_passphrase(self, passphrase: str) -> None:
        """Keep the passphrase, readable for this user only."""
        self.passphrase_file.unlink(missing_ok=True)
        with open(
            self.passphrase_file, "x", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)
        ) as file:
            file.write(passphrase + "\n")

    def passphrase(self) -> str:
        """The passphrase of all the demo's vaults."""
        return self.passphrase_file.read_text("utf-8").rstrip("\n")


def default_root() -> Path:
    """Where the demo lies when no folder is named: beside the user's own vault, never in it."""
    from wor_tui.paths import default_home  # noqa: PLC0415

    return default_home() / "demo"
