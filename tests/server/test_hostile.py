"""Whatever is sent, the answer is problem+json, never 500; and nobody gets what isn't theirs."""

import gzip
import json
import logging

import pytest
import zstandard
from sqlalchemy import update

from sync import signature, wire
from sync.identifiers import uuid7
from sync.server.models import DEVICE
from tests.server.conftest import POSTGRESQL_IN_SOAK, World
from tests.server.device import Device
from tests.server.test_exchange import edits, problem

ROUTES = ("/v1/exchange", "/v1/organisation", "/v1/invitations", "/v1/enrolment", "/v1/enrolment/package")


def bodies(whole: bytes) -> list[bytes]:
    return [
        *(whole[:place] for place in range(0, len(whole), 23)),
        b"<html><body>Welkom op het gastnetwerk</body></html>",
        b"null",
        b"[]",
        b"{}",
        b'"' + b"\xff" * 40 + b'"',
        b"[" * 50_000,
        bytes(range(256)) * 2,
        b'{"device":' * 1000,
    ]


@POSTGRESQL_IN_SOAK
def test_a_malformed_exchange_is_a_problem_and_changes_nothing(world: World) -> None:
    one = world.coach()
    for body in bodies(wire.encode(one.request(*edits(one, world.team, 1)))):
        problem(one.post("/v1/exchange", body), 400, wire.ProblemType.MALFORMED)
    assert one.exchange(*edits(one, world.team, 1)).accepted


def wrong(value: object) -> list[object]:
    return [None, True, -1, 2**70, 1.5, "", "x" * 300, [], {}, [[]], {"": None}, "\ud800" if value else "é" * 36]


@POSTGRESQL_IN_SOAK
def test_every_member_of_another_type_is_a_problem_or_a_refusal(world: World) -> None:
    one = world.coach()
    whole = json.loads(wire.encode(one.request(*edits(one, world.team, 1), wait_s=0, held_from_n=1, limit=5)))
    places = [(whole, name) for name in whole] + [(whole["ops"][0], name) for name in whole["ops"][0]]
    for target, name in places:
        kept = target[name]
        for value in wrong(kept):
            target[name] = value
            answer = one.post("/v1/exchange", json.dumps(whole).encode())
            assert answer.status_code < 500, (name, value, answer.text)
            if answer.status_code != 200:
                assert answer.headers["content-type"] == wire.PROBLEM_JSON
                wire.decode(answer.content, wire.Problem)
            else:
                one.n = wire.decode(answer.content, wire.ExchangeAnswer).accepted_through
        target[name] = kept


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("body", bodies(b'{"lookup":"' + b"0" * 32 + b'"')[-8:], ids=lambda body: repr(body[:8]))
def test_every_route_refuses_what_it_cannot_read(world: World, path: str, body: bytes) -> None:
    if path == "/v1/organisation" and body == b"{}":
        return
    problem(world.coordinator.post(path, body), 400, wire.ProblemType.MALFORMED)


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize("path", ROUTES[:3])
def test_nothing_is_done_unsigned_or_by_strangers(world: World, path: str) -> None:
    problem(world.client.post(path, content=b"{}"), 401, wire.ProblemType.UNSIGNED)
    stranger = Device(world.client, world.organisation.id)
    problem(stranger.post(path, b"{}"), 401, wire.ProblemType.UNKNOWN_DEVICE)
    stranger.id = world.coordinator.id
    problem(stranger.post(path, b"{}"), 401, wire.ProblemType.WRONG_SIGNATURE)


@POSTGRESQL_IN_SOAK
def test_a_signature_for_one_route_is_none_for_another(world: World) -> None:
    device = world.coordinator
    headers = signature.sign(
        device.keys.signing,
        signature.keyid(device.organisation, device.id),
        method="POST",
        path="/v1/exchange",
        body=b"{}",
        created=int(device.clock()),
    )
    problem(world.client.post("/v1/organisation", content=b"{}", headers=headers), 401, "wrong-signature")
    problem(world.client.post("/v1/exchange", content=b"{ }", headers=headers), 401, "wrong-digest")


