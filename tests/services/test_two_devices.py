"""Real vaults, a real central API as a process, and nothing but the services between them."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from sync.client import adding
from sync.client import enrolment as client_enrolment
from sync.client.errors import NoSuchConflict, NotHeld, Unreachable
from sync.client.transport import Declined
from sync.schema import ScopeKind
from sync.wire import Membership, OrganisationAnswer, OrganisationRequest
from tests.services.central import Organisation
from wor_tui.clock import FixedClock, end_of, milliseconds
from wor_tui.domain.codes import ConsentPurpose, Role
from wor_tui.domain.kinds import metadata
from wor_tui.services import (
    candidates,
    cases,
    clients,
    consents,
    contacts,
    directory,
    enrolment,
    letters,
    referrals,
    synchronisation,
    taking_over,
    today,
)
from wor_tui.services.case_file import case_file
from wor_tui.services.caseload import View, index
from wor_tui.services.contacts import NewContact
from wor_tui.services.errors import NotAllowed
from wor_tui.services.intake_import import import_intakes
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.wording import sentence

INA, BAS, JOYCE = "Ina de Wit", "Bas Kuiper", "Joyce Landveld"


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    with Organisation(tmp_path_factory.mktemp("organisation")) as made:
        yield made


@pytest.fixture(scope="module")
def ina(organisation: Organisation) -> Workspace:
    return organisation.joined("ina", INA)


@pytest.fixture(scope="module")
def bas(organisation: Organisation) -> Workspace:
    return organisation.joined("bas", BAS)


@pytest.fixture(scope="module")
def joyce(organisation: Organisation) -> Workspace:
    return organisation.joined("joyce", JOYCE, Role.ASSISTANT)


def exchanged(*workspaces: Workspace) -> None:
    """Twice around, so that the first also has what the last one sent."""
    for _ in range(2):
        for workspace in workspaces:
            synchronisation.exchange_all(workspace)


def a_case(workspace: Workspace, family_name: str = "Vries") -> str:
    client = {"family_name": family_name, "given_name": "Zoë", "phone": "06-12345678"}
    return cases.open_by_hand(workspace, client, received_on=workspace.clock.today() - timedelta(days=20))


def phone(workspace: Workspace, case_id: str) -> str:
    return case_file(workspace, case_id).client.phone


def change_phone(workspace: Workspace, case_id: str, number: str) -> None:
    file = case_file(workspace, case_id)
    clients.edit(workspace, file.client.id, {"phone": number}, file.bases[file.case.scope])


def choose(workspace: Workspace, value: str) -> None:
    [conflict] = synchronisation.conflicts(workspace)
    [option] = [each for each in conflict.options if each.value == value]
    synchronisation.resolve(workspace, conflict.id, option.take)


def test_who_joined_is_who_was_invited(organisation: Organisation, ina: Workspace, joyce: Workspace) -> None:
    assert (ina.me.name, ina.me.role, ina.me.roles) == (INA, Role.COACH, {Role.COACH})
    assert (joyce.me.name, joyce.me.role) == (JOYCE, Role.ASSISTANT)
    assert organisation.coordinator.me.roles == {Role.COORDINATOR}
    assert {INA, "Hanneke Vos"} <= {card.name for card in directory.people(ina)}
    with pytest.raises(NotAllowed):
        enrolment.invite(ina, "Iemand anders", Role.COACH)


def test_a_contact_made_by_one_is_there_at_the_other(ina: Workspace, bas: Workspace) -> None:
    case_id = a_case(ina)
    contacts.add(ina, case_id, NewContact("phone", ina.clock.now(), 10, note="even gebeld"))
    assert synchronisation.status(ina).unsent > 0
    assert case_file(ina, case_id).unsent > 0
    exchanged(ina, bas)
    file = case_file(bas, case_id)
    [entry] = file.timeline
    assert (entry.note, entry.author, entry.unsent, file.case.coach) == ("even gebeld", INA, False, INA)
    assert case_id in index(bas, View.TEAM).ids
    assert case_id not in index(bas, View.MINE).ids
    assert synchronisation.status(ina).unsent == case_file(ina, case_id).unsent == 0
    assert synchronisation.status(bas).complete


def test_two_edits_without_the_central_api_are_a_conflict_that_one_decides(
    organisation: Organisation, ina: Workspace, bas: Workspace
) -> None:
    case_id = a_case(ina, "Meijer")
    exchanged(ina, bas)
    organisation.stop()
    try:
        change_phone(ina, case_id, "030-1111111")
        change_phone(bas, case_id, "030-2222222")
        with pytest.raises(Unreachable) as away:
            synchronisation.exchange(ina)
        assert sentence(away.value).startswith("Geen verbinding")
        assert phone(ina, case_id) == "030-1111111"
    finally:
        organisation.start()
    exchanged(ina, bas)

    for workspace, name in ((ina, INA), (bas, BAS)):
        [conflict] = synchronisation.conflicts(workspace)
        assert (conflict.kind, conflict.field, conflict.case_id) == ("client", "phone", case_id)
        assert conflict.name == "Meijer, Zoë"
        assert {each.value: each.by for each in conflict.options} == {"030-1111111": INA, "030-2222222": BAS}
        assert [each.by for each in conflict.options if each.mine] == [name]
        assert [each.take for each in conflict.options] == [1, 2]
        assert index(workspace, View.CONFLICTS).ids == [case_id]
        assert case_file(workspace, case_id).conflict_fields == {("client", conflict.record, "phone")}
    assert phone(ina, case_id) == phone(bas, case_id)

    [conflict] = synchronisation.conflicts(bas)
    choose(bas, "030-1111111")
    assert synchronisation.conflicts(bas) == []
    exchanged(bas, ina)
    assert phone(ina, case_id) == phone(bas, case_id) == "030-1111111"
    assert synchronisation.conflicts(ina) == synchronisation.conflicts(bas) == []
    assert synchronisation.status(ina).conflicts == synchronisation.status(bas).conflicts == 0
    with pytest.raises(NoSuchConflict):
        synchronisation.resolve(ina, conflict.id, 1)


def test_two_who_decide_differently_are_in_conflict_again(ina: Workspace, bas: Workspace) -> None:
    case_id = a_case(ina, "Jansen")
    exchanged(ina, bas)
    change_phone(ina, case_id, "030-3333333")
    change_phone(bas, case_id, "030-4444444")
    exchanged(ina, bas)
    choose(ina, "030-4444444")
    choose(bas, "030-3333333")
    exchanged(ina, bas)
    for workspace in (ina, bas):
        [conflict] = synchronisation.conflicts(workspace)
        assert {each.value: each.by for each in conflict.options} == {"030-4444444": INA, "030-3333333": BAS}
    choose(ina, "030-3333333")
    exchanged(ina, bas)
    assert phone(ina, case_id) == phone(bas, case_id) == "030-3333333"
    assert synchronisation.conflicts(ina) == synchronisation.conflicts(bas) == []


def test_two_who_decide_alike_agree(ina: Workspace, bas: Workspace) -> None:
    case_id = a_case(ina, "Bakker")
    exchanged(ina, bas)
    change_phone(ina, case_id, "030-5555555")
    change_phone(bas, case_id, "030-6666666")
    exchanged(ina, bas)
    choose(ina, "030-5555555")
    choose(bas, "030-5555555")
    exchanged(ina, bas)
    assert phone(ina, case_id) == phone(bas, case_id) == "030-5555555"
    assert synchronisation.conflicts(ina) == synchronisation.conflicts(bas) == []


def test_different_fields_are_no_conflict(ina: Workspace, bas: Workspace) -> None:
    case_id = a_case(ina, "Smit")
    exchanged(ina, bas)
    change_phone(ina, case_id, "030-7777777")
    file = case_file(bas, case_id)
    clients.edit(bas, file.client.id, {"place": "Houten"}, file.bases[file.case.scope])
    exchanged(ina, bas)
    for workspace in (ina, bas):
        client = case_file(workspace, case_id).client
        assert (client.phone, client.place) == ("030-7777777", "Houten")
    assert synchronisation.conflicts(ina) == []


def may(organisation: Organisation, who: Workspace, rights: str) -> None:
    """What the coordinator lets somebody do with the team's case files from now on."""
    coordinator = organisation.coordinator
    members = [Membership(coordinator.scopes.all_teams[0], who.me.person_id, rights)]
    coordinator.transport.post(
        "/v1/organisation", OrganisationRequest(scopes=[], members=members, grants=[]), OrganisationAnswer
    )


