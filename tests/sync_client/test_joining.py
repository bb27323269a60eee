"""A vault joins an organisation: with all it has, also when an answer was lost."""

import pytest

from sync.client import enrolment, scopes
from sync.client.errors import Unanswered, Unreachable
from sync.schema import ScopeKind
from tests.sync_client.at_work import names, save
from tests.sync_client.kinds import metadata
from tests.sync_model.machine import canonical
from tests.sync_model.world import World, prepare


def test_a_vault_made_without_a_server_joins_with_all_it_has(world: World) -> None:
    alone = prepare(world.folder / "alone", world.central)
    with alone.database.write() as connection:
        scopes.add(connection, "local-team", ScopeKind.TEAM, "alleen")
    record = save(alone, "Bep", scope="local-team")
    first = world.device(0)
    transport = enrolment.connect(first.database, first.clock_ms, http=first.http)
    invitation = enrolment.invite(first.database, transport, [first.team], role="coach", about={"person": "p1"})
    alone.faults.fault = "drop_before"
    with pytest.raises(Unreachable):
        enrolment.join(alone.database, invitation.text, alone.clock_ms, synced=metadata, http=alone.http)
    joined = enrolment.join(alone.database, invitation.text, alone.clock_ms, synced=metadata, http=alone.http)
    assert (joined.about, joined.role, [one.kind for one in joined.scopes]) == ({"person": "p1"}, "coach", ["team"])
    assert alone.rows("client")[record]["scope"] == first.team
    alone.until_done()
    first.until_done()
    assert names(first) == {"Bep"}
    assert canonical(alone) == canonical(first)
    alone.close()


def test_joining_goes_on_after_the_answer_was_lost(world: World) -> None:
    alone = prepare(world.folder / "alone", world.central)
    first = world.device(0)
    transport = enrolment.connect(first.database, first.clock_ms, http=first.http)
    invitation = enrolment.invite(first.database, transport, [first.team], role="coach")
    passed = alone.faults.handle_request

    def lose_the_second(request: object) -> object:
        alone.faults.fault = "drop_after" if alone.faults.requests == 1 else ""
        return passed(request)  # pyright: ignore[reportArgumentType]

    alone.faults.handle_request = lose_the_second  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(Unanswered):
        enrolment.join(alone.database, invitation, alone.clock_ms, http=alone.http)
    enrolment.join(alone.database, invitation, alone.clock_ms, http=alone.http)
    alone.until_done()
    assert alone.status().joined
    alone.close()