def test_a_wrong_clock_is_told_the_servers_time(world: World) -> None:
    one = world.coach()
    one.clock = lambda: 1_000_000
    found = problem(one.post("/v1/exchange", one.request()), 401, wire.ProblemType.WRONG_CLOCK)
    assert found.server_time is not None


def test_nobody_speaks_for_another_device(world: World) -> None:
    one, other = world.coach(), world.coach()
    problem(one.post("/v1/exchange", other.request()), 403, wire.ProblemType.FORBIDDEN)


def test_a_revoked_device_gets_nothing(world: World) -> None:
    one = world.coach()
    with world.central.database.writing() as connection:
        connection.execute(update(DEVICE).where(DEVICE.c.device_id == one.id).values(state="revoked"))
    problem(one.post("/v1/exchange", one.request()), 403, wire.ProblemType.REVOKED)


@POSTGRESQL_IN_SOAK
def test_too_large_bodies_and_bombs_are_refused(world: World) -> None:
    one = world.coach()
    problem(one.post("/v1/exchange", b" " * (wire.PUSH_BYTES + 1)), 413, wire.ProblemType.TOO_LARGE)
    bomb = b" " * (64 << 20)
    for encoding, body in (("zstd", zstandard.compress(bomb)), ("gzip", gzip.compress(bomb))):
        answer = one.post("/v1/exchange", body, headers={"content-encoding": encoding})
        problem(answer, 413, wire.ProblemType.TOO_LARGE)
    problem(one.post("/v1/exchange", b"x", headers={"content-encoding": "br"}), 415, "unsupported-encoding")
    for announced in ("-1", "x", "9" * 30):
        answer = one.post("/v1/exchange", b"{}", headers={"content-length": announced})
        assert answer.status_code in {400, 413}
        assert answer.headers["content-type"] == wire.PROBLEM_JSON


@POSTGRESQL_IN_SOAK
def test_too_many_ops_are_refused(world: World) -> None:
    one = world.coach()
    op = one.op(world.team, uuid7(), {"a": 1})
    many = wire.encode(one.request(*[op] * (wire.PUSH_OPS + 1)))
    problem(one.post("/v1/exchange", many), 400, wire.ProblemType.MALFORMED)


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/exchange", 405),
        ("POST", "/v1/health", 405),
        ("GET", "/", 404),
        ("GET", "/docs", 404),
        ("PUT", "/x", 404),
    ],
)
def test_another_path_or_method_is_a_problem(world: World, method: str, path: str, status: int) -> None:
    answer = world.client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, wire.PROBLEM_JSON)


def test_the_server_says_that_it_is_well(world: World) -> None:
    assert wire.decode(world.client.get("/v1/health").content, wire.Health).status == "ok"


def test_nothing_of_what_people_wrote_is_in_the_servers_files(world: World) -> None:
    one = world.coach()
    marker = "Kanarie Wandelgroep"
    one.exchange(one.op(world.team, uuid7(), {"given_name": marker, "note": marker * 30}))
    privates = [pair.private for pair in world.organisation.keys.values()]
    found = b"".join(world.files())
    assert world.team.encode() in found
    for hidden in (marker.encode(), b"Wandelgroep", one.keys.signing, one.keys.sealing.private, *privates):
        assert hidden not in found


def test_the_log_holds_nothing_that_a_caller_wrote(world: World, caplog: pytest.LogCaptureFixture) -> None:
    one = world.coach()
    caplog.set_level(logging.DEBUG, "sync")
    caplog.set_level(logging.DEBUG, "uvicorn")
    marker = "Kanarie"
    one.exchange(one.op(world.team, uuid7(), {"note": marker}))
    world.client.get(f"/{marker}", headers={"x-name": marker, "user-agent": marker})
    one.post("/v1/exchange", marker.encode(), headers={"x-name": marker})
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("sync", "uvicorn"))]
    assert any("/v1/exchange 200" in line for line in ours)
    assert not any(marker in line or one.id in line for line in ours)
