"""How many may try to enrol: who isn't enrolled yet has a limit by where they come from, and all together have one."""

from fastapi import Request

from sync.server import problems
from sync.server.addresses import caller_address, networks_of
from sync.server.clock import ClockMs
from sync.server.settings import Settings
from sync.server.store import attempts
from sync.server.store.database import Database

NEIGHBOURS = 5
"""A provider's block may try this many times as often as one address."""
_REMEMBERED = 10_000


class Admission:
    """Counts attempts to enrol in the database: for all nodes, and over restarts."""

    def __init__(self, database: Database, clock_ms: ClockMs, settings: Settings) -> None:
        self._database = database
        self._clock_ms = clock_ms
        self._settings = settings
        self._refused: dict[str | None, int] = {}
        """Network (None: everybody) → the window in which it may try no more; so that a flood costs no transactions."""

    def networks(self, request: Request) -> tuple[str, str]:
        """The networks that a request comes from."""
        peer = request.client.host if request.client is not None else ""
        forwarded = request.headers.getlist("x-forwarded-for")
        return networks_of(caller_address(peer, forwarded, self._settings.proxy_networks))

    def admit(self, networks: tuple[str, str]) -> None:
        """Count an attempt; raises ProblemError `too-many-requests`."""
        now, length = self._clock_ms() // 1000, self._settings.enrolment_window_s
        began = now // length * length
        near, wide = networks
        full = any(self._refused.get(network) == began for network in (None, near, wide))
        if not full:
            each = self._settings.enrolments_per_address
            limits, overall = {near: each, wide: each * NEIGHBOURS}, self._settings.enrolments
            done, network = self._database.write(
                lambda connection: attempts.admitted(connection, began, length, limits, overall)
            )
            full = not done
            if full:
                self._remember(network, began)
        if full:
            raise problems.too_many(began + length - now)

    def _remember(self, network: str | None, began: int) -> None:
        if len(self._refused) >= _REMEMBERED:
            self._refused.clear()
        self._refused[network] = began
