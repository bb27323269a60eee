"""Who calls: a type in a handler's signature, so that no route can forget to ask.

`Caller` reads the body, checks its signature and gives the device that made it, whose rights are asked for in the
transaction of what it wants; `Coordinator` gives an enrolled device of a coordinator.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from sync import signature, wire
from sync.server import problems
from sync.server.admitting import admitted
from sync.server.bodies import message_of, read_body
from sync.server.central import Central, central_of
from sync.server.store import standing, walls
from sync.server.store.standing import DeviceName, KnownDevice
from sync.wire import Message


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that a device signed, with its body as sent; the device may have been revoked since it was enrolled."""

    device: DeviceName
    request: Request
    body: bytes
    central: Central

    def read(self, message: type[Message]) -> Message:
        """The message in the body; raises ProblemError."""
        return message_of(self.request, self.body, message)


async def _signed(request: Request) -> Signed:
    central = central_of(request)
    body = await read_body(request, wire.PUSH_BYTES, central.settings.body_timeout_s)
    shown = shown_signature(request)
    organisation, _, device_id = shown.keyid.partition("/")
    device = DeviceName(organisation, device_id)
    key = central.signing_keys.get(device)
    if key is None:
        key = (await run_in_threadpool(_known, central, device)).signing_key
        central.signing_keys.keep(device, key)
    check(request, central, shown, key, body)
    wait_s = central.paces.wait_s(device)
    if wait_s:
        raise problems.too_many(wait_s)
    walls.enter(walls.Within(*device, central.clock_ms()))
    # Only for devices that are known: nobody else may fill this memory.
    now = central.clock_ms() // 1000
    if not central.nonces.first_time(shown.keyid, shown.nonce, now):
        raise problems.replayed()
    if central.database.shared and not await run_in_threadpool(central.nonces.first_of_all, device, shown.nonce, now):
        raise problems.replayed()
    return Signed(device, request, body, central)


async def _coordinator(signed: Annotated[Signed, Depends(_signed)]) -> Signed:
    known = await run_in_threadpool(_admitted, signed.central, signed.device)
    if known.role != standing.COORDINATOR:
        raise problems.forbidden()
    return signed


Caller = Annotated[Signed, Depends(_signed)]
Coordinator = Annotated[Signed, Depends(_coordinator)]


_COUNTED_ONCE = ("content-digest", "signature-input", "signature", "content-encoding")


def shown_signature(request: Request) -> signature.Presented:
    """What the headers say; raises ProblemError `unsigned`, also where there is a query: that isn't covered."""
    names = [name for name, _ in request.headers.items()]
    if request.scope["query_string"] or any(names.count(name) > 1 for name in _COUNTED_ONCE):
        raise problems.unsigned()
    try:
        return signature.presented(request.headers)
    except signature.Unsigned:
        raise problems.unsigned() from None


def check(request: Request, central: Central, shown: signature.Presented, public: bytes, body: bytes) -> None:
    """Check a signature against a key; raises ProblemError."""
    now_ms = central.clock_ms()
    # The path by which the route was found: a URL put together again has the caller's Host in it.
    asked: dict[str, str] = {"method": request.method, "path": request.scope["path"]}
    try:
        signature.verify(shown, public, **asked, body=body, now=now_ms // 1000)
    except signature.WrongDigest:
        raise problems.wrong_digest() from None
    except signature.WrongSignature:
        raise problems.wrong_signature() from None
    except signature.WrongClock:
        raise problems.wrong_clock(now_ms) from None


def _admitted(central: Central, device: DeviceName) -> KnownDevice:
    return central.database.read(lambda connection: admitted(connection, device))


def _known(central: Central, device: DeviceName) -> KnownDevice:
    with walls.inside(walls.Within(device.organisation)):
        known = central.database.read(lambda connection: standing.known_device(connection, *device))
    if known is None:
        raise problems.unknown_device()
    return known
