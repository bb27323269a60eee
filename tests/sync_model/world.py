"""The world of the state machine: a real central API, and devices with real encrypted databases.

Everything is enrolled once into a template; each world is a copy of it, so that it starts quickly.
"""

import atexit
import functools
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from sqlalchemy import event

from sync.client import enrolment, keyring, scopes, state
from sync.client.engine import Engine, Exchanged, Limits
from sync.client.lives import decoded, overlays
from sync.client.replica import Conflict, Replica, base_of
from sync.client.status import SyncStatus, held, status
from sync.client.tables import create_tables
from sync.client.transport import Transport
from sync.identifiers import uuid7
from sync.merge import DELETED_AT, overlaid
from sync.schema import ScopeKind, Value
from sync.seal import KeyPair, wrap
from sync.server.app import make_app as served
from sync.server.first_code import first_code
from sync.server.settings import Settings
from sync.server.store.backups import mark_restored
from sync.server.store.database import Database as ServerDatabase
from sync.wire import PART_OPS, Membership, NewGrant, NewScope, OrganisationAnswer, OrganisationRequest, Rights
from tests.sync_client.database import CipherDatabase
from tests.sync_client.kinds import SCHEMA, metadata
from tests.sync_model import central_database
from tests.sync_model.bridge import AppTransport
from tests.sync_model.faults import FaultTransport
from tests.sync_model.newer import NEWER, step
from wor_tui.vault.database import Database
from wor_tui.vault.keyfile import UnlockedKey

ADDRESS = "https://central.test"
DEVICES = 5
START_MS = 1_790_000_000_000
later_ms = 0
"""How far all clocks have been put on."""
KEY = UnlockedKey(b"v" * 16, b"s" * 16, b"r" * 32)
"""All devices open with the same raw key: stretching a passphrase is another test's matter."""


class Killed(BaseException):
    """The process is gone, in the middle of a transaction."""


class Central:
    """The central API as a process that can be restarted; `snapshot_ops`: after so many ops it wants a snapshot."""

    def __init__(self, data: Path, snapshot_ops: int = 2000) -> None:
        self.data = data
        self.snapshot_ops = snapshot_ops
        self._own_database()
        self._start()

    def _own_database(self) -> None:
        url = central_database.own(self.data)
        self.settings = Settings(data=self.data, database_url=url, snapshot_ops=self.snapshot_ops, incarnation_s=0)

    def _start(self) -> None:
        self.app = served(self.settings, now_ms)
        self.app.state.central.snapshots.part_ops = min(self.snapshot_ops, PART_OPS)
        self.transport = AppTransport(self.app)

    def restart(self) -> None:
        """Stop it and start it on the same folder."""
        self.transport.close()
        self._start()

    @property
    def database(self) -> ServerDatabase:
        """Its database."""
        return self.app.state.central.database

    def back_up(self, folder: Path) -> None:
        """Leave a copy of its files there, instead of what was there."""
        self.transport.close()
        central_database.drop(folder)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.data, folder)
        central_database.own(folder)
        self._start()

    def put_back(self, folder: Path, *, said: bool = False) -> None:
        """Go on with the files of that folder; `said`: marked as `wor-central restore` does, or else without a word."""
        self.transport.close()
        central_database.drop(self.data)
        shutil.rmtree(self.data)
        shutil.copytree(folder, self.data)
        self._own_database()
        self._start()
        if said:
            self.database.write(mark_restored)
            self.restart()

    def code(self) -> str:
        """The first coordinator's code."""
        made = first_code(self.settings, self.database)
        assert made is not None
        return made.text

    def close(self) -> None:
        """Stop it."""
        self.transport.close()


class _Wire(httpx.BaseTransport):
    """Always the central API as it runs now."""

    def __init__(self, central: Central) -> None:
        self._central = central

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._central.transport.handle_request(request)


