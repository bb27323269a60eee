"""The program on 100,000 cases, in a pseudo-terminal: from the secret to the caseload, and from a key to its frame."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import peers
from tests.benchmarks.large_vault import LargeVault, made
from tests.benchmarks.pty_program import PtyProgram
from tests.benchmarks.rows import Row
from wor_tui.clock import SystemClock
from wor_tui.services import caseload, search
from wor_tui.services.workspace import open_workspace
from wor_tui.vault.vault import open_vault, unlock

COLUMNS, LINES = 120, 40
OPENINGS, STEPS = 5, 60
DOWN, PAGE_DOWN, END, F3, F5, ENTER, BACKSPACE, ESCAPE = (
    "\x1b[B", "\x1b[6~", "\x1b[F", "\x1bOR", "\x1b[15~", "\r", "\x7f", "\x1b",
)  # fmt: skip
TYPED = ("jans", "vries", "houten 06", "bak lin", "0000", "de wit")
TODAY, MATCHED = "Wanneer", " van "
"""What stands above the filled list of Vandaag, and beside the filter of the caseload."""


def measure() -> list[Row]:
    """All figures; making the vault takes most of the time."""
    with tempfile.TemporaryDirectory() as folder:
        vault = made(Path(folder) / "home")
        return [*_services(vault), *_opening(vault, Path(folder)), *_keys(vault, Path(folder))]


def _services(vault: LargeVault) -> list[Row]:
    """What lies under the screen: the index, a screenful of rows, a letter typed."""
    opened: list[float] = []
    indexed: list[float] = []
    for _ in range(OPENINGS):
        key = unlock(vault.home, recovery_code=vault.recovery_code)
        start = time.perf_counter()
        workspace = open_workspace(open_vault(vault.home, key), SystemClock())
        opened.append((time.perf_counter() - start) * 1000)
        with workspace:
            start = time.perf_counter()
            found = caseload.index(workspace)
            indexed.append((time.perf_counter() - start) * 1000)
            assert len(found) == vault.cases
    with open_workspace(open_vault(vault.home, vault.key), SystemClock()) as workspace:
        found = caseload.index(workspace)
        screen = LINES - 6
        rows = [
            _ms(lambda at=at: caseload.rows(workspace, found.ids[at : at + screen]))
            for at in range(0, vault.cases, vault.cases // 50)
        ]
        letters: list[float] = []
        for text in TYPED:
            typing = search.Filter(found.search_keys)
            letters += [_ms(lambda at=at: typing.matching(text[:at])) for at in range(1, len(text) + 1)]  # noqa: B023
    return [
        _row(f"open a vault with {vault.cases:,} cases, with the key", opened, "—"),
        _row(f"caseload of {vault.cases:,}: ids and search keys read", indexed, "—"),
        _row(f"caseload of {vault.cases:,}: a screen's rows read", rows, "—", worst=True),
        _row(f"caseload of {vault.cases:,}: a letter more, searched", letters, "≤ 50 ms", worst=True),
    ]


def _program(vault: LargeVault, folder: Path) -> PtyProgram:
    command = [sys.executable, "-m", "wor_tui", "--home", str(vault.home)]
    return PtyProgram(command, columns=COLUMNS, rows=LINES, environment=peers.quiet_home(folder))


def _to_the_door(program: PtyProgram, vault: LargeVault) -> None:
    """At the unlock screen, with the recovery code typed: it needs no stretching, so Enter opens the vault at once."""
    program.until("druk op Enter")
    program.rest(2.5)  # as long as somebody types, at least: what lies behind the door is loaded
    program.painted(F5)
    program.painted(vault.recovery_code)
    program.rest(0.5)


def _opening(vault: LargeVault, folder: Path) -> list[Row]:
    today: list[Took] = []
    listed: list[Took] = []
    for _ in range(OPENINGS):
        with _program(vault, folder) as program:
            _to_the_door(program, vault)
            today.append(_pressed(program, ENTER, 0.3, TODAY))
            listed.append(_pressed(program, F3, 0, f"{vault.cases}"))
    both = [Took(one.ms + other.ms, one.alone + other.alone) for one, other in zip(today, listed, strict=True)]
    return [
        _shared(f"unlock to painted Vandaag, {vault.cases:,} cases", today, "—"),
        _shared(f"F3 to painted caseload of {vault.cases:,}", listed, "—"),
        _shared(f"unlock to painted caseload of {vault.cases:,}, both", both, "≤ 600 ms"),
    ]


def _keys(vault: LargeVault, folder: Path) -> list[Row]:
    with _program(vault, folder) as program:
        _to_the_door(program, vault)
        program.painted(ENTER, TODAY)
        program.painted(F3, f"{vault.cases}")
        program.rest(2)
        steps = [_pressed(program, DOWN, 0.03) for _ in range(STEPS)]
        program.rest(0.5)
        pages = [_pressed(program, PAGE_DOWN, 0.05) for _ in range(STEPS)]
        program.rest(0.5)
        program.painted("/")
        letters: list[Took] = []
        for text in TYPED:
            for letter in text:
                if letter == " ":
                    program.painted(letter)
                else:
                    letters.append(_pressed(program, letter, 0.05, MATCHED))
            for _ in text:
                program.painted(BACKSPACE)
                program.rest(0.1)
            program.rest(0.2)
        _until_backed_up(vault, program)
        program.rest(15)
        before = program.cpu_s()
        program.rest(10)
        idle, memory = (program.cpu_s() - before) * 100, program.memory_mb()
    size = f"{COLUMNS}×{LINES}, {vault.cases:,} cases"
    return [
        _shared(f"cursor down to its frame, {size}", steps, "p95 ≤ 17 ms", worst=True),
        _shared(f"page down to its frame, {size}", pages, "p95 ≤ 20 ms", worst=True),
        _shared(f"letter in the filter to its frame, {size}", letters, "p95 ≤ 50 ms", worst=True),
        Row(f"at rest on {vault.cases:,} cases: resident memory", memory, None, "MB", None, "≤ 100 MB"),
        Row(f"at rest on {vault.cases:,} cases: processor", idle, None, "ms/s", None, "≈ 0", "over 10 s"),
    ]


def _until_backed_up(vault: LargeVault, program: PtyProgram) -> None:
    """The day's backup, and the look after it, begin when nobody types; they are no rest."""
    folder = vault.home / "backups"
    for _ in range(120):
        program.rest(1)
        if any(made.suffix == "" for made in (folder.iterdir() if folder.is_dir() else ())):
            return


