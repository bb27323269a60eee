"""A device that was sent away: it leaves what it hadn't sent, is wiped on a true order only, and the lead decides."""

from collections.abc import Iterator

import msgspec
import pytest

from sync import wipe_order
from sync.client import keyring, lease, outbox, sent_away, state
from sync.client.errors import NotAdmitted
from sync.seal import DeviceKeys
from sync.wire import RevocationAnswer, RevocationRequest, WipeOrder, WipeSigned
from tests.services.central import Organisation
from tests.services.vaults import PASSPHRASE
from wor_tui.clock import SystemClock
from wor_tui.domain.codes import Role
from wor_tui.services import cases, clients, contacts, enrolment, escrow, leaving, synchronisation
from wor_tui.services import sent_away as service
from wor_tui.services.case_file import case_file
from wor_tui.services.contacts import NewContact
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.vault import exists, open_vault, unlock


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    with Organisation(tmp_path_factory.mktemp("organisation")) as made:
        yield made


@pytest.fixture(scope="module")
def lead(organisation: Organisation) -> Workspace:
    workspace = organisation.device("lead")
    invitation, _ = enrolment.invite(organisation.coordinator, "Bea de Lange", Role.COACH, leads=True)
    synchronisation.exchange_all(organisation.coordinator)
    enrolment.join(workspace, invitation.text)
    synchronisation.exchange_all(workspace)
    return workspace


def device_of(workspace: Workspace) -> str:
    return workspace.me.device_id


def order(signer: Workspace, device: str, at: int = 5) -> WipeSigned:
    with signer.database.read() as connection:
        signing = keyring.device_keys(connection).signing
        organisation = str(state.get(connection, state.ORGANISATION))
    return WipeSigned(device, at, wipe_order.sign(signing, organisation, device, at))


def send_away(organisation: Organisation, workspace: Workspace, *, wipe: bool = True) -> None:
    # What a device knows of the coordinator's it has from the directory.
    synchronisation.exchange_all(organisation.coordinator)
    device = device_of(workspace)
    orders = [order(organisation.coordinator, device)] if wipe else []
    request = RevocationRequest([device], orders=orders)
    organisation.coordinator.transport.post("/v1/revocation", request, RevocationAnswer)


def hears(workspace: Workspace) -> bool:
    """Whether it was ordered to be wiped, as it hears now."""
    with pytest.raises(NotAdmitted) as refused:
        synchronisation.exchange(workspace)
    found = service.heard(workspace, refused.value)
    assert found is not None
    return found.ordered


def again(workspace: Workspace) -> Workspace:
    """The same vault, opened by a new process."""
    home = workspace.vault.home
    workspace.close()
    return open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), SystemClock())


def work_of(workspace: Workspace, people: int) -> list[str]:
    """Cases with a contact each, offline."""
    found: list[str] = []
    for number in range(people):
        case = cases.open_by_hand(
            workspace,
            {"given_name": "Zoë", "family_name": f"Meijer{number}", "phone": "030-1111111"},
            received_on=workspace.clock.today(),
        )
        contacts.add(workspace, case, NewContact("phone", workspace.clock.now(), 5, note=f"kanarie {number}"))
        found.append(case)
    return found


def note_of(workspace: Workspace, case_id: str) -> str:
    """What was written down of the one contact."""
    with workspace.database.read() as connection:
        found = connection.exec_driver_sql("SELECT note FROM contact WHERE case_id = ?", (case_id,))
        return str(found.scalar_one())


def at_the_server(organisation: Organisation, *canaries: bytes) -> list[bytes]:
    """Which of these bytes the central API has in its files."""
    files = [path.read_bytes() for path in (organisation.folder / "central").rglob("*") if path.is_file()]
    return [one for one in canaries if any(one in content for content in files)]


def test_all_of_a_device_that_was_away_for_thirty_days_comes_to_the_lead(
    organisation: Organisation, lead: Workspace
) -> None:
    coach = organisation.joined("away", "Ina de Wit")
    person = coach.me.person_id
    made = work_of(coach, 17)
    with coach.database.read() as connection:
        unsent = outbox.unsent(connection)
    assert unsent >= 50
    send_away(organisation, coach)
    with coach.database.write() as connection:
        lease.keep(connection, lease.begun(coach.clock_ms() - 30 * lease.DAY_MS))
    assert hears(coach)
    home = coach.vault.home
    assert service.obey(coach)
    assert not exists(home)
    assert not [path for path in home.rglob("*") if path.is_file() and path.suffix in {".db", ".key"}]

    synchronisation.exchange_all(lead)
    assert synchronisation.status(lead).escrow > 0
    views = escrow.waiting(lead)
    assert len(views) == 17
    assert {view.by for view in views} == {"Ina de Wit"}
    assert {view.name for view in views} == {f"Meijer{number}, Zoë" for number in range(17)}
    assert sum(len(view.left.ops) for view in views) == unsent
    for view in views:
        escrow.accept(lead, view)
    assert escrow.waiting(lead) == []
    synchronisation.exchange_all(lead)
    escrow.settle(lead)
    synchronisation.exchange_all(lead)
    assert synchronisation.status(lead).escrow == 0
    assert [note_of(lead, case) for case in made] == [f"kanarie {number}" for number in range(17)]
    with lead.database.read() as connection:
        whose = connection.exec_driver_sql("SELECT record FROM audit WHERE event = 'escrow.accept' AND kind = 'person'")
        assert set(whose.scalars()) == {person}
    # Everybody has it now.
    colleague = organisation.joined("colleague", "Bas Kuiper")
    # The key that came after the coach went is given by who has it.
    for workspace in (colleague, lead, colleague):
        synchronisation.exchange_all(workspace)
    assert note_of(colleague, made[0]) == "kanarie 0"