class Device:
    """A device: the vault's own database, and an engine on it; `kill` and `open` are what a crash and a start do.

    `plain`: a database that isn't encrypted, to look for what should be gone.
    """

    def __init__(self, folder: Path, central: Central, clock_ms: Callable[[], int], *, plain: bool = False) -> None:
        self.folder = folder
        self.plain = plain
        self.faults = FaultTransport(_Wire(central))
        self.http = httpx.Client(transport=self.faults)
        self.skew_ms = self.learned_ms = 0
        self._clock_ms = clock_ms
        self.replica = Replica(SCHEMA)
        self.limits = Limits(at_once=2, makers_have_ms=0)
        self.open()

    def clock_ms(self) -> int:
        """The time by the device's own clock."""
        return self._clock_ms() + self.skew_ms

    @property
    def newer(self) -> bool:
        """Whether the newer version of the program runs on it."""
        return self.replica.schema is NEWER

    def upgrade(self) -> None:
        """Start the newer version of the program on these files."""
        self.replica = Replica(NEWER)
        self.database.close()
        self.open()

    def open(self) -> None:
        """Start on the files that are there."""
        path = self.folder / "vault.db"
        self.database = CipherDatabase(path, plain=True) if self.plain else Database(path, KEY, new=not path.exists())
        self._statements_left: int | None = None
        engines = [self.database.engine] if self.plain else [self.database._writer, self.database._readers]
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._count)
        with self.database.read() as connection:
            fresh = "sync_state" not in connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
            if not fresh and state.get(connection, state.SCHEMA_VERSION) == NEWER.version:
                # An older version of the program would refuse these files.
                self.replica = Replica(NEWER)
            behind = not fresh and self.replica.behind(connection)
        if behind:
            with self.database.write() as connection:
                if self.newer:
                    step(connection)
                self.replica.catch_up(connection)

    def _count(self, *_: Any) -> None:
        if self._statements_left is not None:
            self._statements_left -= 1
            if self._statements_left < 0:
                raise Killed

    @contextmanager
    def full_disk(self, pages: int) -> Iterator[None]:
        """Meanwhile the database can grow by so many pages and no more."""
        self._limit_pages(self._limit_pages(None) + pages)
        try:
            yield
        finally:
            self._limit_pages(1_000_000)

    def _limit_pages(self, most: int | None) -> int:
        """Set how large the database may become, in pages; returns how large it is."""
        pooled = self.database._writer.raw_connection()
        try:
            driver: Any = pooled.dbapi_connection
            if most is not None:
                driver.execute(f"PRAGMA max_page_count = {most}")
            return driver.execute("PRAGMA page_count").fetchone()[0]
        finally:
            pooled.close()

    def kill(self) -> None:
        """The files as a dead process leaves them: whatever was committed, in the database or its log."""
        self._statements_left = None
        left = self.folder.with_name(self.folder.name + "x")
        shutil.copytree(self.folder, left)
        self.database.close()
        shutil.rmtree(self.folder)
        left.rename(self.folder)
        self.open()

    def copied_to(self, folder: Path) -> None:
        """Leave a copy of the files there, instead of what was there."""
        self.database.close()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        self.open()

    def put_back(self, folder: Path) -> None:
        """Go on with the files of that folder instead of one's own, on a machine that was switched off meanwhile."""
        self.database.close()
        shutil.rmtree(self.folder)
        shutil.copytree(folder, self.folder)
        self.open()

    def engine(self) -> Engine:
        """An engine as the program makes one."""
        transport = enrolment.connect(self.database, self.clock_ms, http=self.http)
        # As far as the clock is known to be off from an earlier request; the program's transport lives longer.
        transport._offset_ms = -self.learned_ms
        return Engine(self.database, self.replica, transport, self.clock_ms, limits=self.limits)

    def exchange(
        self,
        fault: str = "",
        *,
        push: int = 200,
        page: int = 1000,
        die_after: int | None = None,
        all_of_it: bool = False,
        after: int = 0,
    ) -> Exchanged:
        """One exchange with at most so many ops either way; `die_after`: the process dies at that statement.

        `all_of_it`: until nothing is left, with the next request under way ahead; the fault hits the request that
        comes after so many others.
        """
        self.limits.push, self.limits.page, self.limits.successes = push, page, 0
        engine = self.engine()
        self.faults.fault, self.faults.after = fault, after
        self._statements_left = die_after
        try:
            return engine.until_done() if all_of_it else engine.exchange()
        finally:
            self._statements_left = None
            self.faults.fault = ""

    def until_done(self) -> None:
        """Exchange until nothing is left."""
        self.limits.push, self.limits.page = 200, 1000
        self.engine().until_done()

    @property
    def id(self) -> str:
        """The device's id."""
        with self.database.read() as connection:
            return state.device_of(connection)

    @property
    def team(self) -> str:
        """The team's scope."""
        with self.database.read() as connection:
            return next(one.id for one in scopes.by_id(connection).values() if one.kind is ScopeKind.TEAM)

    def scopes(self) -> set[str]:
        """The scopes that the device may use."""
        with self.database.read() as connection:
            return {one.id for one in scopes.by_id(connection).values() if not one.lost and not one.keys_only}

    def base(self, scope: str = "") -> int:
        """What a form that opens now is based on; by default in the team."""
        with self.database.read() as connection:
            return base_of(connection, scope or self.team)

    def status(self) -> SyncStatus:
        """How the device stands."""
        with self.database.read() as connection:
            return status(connection)

    def held(self) -> set[str]:
        """The records of which a change was refused."""
        with self.database.read() as connection:
            return {item.record for item in held(connection)}

    def conflicts(self) -> list[Conflict]:
        """What is to be decided."""
        with self.database.read() as connection:
            return self.replica.conflicts(connection)

    def deletions(self) -> dict[str, dict[str, set[Value]]]:
        """All values of `deleted_at` that count on a record: that it was deleted, people see whoever did it."""
        with self.database.read() as connection:
            found: dict[str, dict[str, set[Value]]] = {}
            kept = connection.exec_driver_sql("SELECT record, live FROM replica WHERE live LIKE '%deleted_at%'").all()
            own = overlays(connection, [record for record, _ in kept])
            for record, live in kept:
                for one in overlaid(decoded(live), own.get(record, [])):
                    if one.values.get(DELETED_AT) is not None:
                        found.setdefault(record, {}).setdefault(DELETED_AT, set()).add(one.values[DELETED_AT])
            return found

    def rows(self, table: str) -> dict[str, dict[str, Any]]:
        """The typed rows by id."""
        with self.database.read() as connection:
            found = connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id").mappings()  # noqa: S608
            return {row["id"]: dict(row) for row in found}

    def outbox_bytes(self) -> list[tuple[Any, ...]]:
        """All that is unsent, to the byte."""
        with self.database.read() as connection:
            return [
                tuple(row)
                for row in connection.exec_driver_sql(
                    "SELECT n, record, group_id, content, base, at FROM op"
                    " WHERE state IN ('pending', 'sent') ORDER BY n"
                )
            ]

    def close(self) -> None:
        """Give everything back."""
        self.database.close()


