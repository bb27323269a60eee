"""`make bench`: runs every measurement, prints a table and writes `tests/benchmarks/latest.json`.

Name modules to run only those: `python -m tests.benchmarks sync_bench widget_bench`.
"""

import importlib
import importlib.metadata
import json
import os
import pkgutil
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.rows import Row

FOLDER = Path(__file__).parent
PACKAGES = ("textual", "sqlmodel", "sqlalchemy", "sqlcipher3", "cryptography", "msgspec", "httpx", "fastapi")


def modules(wanted: list[str]) -> list[str]:
    """The names of the measuring modules in this folder, or those `wanted`."""
    found = sorted(name for _, name, _ in pkgutil.iter_modules([str(FOLDER)]) if name.endswith("_bench"))
    unknown = set(wanted) - set(found)
    if unknown:
        raise SystemExit(f"no such measurement: {', '.join(sorted(unknown))}; there are: {', '.join(found)}")
    return wanted or found


def line(row: Row) -> str:
    """A row as one line of the table."""
    peer = "—" if row.peer_or_floor is None else f"{row.peer_or_floor:,.2f}"
    ratio = "—" if row.ratio is None else f"{row.ratio:.2f}×"
    return f"{row.what:<58.58} {row.ours:>11,.2f} {peer:>11} {row.unit:<6} {ratio:>8}  {row.bar:<22} {row.note}"


def main() -> None:
    """Measure, print, and keep the figures with the machine and the versions."""
    rows: list[Row] = []
    print(f"{'what':<58} {'ours':>11} {'peer/floor':>11} {'unit':<6} {'ratio':>8}  {'to hold':<22} note")
    try:
        for name in modules(sys.argv[1:]):
            for row in importlib.import_module(f"tests.benchmarks.{name}").measure():
                rows.append(row)
                print(line(row), flush=True)
    finally:  # one module that fails doesn't take the others' figures along
        _keep(rows)


def _keep(rows: list[Row]) -> None:
    machine = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
        "processors": os.cpu_count(),
        "versions": {package: importlib.metadata.version(package) for package in PACKAGES},
    }
    latest = FOLDER / "latest.json"
    latest.write_text(json.dumps({"machine": machine, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")
    print(f"{len(rows)} figures, written to {latest.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
