"""Every proof that the threat model names is there, and nothing is claimed without one."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
MODEL = HERE / "docs" / "threat-model.md"
PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def rows() -> list[list[str]]:
    """The cells of each row of its tables, without their heads."""
    lines = [line for line in MODEL.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] not in {"tries", "---"}]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:60])
def test_what_is_said_is_proven_or_said_not_to_be_stopped(row: list[str]) -> None:
    assert len(row) == 3
    proofs = PROOF.findall(row[2])
    assert proofs or "**not stopped**" in row[1]
    for file, name in proofs:
        source = (HERE / file).read_text(encoding="utf-8")
        assert not name or re.search(rf"^def {name}\(", source, re.MULTILINE), (file, name)


def test_the_model_has_all_of_those_who_may_try() -> None:
    told = [line for line in MODEL.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert len(told) == 10
    assert len(rows()) >= 40


def test_every_dependency_is_fixed_with_its_hashes() -> None:
    lock = (HERE / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    pinned = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(pinned) > 20
    for line in pinned:
        assert re.match(r"[\w.\[\],-]+==[\w.+!]+ ", line), line
        assert "--hash=sha256:" in line, line
    assert "--require-hashes" in (HERE / "Makefile").read_text(encoding="utf-8")
