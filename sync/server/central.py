"""What one running server consists of; made when it starts, never at import."""

from dataclasses import dataclass, field
from typing import cast

from fastapi import Request

from sync.server.admission import Admission
from sync.server.clock import ClockMs
from sync.server.exchange import Exchanges
from sync.server.nonces import Nonces
from sync.server.paces import Paces
from sync.server.settings import Settings
from sync.server.signing_keys import SigningKeys
from sync.server.snapshots import Snapshots
from sync.server.store.database import Database
from sync.server.waking import Wakes
from sync.server.watching import Watch


@dataclass(frozen=True, slots=True)
class Central:
    """The parts that the routes use."""

    settings: Settings
    database: Database
    clock_ms: ClockMs
    exchanges: Exchanges
    snapshots: Snapshots
    nonces: Nonces
    wakes: Wakes
    watch: Watch
    admission: Admission
    paces: Paces
    signing_keys: SigningKeys = field(default_factory=SigningKeys)


def central_of(request: Request) -> Central:
    """The server that handles this request."""
    return cast("Central", request.app.state.central)
