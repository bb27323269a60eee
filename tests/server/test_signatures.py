"""At every signed route, at one node and at two: what isn't just what the device signed, now, is refused by name."""

import base64
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from sync import signature, wire
from sync.client import errors
from sync.client.transport import Transport
from sync.identifiers import uuid7
from sync.server.app import make_app
from sync.wire import ProblemType
from tests.server.conftest import POSTGRESQL_IN_SOAK, SQLITE_ONLY, World
from tests.server.device import Device
from tests.server.routes import ROUTES, SIGNED, served
from tests.server.served import ADDRESS, Served
from tests.server.test_exchange import problem

YEARS_S = 10 * 365 * 86_400
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of Ed25519's group."""


@pytest.fixture
def nodes(world: World, tmp_path: Path) -> Iterator[list[httpx.Client]]:
    """The nodes of the world: on PostgreSQL a second one beside it."""
    if not world.central.database.shared:
        yield [world.client]
        return
    app = make_app(world.central.settings.model_copy(update={"data": tmp_path / "other"}))
    with httpx.Client(transport=Served(app), base_url=ADDRESS, timeout=60) as client:
        yield [world.client, client]


@dataclass
class Sent:
    """A request as it would travel; the tampering changes it."""

    method: str
    path: str
    body: bytes
    headers: list[tuple[str, str]]

    def at(self, node: httpx.Client) -> httpx.Response:
        return node.request(self.method, self.path, content=self.body, headers=self.headers)

    def header(self, name: str) -> str:
        return next(value for known, value in self.headers if known == name)

    def set(self, name: str, value: str) -> None:
        self.headers = [(known, value if known == name else was) for known, was in self.headers]

    def swap(self, name: str, old: str, new: str) -> None:
        assert old in self.header(name)
        self.set(name, self.header(name).replace(old, new))


def signed(device: Device, path: str, body: bytes = b"{}", *, method: str = "POST", off_s: int = 0) -> Sent:
    name = signature.keyid(device.organisation, device.id)
    made = signature.sign(
        device.keys.signing, name, method=method, path=path, body=body, created=int(time.time()) + off_s
    )
    return Sent(method, path, body, [*made.items(), ("content-type", "application/json")])


Tamper = Callable[[Sent, World], None]


def other_body(sent: Sent, _world: World) -> None:
    sent.body = b"{ }"


def other_body_and_digest(sent: Sent, _world: World) -> None:
    sent.body = b"{ }"
    sent.set("content-digest", signature.content_digest(sent.body))


def other_path(sent: Sent, _world: World) -> None:
    sent.path = next(route.path for route in SIGNED if route.path != sent.path)


def other_path_by_host(sent: Sent, world: World) -> None:
    """As if the path that was signed stood in the host's name, before the one that is asked."""
    was = sent.path
    other_path(sent, world)
    sent.headers.append(("host", f"central.invalid{was}?"))


def query(sent: Sent, _world: World) -> None:
    sent.path += "?scope=1"


def other_device(sent: Sent, world: World) -> None:
    was = sent.header("signature-input")
    sent.set("signature-input", was.replace(was.split('keyid="')[1].split('"')[0], foreign(world)))


def foreign(world: World) -> str:
    return signature.keyid(world.organisation.id, world.coordinator.id)


def unknown_device(sent: Sent, world: World) -> None:
    was = sent.header("signature-input")
    sent.set(
        "signature-input", was.replace(was.split('keyid="')[1].split('"')[0], f"{world.organisation.id}/{uuid7()}")
    )


def other_organisation(sent: Sent, world: World) -> None:
    sent.swap("signature-input", world.organisation.id, uuid7())


def younger(sent: Sent, _world: World) -> None:
    was = sent.header("signature-input")
    created = was.split("created=")[1].split(";")[0]
    sent.set("signature-input", was.replace(created, str(int(created) + 1)))


def other_nonce(sent: Sent, _world: World) -> None:
    sent.swap("signature-input", 'nonce="', 'nonce="A')


def order(sent: Sent, _world: World) -> None:
    was = sent.header("signature-input")
    head, created, nonce, keyid, alg = was.split(";")
    sent.set("signature-input", f"{head};{nonce};{created};{keyid};{alg}")


def algorithm(name: str) -> Tamper:
    return lambda sent, _: sent.swap("signature-input", 'alg="ed25519"', f'alg="{name}"')


