"""The people of the organisation with their devices: who has which, renaming, and sending away."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from sync.client import pinned, revoking, state
from sync.client.changes import Change
from sync.client.replica import base_of
from sync.wire import DeviceState
from wor_tui.domain.codes import Role
from wor_tui.domain.rights import Act
from wor_tui.services import audit
from wor_tui.services.entry import whole
from wor_tui.services.errors import CASE_FILES, NotAllowed, NotFound, NothingToChange
from wor_tui.services.workspace import Workspace

ADMINISTRATION = "administration"
"""The purpose of what concerns devices and access."""
ENROLLED = "enrolled"
_OPEN_CASES = """
SELECT id, scope FROM "case" WHERE coach_id = ? AND ended_on IS NULL AND deleted_at IS NULL AND merged_into IS NULL
ORDER BY id
"""
NOBODYS = "0" * 64
"""What stands for the keys of a device that was sent away: whatever the central API says, no key is wrapped for it."""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device: `label` is empty where it has none; `last_seen` is aware, in UTC; `unsent` None where it never said.

    `state`: "enrolled", "signed_out" or "revoked". `invited_by`: the device that invited it, or empty: who sends away a
    stolen device looks at what was invited with it. `known`: its keys are known to be its own, so that it can be given
    new ones. `own`: this device.
    """

    id: str
    person_id: str
    label: str
    state: str
    last_seen: datetime
    unsent: int | None
    predecessor: str
    invited_by: str
    known: bool
    own: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with their devices, those in use first; `name` and `role` are empty where the directory has nobody."""

    id: str
    name: str
    role: str
    devices: list[DeviceRow]


def people(workspace: Workspace) -> list[PersonRow]:
    """Everybody of the directory with their devices, by name; asks the central API.

    Raises NotAllowed (only coordinators may), Declined, an `Unanswered`, NotJoined.
    """
    if not workspace.me.may("device", Act.REVOKE):
        raise NotAllowed("revoke")
    told = revoking.devices(workspace.transport)
    with workspace.database.read() as connection:
        named = {row[0]: (row[1], row[2]) for row in connection.exec_driver_sql("SELECT id, name, role FROM person")}
        labels = {row[0]: row[1] or "" for row in connection.exec_driver_sql("SELECT id, label FROM device")}
        own = state.device_of(connection)
        found: dict[str, list[DeviceRow]] = {person: [] for person in named}
        for one in told.devices:
            row = _row(one, labels.get(one.id, ""), pinned.is_own(connection, one), own)
            found.setdefault(one.user, []).append(row)
    rows = [
        PersonRow(person, *named.get(person, ("", "")), sorted(theirs, key=lambda one: (one.state != ENROLLED, one.id)))
        for person, theirs in found.items()
    ]
    return sorted(rows, key=lambda row: (row.name == "", row.name.casefold(), row.id))


def rename(workspace: Workspace, device: str, label: str) -> None:
    """Give a device another name in the directory. Raises NotAllowed, NotFound, Invalid."""
    with workspace.database.read() as connection:
        row = connection.exec_driver_sql("SELECT scope FROM device WHERE id = ?", (device,)).one_or_none()
        if row is None:
            raise NotFound("device", device)
        base = base_of(connection, row[0])
    values = {"label": whole("device", {"person_id": workspace.me.person_id, "label": label})["label"]}
    workspace.save([Change("device", device, row[0], values, base)], ADMINISTRATION, event="device.rename")


def hand_over(workspace: Workspace, from_person: str, to_person: str) -> int:
    """Let another coach go on with all open cases of somebody; one save. Returns how many.

    Raises NotAllowed (who reads no case files can't, whatever their role), NotFound, NothingToChange.
    """
    if not workspace.me.may("case", Act.HAND_OVER):
        raise NotAllowed("hand_over")
    teams = workspace.scopes.teams
    if not teams:
        raise NotAllowed(CASE_FILES)
    with workspace.database.read() as connection:
        role = connection.exec_driver_sql("SELECT role FROM person WHERE id = ?", (to_person,)).scalar()
        if role not in {Role.COACH, Role.SUBSTITUTE}:
            raise NotFound("person", to_person)
        found = connection.exec_driver_sql(_OPEN_CASES, (from_person,)).all()
        bases = {scope: base_of(connection, scope) for scope in {row[1] for row in found}}
    changes = [Change("case", case, scope, {"coach_id": to_person}, bases[scope]) for case, scope in found]
    if not changes or from_person == to_person:
        raise NothingToChange
    others = [("case", change.record) for change in changes[1:]]
    workspace.save(changes, ADMINISTRATION, event="case.hand-over", also=others)
    return len(changes)


def revoke(workspace: Workspace, devices: Sequence[str], *, wipe: bool = False) -> list[str]:
    """Send devices away, with those that go on with their databases; returns all that went.

    From then on the central API serves them nothing, and all keys that they had are replaced. `wipe`: each of them is
    told, signed by this device, to destroy what it holds. It is noted first, and done in the end, also when this device
    is cut off; the central API's answer may then come at a later exchange.

    Raises NotAllowed (only coordinators may, and not their own device), Declined, an `Unanswered`.
    """
    return _revoke(workspace, "device", devices, "", wipe=wipe)


def revoke_person(workspace: Workspace, person_id: str, *, wipe: bool = False) -> list[str]:
    """Send somebody away with all devices and rights; otherwise as `revoke`."""
    return _revoke(workspace, "person", [], person_id, wipe=wipe)


def _revoke(workspace: Workspace, kind: str, devices: Sequence[str], person_id: str, *, wipe: bool) -> list[str]:
    me = workspace.me
    if not me.may(kind, Act.REVOKE) or person_id == me.person_id:
        raise NotAllowed("revoke")
    told = revoking.devices(workspace.transport).devices
    gone = revoking.taken_along(told, devices, person_id)
    if me.device_id in gone:
        raise NotAllowed("revoke")
    line = workspace.line(f"{kind}.revoke", audit.EXECUTE, kind, person_id or devices[0], ADMINISTRATION)
    with workspace.database.write() as connection:
        _forget_keys(workspace, connection, gone)
        revoking.begin(connection, devices, person_id, wipe=wipe)
        audit.write(connection, [line], me)
    workspace.engine.look_after_keys()
    return sorted(gone)


def _forget_keys(workspace: Workspace, connection: Connection, gone: Collection[str]) -> None:
    """Say in the sealed directory that nobody wraps keys for these devices any more."""
    rows = connection.exec_driver_sql("SELECT id, scope FROM device").all()
    changes = [
        Change("device", one, scope, {pinned.KEYS: NOBODYS}, base_of(connection, scope))
        for one, scope in rows
        if one in gone
    ]
    if changes:
        workspace.replica.save(connection, changes, workspace.clock_ms())


def _row(one: DeviceState, label: str, known: bool, own: str) -> DeviceRow:
    seen = datetime.fromtimestamp(one.last_seen / 1000, UTC)
    return DeviceRow(
        one.id, one.user, label, one.state, seen, one.unsent, one.predecessor, one.invited_by, known, one.id == own
    )