def test_what_the_lead_changed_since_is_not_replaced_unseen(organisation: Organisation, lead: Workspace) -> None:
    coach = organisation.joined("differs", "Eva Smit")
    [case] = work_of(coach, 1)
    synchronisation.exchange_all(coach)
    synchronisation.exchange_all(lead)
    for workspace, numbers in ((coach, ("030-2222222", "030-3333333")), (lead, ("030-4444444",))):
        for number in numbers:
            file = case_file(workspace, case)
            clients.edit(workspace, file.client.id, {"phone": number}, file.bases[file.case.scope])
    send_away(organisation, coach)
    assert hears(coach)
    service.obey(coach)
    synchronisation.exchange_all(lead)
    [view] = escrow.waiting(lead)
    escrow.accept(lead, view)
    synchronisation.exchange_all(lead)
    escrow.settle(lead)
    [conflict] = synchronisation.conflicts(lead)
    # Of what one person changed twice the last counts.
    assert {option.value for option in conflict.options} == {"030-3333333", "030-4444444"}
    synchronisation.resolve(lead, conflict.id, 1)


def test_what_is_declined_is_nowhere_any_more(organisation: Organisation, lead: Workspace) -> None:
    coach = organisation.joined("declined", "Wim Post")
    work_of(coach, 1)
    send_away(organisation, coach)
    assert hears(coach)
    service.leave_behind(coach)
    with coach.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT body, record FROM op WHERE seq IS NULL").all()
        canaries = [bytes(body) for body, _ in rows] + [str(record).encode() for _, record in rows]
    assert len(at_the_server(organisation, *canaries)) == len(canaries)
    service.obey(coach)
    synchronisation.exchange_all(lead)
    [view] = escrow.waiting(lead)
    escrow.decline(lead, view)
    assert escrow.waiting(lead) == []
    assert at_the_server(organisation, *canaries) == []


@pytest.mark.parametrize("killed", ["answer", pytest.param("wipe", marks=pytest.mark.soak)])
def test_killed_on_the_way_it_goes_on_at_the_next_start(
    organisation: Organisation, lead: Workspace, monkeypatch: pytest.MonkeyPatch, killed: str
) -> None:
    coach = organisation.joined(f"killed-{killed}", "Noor Bakker")
    work_of(coach, 1)
    with coach.database.read() as connection:
        unsent = outbox.unsent(connection)
    send_away(organisation, coach)
    assert hears(coach)

    def kill(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(*{"answer": (outbox, "deposited"), "wipe": (leaving, "wipe")}[killed], kill)
        with pytest.raises(Killed):
            service.obey(coach)
    coach = again(coach)
    home = coach.vault.home
    with pytest.raises(service.Ordered):
        service.refuse_ordered(coach)
    if killed == "wipe":
        # All is there: the rest needs no connection.
        organisation.stop()
    try:
        assert service.obey(coach)
    finally:
        if killed == "wipe":
            organisation.start()
    assert not exists(home)
    synchronisation.exchange_all(lead)
    views = escrow.waiting(lead)
    assert sum(len(view.left.ops) for view in views) == unsent
    for view in views:
        escrow.decline(lead, view)


def test_without_an_order_nothing_is_destroyed(organisation: Organisation, lead: Workspace) -> None:
    coach = organisation.joined("kept", "Tineke Vos")
    [case] = work_of(coach, 1)
    send_away(organisation, coach, wipe=False)
    assert not hears(coach)
    service.refuse_ordered(coach)
    assert not service.obey(coach)
    assert note_of(coach, case) == "kanarie 0"
    stands = synchronisation.status(coach)
    assert stands.sent_away
    assert stands.unsent == 0
    assert stands.in_escrow > 0
    synchronisation.exchange_all(lead)
    [view] = escrow.waiting(lead)
    escrow.decline(lead, view)


def test_an_order_counts_only_from_a_coordinator_that_the_device_knows(
    organisation: Organisation, lead: Workspace
) -> None:
    coach = organisation.joined("ordered", "Sjoerd Bos")
    with organisation.coordinator.database.read() as connection:
        keys = keyring.device_keys(connection)
    device, by = device_of(coach), device_of(organisation.coordinator)
    signed = order(organisation.coordinator, device)
    true = WipeOrder(device, signed.at, by, keys.signing_public, keys.sealing_public, signed.signature)
    forger = DeviceKeys.new()
    with coach.database.read() as connection:
        organisation_id = str(state.get(connection, state.ORGANISATION))
    forged = wipe_order.sign(forger.signing, organisation_id, device, 5)
    with lead.database.read() as connection:
        colleague = keyring.device_keys(connection)
    theirs = order(lead, device)
    own = order(coach, device)
    wrong = {
        "of the central API's own making": changed(true, signature=forged),
        "with keys of its own making": WipeOrder(device, 5, by, forger.signing_public, forger.sealing_public, forged),
        "by nobody who is known": changed(true, by=coach.new_id()),
        "for another device": changed(
            true, device=device_of(lead), signature=order(organisation.coordinator, device_of(lead)).signature
        ),
        "of another moment": changed(true, at=true.at + 1),
        "by a colleague": WipeOrder(
            device, 5, device_of(lead), colleague.signing_public, colleague.sealing_public, theirs.signature
        ),
        "by itself": changed(true, by=device, signature=own.signature),
    }
    with coach.database.read() as connection:
        assert [why for why, one in wrong.items() if sent_away.is_believed(connection, one)] == []
        assert sent_away.is_believed(connection, true)


def changed(one: WipeOrder, **other: object) -> WipeOrder:
    return msgspec.structs.replace(one, **other)
