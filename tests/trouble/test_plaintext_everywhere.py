"""Marker words through every service, every screen, a backup, a restore, a rekeying, a lock and a crash; then the hunt.

`test_plaintext_hunt.py` looks at the wire, the server and the colleague; here it is all that one device can leave.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.trouble.conftest import Demo
from tests.trouble.judging import copied
from tests.trouble.test_plaintext_hunt import hits, hits_in
from tests.trouble.walk import CORE
from wor_tui.domain.kinds import schema

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc"),
    pytest.mark.soak,  # the walk takes a minute; the hunt beside it is in every run
]
ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Walked:
    home: Path
    practice: Path
    temp: Path
    said: dict[str, Any]
    printed: str


@pytest.fixture(scope="module")
def walked(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    folder = tmp_path_factory.mktemp("walk")
    home, temp = copied(demo.homes["coach"], folder / "home"), folder / "temp"
    practice = copied(demo.homes["assistant"], folder / "practice")
    temp.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.trouble.walk", str(home), str(practice), demo.passphrase],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(temp), "SQLITE_TMPDIR": str(temp), "TEMP": str(temp), "TMP": str(temp)},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    *before, last = done.stdout.splitlines()
    return Walked(home, practice, temp, json.loads(last), "\n".join(before) + done.stderr)


def test_the_day_was_walked(walked: Walked) -> None:
    """Else the hunt would find nothing for the wrong reason."""
    said = walked.said
    assert said["fields"] > 40
    assert set(said["kinds"]) == set(schema().kinds) - {"consent"}
    assert said["imported"] == 1
    assert said["found"] >= 2  # the one written and the one imported
    assert said["broke"]
    assert said["locked"]
    print(said["reached"])
    typed = {name for name, fields in said["reached"].items() if fields}
    assert len(typed) >= 6, said["reached"]
    assert {path.name for path in walked.home.iterdir()} >= {"vault.db", "vault.key", "logs", "backups"}


def test_no_marker_is_in_any_file_it_left(walked: Walked, counts: Callable[[str], None]) -> None:
    homes = (walked.home, walked.practice)
    files = [path for home in homes for path in home.rglob("*") if path.is_file()]
    assert len(list((walked.home / "backups").iterdir())) >= 2
    assert list((walked.practice / "backups").iterdir())
    for home in homes:
        assert hits_in(home, [CORE, *walked.said["secrets"]]) == []
    counts(
        f"plaintext: {walked.said['fields']} fields through services, {len(walked.said['reached'])} screens, backup, "
        f"restore, rekey, lock and crash: 0 hits in {len(files)} files of the homes"
    )


def test_nothing_is_left_or_open_in_temporary_folders(walked: Walked) -> None:
    assert list(walked.temp.rglob("*")) == []
    assert [
        name for name in walked.said["outside"] if "temp" in name or "deleted" in name or "wor" in Path(name).name
    ] == []


def test_the_log_and_the_last_words_say_nothing(walked: Walked) -> None:
    logged = b"".join(path.read_bytes() for path in (walked.home / "logs").iterdir())
    assert b"ZeroDivisionError" in logged
    for content in (logged, walked.printed.encode()):
        assert hits(content, [CORE, *walked.said["secrets"]]) == []
    assert "Traceback" not in walked.printed


def test_a_command_that_breaks_says_nothing_of_whom_it_was_about(demo: Demo, walked: Walked) -> None:
    code = (
        "import wor_tui.commands.vault_copies as broken\n"
        f"def breaks(options): raise RuntimeError('{CORE}Fout')\n"
        "broken.check = breaks"
    )
    done = demo.wor(walked.home, "vault", "check", code=code)
    assert done.exit != 0
    assert hits((done.out + done.err).encode(), [CORE]) == []
    assert "Traceback" not in done.err


def test_the_snapshots_report_is_never_published() -> None:
    """It holds the environment of whoever ran the tests."""
    done = subprocess.run(
        ["git", "check-ignore", "-q", "snapshot_report.html"], cwd=ROOT, capture_output=True, check=False
    )
    if done.returncode == 128:
        pytest.skip("not a checkout")
    assert done.returncode == 0
