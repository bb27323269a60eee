"""An open vault at work: the database, who works here, and the one way in which anything is written."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from sync.client import enrolment, scopes, state
from sync.client.changes import Change, Saved
from sync.client.engine import Engine
from sync.client.errors import InvalidRecord
from sync.client.replica import Replica
from sync.client.transport import Transport
from sync.schema import ScopeKind
from wor_tui.clock import Clock, milliseconds, moment_text
from wor_tui.config import Config
from wor_tui.domain.codes import Role
from wor_tui.domain.identifiers import new_id
from wor_tui.domain.kinds import schema
from wor_tui.domain.rights import Act, may
from wor_tui.services import audit, own_device, rights, succession, taking_over
from wor_tui.services.errors import CASE_FILES, COVER_ENDED, DESKS, PRACTICES, Invalid, NotAllowed, NotFound, Reason
from wor_tui.services.forgetting import Forgetting, after_both
from wor_tui.services.key_rights import entitled
from wor_tui.services.projection import Projection
from wor_tui.services.waiting_lines import WaitingLines
from wor_tui.vault.database import Database
from wor_tui.vault.vault import Vault

logger = logging.getLogger(__name__)

_MISFITS = {
    "required": Reason.REQUIRED,
    "not a date": Reason.NOT_A_DATE,
    "not a datetime": Reason.NOT_A_MOMENT,
    "not a bool": Reason.NOT_YES_OR_NO,
    "not a int": Reason.NOT_A_NUMBER,
    "not a float": Reason.NOT_A_NUMBER,
    "not a finite number": Reason.NOT_A_NUMBER,
    "number too large": Reason.NOT_A_NUMBER,
}


@dataclass(frozen=True, slots=True)
class Me:
    """Who works here: `name` is empty until the directory has come in.

    `role` is what the central API granted, whatever the card in the directory says; in a vault that belongs to no
    organisation it is the card's. `roles` are all that count: whoever founded the organisation with case files of their
    own coordinates it and stays their coach. Of a substitute: `covers_id` is whose cases were handed over, until the
    end of the day `until_on`; after it they may nothing any more, also without a connection.
    """

    person_id: str
    name: str
    role: Role
    device_id: str
    roles: frozenset[Role]
    covers_id: str = ""
    until_on: date | None = None

    @property
    def cases_of(self) -> str:
        """The coach whose cases are this person's to do."""
        return self.covers_id or self.person_id

    @property
    def sees_all_cases(self) -> bool:
        """Whether all cases of the team are there for this person, and not only those that were handed over."""
        return self.role is not Role.SUBSTITUTE

    def may(self, kind: str, act: Act = Act.READ, place: ScopeKind | None = None, *, own: bool = False) -> bool:
        """Whether this person may do that, as `rights.may` has it."""
        return any(may(role, kind, act, place, own=own) for role in self.roles)


@dataclass(frozen=True, slots=True)
class Scopes:
    """What this device may read, by kind; each tuple in the order of the ids."""

    organisation: str
    teams: tuple[str, ...]
    desks: tuple[str, ...]
    keys_of_teams: tuple[str, ...] = ()
    keys_of_desks: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    keys_of_practices: tuple[str, ...] = ()

    @property
    def all_teams(self) -> tuple[str, ...]:
        """The teams to which this device can invite."""
        return (*self.teams, *self.keys_of_teams)

    @property
    def all_desks(self) -> tuple[str, ...]:
        """The desks to which this device can invite."""
        return (*self.desks, *self.keys_of_desks)

    @property
    def all_practices(self) -> tuple[str, ...]:
        """The practices' own scopes to which this device can invite."""
        return (*self.practices, *self.keys_of_practices)

    @property
    def team(self) -> str:
        """The team that new cases go to; raises NotAllowed when this device has none: case files are the team's."""
        return _first_allowed(self.teams, CASE_FILES)

    @property
    def desk(self) -> str:
        """The desk that new referrals and appointments go to; raises NotAllowed when this device has none."""
        return _first_allowed(self.desks, DESKS)

    @property
    def practice(self) -> str:
        """The practice's own scope, for its candidates; raises NotAllowed when this device has none."""
        return _first_allowed(self.practices, PRACTICES)


