"""A real server over a real database for each test, on both engines."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from sync.server.app import make_app
from sync.server.central import Central
from sync.server.first_code import first_code
from sync.server.models import ServerTable
from sync.server.settings import Settings
from sync.server.store import walls
from sync.server.store.database import Database
from tests import postgresql
from tests.server import statements
from tests.server.device import Device, Organisation, found_organisation, joined
from tests.server.served import ADDRESS, Served

SQLITE, POSTGRESQL = "sqlite", "postgresql"
OWNER, API = "wor_owner", "wor_api"
"""The roles in PostgreSQL: whose the tables are, and as whom the central API uses them."""
NEVER_S = 3600
"""Who waits is only woken: it doesn't look by itself."""
SQLITE_ONLY = pytest.mark.parametrize("settings", [SQLITE], indirect=True)
POSTGRESQL_IN_SOAK = pytest.mark.parametrize(
    "settings", [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.soak)], indirect=True
)
"""For what a database has little part in."""
POSTGRESQL_ONLY = pytest.mark.parametrize("settings", [POSTGRESQL], indirect=True)


@dataclass
class World:
    """A running server, its first coordinator and the organisation that they made."""

    client: httpx.Client
    served: Served
    central: Central
    data: Path
    coordinator: Device
    organisation: Organisation
    cluster: postgresql.Cluster | None
    app: Any

    @property
    def team(self) -> str:
        return self.organisation.scopes["team"]

    @property
    def desk(self) -> str:
        return self.organisation.scopes["desk"]

    def files(self) -> Iterator[bytes]:
        """All that the server keeps on the disk, the database included."""
        folders = [self.data]
        if self.cluster is not None:
            self.cluster.run("CHECKPOINT")
            folders.append(self.cluster.folder)
        for folder in folders:
            yield from (path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".pid")

    def coach(self) -> Device:
        return joined(self.coordinator, self.organisation, "organisation", "team", "desk")

    def assistant(self) -> Device:
        return joined(self.coordinator, self.organisation, "organisation", "desk", role="assistant")


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgresql.Cluster]:
    """A running PostgreSQL with the database `prepared`, which has the server's tables and nothing in them."""
    if (reason := postgresql.why_not()) is not None:
        pytest.skip(reason)
    with postgresql.cluster() as running:
        running.run(f"CREATE ROLE {OWNER} LOGIN; CREATE ROLE {API} LOGIN")
        running.run(f"CREATE DATABASE prepared OWNER {OWNER}")
        database = Database(running.url("prepared", OWNER), 20)
        database.prepare(API)
        database.close()
        yield running


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a server on a database of its own, of either engine."""
    if request.param == SQLITE:
        yield Settings(data=tmp_path / "central", poll_s=0.1, look_s=NEVER_S)
        return
    cluster: postgresql.Cluster = request.getfixturevalue("cluster")
    yield Settings(data=tmp_path / "central", poll_s=0.1, look_s=NEVER_S, database_url=cluster.url("prepared", API))
    cluster.empty("prepared", set(ServerTable.metadata.tables) - {"installation"})


@pytest.fixture
def world(request: pytest.FixtureRequest, settings: Settings) -> Iterator[World]:
    app = make_app(settings)
    central: Central = app.state.central
    code = first_code(settings, central.database)
    assert code is not None
    served = Served(app)
    event.listen(central.database.engine, "before_cursor_execute", statements.check)
    with httpx.Client(transport=served, base_url=ADDRESS, timeout=60) as client:
        coordinator, organisation = found_organisation(client, code)
        # The test itself looks at and changes what it likes; the app is as whoever signed.
        walls.enter(walls.Within(walls.EVERYWHERE))
        cluster = request.getfixturevalue("cluster") if central.database.shared else None
        yield World(client, served, central, settings.data, coordinator, organisation, cluster, app)
