"""From exec to the painted unlock screen, in a pseudo-terminal, taken alternately with two floors and two peers."""

import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import peers
from tests.benchmarks.pty_program import PtyProgram
from tests.benchmarks.rows import Row
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

ROUNDS = 7
BARE = [sys.executable, "-c", "print('hello', flush=True); input()"]
HELLO = [
    sys.executable,
    "-c",
    """from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self): yield Static("hello")
Hello().run()""",
]
READY = "druk op Enter"
"""Stands under the title of the unlock screen."""


def measure() -> list[Row]:
    """Starting, beside bare Python, the smallest Textual program, posting and harlequin; then at rest."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        create(home, "passphrase", FLOOR).vault.close()
        environment = peers.quiet_home(Path(folder))
        ours = [sys.executable, "-m", "wor_tui", "--home", str(home)]
        programs = {"ours": (ours, READY), "python": (BARE, "hello"), "Textual": (HELLO, "hello")}
        for peer in (peers.POSTING, peers.HARLEQUIN):
            if (command := peers.command(peer)) is not None:
                programs[peer.name] = command, peer.paints
        wall: dict[str, list[float]] = {name: [] for name in programs}
        cpu: dict[str, list[float]] = {name: [] for name in programs}
        for turn in range(ROUNDS + 1):
            for name, (command, paints) in programs.items():
                with PtyProgram(command, environment=environment) as program:
                    took, computed = program.until(paints), program.cpu_s() * 1000
                if turn:  # the first one warms the disk's cache
                    wall[name].append(took)
                    cpu[name].append(computed)
        rows = [_row(name, wall, cpu) for name in programs if name != "ours"]
        return [*rows, *_at_rest(ours, environment)]


BARS = {"python": "—", "Textual": "—", "posting": "≤ 0.45×", "harlequin": "≤ 0.45×"}


def _row(name: str, wall: dict[str, list[float]], cpu: dict[str, list[float]]) -> Row:
    ours, peer = statistics.median(wall["ours"]), statistics.median(wall[name])
    ratios = [one / other for one, other in zip(wall["ours"], wall[name], strict=True)]
    computed = statistics.median(cpu["ours"]), statistics.median(cpu[name])
    note = (
        f"ratio of pairs {min(ratios):.2f}–{max(ratios):.2f}, "
        f"processor {computed[0]:,.0f} / {computed[1]:,.0f} ms; alternating"
    )
    return Row(f"start to painted unlock screen, beside {name}", ours, peer, "ms", ours / peer, BARS[name], note)


def _at_rest(command: list[str], environment: dict[str, str]) -> list[Row]:
    """What the unlock screen holds once everything behind it is loaded."""
    with PtyProgram(command, environment=environment) as program:
        program.until(READY)
        program.rest(5)
        before = program.cpu_s()
        program.rest(10)
        idle = (program.cpu_s() - before) * 100  # ms a second
        memory = program.memory_mb()
    return [
        Row("unlock screen at rest: resident memory", memory, None, "MB", None, "≤ 100 MB", "all is loaded"),
        Row("unlock screen at rest: processor", idle, None, "ms/s", None, "≈ 0", "over 10 s"),
    ]