class Took(NamedTuple):
    """Milliseconds until a frame was there, and without those that the program waited for a shared processor."""

    ms: float
    alone: float


def _pressed(program: PtyProgram, key: str, pause_s: float, wanted: str = "") -> Took:
    took = program.painted(key, wanted)
    alone = took - program.queued
    program.rest(pause_s)
    return Took(took, alone)


def _shared(what: str, figures: Sequence[Took], bar: str, *, worst: bool = False) -> Row:
    alone = sorted(took.alone for took in figures)
    high = alone[min(len(alone) - 1, int(len(alone) * 0.95))]
    said = f"without waiting for the shared processor {statistics.median(alone):.1f}, p95 {high:.1f}; "
    return _row(what, [took.ms for took in figures], bar, said, worst=worst)


def _ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _row(what: str, figures: Sequence[float], bar: str, note: str = "", *, worst: bool = False) -> Row:
    """`worst`: the figure is the one that 95 of 100 stay under, else the median."""
    ordered = sorted(figures)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    shown = high if worst else statistics.median(ordered)
    spread = f"{note}median {statistics.median(ordered):.1f}, {ordered[0]:.1f}–{ordered[-1]:.1f}"
    return Row(what, shown, None, "ms", None, bar, f"p95; {spread}" if worst else spread)