def without_algorithm(sent: Sent, _world: World) -> None:
    sent.swap("signature-input", ';alg="ed25519"', "")


def without(name: str) -> Tamper:
    return lambda sent, _: setattr(sent, "headers", [each for each in sent.headers if each[0] != name])


def twice(name: str, value: str = "") -> Tamper:
    return lambda sent, _: sent.headers.append((name, value or sent.header(name)))


def twice_before(name: str, value: str) -> Tamper:
    return lambda sent, _: sent.headers.insert(0, (name, value))


def second_label(sent: Sent, _world: World) -> None:
    sent.set("signature-input", f"{sent.header('signature-input')}, {sent.header('signature-input')}")


def less_covered(sent: Sent, _world: World) -> None:
    sent.swap("signature-input", '"@path" ', "")


def malleable(sent: Sent, _world: World) -> None:
    """The same signature with the group's order added to its second half, which equations don't notice."""
    value = signature.presented(dict(sent.headers)).signature
    s = int.from_bytes(value[32:], "little") + ORDER
    sent.set("signature", f"wor=:{base64.b64encode(value[:32] + s.to_bytes(32, 'little')).decode()}:")


def written_otherwise(sent: Sent, _world: World) -> None:
    """The same 64 bytes with a bit set that doesn't count."""
    was = sent.header("signature")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    sent.set("signature", was[:-4] + letters[letters.index(was[-4]) + 1] + was[-3:])


def recoded(sent: Sent, _world: World) -> None:
    """A Content-Encoding isn't covered: what it would make of the body can't be read."""
    sent.headers.append(("content-encoding", "gzip"))


TAMPERINGS: list[tuple[Tamper, int, str]] = [
    (other_body, 401, ProblemType.WRONG_DIGEST),
    (other_body_and_digest, 401, ProblemType.WRONG_SIGNATURE),
    (other_path, 401, ProblemType.WRONG_SIGNATURE),
    (other_path_by_host, 401, ProblemType.WRONG_SIGNATURE),
    (query, 401, ProblemType.UNSIGNED),
    (other_device, 401, ProblemType.WRONG_SIGNATURE),
    (unknown_device, 401, ProblemType.UNKNOWN_DEVICE),
    (other_organisation, 401, ProblemType.UNKNOWN_DEVICE),
    (younger, 401, ProblemType.WRONG_SIGNATURE),
    (other_nonce, 401, ProblemType.WRONG_SIGNATURE),
    (order, 401, ProblemType.UNSIGNED),
    (algorithm("hmac-sha256"), 401, ProblemType.UNSIGNED),
    (algorithm("none"), 401, ProblemType.UNSIGNED),
    (algorithm("rsa-v1_5-sha256"), 401, ProblemType.UNSIGNED),
    (without_algorithm, 401, ProblemType.UNSIGNED),
    (without("signature"), 401, ProblemType.UNSIGNED),
    (without("signature-input"), 401, ProblemType.UNSIGNED),
    (without("content-digest"), 401, ProblemType.WRONG_DIGEST),
    (twice("signature"), 401, ProblemType.UNSIGNED),
    (twice("signature-input"), 401, ProblemType.UNSIGNED),
    (twice("content-digest"), 401, ProblemType.UNSIGNED),
    (twice_before("content-digest", "sha-256=:AAAA:"), 401, ProblemType.UNSIGNED),
    (second_label, 401, ProblemType.UNSIGNED),
    (less_covered, 401, ProblemType.UNSIGNED),
    (malleable, 401, ProblemType.WRONG_SIGNATURE),
    (written_otherwise, 401, ProblemType.UNSIGNED),
]


def test_the_table_of_routes_has_all_that_the_server_has(world: World) -> None:
    assert sorted((route.method, route.path) for route in ROUTES) == sorted(served(world.app))


def test_whatever_was_tampered_with_is_refused_by_name(world: World, nodes: list[httpx.Client]) -> None:
    device = world.coach()
    for place, route in enumerate(SIGNED):
        for number, (tamper, status, name) in enumerate(TAMPERINGS):
            sent = signed(device, route.path)
            tamper(sent, world)
            assert problem(sent.at(nodes[(place + number) % len(nodes)]), status, name), (route.path, tamper)
    assert device.exchange().accepted_through == 0


