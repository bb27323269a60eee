"""A scope's next key: one at a time, for exactly who may have it; and who came too late for it asks."""

import threading

from sqlalchemy import select

from sync import seal, wire
from sync.identifiers import uuid7
from sync.seal import KeyPair
from sync.server.models import SCOPE
from sync.wire import (
    ExchangeAnswer,
    GrantsRequest,
    HoldersAnswer,
    HoldersRequest,
    NewGrant,
    Problem,
    RotationRequest,
    Wrapped,
)
from tests.server.conftest import POSTGRESQL_IN_SOAK, World
from tests.server.device import Device
from tests.server.test_key_holder import key_holder, set_rights
from tests.server.test_revoking import revoke

PATH = "/v1/rotation"


def wrapped(pair: KeyPair, scope: str, epoch: int, device: Device) -> Wrapped:
    place = {"organisation": device.organisation, "scope": scope, "epoch": epoch, "device": device.id}
    return Wrapped(device.id, seal.wrap(pair.private, device.keys.sealing_public, **place))


def asks(scope: str, pair: KeyPair, *devices: Device, old: int = 1, without: tuple[str, ...] = ()) -> RotationRequest:
    each = [wrapped(pair, scope, old + 1, one) for one in devices]
    return RotationRequest(scope, old, old + 1, pair.public, each, list(without))


def problem(device: Device, message: object, path: str = PATH) -> Problem:
    answer = device.post(path, message)
    assert answer.status_code != 200
    return wire.decode(answer.content, Problem)


def exchanged(device: Device, *ops: wire.PushedOp) -> ExchangeAnswer | Problem:
    answer = device.post("/v1/exchange", device.request(*ops))
    return wire.decode(answer.content, ExchangeAnswer if answer.status_code == 200 else Problem)


def test_the_key_reaches_all_who_have_rights_and_the_old_one_seals_no_more(world: World) -> None:
    one, other, assistant, pair = world.coach(), world.coach(), world.assistant(), KeyPair.new()
    told = wire.decode(
        world.coordinator.post("/v1/rotation/holders", HoldersRequest(world.team)).content, HoldersAnswer
    )
    assert (told.epoch, {each.id for each in told.devices}) == (1, {world.coordinator.id, one.id, other.id})
    answer = world.coordinator.post(PATH, asks(world.team, pair, world.coordinator, one, other))
    assert answer.status_code == 200, answer.text
    [grant] = one.exchange().key_grants
    place = {"organisation": one.organisation, "scope": world.team, "epoch": 2, "device": one.id}
    assert seal.unwrap(one.keys, grant.wrapped, **place) == pair.private
    stale = exchanged(one, one.op(world.team, uuid7(), {"a": 1}))
    assert isinstance(stale, Problem)
    assert stale.epochs == {world.team: 2}
    one.scope_keys[world.team] = pair
    one.exchange(one.op(world.team, uuid7(), {"a": 1}, key_epoch=2))
    assert not assistant.exchange().key_grants


def test_of_two_at_once_one_wins_and_the_other_hears_of_it(world: World) -> None:
    one, pairs = world.coach(), [KeyPair.new(), KeyPair.new()]
    begin, answers = threading.Barrier(2), list[int]()

    def rotate(pair: KeyPair) -> None:
        begin.wait()
        answers.append(world.coordinator.post(PATH, asks(world.team, pair, world.coordinator, one)).status_code)

    threads = [threading.Thread(target=rotate, args=(pair,)) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409]
    late = problem(world.coordinator, asks(world.team, KeyPair.new(), world.coordinator, one))
    assert (late.name, late.epochs) == ("stale-key", {world.team: 2})
    with world.central.database.reading() as connection:
        kept = connection.execute(select(SCOPE.c.public_key).where(SCOPE.c.scope_id == world.team)).scalar_one()
    assert kept in {pair.public for pair in pairs}


@POSTGRESQL_IN_SOAK
def test_nobody_is_left_out_unknowingly_and_nobody_else_gets_it(world: World) -> None:
    one, other, assistant, pair = world.coach(), world.coach(), world.assistant(), KeyPair.new()
    left_out = problem(world.coordinator, asks(world.team, pair, world.coordinator, one))
    assert (left_out.name, left_out.missing, left_out.extra) == ("wrong-devices", [other.id], [])
    too_many = problem(world.coordinator, asks(world.team, pair, world.coordinator, one, other, assistant))
    assert (too_many.name, too_many.extra) == ("wrong-devices", [assistant.id])
    revoke(world.coordinator, other)
    sent_away = problem(world.coordinator, asks(world.team, pair, world.coordinator, one, other))
    assert (sent_away.name, sent_away.extra) == ("wrong-devices", [other.id])
    assert world.coordinator.post(PATH, asks(world.team, pair, world.coordinator, without=(one.id,))).status_code == 200


@POSTGRESQL_IN_SOAK
def test_only_who_hands_out_the_keys_may(world: World) -> None:
    one, pair = world.coach(), KeyPair.new()
    for path, message in (
        (PATH, asks(world.team, pair, world.coordinator, one)),
        ("/v1/rotation/holders", HoldersRequest(world.team)),
        ("/v1/grants", GrantsRequest([NewGrant(world.team, 1, one.id, b"x")])),
    ):
        assert problem(one, message, path).name == "forbidden", path
    set_rights(world, one.user, world.team, wire.Rights.LEAD)
    assert one.post(PATH, asks(world.team, pair, world.coordinator, one)).status_code == 200


@POSTGRESQL_IN_SOAK
def test_who_lacks_the_newest_key_asks_and_goes_on_with_the_old_one_until_it_comes(world: World) -> None:
    holder, one, pair = key_holder(world), world.coach(), KeyPair.new()
    assert holder.post(PATH, asks(world.team, pair, holder, without=(one.id,))).status_code == 200
    assert holder.exchange(keys_only={world.team: 2}).wishes == []
    one.exchange(one.op(world.team, uuid7(), {"a": 1}))
    [wish] = holder.exchange(keys_only={world.team: 2}).wishes
    assert (wish.scope, wish.held, wish.device.id, wish.device.user) == (world.team, 1, one.id, one.user)
    assert (wish.device.signing_key, wish.device.sealing_key) == (one.keys.signing_public, one.keys.sealing_public)
    grant = NewGrant(world.team, 2, one.id, wrapped(pair, world.team, 2, one).wrapped)
    assert holder.post("/v1/grants", GrantsRequest([grant])).status_code == 200
    assert holder.exchange(keys_only={world.team: 2}).wishes == []
    assert isinstance(exchanged(one, one.op(world.team, uuid7(), {"a": 2})), Problem), "now it can use the new one"
    assert [each.epoch for each in one.exchange().key_grants] == [2]
    stranger = NewGrant(world.team, 2, world.assistant().id, b"x")
    assert problem(holder, GrantsRequest([stranger]), "/v1/grants").name == "wrong-devices"


@POSTGRESQL_IN_SOAK
def test_a_new_key_is_due_until_it_is_there(world: World) -> None:
    holder, one, other = key_holder(world), world.coach(), world.coach()
    assert holder.exchange(keys_only={world.team: 1}).due == {}
    revoke(holder, other)
    assert holder.exchange(keys_only={world.team: 1}).due[world.team] == 1
    assert one.exchange().due == {}, "it hands out nothing"
    assert holder.post(PATH, asks(world.team, KeyPair.new(), holder, one)).status_code == 200
    assert world.team not in holder.exchange(keys_only={world.team: 2}).due
    # A key of before the database was put back: the scope needs one that comes after it.
    assert holder.exchange(keys_only={world.team: 5}).due[world.team] == 2
