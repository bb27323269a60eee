"""Every route of the central API, with a request for it: so that no test over all of them forgets a new one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from sync import wire
from sync.codes import Code
from sync.identifiers import uuid7
from sync.seal import DeviceKeys
from sync.wire import Cursor
from sync.wire.enrolment import SignOutRequest
from sync.wire.escrow import EscrowDecision, EscrowDeposit, EscrowRead
from tests.server.device import Device

AFTERWARDS = {"/v1/audit", "/v1/escrow"}
"""Where a device that was sent away or signed out still leaves what it has: its log, and what it hadn't sent."""
NOBODY, NEW, DEVICE, COORDINATOR = "nobody", "new device", "device", "coordinator"


@dataclass(frozen=True)
class Route:
    """`caller`: who must have signed. `asks`: what a device asks it about a scope and a record of that."""

    method: str
    path: str
    caller: str
    asks: Callable[[Device, str, str], Struct | None] = lambda *_: None

    @property
    def signed(self) -> bool:
        """Whether an enrolled device must have signed."""
        return self.caller in {DEVICE, COORDINATOR}


def _exchange(device: Device, scope: str, _record: str) -> Struct:
    return device.request(cursors={scope: Cursor(epoch=0)}, keys_only={}, by_snapshot=[scope])


def _succession(device: Device, scope: str, _record: str) -> Struct:
    new = DeviceKeys.new()
    return wire.SuccessionRequest(uuid7(), new.signing_public, new.sealing_public, held={scope: 0})


def _enrolment(device: Device, _scope: str, _record: str) -> Struct:
    code = Code.new()
    keys = device.keys
    return wire.EnrolmentRequest(code.lookup, code.proof, device.id, keys.signing_public, keys.sealing_public)


def _invitation(_device: Device, scope: str, _record: str) -> Struct:
    code = Code.new()
    return wire.InvitationRequest(code.lookup, code.proof_hash, uuid7(), "coach", b"x", [wire.Membered(scope)])


def _recovery(_device: Device, _scope: str, _record: str) -> Struct:
    code = Code.new()
    return wire.RecoveryRequest(code.lookup, code.proof_hash, uuid7(), "coordinator", b"x")


def _part(device: Device, scope: str, _record: str) -> Struct:
    return wire.SnapshotUpload(scope, uuid7(), 1, 1, [], [], [], b"x")


def _rotation(_device: Device, scope: str, _record: str) -> Struct:
    return wire.RotationRequest(scope, 1, 2, bytes(1216), [])


def _grants(device: Device, scope: str, _record: str) -> Struct:
    return wire.GrantsRequest([wire.NewGrant(scope, 1, device.id, b"x")])


ROUTES = (
    Route("POST", "/v1/exchange", DEVICE, _exchange),
    Route("POST", "/v1/history", DEVICE, lambda _, scope, record: wire.HistoryRequest(scope, record)),
    Route("POST", "/v1/common", DEVICE, lambda _, scope, __: wire.CommonRequest({scope: [wire.Mark(1, "00" * 8)]})),
    Route("POST", "/v1/snapshot", DEVICE, lambda _, scope, __: wire.SnapshotRequest(scope)),
    Route("POST", "/v1/snapshot/offer", DEVICE, lambda _, scope, __: wire.SnapshotOffer(scope, 1, "00" * 8)),
    Route("POST", "/v1/snapshot/part", DEVICE, _part),
    Route("POST", "/v1/succession", DEVICE, _succession),
    Route("POST", "/v1/sign-out", DEVICE, lambda device, *_: SignOutRequest(device.id, device.n, device.incarnation)),
    Route("POST", "/v1/escrow", DEVICE, lambda device, *_: EscrowDeposit(device.id, 1, bytes(32))),
    Route("POST", "/v1/escrow/read", DEVICE, lambda _, scope, __: EscrowRead(scope)),
    Route("POST", "/v1/escrow/decide", DEVICE, lambda device, scope, _: EscrowDecision(scope, device.id, [1])),
    Route("POST", "/v1/organisation", COORDINATOR, lambda *_: wire.OrganisationRequest()),
    Route("POST", "/v1/invitations", DEVICE, _invitation),
    Route("POST", "/v1/recovery", COORDINATOR, _recovery),
    Route("POST", "/v1/devices", COORDINATOR, lambda *_: wire.DevicesRequest()),
    Route("POST", "/v1/revocation", COORDINATOR, lambda *_: wire.RevocationRequest()),
    Route("POST", "/v1/rotation/holders", DEVICE, lambda _, scope, __: wire.HoldersRequest(scope)),
    Route("POST", "/v1/rotation", DEVICE, _rotation),
    Route("POST", "/v1/grants", DEVICE, _grants),
    Route("POST", "/v1/enrolment/package", NOBODY, lambda *_: wire.PackageRequest(Code.new().lookup)),
    Route("POST", "/v1/enrolment", NEW, _enrolment),
    Route("POST", "/v1/audit", DEVICE, lambda *_: wire.AuditRequest(1, 1, bytes(32), b"x" * 32, 1, b"x")),
    Route("POST", "/v1/audit/read", DEVICE, lambda *_: wire.AuditReadRequest({})),
    Route("GET", "/v1/health", NOBODY),
)
SIGNED = tuple(route for route in ROUTES if route.signed)


def served(app: Any) -> Iterator[tuple[str, str]]:
    """The method and path of each route that an app has."""
    for route in getattr(app, "original_router", app).routes:
        if hasattr(route, "methods"):
            yield from ((method, route.path) for method in route.methods)
        else:
            yield from served(route)
