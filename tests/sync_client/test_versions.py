"""Older and newer programs and central APIs together: in each pair what people made arrives, and nothing is dropped.

An older side doesn't know the members that were added to messages since; a newer one sends members, codes, kinds and
fields that this version doesn't know.
"""

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import httpx
import msgspec
import pytest

from sync import wire
from sync.client import engine as engines
from sync.client import keyring
from sync.client import transport as transports
from sync.client.changes import Change
from sync.client.errors import ServerTooNew, SyncError
from sync.client.replica import Replica
from sync.client.status import held, quarantine
from sync.identifiers import uuid7
from sync.schema import Kind, Schema
from tests.sync_client.at_work import erase, names, save
from tests.sync_client.kinds import CLIENT, ENTRY, TEAM
from tests.sync_model.machine import canonical
from tests.sync_model.newer import PLAN, SHOE
from tests.sync_model.world import Device, World

ADDED_TO_REQUEST = {"keys_only", "vault_seq", "by_snapshot"}
"""What the first version of the exchange didn't send."""
ADDED_TO_ANSWER = {"keys_only", "snapshots", "heads", "wanted"}
"""What it didn't answer, at any depth."""
UNKNOWN = {"from_the_future": {"a": [1, None]}}

Json = Any
Alter = Callable[[Json], Json]


def without(said: Json, added: set[str]) -> Json:
    if isinstance(said, dict):
        return {name: without(value, added) for name, value in said.items() if name not in added}
    return [without(each, added) for each in said] if isinstance(said, list) else said


def with_unknown(said: Json) -> Json:
    """Members that nobody knows yet, in every object but for maps of ids and names."""
    if isinstance(said, dict):
        inside = {name: with_unknown(value) for name, value in said.items()}
        is_map = all(len(name) == 36 for name in said)
        return inside if is_map else inside | UNKNOWN
    return [with_unknown(each) for each in said] if isinstance(said, list) else said


class Answers(httpx.BaseTransport):
    """A central API whose answers another version made."""

    def __init__(
        self, inner: httpx.BaseTransport, change: Callable[[Json], Json], unknown_paths: frozenset[str]
    ) -> None:
        self.inner = inner
        self.change = change
        self.unknown_paths = unknown_paths

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path in self.unknown_paths:
            problem = {"type": "urn:wor:problem:not-found", "title": "There is nothing here", "status": 404}
            return response(404, problem, "application/problem+json")
        answer = self.inner.handle_request(request)
        body = b"".join(answer.stream)  # pyright: ignore[reportArgumentType]
        said = json.loads(wire.decompressed(body, answer.headers.get("content-encoding", "")))
        return response(answer.status_code, self.change(said), answer.headers["content-type"])


def response(status: int, said: Json, kind: str) -> httpx.Response:
    body = json.dumps(said).encode()
    headers = {"content-type": kind, "content-length": str(len(body))}
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def answers(device: Device, change: Callable[[Json], Json], unknown_paths: frozenset[str] = frozenset()) -> None:
    device.faults.inner = Answers(device.faults.inner, change, unknown_paths)


def requests(patch: pytest.MonkeyPatch, change: Callable[[Json], Json]) -> None:
    """Let the program send its requests as another version would."""

    def encode(message: msgspec.Struct) -> bytes:
        return json.dumps(change(json.loads(wire.encode(message)))).encode()

    patch.setattr(transports, "encode", encode)


def reads_only(patch: pytest.MonkeyPatch, added: set[str]) -> None:
    """Let the central API know none of these members of a request."""

    def message_of(request: Any, body: bytes, message: type[Any]) -> Any:
        plain = wire.decompressed(body, request.headers.get("content-encoding", ""))
        return wire.decode(json.dumps(without(json.loads(plain), added)).encode(), message)

    patch.setattr("sync.server.auth.message_of", message_of)


