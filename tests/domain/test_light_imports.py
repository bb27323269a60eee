"""What the unlock screen and the widgets may use brings no database library with it."""

import subprocess
import sys

import pytest

LIGHT = [
    "ages",
    "bounds",
    "bsn",
    "calendar_days",
    "checks",
    "codes",
    "corrections",
    "duties",
    "errors",
    "exclusions",
    "facts",
    "identifiers",
    "instruments",
    "permission",
    "phase",
    "progress",
    "referral_types",
    "scores",
    "steps",
    "terms",
    "text",
]


def imported_with(modules: list[str]) -> set[str]:
    names = "; ".join(f"import wor_tui.domain.{name}" for name in modules)
    run = subprocess.run(
        [sys.executable, "-c", f"{names}; import sys; print('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


def test_rules_and_codes_import_no_database_and_no_screen() -> None:
    heavy = {"sqlmodel", "sqlalchemy", "pydantic", "textual", "rich", "httpx", "cryptography", "sqlcipher3"}
    assert not imported_with(LIGHT) & heavy


@pytest.mark.parametrize("module", ["kinds"])
def test_the_tables_import_no_screen(module: str) -> None:
    assert not imported_with([module]) & {"textual", "rich", "httpx", "sqlcipher3"}
