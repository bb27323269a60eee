"""What the replica keeps and shows, before and after pages from elsewhere."""

import json
from typing import Any

import pytest

from sync.client import scopes, state
from sync.client.errors import (
    AppendOnly,
    BaseAhead,
    InvalidRecord,
    NoSuchConflict,
    Refused,
    UnknownField,
    UnknownKind,
    WrongScope,
)
from sync.client.rendering import Rendered
from sync.client.replica import Arrived, Change, Replica, Spoiled, base_of
from sync.client.status import outbox, quarantine, status
from sync.merge import Live
from sync.schema import Value
from tests.sync_client.database import CipherDatabase
from tests.sync_client.kinds import SCHEMA
from tests.sync_model.newer import NEWER, PLAN, SHOE, step


def change(values: dict[str, Value], base: int = 0, record: str = "r1", kind: str = "client") -> Change:
    return Change(kind, record, "team", values, base)


def save(database: CipherDatabase, *changes: Change, at: int = 1000) -> list[int]:
    with database.write() as connection:
        return Replica(SCHEMA).save(connection, changes, at).ns


def arrived(
    seq: int, values: dict[str, Value], base: int = 0, device: str = "other", record: str = "r1", **more: Any
) -> Arrived:
    kind = more.pop("kind", "client")
    live = Live(seq, device, more.pop("n", seq), more.pop("at", seq * 10), base, more.pop("reach", {}), values)
    return Arrived(kind, record, live, b"raw")


def apply(database: CipherDatabase, *page: Arrived | Spoiled, next_seq: int | None = None) -> list[Rendered]:
    through = next_seq or max(one.seq if isinstance(one, Spoiled) else one.live.seq for one in page)
    with database.write() as connection:
        return Replica(SCHEMA).apply(connection, "team", page, through, f"c{through}")


def row(database: CipherDatabase, record: str = "r1", table: str = "client") -> dict[str, Any] | None:
    with database.read() as connection:
        found = (
            connection.exec_driver_sql(
                f"SELECT * FROM {table} WHERE id = ?",  # noqa: S608
                (record,),
            )
            .mappings()
            .one_or_none()
        )
        return None if found is None else dict(found)


def shown(database: CipherDatabase, field: str, record: str = "r1") -> Any:
    found = row(database, record)
    assert found is not None
    return found[field]


def accept(database: CipherDatabase, n: int, seq: int) -> None:
    with database.write() as connection:
        device = state.device_of(connection)
        connection.exec_driver_sql(
            "UPDATE op SET state = 'accepted', seq = ? WHERE device = ? AND n = ?", (seq, device, n)
        )


def test_a_save_writes_the_row_and_the_op_together(database: CipherDatabase) -> None:
    assert save(
        database, change({"name": "Bep", "aspects/1.3": 7.5, "aspects/2.1": None}), change({"phone": "06"})
    ) == [
        1,
        2,
    ]
    found = row(database)
    assert found is not None
    assert (found["name"], found["phone"], json.loads(found["aspects"])) == ("Bep", "06", {"1.3": 7.5})
    with database.read() as connection:
        assert [(item.n, item.state, sorted(item.fields)) for item in outbox(connection)] == [
            (1, "pending", ["aspects/1.3", "aspects/2.1", "name"]),
            (2, "pending", ["phone"]),
        ]
        assert status(connection).unsent == 2


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (change({"name": "x"}, kind="house"), UnknownKind),
        (change({"name": "x", "shoe": 1}), UnknownField),
        (change({"name": "x", "aspects": 1}), UnknownField),
        (Change("client", "r1", "desk", {"name": "x"}), WrongScope),
        (Change("client", "r1", "nowhere", {"name": "x"}), WrongScope),
        (change({"name": "x"}, base=1), BaseAhead),
        (change({"phone": "06"}), InvalidRecord),
        (change({"name": "x", "number": 11}), InvalidRecord),
        (change({"name": "x", "number": "3"}), InvalidRecord),
        (change({"name": "x", "born": "1950-02-30"}), InvalidRecord),
        (change({"name": "x", "happy": 1}), InvalidRecord),
        (change({"name": float("nan")}), InvalidRecord),
        (change({}), InvalidRecord),
    ],
)
def test_a_refused_change_leaves_no_trace(database: CipherDatabase, wrong: Change, error: type[Refused]) -> None:
    with pytest.raises(error):
        save(database, change({"name": "fine"}, record="r2"), wrong)
    assert row(database, "r2") is None
    with database.read() as connection:
        assert status(connection).unsent == 0


def test_an_append_only_record_is_never_changed(database: CipherDatabase) -> None:
    save(database, change({"client_id": "r1", "note": "a"}, record="e1", kind="entry"))
    with pytest.raises(AppendOnly):
        save(database, change({"note": "b"}, record="e1", kind="entry"))
    apply(database, arrived(1, {"client_id": "r1", "note": "x"}, record="e2", kind="entry"))
    apply(database, arrived(2, {"note": "y"}, base=1, record="e2", kind="entry"))
    found = row(database, "e2", "entry")
    assert found is not None
    assert found["note"] == "x"
    with database.read() as connection:
        assert [item.reason for item in quarantine(connection)] == ["append-only"]