class Workspace:
    """One open vault with everything that the services need; usable from any thread."""

    def __init__(self, vault: Vault, clock: Clock, config: Config) -> None:
        """Take over an open vault; `open_workspace` is the way to make one."""
        self.vault = vault
        self.clock = clock
        self.config = config
        self.projection = Projection(config.rules, clock)
        forgetting = Forgetting(clock)
        self.replica = Replica(
            schema(), after_both(self.projection.after_render, forgetting.after_render), forgetting.after_erase
        )
        self._transport: Transport | None = None
        self._engine: Engine | None = None
        self._made = threading.Lock()
        self._me: Me | None = None
        self._reading = WaitingLines(self.note)

    @property
    def database(self) -> Database:
        """The vault's database."""
        return self.vault.database

    @property
    def me(self) -> Me:
        """Who works here, as the directory has it now; raises NotFound before the vault has an owner."""
        if self._me is None or not self._me.name or self._has_become_another(self._me):
            with self.database.read() as connection:
                self._me = _me(connection)
        if self._me.until_on is not None and self.clock.today() > self._me.until_on:
            return replace(self._me, roles=frozenset())
        return self._me

    @property
    def scopes(self) -> Scopes:
        """The scopes that are here now, without those that were taken away."""
        with self.database.read() as connection:
            return scopes_of(connection)

    @property
    def engine(self) -> Engine:
        """What exchanges with the central API, one for this workspace; raises sync's NotJoined."""
        with self._made:
            if self._engine is None:
                self._engine = Engine(
                    self.database,
                    self.replica,
                    self._connected(),
                    self.clock_ms,
                    introduce=self._introduce,
                    entitled=entitled,
                )
            return self._engine

    @property
    def transport(self) -> Transport:
        """The way to the central API, one for this workspace; raises sync's NotJoined."""
        with self._made:
            return self._connected()

    def _connected(self) -> Transport:
        if self._transport is None:
            read_s = float(self.config.sync.timeout_seconds)
            self._transport = enrolment.connect(self.database, self.clock_ms, read_s=read_s)
        return self._transport

    def start_over(self) -> None:
        """Forget who works here and the way to the central API, after the vault came to belong elsewhere."""
        with self._made:
            if self._transport is not None:
                self._transport.interrupt()
                self._transport.close()
            self._me, self._engine, self._transport = None, None, None

    def _has_become_another(self, me: Me) -> bool:
        """Whether the device took another identity since."""
        return self._transport is not None and self._transport.device != me.device_id

    def _introduce(self, connection: Connection, old: str, new: str) -> None:
        succession.introduce(connection, self.replica, old, new, self.clock_ms())
        audit.rechain(connection, old, new)

    def clock_ms(self) -> int:
        """The clock as ops and signatures have it: ms since 1970 UTC."""
        return milliseconds(self.clock.now())

    def require(self, kind: str, act: Act = Act.READ) -> None:
        """Raise NotAllowed unless whoever works here may do that with records of this kind somewhere."""
        if not self.me.may(kind, act):
            raise NotAllowed(rights.refused(kind) if self.me.roles else COVER_ENDED)

    def save(
        self,
        changes: Sequence[Change],
        purpose: str,
        *,
        event: str,
        action: str = audit.UPDATE,
        draft: tuple[str, str] | None = None,
        also: Sequence[tuple[str, str]] = (),
    ) -> Saved:
        """Write changes, their audit line and the end of the form's draft, all or nothing.

        `purpose`: why, as in the audit line; `event`: what was done, such as `contact.add`; the line names the first
        change's record. `draft`: (form, record). `also`: (kind, record) of others whom it concerns as much, a line
        each. Raises NotAllowed, Invalid, sync's Refused, and the vault's errors.
        """
        now = self.clock.now()
        me = self.me
        about = dict.fromkeys([(changes[0].kind, changes[0].record), *also])
        lines = [audit.Line(moment_text(now), event, action, kind, record, purpose) for kind, record in about]
        try:
            with self._reading.taking() as waiting, self.database.write() as connection:
                rights.check(connection, me, changes)
                saved = self.replica.save(connection, changes, milliseconds(now))
                audit.write(connection, [*waiting, *lines], me)
                if draft is not None:
                    connection.exec_driver_sql("DELETE FROM draft WHERE form = ? AND record = ?", draft)
        except InvalidRecord as refused:
            raise _invalid(refused) from None
        logger.info("saved %s n=%d ops=%d", event, saved.ns[-1] if saved.ns else 0, len(saved.ns))
        return saved

    def line(self, event: str, action: str, kind: str, record: str, purpose: str) -> audit.Line:
        """An audit line about now."""
        return audit.Line(moment_text(self.clock.now()), event, action, kind, record, purpose)

    def note(self, lines: Sequence[audit.Line]) -> None:
        """Write audit lines of what changed no record, in a transaction of their own; raises the vault's errors."""
        me = self.me
        with self.database.write() as connection:
            audit.write(connection, lines, me)

    def note_reading(self, kind: str, record: str, purpose: str, *, event: str = "open") -> None:
        """Have an audit line written of somebody's reading a file, within a second (see `waiting_lines`).

        A vault that can't be written to now doesn't keep anybody from reading: the line goes with the next save.
        """
        self.wait_for(self.line(event, audit.READ, kind, record, purpose))

    def wait_for(self, line: audit.Line) -> None:
        """Have a line written within a second, of what nobody should wait for."""
        self._reading.add(line)

    def flush(self) -> None:
        """Write the audit lines that still wait."""
        self._reading.flush()

    def new_id(self) -> str:
        """The id of a record made now."""
        return new_id(self.clock_ms())

    def close(self) -> None:
        """Stop exchanging, write what the log still has to tell, and close the vault."""
        if self._transport is not None:
            self._transport.interrupt()
            self._transport.close()
        self._reading.close()
        self.vault.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_workspace(vault: Vault, clock: Clock, config: Config | None = None) -> Workspace:
    """The workspace of an open vault; finishes a joining that was broken off, and brings the summary up to date.

    The vault is its own from here on: it is closed when that fails.
    """
    workspace = Workspace(vault, clock, config or Config())
    try:
        with workspace.database.read() as connection:
            waits = taking_over.waits(connection)
            behind = workspace.replica.behind(connection)
            unpinned = own_device.lacks_keys(connection)
            unchained = audit.waits_for_chain(connection)
        if waits:
            with workspace.database.write() as connection:
                taking_over.finish(connection)
                workspace.projection.rebuild(connection)
        if unchained:
            with workspace.database.write() as connection:
                audit.chain_earlier(connection)
        if behind:
            with workspace.database.write() as connection:
                workspace.replica.catch_up(connection)
        if unpinned:
            with workspace.database.write() as connection:
                own_device.tell_keys(connection, workspace.replica, workspace.clock_ms())
        workspace.projection.refresh(workspace.database)
    except BaseException:
        # Nobody else closes it then, and as long as the error is held on to it would stay open.
        vault.close()
        raise
    return workspace