def enrol_all(folder: Path) -> None:
    """Make a central API and `DEVICES` devices of one team in `folder`."""
    central = Central(folder / "central")
    devices = [prepare(folder / f"device{i}", central) for i in range(DEVICES)]
    first = devices[0]
    wanted = [enrolment.ScopeWanted(ScopeKind.TEAM, "Oost")]
    enrolment.found(first.database, ADDRESS, central.code(), wanted, first.clock_ms, http=first.http)
    transport = enrolment.connect(first.database, first.clock_ms, http=first.http)
    for device in devices[1:]:
        invitation = enrolment.invite(first.database, transport, [first.team], role="coach")
        enrolment.join(device.database, invitation, device.clock_ms, http=device.http)
    for device in devices:
        device.close()
    central.close()


def prepare(folder: Path, central: Central, *, plain: bool = False) -> Device:
    """A device with empty tables."""
    folder.mkdir(parents=True)
    device = Device(folder, central, now_ms, plain=plain)
    with device.database.write() as connection:
        create_tables(connection)
        # The tables of the machine's own small schema stand where the program's would.
        connection.exec_driver_sql("DROP TABLE IF EXISTS client")
        metadata.create_all(connection)
    return device


def now_ms() -> int:
    """The time of the central API, and by which requests are signed."""
    return time.time_ns() // 1_000_000 + later_ms


@functools.cache
def template() -> Path:
    """A folder with everything enrolled, made once per process."""
    folder = Path(tempfile.mkdtemp(prefix="wor-world-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    enrol_all(folder)
    return folder


class Coordinator(NamedTuple):
    """As whom the organisation is set up."""

    device: str
    signing: bytes
    organisation: str


class World:
    """A fresh copy of the template; devices start when first asked for.

    `snapshot_ops`: after so many ops a snapshot is wanted, in parts of about as many.
    """

    def __init__(self, snapshot_ops: int = 2000) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="wor-world-"))
        shutil.copytree(template(), self.folder, dirs_exist_ok=True)
        self.central = Central(self.folder / "central", snapshot_ops)
        self._devices: dict[int, Device] = {}
        with self.device(0).database.read() as connection:
            keys, organisation = keyring.device_keys(connection), state.get(connection, state.ORGANISATION)
        self._coordinator = Coordinator(self.device(0).id, keys.signing, organisation)

    def device(self, number: int) -> Device:
        """The device with this number, from 0."""
        if number not in self._devices:
            self._devices[number] = Device(self.folder / f"device{number}", self.central, now_ms)
        return self._devices[number]

    def new_team(self, kind: str = ScopeKind.TEAM) -> str:
        """Let the coordinator set up another team, or a scope of that kind, of which nobody is a member yet."""
        self._pair = KeyPair.new()
        scope = uuid7()
        self._organise(OrganisationRequest(scopes=[NewScope(scope, kind, self._pair.public)]))
        return scope

    def grant(self, scope: str, device: Device) -> None:
        """Let the coordinator take the device's user into that team, and hand the device its key."""
        with device.database.read() as connection:
            keys, user = keyring.device_keys(connection), state.get(connection, state.USER)
            organisation, own = state.get(connection, state.ORGANISATION), state.device_of(connection)
        wrapped = wrap(
            self._pair.private, keys.sealing_public, organisation=organisation, scope=scope, epoch=1, device=own
        )
        members, grants = [Membership(scope, user, Rights.LEAD)], [NewGrant(scope, 1, own, wrapped)]
        self._organise(OrganisationRequest(members=members, grants=grants))

    def _organise(self, request: OrganisationRequest) -> None:
        # On a machine of its own, with the coordinator's keys as they were: whatever became of the device since.
        who = self._coordinator
        http = httpx.Client(transport=_Wire(self.central))
        transport = Transport(ADDRESS, who.device, who.signing, now_ms, organisation=who.organisation, http=http)
        transport.post("/v1/organisation", request, OrganisationAnswer)

    def close(self) -> None:
        """Remove everything."""
        for device in self._devices.values():
            device.close()
        self.central.close()
        central_database.drop(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)
