"""What nobody foresaw: one sentence, one line in the log without anything personal, never a traceback."""

import subprocess
import sys
from pathlib import Path

from wor_tui.paths import log_file

PROGRAM = """
import sys
from pathlib import Path
from wor_tui import logs
from wor_tui.app import WorApp
from wor_tui.config import Logs
import asyncio

home = Path(sys.argv[1])
logs.start(home, Logs())

async def main():
    app = WorApp(home)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            def breaks():
                raise ZeroDivisionError("Mieke Janssen")
            app.call_later(breaks)
            await pilot.pause(1)
    except ZeroDivisionError:
        pass
    print("broke" if app.broke else "whole", app.return_code)

asyncio.run(main())
"""


def test_a_mistake_of_ours_ends_in_a_log_line_without_a_name(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, str(program), str(home)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.strip() == "broke 70"
    assert "Traceback" not in done.stderr
    logged = log_file(home).read_text(encoding="utf-8")
    assert "ZeroDivisionError" in logged
    assert "Mieke" not in logged + done.stderr