def scopes_of(connection: Connection) -> Scopes:
    """The scopes of this vault that aren't lost; raises NotFound before it has an owner."""
    found = [scope for scope in scopes.by_id(connection).values() if not scope.lost]
    by_kind, keys_of = (
        {kind: tuple(one.id for one in found if one.kind is kind and one.keys_only is only) for kind in ScopeKind}
        for only in (False, True)
    )
    organisations = by_kind[ScopeKind.ORGANISATION]
    if not organisations:
        raise NotFound("organisation", "")
    return Scopes(
        organisations[0],
        by_kind[ScopeKind.TEAM],
        by_kind[ScopeKind.DESK],
        keys_of[ScopeKind.TEAM],
        keys_of[ScopeKind.DESK],
        by_kind[ScopeKind.PRACTICE],
        keys_of[ScopeKind.PRACTICE],
    )


def _me(connection: Connection) -> Me:
    person_id = state.get(connection, state.USER)
    if person_id is None:
        raise NotFound("person", "")
    row = connection.exec_driver_sql(
        "SELECT name, role, covers_id, until_on FROM person WHERE id = ?", (person_id,)
    ).one_or_none()
    device = str(state.get(connection, state.DEVICE, ""))
    name, role, covers_id, until_on = ("", Role.COACH, None, None) if row is None else row
    granted = Role(state.get(connection, state.ROLE) or role)
    has_cases = granted is Role.COORDINATOR and bool(scopes_of(connection).teams)
    roles = frozenset({granted, Role.COACH} if has_cases else {granted})
    if granted is not Role.SUBSTITUTE:
        return Me(str(person_id), name, granted, device, roles)
    until = None if until_on is None else date.fromisoformat(until_on)
    return Me(str(person_id), name, granted, device, roles, covers_id or "", until)


def _invalid(refused: InvalidRecord) -> Invalid:
    before = refused.__context__
    if isinstance(before, Invalid):
        return before
    return Invalid(refused.field, _MISFITS.get(refused.reason, Reason.NOT_TEXT))


def _first_allowed(found: tuple[str, ...], act: str) -> str:
    if not found:
        raise NotAllowed(act)
    return found[0]