def test_the_coordinator_hands_out_keys_and_reads_no_case(organisation: Organisation, ina: Workspace) -> None:
    a_case(ina, "Nooitgelezen")
    coordinator = organisation.coordinator
    exchanged(ina, coordinator)
    assert (coordinator.scopes.teams, coordinator.scopes.desks) == ((), ())
    assert (len(coordinator.scopes.all_teams), len(coordinator.scopes.all_desks)) == (1, 1)
    assert synchronisation.status(coordinator).complete
    everything = repr([tuple(row) for row in _everything(coordinator)])
    assert "Nooitgelezen" not in everything
    assert ina.me.name in everything, "the directory is read"
    with pytest.raises(NotAllowed):
        a_case(coordinator)


def test_a_second_coordinator_can_invite_too_and_reads_no_case_either(organisation: Organisation) -> None:
    second = organisation.joined("second", "Wim Bos", Role.COORDINATOR)
    assert (second.scopes.teams, second.scopes.desks) == ((), ())
    invitation, _ = enrolment.invite(second, "Nieuwe Coach", Role.COACH)
    exchanged(second)
    coach = organisation.device("new-coach")
    enrolment.join(coach, invitation.text)
    exchanged(coach)
    assert index(coach, View.TEAM).ids, "the case files came in and could be opened"
    assert synchronisation.status(coach).quarantined == 0


