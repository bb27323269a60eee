"""How a vault begins: alone, as the first of an organisation, or invited into one."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
from sqlalchemy import Connection

from sync.client import adding, auditing, enrolment, pinned, scopes, sheet, state
from sync.client.changes import Change
from sync.client.enrolment import Joined, ScopeWanted
from sync.codes import Invitation
from sync.schema import ScopeKind
from sync.seal import KeyPair
from wor_tui.clock import end_of, milliseconds
from wor_tui.domain.checks import check_not_before_today
from wor_tui.domain.codes import Role
from wor_tui.domain.identifiers import new_id
from wor_tui.domain.kinds import metadata
from wor_tui.domain.rights import Act, may
from wor_tui.services import audit, directory, own_device, pinning, records, taking_over
from wor_tui.services.entry import Entered, whole
from wor_tui.services.errors import PRACTICES, NotAllowed
from wor_tui.services.pinning import Settled
from wor_tui.services.records import DIRECTORY
from wor_tui.services.workspace import Scopes, Workspace
from wor_tui.vault import escrow
from wor_tui.vault.errors import VaultError

ADMINISTRATION = "administration"
"""The purpose of what concerns devices and access."""


HANDED_OUT = (ScopeKind.TEAM, ScopeKind.DESK, ScopeKind.PRACTICE, ScopeKind.AUDIT)
"""What a coordinator hands out the keys of without reading it."""


@dataclass(frozen=True, slots=True)
class Places:
    """The names of the scopes that a new organisation starts with."""

    organisation: str = "Organisatie"
    team: str = "Team"
    desk: str = "Balie"
    practice: str = "Praktijk"
    audit: str = "Logboek"


def has_owner(workspace: Workspace) -> bool:
    """Whether somebody works in this vault yet; if not, `begin_alone` or `join` comes first."""
    with workspace.database.read() as connection:
        return state.get(connection, state.USER) is not None


def begin_alone(
    workspace: Workspace, name: str, *, role: Role = Role.COACH, label: str = "", places: Places | None = None
) -> None:
    """Make the vault somebody's own, without a server; everything moves along when it joins or founds one later.

    `label` names the device. Raises Invalid.
    """
    person = whole("person", {"name": name, "role": role})
    names = places or Places()
    with workspace.database.write() as connection:
        person_id = str(state.get(connection, state.USER) or new_id())
        state.put(connection, user=person_id)
        for kind, text in _wanted(names, role):
            if not any(scope.kind is kind for scope in scopes.by_id(connection).values()):
                scopes.add(connection, new_id(), kind, text)
        device = state.device_of(connection)
    organisation = workspace.scopes.organisation
    made = [Change("person", person_id, organisation, person), _device(organisation, device, person_id, label)]
    workspace.save(made, ADMINISTRATION, event="vault.begin", action=audit.CREATE)


def found(
    workspace: Workspace,
    server: str,
    code: str,
    *,
    settled: Settled | None = None,
    recovery_code: str = "",
    http: httpx.Client | None = None,
) -> Joined:
    """Make this vault the first of an organisation, with the code that a fresh central API printed.

    The vault has begun alone: its scopes become the organisation's, and this person its coordinator, who keeps
    the keys of the teams and the desks, to hand them out, and reads no case; only a team or desk in which this vault
    has work already stays readable here. `settled` holds for everybody who joins from now on, and for this vault.
    `recovery_code` is the recovery key's, for the recovery sheet (`recovery_sheet.cover` puts the keys behind it).
    Raises OrganisationKeyMistyped, MistypedCode, AlreadyJoined, OrganisationKeyUnusable, Declined, an `Unanswered`.
    """
    with workspace.database.write() as connection:
        pinning.begin(connection, settled or Settled())
        if recovery_code:
            sheet.keep(connection, sheet.Sheet.of(escrow.sheet_code_of(recovery_code)))
        there = [ScopeWanted(scope.kind, scope.name) for scope in scopes.by_id(connection).values()]
    if not any(scope.kind is ScopeKind.AUDIT for scope in there):
        there.append(ScopeWanted(ScopeKind.AUDIT, Places().audit))
    joined = enrolment.found(
        workspace.database,
        server,
        code,
        there,
        workspace.clock_ms,
        user=workspace.me.person_id,
        keys_only=HANDED_OUT,
        http=http,
    )
    workspace.start_over()
    workspace.note(
        [workspace.line("organisation.found", audit.CREATE, "organisation", joined.organisation, ADMINISTRATION)]
    )
    with workspace.database.write() as connection:
        own_device.tell_keys(connection, workspace.replica, workspace.clock_ms())
        auditing.pin_own(connection)
    _settle(workspace)
    return joined


def invite(
    workspace: Workspace,
    name: str,
    role: Role,
    *,
    person_id: str = "",
    scope_ids: Sequence[str] = (),
    practice_id: str = "",
    covers_id: str = "",
    until_on: date | None = None,
    leads: bool = False,
) -> tuple[Invitation, str]:
    """Put somebody in the directory and make a one-time invitation for a device of theirs; returns their id too.

    `person_id` names somebody who is in the directory already. Without `scope_ids` the role decides: the
    organisation for everybody, the desks too for who works there, the teams for coaches; another coordinator gets the
    keys of all of them to hand them out, and no access. Who works in the practice on their card (`practice_id`) gets
    its own scope, too, made now if need be; nobody else does. A substitute goes on with the cases of `covers_id` up to
    and including `until_on`; then it ends by itself. Who `leads` decides in the teams about
    what others left whose device was sent away. Only a coordinator may. Raises NotAllowed, Invalid, NotJoined,
    Declined, an `Unanswered`.
    """
    if not workspace.me.may("person", Act.INVITE):
        raise NotAllowed("invite")
    here = workspace.scopes
    covering: dict[str, Entered] = {"covers_id": covers_id, "until_on": until_on}
    check_not_before_today("until_on", until_on, workspace.clock.today())
    if person_id and covers_id:
        records.edit(workspace, "person", person_id, covering, directory.base(workspace), purpose=DIRECTORY)
    if not person_id:
        entered: dict[str, Entered] = {"name": name, "role": role, "practice_id": practice_id, **covering}
        person_id = records.add(workspace, "person", here.organisation, entered, purpose=DIRECTORY)
    if set(scope_ids) & set(here.all_practices):
        raise NotAllowed(PRACTICES)
    with workspace.database.read() as connection:
        allowed, keys_only = (
            (tuple(scope_ids), ()) if scope_ids else _for_role(here, role, auditing.readers(connection))
        )
        about = {"person_id": person_id, "name": name, **pinning.about(pinning.settled(connection))}
        about |= auditing.about(connection)
        known = sheet.kept(connection)
    if known is not None and role is Role.COORDINATOR:
        # Another one who can renew it.
        about["sheet"] = known.told()
    allowed += _own_practice(workspace, role, person_id)
    invitation = enrolment.invite(
        workspace.database,
        workspace.transport,
        allowed,
        role=str(role),
        user=person_id,
        about=about,
        keys_only=keys_only,
        until={
            one: milliseconds(end_of(until_on)) for one in allowed if until_on is not None and one != here.organisation
        },
        leads=[one for one in here.all_teams if one in allowed] if leads else (),
    )
    workspace.note([workspace.line("person.invite", audit.EXECUTE, "person", person_id, ADMINISTRATION)])
    return invitation, person_id


def invite_own(workspace: Workspace) -> Invitation:
    """A one-time invitation for another device of one's own, with what this person may read and nothing more.

    Raises NotJoined, Declined, an `Unanswered`.
    """
    me = workspace.me
    with workspace.database.read() as connection:
        kept = [one for one in scopes.by_id(connection).values() if not one.lost]
        role = str(state.required(connection, state.ROLE))
        about = {"person_id": me.person_id, "name": me.name, **pinning.about(pinning.settled(connection))}
    invitation = enrolment.invite(
        workspace.database,
        workspace.transport,
        [one.id for one in kept if not one.keys_only],
        role=role,
        user=me.person_id,
        about=about,
        keys_only=[one.id for one in kept if one.keys_only],
    )
    workspace.note([workspace.line("device.invite", audit.EXECUTE, "device", me.device_id, ADMINISTRATION)])
    return invitation


def join(
    workspace: Workspace,
    invitation: str | Invitation,
    *,
    label: str = "",
    recovery_key: KeyPair | None = None,
    http: httpx.Client | None = None,
) -> Joined:
    """Bring this vault into an organisation with an invitation (`https://server/#CODE`).

    What was made before, alone, moves along as the work of the person who was invited. The organisation's recovery key
    opens this vault from then on, if it has one.

    Raises BadInvitation, MistypedCode, NotAnInvitation, AlreadyJoined, OrganisationKeyChanged, OrganisationKeyUnusable,
    Unopenable, Declined, an `Unanswered`.
    """
    with workspace.database.write() as connection:
        taking_over.begin(connection)
    joined = enrolment.join(
        workspace.database,
        invitation,
        workspace.clock_ms,
        synced=metadata,
        check=pinning.check,
        keep=_keep,
        recovery_key=recovery_key,
        http=http,
    )
    workspace.start_over()
    with workspace.database.write() as connection:
        taking_over.finish(connection)
        workspace.projection.rebuild(connection)
    with workspace.database.read() as connection:
        keys = pinned.own_fingerprint(connection)
    device = _device(workspace.scopes.organisation, joined.device, joined.user, label, keys)
    workspace.save([device], ADMINISTRATION, event="vault.join", action=audit.EXECUTE)
    _settle(workspace)
    return joined


def _keep(connection: Connection, told: Mapping[str, Any]) -> None:
    """What came with the invitation and is held on to from now on."""
    pinning.pin(connection, told)
    auditing.pin(connection, told)
    if "sheet" in told:
        sheet.keep(connection, sheet.Sheet.read(told["sheet"]))


def _settle(workspace: Workspace) -> None:
    """A key file that can't be written to now doesn't undo the joining: it is settled at the next opening."""
    with suppress(VaultError):
        pinning.settle(workspace)


def _device(organisation: str, device: str, person_id: str, label: str, keys: str = "") -> Change:
    told = {"keys": keys} if keys else {}
    return Change("device", device, organisation, whole("device", {"person_id": person_id, "label": label, **told}))


def _wanted(names: Places, role: Role) -> list[tuple[ScopeKind, str]]:
    practice = [(ScopeKind.PRACTICE, names.practice)] if may(role, "candidate", Act.READ) else []
    return [
        (ScopeKind.ORGANISATION, names.organisation),
        (ScopeKind.TEAM, names.team),
        (ScopeKind.DESK, names.desk),
        *practice,
    ]


def _own_practice(workspace: Workspace, role: Role, person_id: str) -> tuple[str, ...]:
    """The scope of the practice where somebody works, which has the practice's id; none for who works in none."""
    if not may(role, "candidate", Act.READ):
        return ()
    with workspace.database.read() as connection:
        person = records.found_or_none(connection, "person", person_id)
        practice = records.found_or_none(connection, "practice", person["practice_id"] if person is not None else "")
    if practice is None:
        return ()
    adding.add_scope(
        workspace.database, workspace.transport, ScopeKind.PRACTICE, str(practice["name"]), str(practice["id"])
    )
    return (str(practice["id"]),)


def _for_role(here: Scopes, role: Role, audit_scopes: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The scopes that somebody with this role may use, and those of which they only get the keys."""
    teams, desks = here.all_teams, here.all_desks
    if role is Role.COORDINATOR:
        return (here.organisation,), (*teams, *desks, *here.all_practices, *audit_scopes)
    if role is Role.AUDITOR:
        return (here.organisation, *audit_scopes), ()
    team_too, desk_too = may(role, "case", Act.READ), may(role, "referral", Act.READ)
    return (here.organisation, *(teams if team_too else ()), *(desks if desk_too else ())), ()
