"""A real vault for the services: low cost of the passphrase, a clock that stands still, nothing else made easier."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.services.vaults import NOW, opened_alone
from wor_tui.clock import FixedClock
from wor_tui.services.workspace import Workspace


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def workspace(tmp_path: Path, clock: FixedClock) -> Iterator[Workspace]:
    with opened_alone(tmp_path / "home", clock) as made:
        yield made


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)
