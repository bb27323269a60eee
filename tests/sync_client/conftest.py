"""A database with one team, before any server; and a world with a central API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client import scopes
from sync.client.tables import create_tables
from sync.schema import ScopeKind
from tests.sync_client.database import CipherDatabase
from tests.sync_client.kinds import metadata
from tests.sync_model.world import World


@pytest.fixture
def database(tmp_path: Path) -> Iterator[CipherDatabase]:
    """A fresh database that keeps the scope `team`."""
    made = CipherDatabase(tmp_path / "vault.db")
    with made.write() as connection:
        create_tables(connection)
        metadata.create_all(connection)
        scopes.add(connection, "team", ScopeKind.TEAM, "Oost")
        scopes.add(connection, "desk", ScopeKind.DESK, "Praktijk")
    yield made
    made.close()


@pytest.fixture
def world() -> Iterator[World]:
    """Enrolled devices and a central API."""
    made = World()
    yield made
    made.close()