SINCE = frozenset(
    {"/v1/history", "/v1/succession", "/v1/sign-out", "/v1/snapshot", "/v1/snapshot/offer", "/v1/snapshot/part"}
)
"""What the first version of the central API had nothing of."""


def older_program(patch: pytest.MonkeyPatch, devices: list[Device]) -> None:
    requests(patch, lambda said: without(said, ADDED_TO_REQUEST))
    for device in devices:
        answers(device, lambda said: without(said, ADDED_TO_ANSWER), SINCE)


def newer_program(patch: pytest.MonkeyPatch, devices: list[Device]) -> None:
    requests(patch, lambda said: said | UNKNOWN)
    for device in devices:
        device.upgrade()


def older_server(patch: pytest.MonkeyPatch, devices: list[Device]) -> None:
    reads_only(patch, ADDED_TO_REQUEST)
    for device in devices:
        answers(device, lambda said: without(said, ADDED_TO_ANSWER), SINCE)


def newer_server(patch: pytest.MonkeyPatch, devices: list[Device]) -> None:
    for device in devices:
        answers(device, with_unknown)


def newer_program_older_server(patch: pytest.MonkeyPatch, devices: list[Device]) -> None:
    older_server(patch, devices)
    newer_program(patch, devices)


def older_program_newer_server(patch: pytest.MonkeyPatch, devices: list[Device]) -> None:
    requests(patch, lambda said: without(said, ADDED_TO_REQUEST))
    for device in devices:
        answers(device, lambda said: with_unknown(without(said, ADDED_TO_ANSWER)), SINCE)


def one_of_each(patch: pytest.MonkeyPatch, devices: list[Device]) -> None:
    devices[0].upgrade()
    answers(devices[1], with_unknown)


@pytest.mark.parametrize(
    "pair",
    [
        older_program, newer_program, older_server, newer_server, newer_program_older_server,
        older_program_newer_server, one_of_each,
    ],
)  # fmt: skip
def test_what_people_make_arrives(
    world: World, monkeypatch: pytest.MonkeyPatch, pair: Callable[[pytest.MonkeyPatch, list[Device]], None]
) -> None:
    one, other = devices = [world.device(0), world.device(1)]
    pair(monkeypatch, devices)
    both, gone = save(one, "both"), save(one, "gone")
    for device in (one, other):
        device.until_done()
    for device, number in ((one, "06-one"), (other, "06-other")):
        with device.database.write() as connection:
            change = Change("client", both, device.team, {"phone": number}, device.base())
            device.replica.save(connection, [change], 1)
    save(other, "made")
    erase(one, gone)
    for device in (one, other, one):
        device.until_done()
    assert names(one) == names(other) == {"both", "made"}
    for device in devices:
        assert {option.value for option in device.conflicts()[0].options} == {"06-one", "06-other"}
        stands = device.status()
        assert (stands.unsent, stands.held, stands.quarantined, stands.complete) == (0, 0, 0, True)
    with one.database.write() as connection:
        one.replica.resolve(connection, one.conflicts()[0].id, 1, 2)
    for device in (one, other):
        device.until_done()
    assert not other.conflicts()
    assert canonical(one) == canonical(other)


def test_what_a_newer_version_made_passes_through_an_older_one_untouched(world: World) -> None:
    newer, older, late = world.device(0), world.device(1), world.device(2)
    newer.upgrade()
    record, plan = uuid7(), uuid7()
    with newer.database.write() as connection:
        newer.replica.save(
            connection,
            [
                Change("client", record, newer.team, {"name": "Bep", SHOE: "42"}),
                Change(PLAN, plan, newer.team, {"text": "walk"}),
            ],
            1,
        )
    newer.until_done()
    older.until_done()
    save(older, "Bep Bakker", record)
    older.until_done()
    newer.until_done()
    late.until_done()
    late.upgrade()
    older.upgrade()
    for device in (newer, older, late):
        assert device.rows("client")[record]["name"] == "Bep Bakker"
        assert device.rows("client")[record][SHOE] == "42"
        assert device.rows(PLAN)[plan]["text"] == "walk"