def test_signed_for_another_method_is_refused(world: World, nodes: list[httpx.Client]) -> None:
    device = world.coach()
    for node in nodes:
        for route in SIGNED:
            sent = signed(device, route.path, method="PUT")
            sent.method = "POST"
            problem(sent.at(node), 401, ProblemType.WRONG_SIGNATURE)
            problem(signed(device, route.path, method="PUT").at(node), 405, ProblemType.METHOD_NOT_ALLOWED)


def test_what_was_sent_before_is_refused_at_every_node(world: World, nodes: list[httpx.Client]) -> None:
    coordinator = world.coordinator
    for place, route in enumerate(SIGNED):
        message = route.asks(coordinator, world.team, uuid7())
        assert message is not None
        if route.path == "/v1/sign-out":
            message.through_n += 1  # pyright: ignore[reportAttributeAccessIssue]
        sent = signed(coordinator, route.path, wire.encode(message))
        assert sent.at(nodes[place % len(nodes)]).status_code in {200, 400, 403, 409}
        for node in nodes:
            problem(sent.at(node), 401, ProblemType.REPLAYED)


@pytest.mark.parametrize("off_s", [-301, 301, -YEARS_S, YEARS_S])
@POSTGRESQL_IN_SOAK
def test_an_old_or_future_timestamp_is_refused_and_told_the_time(world: World, off_s: int) -> None:
    device = world.coach()
    for route in SIGNED:
        found = problem(signed(device, route.path, off_s=off_s + off_s // 100).at(world.client), 401, "wrong-clock")
        assert abs(found.server_time - time.time() * 1000) < 60_000  # type: ignore[operator]


def transport(client: httpx.Client, device: Device, off_s: int = 0) -> Transport:
    """The device's own way to the server, with a clock that is off."""
    key, clock_ms = device.keys.signing, lambda: int((time.time() + off_s) * 1000)
    return Transport(ADDRESS, device.id, key, clock_ms, organisation=device.organisation, http=client)


@pytest.mark.parametrize("off_s", [-YEARS_S, -400, 0, 400, YEARS_S])
@POSTGRESQL_IN_SOAK
def test_a_devices_wrong_clock_is_set_right_by_the_answer_once(world: World, off_s: int) -> None:
    device = world.coach()
    asked: list[int] = []

    def count(request: httpx.Request) -> None:
        asked.append(int(request.headers["signature-input"].split("created=")[1].split(";")[0]))

    world.client.event_hooks = {"request": [count]}
    way = transport(world.client, device, off_s)
    for _ in range(3):
        way.post("/v1/exchange", device.request(), wire.ExchangeAnswer)
    assert len(asked) == (3 if off_s == 0 else 4)
    assert all(abs(created - time.time()) < 60 for created in asked[-3:])


@SQLITE_ONLY
def test_a_server_that_never_agrees_on_the_time_is_asked_twice_and_no_more(world: World) -> None:
    device, asked = world.coach(), []

    def jumping() -> int:
        asked.append(1)
        return len(asked) * 10**12

    app = make_app(world.central.settings, jumping)
    with httpx.Client(transport=Served(app), base_url=ADDRESS) as client:
        way = transport(client, device)
        with pytest.raises(errors.ClockWrong):
            way.post("/v1/exchange", device.request(), wire.ExchangeAnswer)
    assert len(asked) == 2


@POSTGRESQL_IN_SOAK
def test_no_device_enrols_with_a_key_under_which_everybody_can_sign(world: World) -> None:
    """A signature of zeros fits the point of order 1, whatever is signed: OpenSSL alone would take it."""
    neutral = bytes([1, *bytes(31)])
    device = Device(world.client, "")
    body = wire.encode(wire.EnrolmentRequest("0" * 32, bytes(32), device.id, neutral, device.keys.sealing_public))
    sent = signed(device, "/v1/enrolment", body)
    sent.set("signature", f"wor=:{base64.b64encode(neutral + bytes(32)).decode()}:")
    problem(sent.at(world.client), 401, ProblemType.WRONG_SIGNATURE)


@POSTGRESQL_IN_SOAK
def test_another_content_encoding_makes_nothing_else_of_a_body(world: World) -> None:
    device = world.coach()
    sent = signed(device, "/v1/exchange", wire.encode(device.request()))
    recoded(sent, world)
    problem(sent.at(world.client), 400, ProblemType.MALFORMED)
