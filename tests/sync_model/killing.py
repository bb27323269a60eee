"""Which test finds which mistake: `python -m tests.sync_model.killing` looks, and writes the table in docs/sync.md."""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.sync_model.mutants import ALL, Mutant

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "sync.md"
BEGIN, END = "<!-- mistakes -->", "<!-- end of mistakes -->"
WITHIN_S = 60
"""So long may it take to find a mistake, in seconds of one core."""
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Kill:
    """What found a mistake, None for nothing, and after how many seconds of CPU."""

    mutant: Mutant
    by: str | None
    seconds: float

    @property
    def line(self) -> str:
        """Its line of the table."""
        by = f"`{self.by.replace('tests/', '', 1)}`" if self.by else "**nothing**"
        return f"| `{self.mutant.name}` | {self.mutant.says} | {by} |"


def kill(mutant: Mutant) -> Kill:
    """Run the mutant's tests in a process of their own until one fails."""
    before = os.times()
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "tests.sync_model.mutated", "-p", "no:cacheprovider"]
    environment = os.environ | {"WOR_MUTANT": mutant.name, "WOR_SHORTEN_SECONDS": "0", "WOR_WORLDS": "6"}
    ran = subprocess.run(
        [*command, "-m", "not soak and not bench", *mutant.tests],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    failed = _FAILED.search(ran.stdout) if ran.returncode == 1 else None
    return Kill(mutant, failed.group(1).partition("[")[0] if failed else None, used)


def table(kills: list[Kill]) -> str:
    """The table of docs/sync.md."""
    return "\n".join(
        [BEGIN, "| mistake | what it says | killed by |", "| --- | --- | --- |", *[k.line for k in kills], END]
    )


def main(names: list[str]) -> int:
    """Look for all mistakes, or those named; writes the table when it was all."""
    kills: list[Kill] = []
    began = time.monotonic()
    for mutant in ALL.values():
        if not names or mutant.name in names:
            kills.append(kill(mutant))
            print(f"{kills[-1].seconds:5.0f} s  {kills[-1].line}", flush=True)
    print(f"{sum(one.by is not None for one in kills)} of {len(kills)} in {time.monotonic() - began:.0f} s")
    if not names:
        page = PAGE.read_text()
        start, stop = page.index(BEGIN), page.index(END) + len(END)
        PAGE.write_text(page[:start] + table(kills) + page[stop:])
    return 0 if all(one.by for one in kills) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