def test_what_an_older_version_took_for_wrong_is_read_again_after_the_upgrade(world: World) -> None:
    wider = Schema.of(2, [Kind("client", CLIENT.table, CLIENT.fields, TEAM), ENTRY])
    newer, older = world.device(0), world.device(1)
    newer.replica = Replica(wider)
    record = uuid7()
    with newer.database.write() as connection:
        values = {"name": "Bep", "number": 11}
        newer.replica.save(connection, [Change("client", record, newer.team, values)], 1)
    newer.until_done()
    save(older, "mine")
    older.until_done()
    with older.database.write() as connection:
        assert [item.reason for item in quarantine(connection)] == ["invalid"]
        older.replica.catch_up(connection)
    older.kill()
    older.replica = Replica(wider)
    older.open()
    older.until_done()
    assert older.rows("client")[record]["number"] == 11
    assert names(older) == {"Bep", "mine"}
    stands = older.status()
    assert (stands.quarantined, stands.unsent, stands.complete) == (0, 0, True)


class LaterScopeKind(StrEnum):
    """The kinds of scope of a later version."""

    ORGANISATION = "organisation"
    TEAM = "team"
    DESK = "desk"
    CLINIC = "clinic"


def test_a_scope_of_a_kind_that_nobody_knows_yet_waits_for_the_version_that_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = world.device(1), world.device(2)
    clinic = world.new_team(LaterScopeKind.CLINIC)
    world.grant(clinic, older)
    save(older, "mine")
    older.until_done()
    older.until_done()
    assert clinic not in older.scopes()
    assert (older.status().unsent, older.status().complete) == (0, True)
    newer.until_done()
    assert names(newer) == {"mine"}
    for module in ("incoming", "scopes"):
        monkeypatch.setattr(f"sync.client.{module}.ScopeKind", LaterScopeKind)
    with older.database.read() as connection:
        assert keyring.private_keys(connection, clinic)
    older.until_done()
    assert clinic in older.scopes()
    assert names(older) == {"mine"}


def test_a_central_api_that_asks_for_a_newer_program_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, other = world.device(1), world.device(2)
    plain = device.faults.inner
    answers(device, lambda said: said | {"minimum_client": wire.PROTOCOL + 1})
    save(device, "kept")
    with pytest.raises(ServerTooNew):
        device.until_done()
    save(device, "kept, too")
    with pytest.raises(ServerTooNew):
        device.until_done()
    assert names(device) == {"kept", "kept, too"}
    assert device.status().held == 0
    # The update.
    monkeypatch.setattr(engines, "PROTOCOL", wire.PROTOCOL + 1)
    monkeypatch.setattr("sync.client.outgoing.PROTOCOL", wire.PROTOCOL + 1)
    device.until_done()
    assert device.status().unsent == 0
    device.faults.inner = plain
    other.until_done()
    assert names(other) == {"kept", "kept, too"}


def test_what_a_newer_central_api_says_that_nobody_knows_holds_nothing_up(world: World) -> None:
    device, other = world.device(1), world.device(2)
    save(device, "refused")
    save(device, "taken")

    def refuses(said: Json) -> Json:
        return said | {"accepted": [[2, device.team, 1, 1]], "refusals": [[1, "a_new_reason"]], "changes": {}}

    plain = device.faults.inner
    answers(device, refuses)
    device.exchange()
    device.faults.inner = plain
    with device.database.read() as connection:
        assert [item.code for item in held(connection)] == ["a_new_reason"]
    answers(other, lambda _said: {"type": "urn:wor:problem:something-new", "title": "?", "status": 200})
    save(other, "kept")
    with pytest.raises(SyncError):
        other.until_done()
    assert (other.status().unsent, names(other)) == (1, {"kept"})
