"""A person's whole file goes: on this device, at the central API, and on every other device, also what came later."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.central import Organisation
from tests.services.test_person_records import filled
from wor_tui.clock import FixedClock
from wor_tui.domain.codes import Role
from wor_tui.services import backups, contacts, drafts, erasing, synchronisation
from wor_tui.services.case_file import case_file
from wor_tui.services.caseload import View, index
from wor_tui.services.contacts import NewContact
from wor_tui.services.errors import NotAllowed, NotFound
from wor_tui.services.workspace import Workspace

CANARY = "Zwaantje-canary"


def everything(workspace: Workspace) -> str:
    """All that the tables of the vault hold."""
    with workspace.database.read() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        return repr([connection.exec_driver_sql(f'SELECT * FROM "{table}"').all() for table in tables])  # noqa: S608


def audited(workspace: Workspace) -> list[tuple[str, str]]:
    with workspace.database.read() as connection:
        lines = connection.exec_driver_sql("SELECT event, record FROM audit WHERE action = 'D'").all()
    return [(str(event), str(record)) for event, record in lines]


def test_alone_it_is_gone_at_once(workspace: Workspace) -> None:
    filled(workspace, "Buurman")
    before = len(index(workspace).ids)
    case_id = filled(workspace, CANARY)
    client = case_file(workspace, case_id).client.id
    file = erasing.person_file(workspace, client)
    assert (file.name, file.joined, file.waits) == (CANARY, False, False)
    assert file.counts == dict.fromkeys(
        ("client", "case", "intake", "web", "contact", "consent", "feedback", "referral", "appointment"), 1
    )
    with pytest.raises(erasing.NotTheName):
        erasing.erase(workspace, client, "Buurman")
    assert case_file(workspace, case_id).client.id == client
    drafts.save(workspace, "contact", case_id, {"note": CANARY}, {})
    drafts.save(workspace, "appointment", "", {"case_id": case_id, "note": CANARY}, {})
    drafts.save(workspace, "contact", "somebody else's", {"note": "stays"}, {})
    erasing.erase(workspace, client, CANARY)
    assert CANARY not in everything(workspace)
    assert [draft.record for draft in drafts.every(workspace)] == ["somebody else's"]
    assert len(index(workspace).ids) == before
    assert audited(workspace) == [("client.erase", client)]
    with pytest.raises(NotFound):
        case_file(workspace, case_id)


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    with Organisation(tmp_path_factory.mktemp("erasing")) as made:
        yield made


def test_it_reaches_who_works_on_it_meanwhile(organisation: Organisation) -> None:
    ina, bep = organisation.joined("ina", "Ina"), organisation.joined("bep", "Bep")
    case_id = filled(ina, CANARY)
    client = case_file(ina, case_id).client.id
    filled(ina, "Buurman")
    synchronisation.exchange_all(ina)
    synchronisation.exchange_all(bep)
    # Without a connection, and without knowing what the other one does.
    contacts.add(bep, case_id, NewContact("phone", bep.clock.now(), note=f"late {CANARY}"))
    drafts.save(bep, "contact", case_id, {"note": CANARY}, {})
    erasing.erase(ina, client, CANARY)
    assert erasing.waits(ina, client)
    assert case_file(ina, case_id).client.id == client, "until it was heard"
    for each in (ina, bep, bep, ina):
        synchronisation.exchange_all(each)
    for each in (ina, bep):
        assert CANARY not in everything(each)
        assert not erasing.waits(each, client)
        assert len(index(each, View.TEAM).ids) == 1
        stands = synchronisation.status(each)
        assert (stands.unsent, stands.held, stands.quarantined) == (0, 0, 0)
    assert not drafts.every(bep)
    late = organisation.joined("late", "Cor")
    assert len(index(late, View.TEAM).ids) == 1
    assert CANARY not in everything(late)
    files: list[Path] = [path for path in (organisation.folder / "central").rglob("*") if path.is_file()]
    assert not any(CANARY.encode() in path.read_bytes() for path in files)


def test_only_a_coach_may_ask_for_it(organisation: Organisation) -> None:
    assistant = organisation.joined("assistant", "Mo", Role.ASSISTANT)
    for each in (assistant, organisation.coordinator):
        with pytest.raises(NotAllowed):
            erasing.erase(each, "somebody", "somebody")


def test_backups_from_before_are_named_and_replaced(workspace: Workspace, clock: FixedClock) -> None:
    case_id = filled(workspace, CANARY)
    before = backups.back_up(workspace).backup
    assert backups.holding_erased(workspace) == []
    clock.advance(timedelta(minutes=1))
    erasing.erase(workspace, case_file(workspace, case_id).client.id, CANARY)
    clock.advance(timedelta(minutes=1))
    assert backups.holding_erased(workspace) == [before]
    taken = backups.without_erased(workspace)
    assert taken.removed == (before,)
    assert backups.listed(workspace) == [taken.backup]
    assert backups.holding_erased(workspace) == []