def test_who_founds_with_cases_goes_on_with_them(organisation: Organisation, tmp_path: Path) -> None:
    with Organisation(tmp_path / "other", begin=False) as other:
        alone = other.device("alone")
        enrolment.begin_alone(alone, "Hanneke Vos")
        case_id = a_case(alone, "Eerder")
        other.found(alone)
        exchanged(alone)
        assert (synchronisation.status(alone).unsent, synchronisation.status(alone).held) == (0, 0)
        assert case_file(alone, case_id).client.family_name == "Eerder"
        assert alone.scopes.teams
        assert alone.scopes.desks == ()


def test_a_refused_change_is_held_and_sent_again_or_given_up(
    organisation: Organisation, ina: Workspace, bas: Workspace
) -> None:
    case_id = a_case(ina, "Visser")
    exchanged(ina, bas)
    may(organisation, bas, "read")
    change_phone(bas, case_id, "030-8888888")
    exchanged(bas)
    clients.edit(bas, case_file(bas, case_id).client.id, {"place": "Nergens"}, 0)
    exchanged(bas)
    assert (synchronisation.status(bas).held, synchronisation.status(bas).unsent) == (2, 0)
    first, second = synchronisation.held(bas)
    assert (first.fields, first.reason, first.case_id, first.name) == (
        ("phone",),
        "not_a_member",
        case_id,
        "Visser, Zoë",
    )
    assert phone(bas, case_id) == "06-12345678"

    may(organisation, bas, "write")
    synchronisation.resend(bas, first.n)
    assert phone(bas, case_id) == "030-8888888"
    synchronisation.drop(bas, second.n)
    assert synchronisation.held(bas) == []
    exchanged(bas, ina)
    assert phone(ina, case_id) == phone(bas, case_id) == "030-8888888"
    assert case_file(ina, case_id).client.place == ""
    assert synchronisation.conflicts(ina) == []
    for n in (first.n, second.n):
        with pytest.raises(NotHeld):
            synchronisation.resend(bas, n)


def test_the_desk_has_no_case_files_and_says_so(ina: Workspace, joyce: Workspace) -> None:
    case_id = a_case(ina, "Dekker")
    referrals.register(ina, {"client_name": "Anna van der Berg", "received_on": joyce.clock.today()})
    exchanged(ina, joyce)
    assert (len(joyce.scopes.desks), joyce.scopes.teams, joyce.scopes.practices) == (1, (), ())
    assert joyce.scopes.organisation == ina.scopes.organisation
    assert [row.client_name for row in referrals.inbox(ina)[0]] == ["Anna van der Berg"]
    assert "Dekker" not in repr([tuple(row) for row in _everything(joyce)])
    attempts = (
        lambda: index(joyce, View.TEAM),
        lambda: case_file(joyce, case_id),
        lambda: contacts.add(joyce, case_id, NewContact("phone", joyce.clock.now())),
        lambda: cases.open_by_hand(joyce, {"family_name": "Smit"}),
        lambda: cases.open_from_referral(joyce, referrals.inbox(joyce)[0][0].id, {"family_name": "Berg"}, 0),
        lambda: import_intakes(joyce, b'[{"id": "x", "client": {"family_name": "Smit"}, "received_on": "2026-01-02"}]'),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed) as refused:
            attempt()
        assert sentence(refused.value) == (
            "De dossiers zijn er alleen voor de welzijnscoaches van het team. Er is niets veranderd. Vraag uw "
            "coördinator om toegang als u die nodig hebt."
        )


