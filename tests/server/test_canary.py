"""Every role in every state of membership asks every route about a scope: who doesn't hold it gets no byte of it.

Nor can they tell a scope that isn't theirs from one that isn't there. All replies, headers and log lines are tapped.
"""

import base64
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from sync.codes import Code
from sync.identifiers import uuid7
from sync.server.models import DEVICE, MEMBER
from sync.server.store import invites
from sync.server.store.backups import back_up
from sync.wire import ProblemType, Rights
from tests.server.conftest import POSTGRESQL_IN_SOAK, SQLITE_ONLY, World
from tests.server.device import Device, found_organisation, joined
from tests.server.routes import AFTERWARDS, COORDINATOR, ROUTES, Route

ROLES = ("coach", "substitute", "assistant", "referrer", "coordinator", "auditor")
SECRET = "Wilhelmina-Geheimstra"
KIND, FIELD = "canarykind", "canaryfield"
_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOMENT = re.compile(rb'"(server_time|expires_at|at|last_seen)":\d+')


@dataclass(frozen=True)
class State:
    """A state of membership: how a member comes into it, whether they read then, and what they may know.

    `knows`: that there is such a scope, as who only hands out its keys must.
    """

    change: Callable[[World, Device], Any] | None
    reads: bool = False
    knows: bool = False


def membership(**values: object) -> Callable[[World, Device], Any]:
    def change(world: World, device: Device) -> Any:
        return update(MEMBER).where(MEMBER.c.user_id == device.user, MEMBER.c.scope_id == world.team).values(values)

    return change


def device_state(state: str) -> Callable[[World, Device], Any]:
    return lambda _, device: update(DEVICE).where(DEVICE.c.device_id == device.id).values(state=state)


STATES = {
    "member": State(membership(rights=Rights.WRITE), reads=True, knows=True),
    "who may only read": State(membership(rights=Rights.READ), reads=True, knows=True),
    "who leads": State(membership(rights=Rights.LEAD), reads=True, knows=True),
    "for a time that is now": State(membership(since=1, until=10**15), reads=True, knows=True),
    "who only hands out keys": State(membership(rights=Rights.KEYS), knows=True),
    "from a day to come": State(membership(since=10**15)),
    "until a day gone by": State(membership(until=1)),
    "removed": State(
        lambda world, device: delete(MEMBER).where(MEMBER.c.user_id == device.user, MEMBER.c.scope_id == world.team)
    ),
    "sent away": State(device_state("revoked")),
    "signed out": State(device_state("signed_out")),
    "never one": State(None),
}


EVERYTHING = [(role, name) for role in ROLES for name in STATES]
# Of the roles that a server treats alike, one in every state; the others in turn.
QUICKLY = [
    *(("coach", name) for name in STATES),
    *((role, name) for role in ROLES[1:] for name in ("removed", "never one")),
]


@dataclass(frozen=True)
class Canary:
    """What must never be seen outside: an op in the team's scope."""

    record: str
    marks: tuple[bytes, ...]

    def seen(self, said: bytes) -> list[bytes]:
        return [mark for mark in self.marks if mark in said]


def sing(world: World) -> Canary:
    writer, record, group = world.coach(), uuid7(), uuid7()
    op = writer.op(world.team, record, {FIELD: SECRET}, kind=KIND, group=group)
    assert writer.exchange(op).accepted
    body = base64.b64encode(op.body)
    marks = [text.encode() for text in (record, group, KIND, FIELD, SECRET)]
    return Canary(record, (*marks, body[4:40], body[-40:-4], op.body[2:30]))


def who(world: World, role: str, state: State) -> Device:
    kinds = ("organisation", "team") if state.change is not None else ("organisation",)
    device = joined(world.coordinator, world.organisation, *kinds, role=role)
    if state.change is not None:
        with world.central.database.writing() as connection:
            connection.execute(state.change(world, device))
    return device