def test_a_record_lives_in_one_scope_and_is_of_one_kind(database: CipherDatabase) -> None:
    save(database, change({"name": "Bep"}))
    with pytest.raises(WrongScope):
        save(database, change({"client_id": "x"}, kind="entry"))
    apply(database, arrived(1, {"client_id": "x"}, kind="entry"))
    with database.read() as connection:
        assert [item.reason for item in quarantine(connection)] == ["other-kind"]
    assert shown(database, "name") == "Bep"


def test_own_unsent_values_lie_over_what_arrives_until_the_cursor_passes_them(database: CipherDatabase) -> None:
    save(database, change({"name": "mine"}))
    apply(database, arrived(1, {"name": "theirs", "phone": "06"}, at=10**9))
    assert (shown(database, "name"), shown(database, "phone")) == ("theirs", "06")  # newest is shown, both live
    with database.read() as connection:
        assert [option.value for option in Replica(SCHEMA).conflicts(connection)[0].options] == ["mine", "theirs"]
    accept(database, 1, 5)
    apply(database, arrived(3, {"phone": "07"}, base=1), next_seq=4)
    with database.read() as connection:
        assert len(Replica(SCHEMA).conflicts(connection)) == 1
    # Seq 5 itself never comes: somebody replaced it knowingly at 6. The overlay goes when the cursor passes.
    apply(database, arrived(6, {"name": "decided"}, base=5, n=6), next_seq=6)
    assert shown(database, "name") == "decided"
    with database.read() as connection:
        assert Replica(SCHEMA).conflicts(connection) == []


def test_an_edit_based_on_what_was_seen_when_the_form_opened_conflicts_with_what_came_since(
    database: CipherDatabase,
) -> None:
    apply(database, arrived(1, {"name": "first"}))
    with database.read() as connection:
        base = base_of(connection, "team")
    apply(database, arrived(2, {"name": "second"}, base=1, n=2))
    save(database, change({"name": "third"}, base=base), at=5)
    with database.read() as connection:
        (conflict,) = Replica(SCHEMA).conflicts(connection)
    assert [option.value for option in conflict.options] == ["third", "second"]
    with database.write() as connection:
        Replica(SCHEMA).resolve(connection, conflict.id, 1, at=6)
    assert shown(database, "name") == "third"
    with database.write() as connection:
        assert Replica(SCHEMA).conflicts(connection) == []
        with pytest.raises(NoSuchConflict):
            Replica(SCHEMA).resolve(connection, conflict.id, 1, at=7)


def test_a_choice_never_hits_values_that_came_after_it_was_shown(database: CipherDatabase) -> None:
    apply(database, arrived(1, {"name": "a"}), arrived(2, {"name": "b"}, device="third", n=1))
    with database.read() as connection:
        (shown_conflict,) = Replica(SCHEMA).conflicts(connection)
    apply(database, arrived(3, {"name": "c"}, device="fourth", n=1))
    with database.write() as connection, pytest.raises(NoSuchConflict):
        Replica(SCHEMA).resolve(connection, shown_conflict.id, 1, at=6)
    with database.read() as connection:
        (conflict,) = Replica(SCHEMA).conflicts(connection)
        assert [option.value for option in conflict.options] == ["a", "b", "c"]
        with pytest.raises(NoSuchConflict):
            Replica(SCHEMA).resolve(connection, conflict.id, 4, at=6)


def test_equal_values_and_latest_fields_ask_nobody(database: CipherDatabase) -> None:
    apply(
        database,
        arrived(1, {"name": "a", "colour": "red"}),
        arrived(2, {"name": "a", "colour": "blue"}, device="third", n=1),
    )
    assert shown(database, "colour") == "blue"
    with database.read() as connection:
        assert Replica(SCHEMA).conflicts(connection) == []


def test_elements_of_one_map_merge(database: CipherDatabase) -> None:
    apply(database, arrived(1, {"name": "a", "aspects/1.1": 4}))
    save(database, change({"aspects/1.2": 5}, base=0))
    apply(database, arrived(2, {"aspects/1.3": 6, "aspects/1.1": None}, base=1))
    assert json.loads(shown(database, "aspects")) == {"1.2": 5, "1.3": 6}


def test_unknown_kinds_and_fields_are_kept_and_passed_over(database: CipherDatabase) -> None:
    apply(
        database,
        arrived(1, {"name": "a", "zodiac": "ram"}),
        arrived(2, {"roof": "red"}, record="h1", kind="house"),
    )
    assert shown(database, "name") == "a"
    save(database, change({"name": "b"}, base=2))
    with database.read() as connection:
        kept = dict(connection.exec_driver_sql("SELECT record, live FROM replica").all())
        assert status(connection).quarantined == 0
    assert "ram" in kept["r1"]
    assert "red" in kept["h1"]


