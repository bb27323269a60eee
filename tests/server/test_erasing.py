"""Who may have a record erased, and that nothing of it is left in any file of the central API's."""

import pytest

from sync import wire
from sync.identifiers import uuid7
from sync.wire import Refusal, RefusalCode
from tests.server.conftest import POSTGRESQL_IN_SOAK, POSTGRESQL_ONLY, SQLITE_ONLY, World
from tests.server.device import Device, joined

CANARY = b"sealed-canary-" + bytes(range(200, 250))


def in_files(world: World, sought: bytes) -> list[int]:
    """In which of the files it is."""
    return [place for place, content in enumerate(world.files()) if sought in content]


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize(
    ("role", "rights", "answer"),
    [
        ("coach", "write", None),
        ("coordinator", "lead", None),
        ("coach", "read", RefusalCode.NOT_A_MEMBER),
        ("coordinator", "write", RefusalCode.NOT_ALLOWED),
        ("coordinator", "keys", RefusalCode.NOT_A_MEMBER),
        ("substitute", "write", RefusalCode.NOT_ALLOWED),
        ("assistant", "write", RefusalCode.NOT_ALLOWED),
        ("referrer", "write", RefusalCode.NOT_ALLOWED),
        ("something new", "write", RefusalCode.NOT_ALLOWED),
    ],
)
def test_who_may_erase(world: World, role: str, rights: str, answer: str | None) -> None:
    coach, record = world.coach(), uuid7()
    coach.exchange(coach.op(world.team, record, {"a": 1}))
    asking = joined(world.coordinator, world.organisation, "team", role=role, rights=rights)
    told = asking.exchange(asking.op(world.team, record, {}, kind=wire.ERASE), follow=False)
    assert told.refusals == ([] if answer is None else [Refusal(1, answer)])
    seen = world.coach().exchange().changes[world.team].ops
    assert [op.kind for op in seen] == [wire.ERASE if answer is None else "client"]


def with_body(device: Device, scope: str, record: str, body: bytes) -> wire.PushedOp:
    made = device.op(scope, record, {"a": 1})
    return wire.PushedOp(
        made.scope, made.record, made.kind, made.fields, made.base, made.at, made.schema, made.key_epoch, made.group,
        body,
    )  # fmt: skip


@SQLITE_ONLY
@pytest.mark.parametrize("size", [1, 200], ids=["small", "larger than a page"])
def test_no_byte_of_what_was_sealed_stays_in_a_file(world: World, size: int) -> None:
    coach, record, kept = world.coach(), uuid7(), uuid7()
    coach.exchange(with_body(coach, world.team, record, CANARY * size), follow=False)
    for _ in range(3):
        coach.exchange(with_body(coach, world.team, kept, b"another body" * 20), follow=False)
    assert in_files(world, CANARY)
    coach.exchange(coach.op(world.team, record, {}, kind=wire.ERASE), follow=False)
    assert not in_files(world, CANARY)
    assert b"".join(world.files()).count(record.encode()), "the marker stays"


@SQLITE_ONLY
def test_what_a_reader_kept_in_the_log_goes_with_the_next_push(world: World) -> None:
    coach, record = world.coach(), uuid7()
    coach.exchange(with_body(coach, world.team, record, CANARY), follow=False)
    with world.central.database.reading() as reading:
        reading.exec_driver_sql("SELECT count(*) FROM op").scalar()
        coach.exchange(coach.op(world.team, record, {}, kind=wire.ERASE), follow=False)
        assert in_files(world, CANARY)
    coach.exchange(coach.op(world.team, uuid7(), {"a": 1}), follow=False)
    assert not in_files(world, CANARY)


@POSTGRESQL_ONLY
def test_postgresql_keeps_no_row_of_before(world: World) -> None:
    coach, record = world.coach(), uuid7()
    cluster = world.cluster
    assert cluster is not None

    def vacuumed() -> int:
        found = cluster.run("SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'op'", "prepared")
        return int(found[0][0])

    before = vacuumed()
    coach.exchange(with_body(coach, world.team, record, CANARY), follow=False)
    assert vacuumed() == before
    coach.exchange(coach.op(world.team, record, {}, kind=wire.ERASE), follow=False)
    assert vacuumed() == before + 1
    cluster.run("VACUUM FULL op", "prepared")
    data = cluster.folder / "data" / "base"
    assert not [path for path in data.rglob("*") if path.is_file() and CANARY in path.read_bytes()]