def replies(route: Route, device: Device, scope: str, record: str) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Status, body and headers of the answer to a request about a scope."""
    message = route.asks(device, scope, record)
    plain = message is None
    answer = device.client.request(route.method, route.path) if plain else device.post(route.path, message)
    headers = [each for each in answer.headers.items() if each[0] != "content-length"]
    return answer.status_code, answer.content, headers


def alike(reply: tuple[int, bytes, list[tuple[str, str]]]) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Without what differs between two requests anyway."""
    return reply[0], _MOMENT.sub(b'"moment":0', _ID.sub(b"id", reply[1])), reply[2]


def last_what_ends(route: Route) -> bool:
    return route.path == "/v1/sign-out"


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize("tried", [QUICKLY, pytest.param(EVERYTHING, marks=pytest.mark.soak)], ids=["quick", "all"])
def test_no_byte_of_a_scope_reaches_who_does_not_hold_it(
    world: World, tried: list[tuple[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "sync")
    canary, heard, asked = sing(world), 0, 0
    for role, name in tried:
        state = STATES[name]
        device = who(world, role, state)
        for route in sorted(ROUTES, key=last_what_ends):
            yours = replies(route, device, world.team, canary.record)
            asked += 1
            told = yours[1] + repr(yours[2]).encode()
            assert b"Traceback" not in told
            assert yours[0] != 500
            if state.reads:
                heard += bool(canary.seen(told))
                continue
            assert not canary.seen(told), (role, name, route.path)
            if not state.knows and route.caller != COORDINATOR and role != "coordinator":
                nowhere = replies(route, device, uuid7(), canary.record)
                assert alike(yours) == alike(nowhere), (role, name, route.path)
    assert asked == len(tried) * len(ROUTES)
    assert heard == sum(STATES[name].reads for _, name in tried) * len({"exchange", "history"})
    lines = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("sync")).encode()
    assert lines
    assert not canary.seen(lines)


@SQLITE_ONLY
def test_another_organisation_cannot_tell_a_scope_from_none(world: World) -> None:
    canary, code = sing(world), Code.new()
    world.central.database.write(lambda connection: invites.replace_first(connection, code.lookup, code.proof_hash))
    stranger, organisation = found_organisation(world.client, code)
    coach = joined(stranger, organisation, "team")
    for device in (stranger, coach):
        # What a device lacks keys of is noted the first time that it asks.
        replies(ROUTES[0], device, uuid7(), canary.record)
        for route in sorted(ROUTES, key=last_what_ends):
            yours, nowhere = (replies(route, device, scope, canary.record) for scope in (world.team, uuid7()))
            assert not canary.seen(yours[1])
            assert alike(yours) == alike(nowhere), route.path
            assert world.organisation.id.encode() not in yours[1]


@SQLITE_ONLY
def test_who_signed_out_or_was_sent_away_gets_nothing_anywhere(world: World) -> None:
    for state in ("signed out", "sent away"):
        device = who(world, "coach", STATES[state])
        for route in ROUTES:
            if route.path in AFTERWARDS or (state == "signed out" and last_what_ends(route)):
                continue
            if route.signed:
                status, said, _ = replies(route, device, world.team, uuid7())
                assert (status, ProblemType.REVOKED in said.decode()) == (403, True), (state, route.path)


@POSTGRESQL_IN_SOAK
def test_no_plaintext_is_in_the_servers_files_or_backups(world: World, tmp_path: Path) -> None:
    canary = sing(world)
    files = list(world.files())
    if not world.central.database.shared:
        back_up(world.central.settings.database_file, tmp_path / "backup.db")
        files.append((tmp_path / "backup.db").read_bytes())
        assert canary.record.encode() in files[-1]
    private = [pair.private for pair in world.organisation.keys.values()]
    for hidden in (SECRET.encode(), b"Geheimstra", *private):
        assert not any(hidden in each for each in files)
