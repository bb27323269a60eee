"""A new key for a team: 50 devices and 10,000 records, from asking who must have it to the answer."""

import time

from sqlalchemy import func, insert, select

from sync.client import pinned, scopes, state
from sync.client.lives import encoded
from sync.client.rotating import KeyKeeper
from sync.device_keys import fingerprint
from sync.identifiers import uuid7
from sync.merge import Live
from sync.schema import ScopeKind
from sync.seal import DeviceKeys
from sync.server.models import ACCOUNT, DEVICE, KEY_GRANT, MEMBER
from sync.wire import Rights
from tests.benchmarks.rows import Row
from tests.sync_model.world import World

DEVICES, RECORDS = 50, 10_000
BAR_S = 2


def measure() -> list[Row]:
    """Seconds of one rotation, both sides together: on the clock, and of the processor."""
    world = World()
    try:
        device = world.device(0)
        team = device.team
        _fill(world, team)
        keeper = KeyKeeper(device.database, device.engine()._transport, device.clock_ms, lambda *_: True)
        with device.database.write() as connection:
            state.put(connection, rotating={team: 1})
        began, used = time.perf_counter(), time.process_time()
        keeper.look_after()
        took, cpu = time.perf_counter() - began, time.process_time() - used
        with world.central.database.reading() as connection:
            granted = select(func.count()).select_from(KEY_GRANT).where(KEY_GRANT.c.epoch == 2)
            assert connection.execute(granted).scalar_one() == DEVICES
    finally:
        world.close()
    note = f"{DEVICES} devices; the {RECORDS:,} records stay sealed as they are"
    return [
        Row("a new key for a team", took, None, "s", None, f"<= {BAR_S} s", note),
        Row("a new key for a team, processor", cpu, None, "s", None, f"<= {BAR_S} s", note),
    ]


def _fill(world: World, team: str) -> None:
    """Devices of as many colleagues, who told their keys, and records in the team."""
    device = world.device(0)
    with device.database.read() as connection:
        organisation, own = str(state.required(connection, state.ORGANISATION)), state.device_of(connection)
    made = [(uuid7(), uuid7(), DeviceKeys.new()) for _ in range(DEVICES - 1)]
    everyone = {"organisation_id": organisation}
    with world.central.database.writing() as connection:
        # The devices that the world begins with aren't of this team.
        connection.execute(
            MEMBER.delete().where(
                MEMBER.c.scope_id == team,
                MEMBER.c.user_id.not_in(select(DEVICE.c.user_id).where(DEVICE.c.device_id == own)),
            )
        )
        connection.execute(insert(ACCOUNT), [everyone | {"user_id": user, "role": "coach"} for user, _, _ in made])
        connection.execute(
            insert(MEMBER),
            [everyone | {"user_id": user, "scope_id": team, "rights": Rights.WRITE} for user, _, _ in made],
        )
        connection.execute(
            insert(DEVICE),
            [
                everyone
                | {
                    "device_id": one, "user_id": user, "state": "enrolled", "signing_key": keys.signing_public,
                    "sealing_key": keys.sealing_public, "last_n": 0, "last_digest": bytes(32), "last_group": "",
                    "last_seen": 0, "vault_seq": 0, "predecessor": "", "unsent": 0,
                }
                for user, one, keys in made
            ],
        )  # fmt: skip
    with device.database.write() as connection:
        directory = uuid7()
        scopes.add(connection, directory, ScopeKind.ORGANISATION)
        rows = [
            (one, pinned.KIND, directory, encoded([Live(place, one, 1, 1, 0, {}, {
                pinned.KEYS: fingerprint(one, keys.signing_public, keys.sealing_public), pinned.PERSON: user,
            })]), True)
            for place, (user, one, keys) in enumerate(made, 1)
        ]  # fmt: skip
        rows += [
            (uuid7(), "client", team, encoded([Live(place, own, place, 1, 0, {}, {"name": "Smit"})]), True)
            for place in range(1, RECORDS + 1)
        ]
        connection.exec_driver_sql(
            "INSERT INTO replica (record, kind, scope, live, present) VALUES (?, ?, ?, ?, ?)", rows
        )
