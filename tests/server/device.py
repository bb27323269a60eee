"""A bare device for the server's tests: it signs, seals and chains by the core, and keeps no database."""

import time
from dataclasses import dataclass, field
from typing import Any

from sync import seal, signature, wire
from sync.codes import Code
from sync.identifiers import uuid7
from sync.op import FIRST_DIGEST, Header
from sync.seal import DeviceKeys, KeyPair
from sync.wire import Cursor, ExchangeAnswer, ExchangeRequest, PushedOp

SCOPE_KINDS = ("organisation", "team", "desk")


@dataclass
class Organisation:
    """What the first coordinator made: ids, and the scopes' private keys."""

    id: str
    scopes: dict[str, str]
    keys: dict[str, KeyPair]


@dataclass
class Device:
    """A device with its own chain; `post` sends a signed request through an httpx-like client."""

    client: Any
    organisation: str
    user: str = field(default_factory=uuid7)
    id: str = field(default_factory=uuid7)
    keys: DeviceKeys = field(default_factory=DeviceKeys.new)
    n: int = 0
    digest: bytes = FIRST_DIGEST
    cursors: dict[str, Cursor] = field(default_factory=dict)
    scope_keys: dict[str, KeyPair] = field(default_factory=dict)
    incarnation: str = ""
    clock: Any = time.time

    def post(self, path: str, message: Any, *, key_name: str | None = None, headers: dict[str, str] | None = None):
        body = message if isinstance(message, bytes) else wire.encode(message)
        encoding: dict[str, str] = {}
        if not isinstance(message, bytes):
            body, name = wire.compressed(body, "zstd")
            encoding = {"content-encoding": name} if name else {}
        signed = signature.sign(
            self.keys.signing,
            key_name if key_name is not None else signature.keyid(self.organisation, self.id),
            method="POST",
            path=path,
            body=body,
            created=int(self.clock()),
        )
        return self.client.post(path, content=body, headers={**encoding, **signed, **(headers or {})})

    def enrol(self, code: Code, **first: str) -> wire.EnrolmentAnswer:
        request = wire.EnrolmentRequest(
            code.lookup, code.proof, self.id, self.keys.signing_public, self.keys.sealing_public, **first
        )
        answer = self.post("/v1/enrolment", request, key_name=signature.keyid("", self.id))
        assert answer.status_code == 200, answer.text
        enrolled = wire.decode(answer.content, wire.EnrolmentAnswer)
        self.organisation, self.user, self.incarnation = enrolled.organisation, enrolled.user, enrolled.incarnation
        self.cursors = {scope.id: Cursor(epoch=1) for scope in enrolled.scopes}
        return enrolled

    def op(
        self, scope: str, record: str, values: dict[str, Any], *, base: int | None = None, group: str | None = None,
        kind: str = "client", at: int = 1_700_000_000_000, n: int | None = None, key_epoch: int = 1,
    ) -> PushedOp:  # fmt: skip
        """A sealed op; its n only matters for the seal, and is the next unless given."""
        header = Header(
            self.organisation, scope, self.id, n if n is not None else self.n + 1, record, kind, tuple(sorted(values)),
            base if base is not None else self.cursors.get(scope, Cursor()).seq, at, 1, key_epoch, group or uuid7(),
        )  # fmt: skip
        pair = self.scope_keys.get(scope)
        key = seal.symmetric_key(pair.private, scope, key_epoch) if pair else bytes(32)
        return PushedOp.of(header, seal.seal(key, header, values))

    def request(self, *ops: PushedOp, **options: Any) -> ExchangeRequest:
        asked: dict[str, Any] = {"incarnation": self.incarnation, "cursors": dict(self.cursors), **options}
        return ExchangeRequest(self.id, self.n + 1, self.digest, ops=list(ops), **asked)

    def exchange(self, *ops: PushedOp, follow: bool = True, **options: Any) -> ExchangeAnswer:
        """Push ops and pull; moves the cursors when `follow`."""
        request = self.request(*ops, **options)
        answer = self.post("/v1/exchange", request)
        assert answer.status_code == 200, answer.text
        return self.heard(request, wire.decode(answer.content, ExchangeAnswer), follow=follow)

    def heard(self, request: ExchangeRequest, answer: ExchangeAnswer, *, follow: bool = True) -> ExchangeAnswer:
        if request.ops:
            links = wire.digests(request.digest_before, request.ops, self.organisation, self.id, request.first_n)
            self.n, self.digest = request.first_n + len(links) - 1, links[-1]
        if follow:
            for scope, changes in answer.changes.items():
                self.cursors[scope] = Cursor(changes.next, changes.chain, self.cursors[scope].epoch)
        return answer

    def values(self, scope: str, change: wire.Change) -> dict[str, Any]:
        key = seal.symmetric_key(self.scope_keys[scope].private, scope, change.key_epoch)
        assert change.body is not None
        return seal.unseal(key, change.header(self.organisation, scope), change.body)


def found_organisation(client: Any, code: Code) -> tuple[Device, Organisation]:
    """The first coordinator's device, with an organisation, a team and a desk of which its user is a member."""
    device = Device(client, "")
    device.enrol(code, organisation=uuid7(), user=uuid7())
    organisation = Organisation(device.organisation, {}, {})
    scopes: list[wire.NewScope] = []
    for kind in SCOPE_KINDS:
        scope, pair = uuid7(), KeyPair.new()
        organisation.scopes[kind], organisation.keys[scope] = scope, pair
        scopes.append(wire.NewScope(scope, kind, pair.public))
    members = [wire.Membership(scope.id, device.user) for scope in scopes]
    answer = device.post("/v1/organisation", wire.OrganisationRequest(scopes, members=members))
    assert answer.status_code == 200, answer.text
    device.cursors = {scope.id: Cursor(epoch=1) for scope in scopes}
    device.scope_keys = dict(organisation.keys)
    return device, organisation


def joined(
    coordinator: Device, organisation: Organisation, *kinds: str, role: str = "coach", rights: str = "write"
) -> Device:
    """Another user's device, a member of these kinds of scope, through invitation, package and enrolment."""
    code, user = Code.new(), uuid7()
    scopes = {organisation.scopes[kind] for kind in kinds}
    content = {"scopes": {scope: organisation.keys[scope].private.hex() for scope in scopes}}
    package = seal.seal_package(code.package_key, code.lookup, content)
    members = [wire.Membered(scope, rights) for scope in scopes]
    asked = wire.InvitationRequest(code.lookup, code.proof_hash, user, role, package, members)
    answer = coordinator.post("/v1/invitations", asked)
    assert answer.status_code == 200, answer.text
    device = Device(coordinator.client, "", clock=coordinator.clock)
    fetched = coordinator.client.post("/v1/enrolment/package", content=wire.encode(wire.PackageRequest(code.lookup)))
    opened = seal.open_package(code.package_key, code.lookup, wire.decode(fetched.content, wire.PackageAnswer).package)
    device.enrol(code)
    assert device.user == user
    device.scope_keys = {scope: KeyPair.of(bytes.fromhex(private)) for scope, private in opened["scopes"].items()}
    return device
