"""Keeping the scopes' keys in the right hands: new ones once somebody was sent away, and those that a device lacks.

Whoever holds a scope's keys to hand them out does this after an exchange, so that it goes on wherever another was cut
off. A key is wrapped only for a device whose keys are known to be its own (`pinned`), and whose person may have the
scope by what the program knows: the central API's word alone gives nobody a key.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from sync.client import keyring, pinned, revoking, scopes, state
from sync.client.errors import Unanswered
from sync.client.scopes import Scope
from sync.client.store import Database
from sync.client.transport import Declined, Transport
from sync.seal import KeyPair, Unopenable
from sync.wire import (
    ROTATION_DEVICES,
    EnrolledDevice,
    ExchangeAnswer,
    GrantsAnswer,
    GrantsRequest,
    HoldersAnswer,
    HoldersRequest,
    KeyWish,
    NewGrant,
    ProblemType,
    RotationAnswer,
    RotationRequest,
    Wrapped,
)

HOLDERS, ROTATION, GRANTS = "/v1/rotation/holders", "/v1/rotation", "/v1/grants"
Entitled = Callable[[Connection, str, Scope], bool]
"""Whether the user with this id may have a scope's keys, by what the program itself knows."""
_ATTEMPTS = 5


class KeyKeeper:
    """What one device does about the keys of the scopes that it hands out."""

    def __init__(
        self, database: Database, transport: Transport, clock_ms: Callable[[], int], entitled: Entitled
    ) -> None:
        self._database = database
        self._transport = transport
        self._clock_ms = clock_ms
        self._entitled = entitled
        self._due: dict[str, int] = {}
        self._wishes: list[KeyWish] = []
        # Something may have been left by the program that was here before.
        self._noted = True

    def heard(self, answer: ExchangeAnswer) -> None:
        """What the central API says is lacking."""
        self._due = dict(answer.due)
        self._wishes = list(answer.wishes)

    @property
    def busy(self) -> bool:
        """Whether there may be something to do."""
        return self._noted or bool(self._due) or bool(self._wishes)

    def step(self) -> None:
        """Do what there is; what fails is left for the next exchange. Raises Cancelled."""
        try:
            self.look_after()
        except (Declined, Unanswered):
            self._due, self._wishes = {}, []

    def look_after(self) -> None:
        """The same, and raises Declined, an `Unanswered`."""
        self._noted = True
        revoking.finish(self._database, self._transport, self._clock_ms())
        with self._database.read() as connection:
            noted: dict[str, int] = state.get(connection, state.ROTATING, {})
            here = scopes.by_id(connection)
        for scope_id, epoch in (self._due | noted).items():
            if scope_id in here and not here[scope_id].lost:
                self._rotate(here[scope_id], epoch)
            # Without its keys here it is another's: the central API asks them.
            self._rotated(scope_id, epoch)
        self._due, self._noted = {}, False
        if self._wishes:
            self._fulfil(self._wishes, here)

    def _rotate(self, scope: Scope, old: int) -> None:
        """Give the scope a key later than that of epoch `old`, unless somebody else did."""
        for _ in range(_ATTEMPTS):
            told = self._transport.post(HOLDERS, HoldersRequest(scope.id), HoldersAnswer)
            if told.epoch > old:
                return
            pair = KeyPair.new()
            with self._database.read() as connection:
                held = max(keyring.private_keys(connection, scope.id), default=0)
                epoch = max(told.epoch, held) + 1
                grants = self._grants(connection, scope, told.devices[:ROTATION_DEVICES], {epoch: pair.private})
            given = {grant.device for grant in grants}
            request = RotationRequest(
                scope.id,
                told.epoch,
                epoch,
                pair.public,
                [Wrapped(grant.device, grant.wrapped) for grant in grants],
                [one.id for one in told.devices if one.id not in given],
            )
            try:
                self._transport.post(ROTATION, request, RotationAnswer)
            except Declined as declined:
                # Somebody joined, was sent away, or rotated meanwhile: looked at anew.
                if declined.problem.name not in {ProblemType.WRONG_DEVICES, ProblemType.STALE_KEY}:
                    raise
                continue
            with self._database.write() as connection:
                keyring.keep(connection, scope.id, epoch, pair.private)
            return

    def _rotated(self, scope_id: str, epoch: int) -> None:
        with self._database.write() as connection:
            noted: dict[str, int] = state.get(connection, state.ROTATING, {})
            left = {one: old for one, old in noted.items() if (one, old) != (scope_id, epoch)}
            state.put(connection, rotating=left or None)

    def _fulfil(self, wishes: Sequence[KeyWish], here: dict[str, Scope]) -> None:
        """Wrap the keys that devices lack, as far as they are here and may be given."""
        grants: list[NewGrant] = []
        with self._database.read() as connection:
            for wish in wishes:
                scope = here.get(wish.scope)
                if scope is None or scope.lost:
                    continue
                held = keyring.private_keys(connection, wish.scope)
                lacking = {epoch: private for epoch, private in held.items() if epoch > wish.held}
                grants += self._grants(connection, scope, [wish.device], lacking)
        for first in range(0, len(grants), ROTATION_DEVICES):
            request = GrantsRequest(grants[first : first + ROTATION_DEVICES])
            self._transport.post(GRANTS, request, GrantsAnswer)
        self._wishes = []

    def _grants(
        self, connection: Connection, scope: Scope, devices: Sequence[EnrolledDevice], keys: dict[int, bytes]
    ) -> list[NewGrant]:
        """The keys wrapped for those of the devices that may have them."""
        own = state.device_of(connection)
        found: list[NewGrant] = []
        for one in devices:
            if one.id != own and not self._entitled(connection, one.user, scope):
                continue
            try:
                found += [pinned.grant(connection, one, scope.id, epoch, key) for epoch, key in keys.items()]
            except (pinned.Unpinned, Unopenable):
                continue
        return found
