"""One person registered twice: merged, read through, changed late, merged by two at once, and taken back."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.services.pairs import Two, two_coaches
from tests.services.vaults import Kept
from wor_tui.clock import FixedClock
from wor_tui.domain.codes import Variant
from wor_tui.services import (
    caseload,
    cases,
    clients,
    consents,
    contacts,
    differences,
    erasing,
    feedback,
    history,
    intakes,
    likeness,
    merging,
    synchronisation,
    webs,
)
from wor_tui.services.case_file import CaseFile, case_file
from wor_tui.services.contacts import NewContact
from wor_tui.services.entry import Entered
from wor_tui.services.errors import NothingToChange
from wor_tui.services.person_records import records_of_person
from wor_tui.services.workspace import Workspace

MIEKE: Mapping[str, Entered] = {"given_name": "Mieke", "family_name": "Janssen", "phone": "06-12345678"}
AGAIN: Mapping[str, Entered] = {"given_name": "M.", "family_name": "Jansen", "place": "Houten"}


def registered(workspace: Workspace, person: Mapping[str, Entered], received_on: date = date(2026, 11, 2)) -> str:
    """A case of that person, who may be called; returns its id."""
    case = cases.open_by_hand(workspace, person, received_on=received_on)
    consents.record(workspace, case, "contact_details", given=True, by_whom="client", how="spoken", on=received_on)
    return case


def client_of(workspace: Workspace, case: str) -> str:
    with workspace.database.read() as connection:
        return str(connection.exec_driver_sql('SELECT client_id FROM "case" WHERE id = ?', (case,)).scalar())


def merged(workspace: Workspace, one: str, other: str, remains: int = 0, **take: int) -> str:
    """Merge the clients of two cases; `take` names the side of a field of the client."""
    proposal = merging.proposed(workspace, client_of(workspace, one), client_of(workspace, other))
    return merging.merge(workspace, proposal, remains, {("client", name): side for name, side in take.items()})


def edited(workspace: Workspace, client: str, **entered: Entered) -> None:
    """What somebody changes who has that client before them, wherever it shows now."""
    with workspace.database.read() as connection:
        base = connection.exec_driver_sql("SELECT cursor FROM scope WHERE kind = 'team'").scalar()
    clients.edit(workspace, client, entered, int(base or 0))


def everything(workspace: Workspace) -> list[list[tuple[Any, ...]]]:
    """What people see of it, and what is derived from it."""
    with workspace.database.read() as connection:
        return [
            [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2, 3")]  # noqa: S608
            for table in ("client", '"case"', "case_summary", "alias", "difference")
        ]


@pytest.fixture
def twice(workspace: Workspace) -> tuple[str, str]:
    return registered(workspace, MIEKE), registered(workspace, AGAIN)


@pytest.fixture
def two(tmp_path: Path, kept: Kept, workspace: Workspace, clock: FixedClock) -> Iterator[Two]:
    del kept
    registered(workspace, {"family_name": "Vos"})
    with two_coaches(workspace, tmp_path, clock) as both:
        yield both


def apart(both: Two) -> tuple[str, str]:
    """Each coach registered the same person without knowing of the other."""
    first, second = registered(both.one, MIEKE), registered(both.other, AGAIN)
    both.meet()
    return first, second


def rows(workspace: Workspace) -> list[str]:
    return [row.name for row in caseload.rows(workspace, caseload.index(workspace, caseload.View.TEAM).ids)]


# --- what is shown


def test_the_two_stand_beside_each_other_field_by_field(workspace: Workspace, twice: tuple[str, str]) -> None:
    proposal = merging.proposed(workspace, *(client_of(workspace, case) for case in reversed(twice)))
    fields = {(each.kind, each.field): each for each in proposal.fields}
    assert [side.name for side in proposal.sides] == ["Janssen, Mieke", "Jansen, M."]
    assert [side.case_id for side in proposal.sides] == list(twice)
    assert fields["client", "family_name"].values == ("Janssen", "Jansen")
    assert fields["client", "place"].suggested(0) == 1
    assert fields["client", "phone"].suggested(1) == 0
    assert not fields["case", "received_on"].differs
    assert fields["case", "coach_id"].shown[0] == "Coach Ina de Wit"


def test_merging_shows_one_case_with_what_was_chosen(workspace: Workspace, twice: tuple[str, str]) -> None:
    assert merged(workspace, *twice, given_name=0) == twice[0]
    assert rows(workspace) == ["Janssen, Mieke"]
    shown = case_file(workspace, twice[1])
    assert shown.case.id == twice[0]
    assert (shown.client.given_name, shown.client.phone, shown.client.place) == ("Mieke", "06-12345678", "Houten")
    assert [each.name for each in shown.merged] == ["Jansen, M."]
    assert shown.conflict_fields == frozenset()


def test_the_other_may_remain(workspace: Workspace, twice: tuple[str, str]) -> None:
    assert merged(workspace, *twice, remains=1, family_name=0) == twice[1]
    assert case_file(workspace, twice[0]).client.name == "Janssen, M."


def test_entries_of_both_are_counted_together(workspace: Workspace, twice: tuple[str, str], clock: FixedClock) -> None:
    for hours, case in enumerate((*twice, twice[1]), start=1):
        contacts.add(workspace, case, NewContact("phone", clock.now() - timedelta(hours=hours)))
    webs.start(workspace, twice[1], Variant.QUICK, date(2026, 11, 10))
    consents.record(workspace, twice[1], "feedback", given=True, by_whom="client", how="spoken", on=date(2026, 11, 3))
    feedback.send(workspace, twice[1], 1, sent_on=date(2026, 11, 9), channel="phone")
    case = merged(workspace, *twice)
    shown = case_file(workspace, case)
    assert shown.progress.contacts == 3
    assert caseload.rows(workspace, [case])[0].contacts == 3
    assert len(shown.webs) == 1
    assert [each.number for each in shown.feedback] == [1]
    late = contacts.add(workspace, twice[1], NewContact("walk", clock.now()))
    assert late in [each.id for each in case_file(workspace, case).timeline]
    assert case_file(workspace, case).progress.contacts == 4


def test_a_withdrawal_in_either_prevails_until_it_is_resolved(workspace: Workspace, twice: tuple[str, str]) -> None:
    def asked(case: str, given: bool) -> None:
        on = workspace.clock.today()
        consents.record(workspace, case, "contact_details", given=given, by_whom="client", how="spoken", on=on)

    asked(twice[1], given=False)
    case = merged(workspace, *twice)
    assert "contact_details" not in case_file(workspace, case).effective_consents
    assert caseload.index(workspace, caseload.View.WAITING_FOR_CONSENT).ids == [case]
    asked(case, given=True)
    assert "contact_details" in case_file(workspace, case).effective_consents


def test_a_case_that_ended_stays_a_case_of_the_same_person(workspace: Workspace, twice: tuple[str, str]) -> None:
    cases.end(workspace, twice[1], "completed", date(2026, 11, 20), 0)
    merged(workspace, *twice)
    assert rows(workspace) == ["Janssen, Mieke", "Janssen, Mieke"]
    assert case_file(workspace, twice[1]).case.id == twice[1]
    edited(workspace, client_of(workspace, twice[0]), given_name="Maria")
    assert rows(workspace) == ["Janssen, Maria", "Janssen, Maria"]


def test_words_of_both_intakes_are_chosen_between(workspace: Workspace, twice: tuple[str, str]) -> None:
    intakes.edit(workspace, twice[1], {"matters": "Mensen zien", "notices": "Stil"}, 0)
    merged(workspace, *twice)
    assert case_file(workspace, twice[0]).intake.matters == "Mensen zien"
    merging.undo(workspace, client_of(workspace, twice[1]), 0)
    assert case_file(workspace, twice[0]).intake.matters == ""
    assert case_file(workspace, twice[1]).intake.matters == "Mensen zien"


def test_what_is_kept_equals_what_is_made_anew(workspace: Workspace, twice: tuple[str, str]) -> None:
    merged(workspace, *twice)
    edited(workspace, client_of(workspace, twice[1]), phone="030-2345678")
    before = everything(workspace)
    with workspace.database.write() as connection:
        for table in ("alias", "difference"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
        workspace.projection.rebuild(connection)
    assert everything(workspace) == before


def test_all_records_of_a_person_include_those_merged_with_them(workspace: Workspace, twice: tuple[str, str]) -> None:
    third = registered(workspace, {"family_name": "Jansen-Bos"})
    merged(workspace, *twice)
    merged(workspace, twice[0], third, remains=0)
    for case in (*twice, third):
        with workspace.database.read() as connection:
            found = records_of_person(connection, client_of(workspace, case))
        assert [one.kind for one in found].count("client") == 3
        assert {one.record for one in found if one.kind == "case"} == {*twice, third}


def test_erasing_leaves_nothing_of_the_merged_ones_either(workspace: Workspace, twice: tuple[str, str]) -> None:
    case = merged(workspace, *twice)
    edited(workspace, client_of(workspace, twice[1]), phone="030-2345678")
    likeness.look(workspace)
    shown = case_file(workspace, case).client
    erasing.erase(workspace, shown.id, shown.name)
    with workspace.database.read() as connection:
        for table in (
            "client",
            '"case"',
            "consent",
            "case_summary",
            "alias",
            "difference",
            "likeness_key",
            "alike",
            "unlooked",
        ):
            left = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # noqa: S608
            assert left == 0, table


def test_the_history_tells_of_the_merging(workspace: Workspace, twice: tuple[str, str]) -> None:
    merged(workspace, *twice)
    lines = history.known_here(workspace, history.of_case(workspace, twice[0])).lines
    told = [(line.subject.record, line.after) for line in lines if line.field == "merged_into"]
    assert told == [(client_of(workspace, twice[1]), "Janssen, Mieke")]
    assert not any(line.field.startswith(("settled", "replaced")) for line in lines)


# --- what comes late


def test_a_late_change_of_the_merged_one_is_a_difference_to_decide(
    workspace: Workspace, twice: tuple[str, str]
) -> None:
    case = merged(workspace, *twice)
    edited(workspace, client_of(workspace, twice[1]), phone="030-2345678")
    assert synchronisation.status(workspace).conflicts == 1
    [conflict] = synchronisation.conflicts(workspace)
    assert (conflict.field, conflict.case_id, conflict.name, conflict.merged) == ("phone", case, "Janssen, Mieke", True)
    assert [option.value for option in conflict.options] == ["06-12345678", "030-2345678"]
    assert caseload.index(workspace, caseload.View.CONFLICTS).ids == [case]
    assert caseload.rows(workspace, [case])[0].conflict
    assert ("client", client_of(workspace, case), "phone") in case_file(workspace, case).conflict_fields
    synchronisation.resolve(workspace, conflict.id, 2)
    assert synchronisation.conflicts(workspace) == []
    assert case_file(workspace, case).client.phone == "030-2345678"


def test_keeping_what_stood_there_settles_it_too(workspace: Workspace, twice: tuple[str, str]) -> None:
    case = merged(workspace, *twice)
    edited(workspace, client_of(workspace, twice[1]), phone="030-2345678")
    synchronisation.resolve(workspace, synchronisation.conflicts(workspace)[0].id, 1)
    assert synchronisation.conflicts(workspace) == []
    assert case_file(workspace, case).client.phone == "06-12345678"
    edited(workspace, client_of(workspace, twice[1]), phone="030-0000000")
    assert len(synchronisation.conflicts(workspace)) == 1


def test_the_same_change_in_both_asks_nothing(workspace: Workspace, twice: tuple[str, str]) -> None:
    merged(workspace, *twice)
    for case in twice:
        edited(workspace, client_of(workspace, case), email="mieke@voorbeeld.nl")
    assert synchronisation.conflicts(workspace) == []


def test_an_intake_that_comes_late_is_asked_about(workspace: Workspace, twice: tuple[str, str]) -> None:
    case = merged(workspace, *twice)
    intakes.edit(workspace, twice[1], {"matters": "Mensen zien"}, 0)
    [conflict] = synchronisation.conflicts(workspace)
    assert (conflict.kind, conflict.field, conflict.case_id) == ("intake", "matters", case)
    synchronisation.resolve(workspace, conflict.id, 2)
    assert case_file(workspace, case).intake.matters == "Mensen zien"


# --- taking it back


def test_undoing_leaves_both_as_they_were_with_what_came_since(
    workspace: Workspace, twice: tuple[str, str], clock: FixedClock
) -> None:
    before = [_told(case_file(workspace, case)) for case in twice]
    case = merged(workspace, *twice, family_name=1)
    assert case_file(workspace, case).client.name == "Jansen, Mieke"
    contacts.add(workspace, case, NewContact("phone", clock.now()))
    merging.undo(workspace, client_of(workspace, twice[1]), 0)
    assert [_told(case_file(workspace, each)) for each in twice] == before
    assert [case_file(workspace, each).progress.contacts for each in twice] == [1, 0]
    assert len(rows(workspace)) == 2
    with pytest.raises(NothingToChange):
        merging.undo(workspace, client_of(workspace, twice[1]), 0)


def test_undoing_leaves_alone_what_was_changed_since(workspace: Workspace, twice: tuple[str, str]) -> None:
    merged(workspace, *twice, family_name=1)
    edited(workspace, client_of(workspace, twice[0]), family_name="Janssen-Bos")
    merging.undo(workspace, client_of(workspace, twice[1]), 0)
    assert case_file(workspace, twice[0]).client.name == "Janssen-Bos, Mieke"
    assert case_file(workspace, twice[0]).client.place == ""


def test_merging_again_after_undoing_asks_nothing_old(workspace: Workspace, twice: tuple[str, str]) -> None:
    merged(workspace, *twice)
    merging.undo(workspace, client_of(workspace, twice[1]), 0)
    edited(workspace, client_of(workspace, twice[1]), phone="030-2345678", place="")
    merged(workspace, *twice, phone=1)
    assert case_file(workspace, twice[0]).client.phone == "030-2345678"
    edited(workspace, client_of(workspace, twice[0]), place="Utrecht")
    assert synchronisation.conflicts(workspace) == []


def test_undoing_one_of_a_chain_takes_along_what_was_merged_into_it(
    workspace: Workspace, twice: tuple[str, str]
) -> None:
    third = registered(workspace, {"family_name": "Jansen-Bos"})
    merged(workspace, twice[1], third, remains=0)
    merged(workspace, *twice)
    assert case_file(workspace, third).case.id == twice[0]
    merging.undo(workspace, client_of(workspace, twice[1]), 0)
    assert case_file(workspace, third).case.id == twice[1]
    assert case_file(workspace, twice[0]).merged == []


def test_two_people_who_look_alike_are_merged_within_their_team_only(
    workspace: Workspace, twice: tuple[str, str]
) -> None:
    with workspace.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE client SET scope = 'another' WHERE id = ?", (client_of(workspace, twice[1]),)
        )
    with pytest.raises(merging.NotFound):
        merging.proposed(workspace, *(client_of(workspace, case) for case in twice))


# --- two devices


def test_what_a_colleague_adds_to_the_merged_one_offline_arrives_at_the_remaining_one(
    two: Two, clock: FixedClock
) -> None:
    first, second = apart(two)
    merged(two.one, first, second)
    contacts.add(two.other, second, NewContact("phone", clock.now()))
    consents.record(
        two.other, second, "contact_details", given=False, by_whom="client", how="spoken", on=two.other.clock.today()
    )
    edited(two.other, client_of(two.other, second), phone="030-2345678", place="Utrecht")
    two.meet()
    assert everything(two.one) == everything(two.other)
    for who in (two.one, two.other):
        shown = case_file(who, second)
        assert shown.case.id == first
        assert shown.progress.contacts == 1
        assert "contact_details" not in shown.effective_consents
        asked = {each.field: [option.value for option in each.options] for each in synchronisation.conflicts(who)}
        assert asked == {"phone": ["06-12345678", "030-2345678"], "place": ["Houten", "Utrecht"]}
        assert {option.by for each in synchronisation.conflicts(who) for option in each.options} >= {
            "Youssef El Idrissi"
        }


def test_what_comes_for_several_merged_cases_at_once_counts_at_each(two: Two, clock: FixedClock) -> None:
    pairs = [apart(two) for _ in range(4)]
    for first, second in pairs:
        merged(two.one, first, second)
    two.meet()
    for _first, second in pairs:
        contacts.add(two.other, second, NewContact("phone", clock.now()))
    two.meet()
    for who in (two.one, two.other):
        assert [row.contacts for row in caseload.rows(who, [first for first, _second in pairs])] == [1, 1, 1, 1]


def test_two_who_merge_at_once_in_opposite_directions_agree(two: Two) -> None:
    first, second = apart(two)
    merged(two.one, first, second, remains=0)
    merged(two.other, first, second, remains=1)
    two.meet()
    assert everything(two.one) == everything(two.other)
    for who in (two.one, two.other):
        assert len(rows(who)) == 2
        shown = case_file(who, second)
        assert shown.case.id == case_file(who, first).case.id
    shown = case_file(two.one, first)
    merging.undo(two.one, shown.merged[0].id, shown.bases[shown.case.scope])
    two.meet()
    assert everything(two.one) == everything(two.other)
    assert len(rows(two.other)) == 3
    assert not any(case_file(two.other, case).merged for case in (first, second))


def test_two_who_choose_differently_while_merging_are_in_conflict(two: Two) -> None:
    first, second = apart(two)
    edited(two.one, client_of(two.one, first), place="Utrecht")
    two.meet()
    merged(two.one, first, second, place=1)
    merged(two.other, first, second, place=0, family_name=1)
    two.meet()
    assert everything(two.one) == everything(two.other)
    assert case_file(two.other, first).client.place == "Houten"
    assert case_file(two.one, first).client.name == "Jansen, Mieke"
    edited(two.one, client_of(two.one, second), street="Laan 1")
    two.meet()
    [asked] = synchronisation.conflicts(two.other)
    synchronisation.resolve(two.one, asked.id, 1)
    synchronisation.resolve(two.other, asked.id, 2)
    two.meet()
    assert everything(two.one) == everything(two.other)


def test_one_undoes_while_the_other_goes_on_writing(two: Two, clock: FixedClock) -> None:
    first, second = apart(two)
    merged(two.one, first, second)
    two.meet()
    late = contacts.add(two.other, case_file(two.other, second).case.id, NewContact("phone", clock.now()))
    merging.undo(two.one, client_of(two.one, second), 0)
    two.meet()
    assert everything(two.one) == everything(two.other)
    assert late in [each.id for each in case_file(two.one, first).timeline]
    assert late not in [each.id for each in case_file(two.one, second).timeline]


def test_a_third_record_merged_elsewhere_is_asked_about_like_any_difference(two: Two) -> None:
    first, second = apart(two)
    third = registered(two.one, {"family_name": "Jansen-Bos"})
    two.meet()
    merged(two.one, first, second)
    merged(two.other, second, third, remains=1)
    two.meet()
    assert everything(two.one) == everything(two.other)
    asked = [each for each in synchronisation.conflicts(two.one) if each.field == "merged_into"]
    assert {each.kind for each in asked} == {"client", "case"}
    with two.one.database.read() as connection:
        assert differences.count(connection) == 0


def _told(case: CaseFile) -> tuple[Any, ...]:
    return case.client, case.case, case.effective_consents, case.merged
