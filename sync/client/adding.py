"""A scope that is added to an organisation later: its keys are made here and handed to every coordinator's devices."""

from sync.client import keyring, pinned, scopes, state
from sync.client.store import Database
from sync.client.transport import Declined, Transport
from sync.schema import ScopeKind
from sync.seal import KeyPair
from sync.wire import Membership, NewScope, OrganisationAnswer, OrganisationRequest, ProblemType, Rights

COORDINATOR = "coordinator"
ENROLLED = "enrolled"


def add_scope(database: Database, transport: Transport, kind: ScopeKind, name: str, scope_id: str) -> None:
    """Add a scope under an id of the program's choosing; nothing when this device holds its keys already.

    Coordinators hold its keys, to hand them out, and read nothing of it; a device of theirs whose keys aren't known to
    be its own gets none. It may be repeated after a failure: the keys are kept before anything is sent. When somebody
    else has made the scope meanwhile, these keys are dropped, and theirs come with the next exchange. Raises
    Declined (`taken` then), an `Unanswered`.
    """
    there = transport.post("/v1/organisation", OrganisationRequest(), OrganisationAnswer)
    coordinators = {user.id for user in there.users if user.role == COORDINATOR}
    with database.write() as connection:
        kept = keyring.private_keys(connection, scope_id)
        if kept and any(scope.id == scope_id for scope in there.scopes):
            return
        pair = KeyPair.of(kept[1]) if kept else KeyPair.new()
        if not kept:
            scopes.add(connection, scope_id, kind, name, keys_only=True)
            keyring.keep(connection, scope_id, 1, pair.private)
        own = state.device_of(connection)
        grants = [
            pinned.grant(connection, each, scope_id, 1, pair.private)
            for each in there.devices
            if each.user in coordinators
            and each.state == ENROLLED
            and (each.id == own or pinned.is_own(connection, each))
        ]
    request = OrganisationRequest(
        scopes=[NewScope(scope_id, str(kind), pair.public)],
        members=[Membership(scope_id, each, Rights.KEYS) for each in sorted(coordinators)],
        grants=grants,
    )
    try:
        transport.post("/v1/organisation", request, OrganisationAnswer)
    except Declined as declined:
        if declined.problem.name == ProblemType.TAKEN:
            with database.write() as connection:
                scopes.forget(connection, scope_id)
        raise