def test_a_practice_keeps_its_candidates_and_shares_with_consent(organisation: Organisation, ina: Workspace) -> None:
    coordinator = organisation.coordinator
    linde = directory.add_practice(coordinator, {"name": "De Linde"})
    brug = directory.add_practice(coordinator, {"name": "De Brug"})
    devices = {
        name: organisation.joined(name, name, role, practice_id=practice)
        for name, role, practice in (
            ("assistant", Role.ASSISTANT, linde), ("gp", Role.REFERRER, linde), ("neighbour", Role.ASSISTANT, brug),
        )
    }  # fmt: skip
    assistant, gp, neighbour = devices.values()
    assert (assistant.scopes.practices, gp.scopes.practices, neighbour.scopes.practices) == (
        (linde,), (linde,), (brug,),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        enrolment.invite(coordinator, "Coach", Role.COACH, scope_ids=[linde])
    candidate = candidates.add(assistant, {"initials": "K.N.R.", "patient_number": "Kanarie-7"})
    said = {"by_whom": "client", "how": "spoken", "on": assistant.clock.today()}
    agreed = [ConsentPurpose.CONTACT_DETAILS, ConsentPurpose.FEEDBACK]
    exchanged(assistant, gp, neighbour, ina, coordinator)
    assert [row.initials for row in candidates.listed(gp)[0]] == ["K.N.R."]
    for other in (neighbour, ina, coordinator):
        assert "Kanarie" not in repr(_everything(other))
        assert candidate not in repr(_everything(other))

    candidates.record_consent(gp, candidate, agreed, given=True, **said)
    exchanged(gp, assistant)
    candidates.to_desk(assistant, candidate, {"client_name": "Kees Noord", "phone": "06-12345678", "reason": "geheim"})
    exchanged(assistant, ina)
    [row] = [row for row in referrals.inbox(ina)[0] if row.client_name == "Kees Noord"]
    assert "Kanarie" not in repr(_everything(ina))
    assert "geheim" not in repr(_everything(ina))
    case_id = cases.open_from_referral(ina, row.id, referrals.proposed_client(row), 0)
    assert case_file(ina, case_id).effective_consents == set(agreed)
    assert letters.contents(ina, case_id).reason == ""
    letters.share(ina, case_id, 1, "De intake was in november.")
    exchanged(ina, gp, assistant)
    assert [letter.text for letter in letters.of_referral(gp, row.id)] == ["De intake was in november."]
    with pytest.raises(NotAllowed):
        letters.of_referral(assistant, row.id)

    candidates.record_consent(assistant, candidate, [ConsentPurpose.FEEDBACK], given=False, **said)
    exchanged(assistant, ina)
    assert case_file(ina, case_id).effective_consents == {ConsentPurpose.CONTACT_DETAILS}
    for share in (lambda: letters.contents(ina, case_id), lambda: letters.share(ina, case_id, 2, "Nog een.")):
        with pytest.raises(NotAllowed):
            share()
    consents.record(ina, case_id, ConsentPurpose.CONTACT_DETAILS, given=False, **said)
    assert case_id in index(ina, View.WAITING_FOR_CONSENT).ids
    exchanged(ina, assistant)
    [known] = candidates.listed(assistant)[0]
    assert known.agreed == set()


def test_two_coordinators_who_make_one_practice_end_with_one(organisation: Organisation) -> None:
    coordinator = organisation.coordinator
    other = organisation.joined("deputy", "Wim Bos", Role.COORDINATOR)
    practice = directory.add_practice(coordinator, {"name": "De Es"})
    exchanged(coordinator, other)
    adding.add_scope(other.database, other.transport, ScopeKind.PRACTICE, "De Es", practice)
    with pytest.raises(Declined, match="taken"):
        adding.add_scope(coordinator.database, coordinator.transport, ScopeKind.PRACTICE, "De Es", practice)
    exchanged(coordinator)
    assert practice in coordinator.scopes.keys_of_practices
    es = organisation.joined("es", "Es", Role.ASSISTANT, practice_id=practice)
    candidates.add(es, {"initials": "A."})
    exchanged(es)
    assert (synchronisation.status(es).held, synchronisation.status(es).unsent) == (0, 0)


def test_a_substitute_has_what_was_handed_over_until_it_ends(organisation: Organisation, ina: Workspace) -> None:
    handed_over, other = a_case(ina, "Overgedragen"), a_case(ina, "Vanbas")
    bas_id = next(card.id for card in directory.people(ina) if card.name == BAS)
    cases.edit(ina, other, {"coach_id": bas_id}, case_file(ina, other).bases[case_file(ina, other).case.scope])
    exchanged(ina)
    coordinator, until = organisation.coordinator, ina.clock.today() + timedelta(days=3)
    invitation, _ = enrolment.invite(
        coordinator, "Waarnemer", Role.SUBSTITUTE, covers_id=ina.me.person_id, until_on=until
    )
    exchanged(coordinator)
    substitute = organisation.device("substitute")
    enrolment.join(substitute, invitation.text)
    exchanged(substitute)
    for view in (View.MINE, View.TEAM):
        assert handed_over in index(substitute, view).ids
        assert other not in index(substitute, view).ids
    assert case_file(substitute, handed_over).client.family_name == "Overgedragen"
    with pytest.raises(NotAllowed) as refused:
        case_file(substitute, other)
    assert refused.value.what == "not_handed_over"
    day = today.today(substitute)
    assert (day.covered, day.until_on) == (INA, until)
    opened = cases.open_by_hand(substitute, {"family_name": "Nieuw"})
    assert case_file(substitute, opened).case.coach == INA
    with pytest.raises(NotAllowed):
        directory.edit_person(substitute, substitute.me.person_id, {"until_on": date(2099, 1, 1)}, 0)

    # Over, and without a connection.
    substitute.clock = FixedClock(substitute.clock.now() + timedelta(days=4))
    for read in (lambda: index(substitute, View.MINE), lambda: case_file(substitute, handed_over)):
        with pytest.raises(NotAllowed, match="cover_ended"):
            read()
    told = coordinator.transport.post("/v1/organisation", OrganisationRequest(), OrganisationAnswer)
    mine = {one.scope: one.until for one in told.members if one.user == substitute.me.person_id}
    assert mine.pop(substitute.scopes.organisation) is None
    assert set(mine.values()) == {milliseconds(end_of(until))}


def _everything(workspace: Workspace) -> list[tuple[object, ...]]:
    with workspace.database.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT record, kind, live FROM replica")]


def test_a_vault_made_alone_joins_with_everything_once(organisation: Organisation, ina: Workspace) -> None:
    alone = organisation.device("alone")
    enrolment.begin_alone(alone, "Mieke Alleen", label="laptop")
    before = alone.me.person_id
    directory.edit_person(alone, before, {"mobile": "06-11223344"}, 0)
    directory.add_person(alone, {"name": "Dr. Peters", "role": "referrer"})
    case_id = a_case(alone, "Mulder")
    contacts.add(alone, case_id, NewContact("visit", alone.clock.now(), 60, note="kennisgemaakt"))
    change_phone(alone, case_id, "030-9999999")
    intake = b'[{"id": "zd-7", "client": {"family_name": "Postma"}, "received_on": "2026-01-02"}]'
    imported = import_intakes(alone, intake).added
    referrals.register(alone, {"client_name": "Piet Post", "received_on": date(2026, 1, 2)})

    invitation, person_id = organisation.invited("Mieke Smeets")
    enrolment.join(alone, invitation, label="laptop")
    exchanged(alone, ina)
    assert (alone.me.person_id, alone.me.name) == (person_id, "Mieke Smeets")
    for workspace in (alone, ina):
        cards = {card.name: card for card in directory.people(workspace)}
        assert "Mieke Alleen" not in cards
        assert "Dr. Peters" in cards
        assert (cards["Mieke Smeets"].id, cards["Mieke Smeets"].mobile) == (person_id, "06-11223344")
        assert [each.author for each in case_file(workspace, case_id).timeline] == ["Mieke Smeets"]
        file = case_file(workspace, case_id)
        assert (file.client.phone, file.case.coach) == ("030-9999999", "Mieke Smeets")
        assert [entry.note for entry in file.timeline] == ["kennisgemaakt"]
        assert index(workspace, View.TEAM).ids.count(case_id) == 1
        assert [row.client_name for row in referrals.inbox(workspace)[0]].count("Piet Post") == 1
    assert set(index(alone, View.MINE).ids) == {case_id, *imported}
    assert {row[0] for row in _everything(alone)} == {row[0] for row in _everything(ina)}
    status = synchronisation.status(alone)
    assert (status.unsent, status.held, status.conflicts, status.quarantined) == (0, 0, 0, 0)

    again = import_intakes(alone, intake)
    assert (again.added, again.unchanged) == ([], imported)
    assert import_intakes(ina, intake).unchanged == imported
    exchanged(alone, ina)
    assert synchronisation.status(ina).quarantined == 0


def test_a_joining_that_was_broken_off_is_finished_at_the_next_start(organisation: Organisation) -> None:
    alone = organisation.device("broken-off")
    enrolment.begin_alone(alone, "Tijdelijk")
    case_id = a_case(alone, "Kok")
    invitation, person_id = organisation.invited("Ruben Vrolijk")
    with alone.database.write() as connection:
        taking_over.begin(connection)
    client_enrolment.join(alone.database, invitation, alone.clock_ms, synced=metadata)
    again = open_workspace(alone.vault, alone.clock)
    synchronisation.exchange_all(again)
    assert (again.me.person_id, again.me.name) == (person_id, "Ruben Vrolijk")
    assert index(again, View.MINE).ids == [case_id]
    assert "Tijdelijk" not in {card.name for card in directory.people(again)}


def test_two_who_imported_the_same_file_have_each_intake_once(organisation: Organisation, ina: Workspace) -> None:
    consent = {"purpose": "web", "given": True, "by_whom": "client", "how": "spoken", "on": "2026-01-02"}
    intake = {"id": "zd-8", "client": {"family_name": "Prins"}, "received_on": "2026-01-02", "consents": [consent]}
    file = json.dumps([intake]).encode()
    alone = organisation.device("alone-too")
    enrolment.begin_alone(alone, "Sanne")
    imported = import_intakes(alone, file).added
    assert import_intakes(ina, file).added == imported
    synchronisation.exchange_all(ina)
    enrolment.join(alone, organisation.invited("Sanne Blom")[0])
    exchanged(alone, ina)
    for workspace in (alone, ina):
        found = case_file(workspace, imported[0])
        assert (found.client.name, len(found.consents), found.effective_consents) == ("Prins", 1, {"web"})
        # Each thought to be the coach: that is theirs to decide, and nothing else is.
        assert [each.field for each in synchronisation.conflicts(workspace)] == ["coach_id"]
        assert import_intakes(workspace, file).unchanged == imported
        status = synchronisation.status(workspace)
        assert (status.held, status.unsent) == (0, 0)
        # Of two that say the same the first stands, and nothing is set aside.
        assert synchronisation.quarantine(workspace) == []
    [conflict] = synchronisation.conflicts(ina)
    synchronisation.resolve(ina, conflict.id, 1)
    exchanged(ina, alone)
    assert synchronisation.conflicts(alone) == []


def test_a_referral_becomes_a_case_whatever_the_other_desks_have_seen(ina: Workspace, joyce: Workspace) -> None:
    referral_id = referrals.register(ina, {"client_name": "Wim Kok", "received_on": joyce.clock.today()})
    exchanged(joyce, ina)
    ahead = max(case_file(ina, a_case(ina, "Bos")).bases.values()) + 1_000
    case_id = cases.open_from_referral(ina, referral_id, {"family_name": "Kok"}, ahead)
    exchanged(ina, joyce)
    assert [row.case_id for row in referrals.inbox(joyce)[0] if row.id == referral_id] == [case_id]
    assert synchronisation.conflicts(ina) == []
