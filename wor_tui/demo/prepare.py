"""Makes the demo: a central API, an organisation founded and joined the way real ones are, and its invented cases."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from filelock import FileLock

from sync.client import scopes, state
from sync.client.engine import Progress
from sync.schema import ScopeKind
from wor_tui.clock import SystemClock
from wor_tui.demo import fill
from wor_tui.demo.central import Prepared, free_port, is_guarded, session, standing
from wor_tui.demo.folder import MARK, ROLES, DemoError, DemoFolder
from wor_tui.demo.guard import open_sessions, url_of
from wor_tui.demo.people import listed
from wor_tui.domain.codes import Role
from wor_tui.domain.identifiers import new_id
from wor_tui.i18n import _
from wor_tui.services import directory, enrolment
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create, open_vault, unlock

CLIENTS = 60
PASSPHRASE = "verzonnen mensen"  # noqa: S105 -- it stands in the folder for everybody to read
COORDINATOR = "coordinator"
TELLING_S = 3.0
FIRST_CODE = "first-coordinator-code.txt"

Say = Callable[[str], None]
"""Tells the person what is being done."""


def prepare(folder: DemoFolder, say: Say, clients: int | None = None) -> Prepared:
    """Make the demo in `folder` unless it stands there already; one that was broken off is made again.

    Raises DemoError for a folder with something else in it or with another number of clients, and what the vault, the
    services and the exchange raise.
    """
    if not folder.is_prepared():
        folder.claim()
        with FileLock(folder.making):
            if not folder.is_prepared():
                folder.clear()
                port = free_port()
                folder.write_passphrase(PASSPHRASE)
                with session(folder, port) as url:
                    _make(folder, url, clients or CLIENTS, say)
                folder.write_facts(prepared=True, port=port, clients=clients or CLIENTS)
    return standing(folder, clients) or Prepared(folder, _moved(folder))


def reset(folder: DemoFolder) -> None:
    """Remove the demo; raises DemoError when the folder isn't a demo's, or the demo is open."""
    if not folder.root.exists():
        return
    if not folder.marker.exists():
        raise DemoError("not_a_demo", str(folder.root))
    if is_guarded(folder) or open_sessions(folder):
        raise DemoError("is_open")
    with FileLock(folder.making):
        folder.clear()


def opened(folder: DemoFolder, role: str) -> Workspace:
    """Open one person's vault; closing the workspace closes it. Raises the vault's errors."""
    home = folder.home(role)
    return open_workspace(open_vault(home, unlock(home, passphrase=folder.passphrase())), SystemClock())


def _moved(folder: DemoFolder) -> int:
    """Another port for the central API, as something else has taken its own since; the vaults are told of it."""
    port = free_port()
    for role in (COORDINATOR, *ROLES):
        with opened(folder, role) as workspace, workspace.database.write() as connection:
            state.put(connection, server=url_of(port))
    folder.write_facts(**{**folder.facts(), "port": port})
    return port


def _make(folder: DemoFolder, url: str, clients: int, say: Say) -> None:
    say(_("De coördinator richt de organisatie op."))
    with _begun(folder.home(COORDINATOR), folder) as coordinator:
        invitations = _found(coordinator, folder, url)
        coordinator.engine.until_done()
        for role in ROLES:
            say(_("{name} meldt een apparaat aan.").format(name=_person(role)["name"]))
            with _begun(folder.home(role), folder) as workspace:
                enrolment.join(workspace, invitations[role], label=_("Demo, deze computer"))
                workspace.engine.until_done(_Told(say))
                if role == "coach":
                    _fill(workspace, clients, say)
                if workspace.scopes.practices:
                    fill.fill_candidates(workspace, workspace.scopes.practice)
                    workspace.engine.until_done()


def _begun(home: Path, folder: DemoFolder) -> Workspace:
    """A new vault, marked as a demo's; as its passphrase lies beside it, the least cost that is allowed is enough."""
    made = create(home, folder.passphrase(), cost=FLOOR)
    (home / MARK).touch(mode=0o600)
    return open_workspace(made.vault, SystemClock())


def _found(coordinator: Workspace, folder: DemoFolder, url: str) -> dict[str, str]:
    """Found the organisation, fill its directory, and invite the others; returns the invitations by role."""
    known = listed("practices")
    desks = [each["desk"] for each in known["practices"]]
    places = enrolment.Places(known["organisation"], known["team"], desks[0])
    enrolment.begin_alone(coordinator, _person(COORDINATOR)["name"], role=Role.COORDINATOR, places=places)
    with coordinator.database.write() as connection:
        for desk in desks[1:]:
            scopes.add(connection, new_id(), ScopeKind.DESK, desk)
    code = (folder.server_data / FIRST_CODE).read_text("ascii").strip()
    enrolment.found(coordinator, url, code)
    fill.fill_directory(coordinator)
    practices = {card.name: card.id for card in directory.practices(coordinator)}
    ids = {each["key"]: practices[each["name"]] for each in known["practices"]}
    here = coordinator.scopes
    allowed = {
        "coach": (here.organisation, *here.all_teams, *here.all_desks),
        "colleague": (here.organisation, *here.all_teams, *here.all_desks),
        "assistant": (here.organisation, _desks(coordinator)["linde"]),
    }
    invitations: dict[str, str] = {}
    for role, scope_ids in allowed.items():
        person = _person(role)
        person_id = directory.add_person(coordinator, fill.card_of(person, ids))
        invitation, _same = enrolment.invite(
            coordinator, person["name"], Role(person["role"]), person_id=person_id, scope_ids=scope_ids
        )
        invitations[role] = invitation.text
    return invitations


def _fill(coach: Workspace, clients: int, say: Say) -> None:
    def told(saved: int, count: int) -> None:
        if count > fill.STORIES_AT_ONCE:
            say(_("{saved} van {count} verzonnen dossiers bewaard.").format(saved=saved, count=count))

    say(_("De coach vult {n} verzonnen dossiers.").format(n=clients))
    around = fill.around_of(coach, _desks(coach))
    fill.fill(coach, around, clients, told)
    fill.plan_appointments(coach, around)
    say(_("De dossiers worden versleuteld verstuurd."))
    coach.engine.until_done(_Told(say))


class _Told:
    """Tells now and then how far a long exchange has come."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.before = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() - self.before > TELLING_S:
            self.before = time.monotonic()
            counts = {"sent": progress.pushed, "received": progress.pulled, "left": progress.unsent}
            self.say(_("{sent} verstuurd, {received} ontvangen, nog {left} te gaan.").format(**counts))


def _desks(workspace: Workspace) -> dict[str, str]:
    """The desk's scope of each practice that is here, by the practice's key."""
    with workspace.database.read() as connection:
        by_name = {scope.name: scope.id for scope in scopes.by_id(connection).values()}
    return {each["key"]: by_name[each["desk"]] for each in listed("practices")["practices"] if each["desk"] in by_name}


def _person(key: str) -> Mapping[str, str]:
    return next(each for each in listed("practices")["people"] if each["key"] == key)
