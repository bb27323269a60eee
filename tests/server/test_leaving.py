"""A device signs itself out: only with all of it here, once, and it is served no more."""

import pytest
from sqlalchemy import select

from sync import wire
from sync.identifiers import uuid7
from sync.server.models import KEY_GRANT
from sync.wire import Cursor, Problem
from sync.wire.enrolment import SignOutAnswer, SignOutRequest
from tests.server.conftest import POSTGRESQL_IN_SOAK, World
from tests.server.device import Device

PATH = "/v1/sign-out"


def asking(one: Device, **other: object) -> SignOutRequest:
    said = {"device": one.id, "through_n": one.n, "incarnation": one.incarnation, **other}
    return SignOutRequest(**said)  # pyright: ignore[reportArgumentType]


def refused(device: Device, path: str, message: object) -> str:
    answer = device.post(path, message)
    return wire.decode(answer.content, Problem).name if answer.status_code != 200 else ""


@POSTGRESQL_IN_SOAK
def test_who_signed_out_is_served_no_more_and_may_say_so_twice(world: World) -> None:
    coach, other = world.coach(), world.coach()
    coach.exchange(coach.op(world.team, uuid7(), {"a": 1}))
    for _ in range(2):
        answer = coach.post(PATH, asking(coach))
        assert wire.decode(answer.content, SignOutAnswer).server_time
    assert refused(coach, "/v1/exchange", coach.request()) == "revoked"
    assert refused(coach, "/v1/exchange", coach.request(coach.op(world.team, uuid7(), {"a": 1}))) == "revoked"
    assert refused(coach, "/v1/history", wire.HistoryRequest(world.team, uuid7())) == "revoked"
    assert [op.n for op in other.exchange().changes[world.team].ops] == [1], "what it made stays"
    with world.central.database.reading() as connection:
        assert not connection.execute(select(KEY_GRANT).where(KEY_GRANT.c.device_id == coach.id)).all()


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"through_n": 2}, "gap"),
        ({"through_n": 0}, "forked"),
        ({"incarnation": uuid7()}, "restored"),
        ({"device": uuid7()}, "forbidden"),
    ],
)
def test_while_the_two_dont_agree_it_stays(world: World, other: dict[str, object], why: str) -> None:
    coach = world.coach()
    coach.exchange(coach.op(world.team, uuid7(), {"a": 1}))
    assert refused(coach, PATH, asking(coach, **other)) == why
    coach.cursors[world.team] = Cursor(epoch=1)
    assert coach.exchange().changes[world.team].ops
