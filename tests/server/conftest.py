"""A real server over a real database for each test."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from sync.server.app import make_app
from sync.server.central import Central
from sync.server.first_code import first_code
from sync.server.settings import Settings
from tests.server.device import Device, Organisation, found_organisation, joined
from tests.server.served import ADDRESS, Served


@dataclass
class World:
    """A running server, its first coordinator and the organisation that they made."""

    client: httpx.Client
    served: Served
    central: Central
    data: Path
    coordinator: Device
    organisation: Organisation

    @property
    def team(self) -> str:
        return self.organisation.scopes["team"]

    @property
    def desk(self) -> str:
        return self.organisation.scopes["desk"]

    def coach(self) -> Device:
        return joined(self.coordinator, self.organisation, "organisation", "team", "desk")

    def assistant(self) -> Device:
        return joined(self.coordinator, self.organisation, "organisation", "desk", role="assistant")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    settings = Settings(data=tmp_path / "central", poll_s=0.5)
    app = make_app(settings)
    central: Central = app.state.central
    code = first_code(settings, central.database)
    assert code is not None
    served = Served(app)
    with httpx.Client(transport=served, base_url=ADDRESS, timeout=60) as client:
        coordinator, organisation = found_organisation(client, code)
        yield World(client, served, central, settings.data, coordinator, organisation)
