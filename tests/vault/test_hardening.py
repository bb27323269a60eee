import subprocess
import sys
from pathlib import Path

import pytest

from tests.vault.made import PASSPHRASE, Made

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")

TELL = "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), file=sys.stderr)"


def told(script: str, *arguments: object) -> list[str]:
    command = [sys.executable, "-c", f"import ctypes, resource, sys\n{script}\n{TELL}", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()


def test_a_hardened_process_leaves_no_core_and_cannot_be_attached_to() -> None:
    assert told("from wor_tui.vault.hardening import harden_process\nharden_process()") == ["(0, 0) 0"]


@pytest.mark.parametrize("words", ["vault status", "vault check", "vault backup", "vault passphrase", "doctor"])
def test_a_command_that_knows_the_key_is_hardened(made: Made, tmp_path: Path, words: str) -> None:
    secret, new = tmp_path / "secret", tmp_path / "new"
    secret.write_text(PASSPHRASE)
    new.write_text("gitaar molen wolk fiets")
    more = ("--new-passphrase-file", new) if words == "vault passphrase" else ()
    script = "from wor_tui.cli import main\nmain(sys.argv[1:])"
    said = told(script, "--home", made.home, "--passphrase-file", secret, *words.split(), *more)
    assert said[-1] == "(0, 0) 0", said
