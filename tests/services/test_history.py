"""Geschiedenis through real vaults and a real central API: who changed what from what to what, on which device."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from sync.client.errors import Unreachable
from sync.client.history import fetched
from sync.client.transport import Declined
from tests.services.central import Organisation
from wor_tui.domain.codes import Role, Variant
from wor_tui.services import appointments, cases, clients, history, intakes, synchronisation, webs
from wor_tui.services.case_file import case_file
from wor_tui.services.errors import NotAllowed, NotFound
from wor_tui.services.history import Line, Missing, Told
from wor_tui.services.webs import WebEntry
from wor_tui.services.workspace import Workspace

INA, BAS = "Ina de Wit", "Bas Kuiper"


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


def exchanged(*workspaces: Workspace) -> None:
    for _ in range(2):
        for workspace in workspaces:
            synchronisation.exchange_all(workspace)


def change_phone(workspace: Workspace, case_id: str, number: str) -> None:
    file = case_file(workspace, case_id)
    clients.edit(workspace, file.client.id, {"phone": number}, file.bases[file.case.scope])


def whole(workspace: Workspace, case_id: str) -> Told:
    return history.whole(workspace, history.of_case(workspace, case_id))


def phones(told: Told) -> list[tuple[object, ...]]:
    return [(line.by, line.before, line.after) for line in told.lines if line.field == "phone"]


def of(told: Told, kind: str) -> list[Line]:
    return [line for line in told.lines if line.subject.kind == kind]


@pytest.fixture(scope="module")
def case_id(ina: Workspace, bas: Workspace) -> str:
    """A case that Ina opened and that both changed, one after the other."""
    made = cases.open_by_hand(
        ina, {"family_name": "Vries", "given_name": "Zoë", "phone": "030-1111111"}, received_on=date(2026, 11, 1)
    )
    exchanged(ina, bas)
    for workspace, number in ((bas, "030-2222222"), (bas, "030-3333333"), (ina, "030-4444444")):
        change_phone(workspace, made, number)
        exchanged(workspace, ina, bas)
    return made


WHOLE = [
    (INA, ("030-3333333",), "030-4444444"),
    (BAS, ("030-2222222",), "030-3333333"),
    (BAS, ("030-1111111",), "030-2222222"),
]


def test_all_of_it_with_who_and_on_which_device(ina: Workspace, bas: Workspace, case_id: str) -> None:
    for workspace in (ina, bas):
        told = whole(workspace, case_id)
        assert (phones(told), told.whole, told.erased) == (WHOLE, True, False)
        made = of(told, "client")[-1]
        assert (made.field, made.by, made.device, made.mine) == ("", INA, "ina", workspace is ina)
        assert made.first == (("family_name", "Vries"), ("given_name", "Zoë"), ("phone", "030-1111111"))
        assert dict(of(told, "case")[-1].first)["coach_id"] == INA


def test_without_connection_there_is_what_the_device_has(
    organisation: Organisation, ina: Workspace, bas: Workspace, case_id: str
) -> None:
    organisation.stop()
    try:
        subjects = history.of_case(bas, case_id)
        with pytest.raises(Unreachable):
            history.whole(bas, subjects)
        told = history.known_here(bas, subjects)
        assert not told.whole
        assert [after for _by, _before, after in phones(told)] == ["030-4444444", "030-3333333", "030-2222222"]
        assert phones(told)[-1] == (BAS, (Missing.ELSEWHERE,), "030-2222222")
        change_phone(bas, case_id, "030-5555555")
        [newest, *_] = phones(history.known_here(bas, subjects))
        assert newest == (BAS, ("030-4444444",), "030-5555555")
        assert history.known_here(bas, subjects).lines[0].unsent
    finally:
        organisation.start()
    assert phones(whole(bas, case_id)) == [newest, *WHOLE]
    exchanged(bas, ina)
    assert phones(whole(ina, case_id)) == [newest, *WHOLE]


def test_what_two_wrote_at_once_and_what_was_decided_stand_there(ina: Workspace, bas: Workspace) -> None:
    case_id = cases.open_by_hand(ina, {"family_name": "Meijer", "phone": "030-0"}, received_on=date(2026, 11, 1))
    exchanged(ina, bas)
    change_phone(ina, case_id, "030-1")
    change_phone(bas, case_id, "030-2")
    exchanged(ina, bas)
    [conflict] = synchronisation.conflicts(bas)
    take = next(option.take for option in conflict.options if option.value == "030-1")
    synchronisation.resolve(bas, conflict.id, take)
    exchanged(bas, ina)
    told = whole(ina, case_id)
    decided, second, first = (line for line in told.lines if line.field == "phone")
    assert {decided.after, *decided.before} == {"030-1", "030-2"}
    assert (decided.by, len(decided.before)) == (BAS, 2)
    assert {first.after, second.after} == {"030-1", "030-2"}
    assert [line.beside for line in (first, second) if line.beside] == [
        (next(line.after for line in (first, second) if not line.beside),)
    ]
    assert first.before == second.before == ("030-0",)


def test_intake_web_and_appointment_have_one_too(ina: Workspace, bas: Workspace, case_id: str) -> None:
    intakes.held(ina, case_id, date(2026, 11, 8), 0, {"notices": "Stil in huis."})
    web = webs.start(ina, case_id, Variant.ADULT, date(2026, 11, 8), WebEntry((6, 5, 5, 4, 3, 7), {}, frozenset(), ""))
    file = case_file(ina, case_id)
    webs.set_score(ina, web, 5, 4, file.bases[file.case.scope])
    planned = appointments.plan(
        ina, {"client_name": "Z. Vries", "starts_at": ina.clock.now(), "with_function": "gp"}, new_practice="De Linde"
    )
    [row], bases = appointments.agenda(ina, ina.clock.today())
    appointments.edit(ina, planned, {"starts_at": row.starts_at + timedelta(hours=1)}, bases[row.scope])
    exchanged(ina, bas)
    told = whole(bas, case_id)
    assert of(told, "intake")[0].first[-1] == ("notices", "Stil in huis.")
    changed, made = of(told, "web")
    assert (changed.field, changed.before, changed.after) == ("d5", (3.0,), 4.0)
    assert dict(made.first)["d5"] == 3.0
    assert "author_id" not in dict(made.first)
    changed, made = history.whole(bas, history.of_appointment(bas, planned)).lines
    assert (changed.field, made.field) == ("starts_at", "")
    assert dict(made.first)["practice_id"] == "De Linde"


def test_reading_it_is_a_line_in_the_log(ina: Workspace, case_id: str) -> None:
    [case, *_] = history.of_case(ina, case_id)
    history.opened(ina, case)
    ina.flush()
    with ina.database.read() as connection:
        row = connection.exec_driver_sql(
            "SELECT event, action, kind, record, person_id, purpose FROM audit ORDER BY n DESC LIMIT 1"
        ).one()
    assert tuple(row) == ("history", "R", "case", case_id, ina.me.person_id, "care")


def test_whoever_may_not_open_the_case_gets_no_history(
    organisation: Organisation, ina: Workspace, case_id: str
) -> None:
    joyce = organisation.joined("joyce", "Joyce Landveld", Role.ASSISTANT)
    with pytest.raises(NotAllowed):
        history.of_case(joyce, case_id)
    # Also when she asks the central API for it behind her own program's back.
    subjects = history.of_case(ina, case_id)
    with pytest.raises(NotAllowed):
        history.whole(joyce, subjects)
    with pytest.raises(Declined, match="forbidden"):
        fetched(joyce.database, joyce.transport, subjects[0].scope, case_id)
    with pytest.raises(NotFound):
        history.of_case(ina, ina.new_id())


def test_a_vault_of_nobodys_organisation_has_all_of_it_itself(workspace: Workspace) -> None:
    case_id = cases.open_by_hand(workspace, {"family_name": "Vries", "phone": "030-0"}, received_on=date(2026, 11, 1))
    change_phone(workspace, case_id, "030-2")
    told = whole(workspace, case_id)
    assert told.whole
    assert [(line.before, line.after, line.unsent) for line in told.lines if line.field == "phone"] == [
        (("030-0",), "030-2", True)
    ]
