"""The organisation's recovery sheet: renewed by coordinators without a thought, and used when none of them is left."""

from contextlib import suppress

import httpx

from sync.client import sheet, state
from sync.client.changes import Change
from sync.client.enrolment import Joined
from sync.client.errors import SyncError
from sync.client.replica import base_of
from sync.codes import Invitation, server_address
from wor_tui.domain.codes import Role
from wor_tui.domain.rights import Act
from wor_tui.services import audit, enrolment, pinning
from wor_tui.services.entry import whole
from wor_tui.services.workspace import Workspace
from wor_tui.vault import escrow


def cover(workspace: Workspace) -> bool:
    """Put behind the sheet's code all keys that coordinators hold now; returns whether they all are there.

    Costs nothing while nothing changed. Raises NotJoined, Declined, an `Unanswered`.
    """
    with workspace.database.read() as connection:
        known, settled = sheet.kept(connection), pinning.settled(connection)
    if known is None or not settled.recovery_key or not workspace.me.may("person", Act.INVITE):
        return False
    about = {"person_id": known.user, "name": "", "sheet": known.told(), **pinning.about(settled)}
    return sheet.cover(workspace.database, workspace.transport, settled.recovery_key, str(Role.COORDINATOR), about)


def tend(workspace: Workspace) -> None:
    """`cover`, where it can be done now; else at another time."""
    with suppress(SyncError):
        cover(workspace)


def is_the_one(workspace: Workspace, code: str) -> bool:
    """Whether this is the code of the organisation's sheet; raises OrganisationKeyMistyped."""
    public = escrow.organisation_key(code).public
    with workspace.database.read() as connection:
        return pinning.settled(connection).recovery_key == public


def has_sheet(workspace: Workspace) -> bool:
    """Whether this device knows of a sheet, and put the keys that it holds behind its code."""
    with workspace.database.read() as connection:
        return sheet.kept(connection) is not None and state.get(connection, state.SHEET_COVERS) is not None


def recover(
    workspace: Workspace, server: str, code: str, name: str = "", *, label: str = "", http: httpx.Client | None = None
) -> Joined:
    """Go on as the organisation's coordinator with the code of its recovery sheet; the sheet stays good.

    `name`: who this is, for the directory; by default whoever the vault belonged to. Raises OrganisationKeyMistyped,
    BadInvitation (the address), Invalid, and all that `enrolment.join` raises.
    """
    invitation = Invitation(server_address(server), escrow.sheet_code_of(code))
    name = name or (workspace.me.name if enrolment.has_owner(workspace) else "")
    person = whole("person", {"name": name, "role": Role.COORDINATOR})
    joined = enrolment.join(workspace, invitation, recovery_key=escrow.pair_of(code), label=label, http=http)
    workspace.engine.until_done()
    scope = workspace.scopes.organisation
    with workspace.database.read() as connection:
        base = base_of(connection, scope)
    changes = [Change("person", joined.user, scope, person, base)]
    workspace.save(changes, enrolment.ADMINISTRATION, event="vault.recover", action=audit.EXECUTE)
    cover(workspace)
    return joined
