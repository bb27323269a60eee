"""The second wall, with the first taken away: store functions called for what isn't the caller's get nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, delete, func, insert, select, update

from sync import wire
from sync.codes import Code
from sync.identifiers import uuid7
from sync.server.app import make_app
from sync.server.checks import examine
from sync.server.cli import main
from sync.server.models import DEVICE, MEMBER, OP, SNAPSHOT, SNAPSHOT_PART, ServerTable
from sync.server.settings import Settings
from sync.server.store import feed, history, identity, invites, numbering, standing, walls
from sync.server.store.database import Database, NotPreparedError
from sync.server.store.together import DatabaseBusyError
from sync.server.store.walls import Within
from sync.wire import Cursor
from tests import postgresql
from tests.server.conftest import API, OWNER, POSTGRESQL_ONLY, World
from tests.server.device import Device, found_organisation
from tests.server.test_enrolment import invited
from tests.server.test_exchange import edits

pytestmark = POSTGRESQL_ONLY
TENANTS = [table for table in ServerTable.metadata.sorted_tables if "organisation_id" in table.c]


@pytest.fixture
def database(world: World) -> Database:
    return world.central.database


@pytest.fixture
def other(world: World) -> Iterator[Device]:
    """A coordinator of another organisation on the same database, with something in its team."""
    code = Code.new()
    world.central.database.write(lambda connection: invites.replace_first(connection, code.lookup, code.proof_hash))
    device, organisation = found_organisation(world.client, code)
    team = organisation.scopes["team"]
    device.exchange(device.op(team, uuid7(), {"a": 1}))
    invited_there = wire.InvitationRequest(Code.new().lookup, bytes(32), uuid7(), "coach", b"package")
    assert device.post("/v1/invitations", invited_there).status_code == 200
    return device


def name_of(device: Device) -> Within:
    return Within(device.organisation, device.id, int(device.clock() * 1000))


def counted(database: Database, organisation: str) -> dict[str, int]:
    def count(connection: Connection, table: Table) -> int:
        mine = table.c.organisation_id == organisation
        return connection.execute(select(func.count()).select_from(table).where(mine)).scalar_one()

    with database.reading() as connection:
        return {table.name: count(connection, table) for table in TENANTS}


def test_every_table_of_an_organisations_is_behind_the_wall(database: Database) -> None:
    with database.reading() as connection:
        assert walls.unwalled(connection) == []
        assert not walls.passes(connection)
        owner = connection.exec_driver_sql("SELECT tableowner FROM pg_tables WHERE tablename = 'op'").scalar()
        assert (owner, connection.exec_driver_sql("SELECT current_user").scalar()) == (OWNER, API)


def test_of_another_organisation_there_is_nothing(world: World, database: Database, other: Device) -> None:
    theirs = counted(database, other.organisation)
    assert {name for name, count in theirs.items() if count} >= {"organisation", "scope", "device", "op", "invite"}
    for who in (name_of(world.coach()), name_of(world.coordinator), Within(world.organisation.id), None):
        with walls.inside(who):
            assert not any(counted(database, other.organisation).values()), who


def test_store_functions_that_are_called_for_another_organisation_find_nothing(
    world: World, database: Database, other: Device
) -> None:
    team = next(iter(other.cursors))
    with walls.inside(name_of(world.coordinator)), database.reading() as connection:
        assert standing.known_device(connection, other.organisation, other.id) is None
        assert standing.standing(connection, other.organisation, other.user, 1) == standing.Standing({}, {})
        assert standing.grants(connection, other.organisation, other.id, {team: 0}) == []
        assert numbering.device_state(connection, other.organisation, other.id, lock=False) is None
        assert feed.heads(connection, other.organisation, list(other.cursors)) == {}
        assert identity.incarnation(connection, other.organisation) is None
        for every in (identity.all_users, identity.all_scopes, identity.all_members, identity.all_devices):
            assert every(connection, other.organisation) == []


def test_of_a_scope_that_the_user_does_not_read_no_op_is_found(world: World, database: Database) -> None:
    coach, assistant = world.coach(), world.assistant()
    ops = edits(coach, world.team, 2)
    coach.exchange(*ops)
    with walls.inside(name_of(coach)), database.reading() as connection:
        access = standing.standing(connection, coach.organisation, coach.user, 1).may[world.team]
    asked = wire.HistoryRequest(world.team, ops[0].record)
    reader = feed.Reader(coach.organisation, assistant.id, 0)
    for who, seen in ((coach, 2), (assistant, 0)):
        with walls.inside(name_of(who)), database.reading() as connection:
            changes = feed.changes(connection, reader, {world.team: Cursor()}, {world.team: access}, 100)
            assert len(changes[world.team].ops) == seen
            assert len(history.history(connection, coach.organisation, asked).ops) == seen // 2
    with walls.inside(Within(coach.organisation)), database.reading() as connection:
        assert not history.history(connection, coach.organisation, asked).ops


@pytest.mark.parametrize(
    ("state", "sees"),
    [
        ({"rights": "read"}, True), ({"rights": "keys"}, False), ({"since": 10**15}, False), ({"until": 1}, False),
        ({"since": 1, "until": 10**15}, True), (None, False), ("revoked", False), ("signed_out", False),
    ],
)  # fmt: skip
def test_what_is_found_follows_the_membership(
    world: World, database: Database, state: dict[str, object] | str | None, sees: bool
) -> None:
    coach, writer = world.coach(), world.coach()
    writer.exchange(*edits(writer, world.team, 1))
    of_user = MEMBER.c.user_id == coach.user
    if state is None:
        changed = delete(MEMBER).where(of_user)
    elif isinstance(state, str):
        changed = update(DEVICE).where(DEVICE.c.device_id == coach.id).values(state=state)
    else:
        changed = update(MEMBER).where(of_user).values(state)
    with database.writing() as connection:
        connection.execute(changed)
    with walls.inside(name_of(coach)), database.reading() as connection:
        assert bool(connection.execute(select(OP.c.seq)).all()) is sees


def test_own_ops_are_found_also_where_the_user_reads_no_more(world: World, database: Database) -> None:
    """So that a repeat gets the answer that the first got."""
    coach = world.coach()
    pushed = coach.request(*edits(coach, world.team, 2))
    first = coach.heard(pushed, wire.decode(coach.post("/v1/exchange", pushed).content, wire.ExchangeAnswer))
    with database.writing() as connection:
        connection.execute(delete(MEMBER).where(MEMBER.c.user_id == coach.user))
    again = wire.decode(coach.post("/v1/exchange", pushed).content, wire.ExchangeAnswer)
    assert again.accepted == first.accepted


def test_nothing_is_written_for_another_organisation_scope_or_device(
    world: World, database: Database, other: Device
) -> None:
    coach, assistant = world.coach(), world.assistant()
    coach.exchange(*edits(coach, world.team, 1))
    with database.reading() as connection:
        row = dict(connection.execute(select(OP).where(OP.c.device_id == coach.id)).mappings().one())
    wrong = [
        (coach, {"organisation_id": other.organisation}),
        (coach, {"device_id": assistant.id}),
        (assistant, {"device_id": assistant.id}),
        (coach, {"scope_id": uuid7()}),
    ]
    for who, change in wrong:
        with (
            walls.inside(name_of(who)),
            pytest.raises(DatabaseBusyError) as refused,
            database.writing() as connection,
        ):
            connection.execute(insert(OP), [row | {"seq": 99, "n": 99} | change])
        assert "row-level security" in str(refused.value.__cause__)
    with walls.inside(name_of(assistant)), database.writing() as connection:
        for statement in ("UPDATE op SET live = 0", "DELETE FROM op", "DELETE FROM snapshot"):
            assert connection.exec_driver_sql(statement).rowcount == 0
    with walls.inside(name_of(coach)), database.writing() as connection:
        assert connection.exec_driver_sql("DELETE FROM op").rowcount == 0
        assert connection.exec_driver_sql("UPDATE scope SET head = 5").rowcount == 3


def test_snapshots_are_behind_the_wall_by_scope(world: World, database: Database) -> None:
    coach, assistant = world.coach(), world.assistant()
    place = {"organisation_id": coach.organisation, "scope_id": world.team, "snapshot_id": uuid7()}
    whole = {"device_id": coach.id, "whole": 1, "seq": 1, "seq_chain": "", "number": 1, "ops": 1, "until": 0}
    part = {"number": 1, "chain": b"", "key_epoch": 1, "digest": b"", "rest": "[]", "body": b"x"}
    between = {"after_seq": 0, "through_seq": 1}
    with database.writing() as connection:
        connection.execute(insert(SNAPSHOT), [place | whole | between])
        connection.execute(insert(SNAPSHOT_PART), [place | part | between])
    for who, seen in ((coach, 1), (assistant, 0)):
        with walls.inside(name_of(who)), database.reading() as connection:
            assert [len(connection.execute(select(table)).all()) for table in (SNAPSHOT, SNAPSHOT_PART)] == [seen] * 2


def test_an_invitation_is_found_by_who_knows_its_lookup_and_by_its_organisation(
    world: World, database: Database, other: Device
) -> None:
    code, _ = invited(world)
    lookups = "SELECT lookup FROM invite WHERE used_by = ''"
    with walls.inside(None), database.reading() as connection:
        assert connection.exec_driver_sql(lookups).all() == []
        assert invites.found(connection, code.lookup) is not None
    with walls.inside(name_of(other)), database.reading() as connection:
        assert len(connection.exec_driver_sql(lookups).all()) == 1
        assert (code.lookup,) not in connection.exec_driver_sql(lookups).all()


def test_nothing_of_it_stays_behind_on_a_connection(world: World, database: Database) -> None:
    """As behind a pooler in transaction mode, which gives a connection to another after each transaction."""
    narrow = Database(world.central.settings.url, 20, 1)
    coach = world.coach()
    coach.exchange(*edits(coach, world.team, 1))
    asked = "SELECT pg_backend_pid(), (SELECT count(*) FROM op)"
    try:
        with walls.inside(name_of(coach)), narrow.reading() as connection:
            process, seen = connection.exec_driver_sql(asked).one()
        with walls.inside(None), narrow.reading() as connection:
            assert connection.exec_driver_sql(asked).one() == (process, 0)
        assert seen == 1
    finally:
        narrow.close()


def test_the_owner_prepares_and_the_api_only_uses(
    cluster: postgresql.Cluster, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settings.database_url
    with cluster.database() as name, walls.inside(None):
        cluster.run(f"ALTER DATABASE {name} OWNER TO {OWNER}")
        data, mine, its = str(tmp_path), cluster.url(name, OWNER), cluster.url(name, API)
        assert main(["doctor", "--data", data, "--database", its]) == 1
        with pytest.raises(NotPreparedError):
            make_app(Settings(data=tmp_path, database_url=its))
        for _ in range(2):
            assert main(["prepare", "--data", data, "--database", mine, "--api-role", API]) == 0
        make_app(Settings(data=tmp_path, database_url=its)).state.central.database.close()
        cluster.run("UPDATE installation SET schema_version = schema_version - 1", name)
        with pytest.raises(NotPreparedError):
            make_app(Settings(data=tmp_path, database_url=its))
        cluster.run("UPDATE installation SET schema_version = schema_version + 1", name)
        cluster.run("ALTER TABLE op NO FORCE ROW LEVEL SECURITY", name)
        capsys.readouterr()
        assert main(["doctor", "--data", data, "--database", mine]) == 1
        assert "BAD row-level security: missing around op" in capsys.readouterr().out
        assert main(["prepare", "--data", data, "--database", mine, "--api-role", API]) == 0
        assert main(["doctor", "--data", data, "--database", mine]) == 0
        assert "ok  row-level security: around every table" in capsys.readouterr().out


def test_a_role_that_goes_through_the_wall_is_told_of(cluster: postgresql.Cluster, settings: Settings) -> None:
    assert settings.database_url
    database = Database(cluster.url("prepared"), 20)
    try:
        (said,) = [found.said for found in examine(database) if found.what == "row-level security"]
    finally:
        database.close()
    assert said.endswith("BYPASSRLS")