def test_a_row_appears_when_its_required_fields_are_there(database: CipherDatabase) -> None:
    apply(database, arrived(1, {"phone": "06"}))
    assert row(database) is None
    apply(database, arrived(2, {"name": "a"}, base=1))
    assert shown(database, "phone") == "06"


def test_progress_past_poisoned_ops(database: CipherDatabase) -> None:
    apply(
        database,
        Spoiled("client", "r0", "other", 1, 1, "unopenable", b"{}"),
        arrived(2, {"name": "a", "born": "yesterday"}),
        arrived(3, {"name": "a", "number": 99}, record="r3"),
        arrived(4, {"name": "good"}, record="r4"),
    )
    with database.read() as connection:
        assert [item.reason for item in reversed(quarantine(connection))] == ["unopenable", "misfit", "invalid"]
        assert scopes.scope(connection, "team").cursor == 4
    assert shown(database, "name", "r4") == "good"


def test_a_page_applied_twice_changes_nothing(database: CipherDatabase) -> None:
    page = [arrived(1, {"name": "a"}), arrived(2, {"name": "b"}, device="third", n=1)]
    apply(database, *page)
    with database.read() as connection:
        before = connection.exec_driver_sql("SELECT * FROM replica").all()
    apply(database, *page)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT * FROM replica").all() == before


def test_edit_beats_delete_with_a_notice(database: CipherDatabase) -> None:
    apply(database, arrived(1, {"name": "a"}))
    save(database, change({"phone": "06"}, base=1))
    (rendered,) = apply(database, arrived(2, {"deleted_at": "2026-11-22T09:30:00Z"}, base=1, device="third", n=1))
    assert rendered.present
    assert shown(database, "deleted_at") is None
    with database.write() as connection:
        (conflict,) = Replica(SCHEMA).conflicts(connection)
        assert (conflict.field, sorted(str(option.value) for option in conflict.options)) == (
            "deleted_at",
            ["2026-11-22T09:30:00Z", "None"],
        )
        gone = next(option.take for option in conflict.options if option.value is not None)
        Replica(SCHEMA).resolve(connection, conflict.id, gone, at=50)
        assert Replica(SCHEMA).conflicts(connection) == []
    assert shown(database, "deleted_at") is not None


def test_a_deletion_that_knew_everything_holds_and_can_be_undone(database: CipherDatabase) -> None:
    seen: list[Rendered] = []
    replica = Replica(SCHEMA, lambda _, rendered: seen.extend(rendered))
    with database.write() as connection:
        replica.save(connection, [change({"name": "a"})], 1)
        replica.save(connection, [change({"deleted_at": "2026-11-22T09:30:00Z"})], 2)
        replica.save(connection, [change({"deleted_at": None})], 3)
    assert [(one.existed, one.present) for one in seen] == [(False, True), (True, False), (False, True)]


def test_what_follows_a_render_is_part_of_its_transaction(database: CipherDatabase) -> None:
    class Stop(Exception):
        pass

    def stop(*_: object) -> None:
        raise Stop

    with pytest.raises(Stop), database.write() as connection:
        Replica(SCHEMA, stop).apply(connection, "team", [arrived(1, {"name": "a"})], 1, "c")
    with database.read() as connection:
        assert scopes.scope(connection, "team").cursor == 0
    assert row(database) is None


def test_a_record_that_became_invalid_by_merging_can_still_be_edited_elsewhere(database: CipherDatabase) -> None:
    apply(database, arrived(1, {"name": "a"}), arrived(2, {"number": 99}, base=1))
    save(database, change({"phone": "06"}, base=2))
    with pytest.raises(InvalidRecord):
        save(database, change({"number": 98}, base=2))
    assert shown(database, "number") == 99


def test_a_late_op_that_does_not_fit_says_why(database: CipherDatabase) -> None:
    late = [
        Arrived("client", "one", Live(1, "x", 1, 1, 0, values={"name": "Bep"})),
        Arrived("client", "two", Live(2, "x", 2, 1, 0, values={"name": "Cor", "number": 11})),
    ]
    with database.write() as connection:
        assert Replica(SCHEMA).take_late(connection, "team", late) == {2: "invalid"}
        assert connection.exec_driver_sql("SELECT name FROM client").scalars().all() == ["Bep"]


def test_what_an_older_version_passed_over_appears_after_the_upgrade(database: CipherDatabase) -> None:
    older, newer = Replica(SCHEMA), Replica(NEWER)
    with database.write() as connection:
        older.catch_up(connection)
        values = {"name": "Bep", SHOE: "42"}
        page = [
            Arrived("client", "one", Live(1, "x", 1, 1, 0, values=values)),
            Arrived(PLAN, "two", Live(2, "x", 2, 1, 0, values={"text": "walk"})),
        ]
        older.apply(connection, "team", page, 2, "")
        assert not older.behind(connection)
        assert newer.behind(connection)
        step(connection)
        newer.catch_up(connection)
        assert not newer.behind(connection)
        assert connection.exec_driver_sql("SELECT name, shoe FROM client").all() == [("Bep", "42")]
        assert connection.exec_driver_sql("SELECT id, text FROM plan").all() == [("two", "walk")]
