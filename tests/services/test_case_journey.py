"""One case from referral to end, through the services and read back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from wor_tui.clock import FixedClock
from wor_tui.domain.codes import Variant
from wor_tui.domain.errors import Invalid, Reason
from wor_tui.domain.steps import Step
from wor_tui.services import (
    appointments,
    cases,
    clients,
    consents,
    contacts,
    directory,
    drafts,
    feedback,
    intakes,
    referrals,
    webs,
)
from wor_tui.services.case_file import case_file
from wor_tui.services.caseload import View, index, matching, neighbouring, rows
from wor_tui.services.contacts import NewContact
from wor_tui.services.errors import NotAllowed, NotFound, NothingToChange
from wor_tui.services.webs import WebEntry
from wor_tui.services.workspace import Workspace

TODAY = date(2026, 11, 22)


def a_case(workspace: Workspace, **client: object) -> str:
    fields = {"family_name": "Vries", "prefix": "de", "given_name": "Zoë", "phone": "06-12345678", **client}
    return cases.open_by_hand(workspace, fields, received_on=date(2026, 11, 2))


def consented(workspace: Workspace, case_id: str, purpose: str = "contact_details") -> None:
    consents.record(workspace, case_id, purpose, given=True, by_whom="client", how="spoken", on=date(2026, 11, 2))


def test_a_referral_becomes_a_case_and_the_desk_sees_how_far_it_is(workspace: Workspace) -> None:
    practice = directory.add_practice(workspace, {"name": "De Linde", "place": "Houten", "phone": "030-1234567"})
    referrer = directory.add_person(
        workspace, {"name": "Dr. Peters", "role": "referrer", "function": "gp", "practice_id": practice}
    )
    referrals.register(
        workspace,
        {
            "client_name": "Anna van der Berg",
            "birth_date": date(1957, 3, 2),
            "practice_id": practice,
            "referrer_id": referrer,
            "consent_on": date(2026, 11, 20),
            "received_on": date(2026, 11, 20),
        },
    )
    [row], bases = referrals.inbox(workspace, waiting_only=True)
    assert (row.practice, row.referrer, row.icpc, row.status) == ("De Linde", "Dr. Peters", "Z68", "received")
    proposed = referrals.proposed_client(row)
    assert (proposed["given_name"], proposed["prefix"], proposed["family_name"]) == ("Anna", "van der", "Berg")

    case_id = cases.open_from_referral(workspace, row.id, proposed, bases[row.scope])
    assert referrals.inbox(workspace, waiting_only=True)[0] == []
    with pytest.raises(NothingToChange):
        cases.open_from_referral(workspace, row.id, proposed, bases[row.scope])

    file = case_file(workspace, case_id)
    assert (file.client.name, file.client.age, file.phase) == ("Berg, Anna van der", 69, "received")
    assert file.effective_consents == {"contact_details"}
    assert file.practice is not None
    assert file.referrer is not None
    assert (file.practice.phone, file.referrer.name) == ("030-1234567", "Dr. Peters")
    assert [card.name for card in directory.cards_of_case(workspace, case_id)[0]] == ["Coach Ina de Wit", "Dr. Peters"]

    contacts.add(workspace, case_id, NewContact("phone", workspace.clock.now() - timedelta(hours=1), 10))
    assert referrals.inbox(workspace)[0][0].status == "contacted"
    intakes.held(workspace, case_id, TODAY, file.bases[file.case.scope])
    assert referrals.inbox(workspace)[0][0].status == "intake"
    cases.end(workspace, case_id, "own_wish", TODAY, file.bases[file.case.scope])
    assert referrals.inbox(workspace)[0][0].status == "completed"
    assert case_file(workspace, case_id).phase == "completed"


def test_without_consent_a_case_waits_and_nothing_is_reported(workspace: Workspace) -> None:
    case_id = a_case(workspace)
    assert case_file(workspace, case_id).phase == "waiting_for_consent"
    assert index(workspace, View.WAITING_FOR_CONSENT).ids == [case_id]
    with pytest.raises(NotAllowed):
        feedback.send(workspace, case_id, 1, sent_on=TODAY, channel="secure_mail")
    consented(workspace, case_id)
    assert index(workspace, View.WAITING_FOR_CONSENT).ids == []
    consented(workspace, case_id, "feedback")
    feedback.send(workspace, case_id, 1, sent_on=TODAY, channel="secure_mail", note="verteld wat zij koos")
    assert [entry.number for entry in case_file(workspace, case_id).feedback] == [1]


def test_consent_after_two_withdrawals_names_them_both(workspace: Workspace) -> None:
    case_id = a_case(workspace)
    consented(workspace, case_id)
    for _ in range(2):
        consents.record(
            workspace, case_id, "contact_details", given=False, by_whom="client", how="spoken", on=date(2026, 11, 10)
        )
    assert case_file(workspace, case_id).effective_consents == frozenset()
    made = consents.record(
        workspace, case_id, "contact_details", given=True, by_whom="client", how="written", on=date(2026, 11, 12)
    )
    assert len(made) == 2
    assert case_file(workspace, case_id).effective_consents == {"contact_details"}


def test_a_twelve_year_old_and_the_parents_both_consent(workspace: Workspace) -> None:
    case_id = a_case(workspace, birth_date=date(2014, 1, 1))
    with pytest.raises(Invalid) as refused:
        consented(workspace, case_id)
    assert refused.value.code == Reason.SIGNATURE_MISSING
    with pytest.raises(Invalid):
        a_case(workspace, birth_date=date(2020, 1, 1))


def test_the_timeline_counts_contacts_once(workspace: Workspace, clock: FixedClock) -> None:
    case_id = a_case(workspace)
    consented(workspace, case_id)
    third, fourth = datetime(2026, 11, 3, 9, tzinfo=UTC), datetime(2026, 11, 4, 9, tzinfo=UTC)
    first = contacts.add(workspace, case_id, NewContact("phone", third, 5, reached=False))
    contacts.add(workspace, case_id, NewContact("visit", fourth, 50, note="[bold] koffie"))
    contacts.correct(workspace, first, NewContact("phone", third, 5, reached=True, note="toch"))
    file = case_file(workspace, case_id)
    talked = [(entry.code, entry.counts, entry.number, bool(entry.corrected_by)) for entry in file.timeline]
    assert talked == [
        ("visit", True, 2, False),
        ("phone", True, 1, False),
        ("phone", False, None, True),
        ("contact_details", False, None, False),
    ]
    assert file.timeline[0].note == "[bold] koffie"
    assert (file.progress.contacts, file.progress.week) == (2, 3)
    with pytest.raises(Invalid) as refused:
        contacts.add(workspace, case_id, NewContact("phone", clock.now() + timedelta(days=1)))
    assert refused.value.code == Reason.IN_THE_FUTURE


def test_a_web_is_written_field_by_field(workspace: Workspace) -> None:
    case_id = a_case(workspace)
    base = case_file(workspace, case_id).bases[workspace.scopes.team]
    older = webs.start(workspace, case_id, webs.Variant.QUICK, date(2026, 10, 12))
    entry = WebEntry((4, None, 5.5, None, None, 7), {"1.3": 4.0}, frozenset({"1.3", "5.1"}), "rustig gesprek")
    newer = webs.start(workspace, case_id, webs.Variant.ADULT, TODAY, entry)
    found = case_file(workspace, case_id).webs
    assert [web.id for web in found] == [newer, older]
    assert (found[0].scores, found[0].talk, found[0].suggested[0]) == (
        (4.0, None, 5.5, None, None, 7.0),
        {"1.3", "5.1"},
        4.0,
    )
    assert webs.previous(found, newer) == found[1]
    assert webs.previous(found, older) is None
    webs.save(workspace, found[0], WebEntry((4, 6, 5.5, None, None, None), {}, frozenset({"5.1"}), ""), base)
    webs.set_score(workspace, newer, 4, 8.5, base)
    webs.set_talk(workspace, newer, "2.2", True, base)
    changed = case_file(workspace, case_id).webs[0]
    assert (changed.scores, changed.aspects, changed.talk, changed.note) == (
        (4.0, 6.0, 5.5, 8.5, None, None),
        {},
        {"5.1", "2.2"},
        "",
    )
    with pytest.raises(NothingToChange):
        webs.save(workspace, changed, webs.entry_of(changed), base)
    with pytest.raises(Invalid):
        webs.set_score(workspace, newer, 1, 7.3, base)
    webs.delete(workspace, newer, base)
    assert [web.id for web in case_file(workspace, case_id).webs] == [older]


def test_the_intake_is_a_checklist_and_words(workspace: Workspace) -> None:
    case_id = a_case(workspace)
    assert not case_file(workspace, case_id).intake.exists
    intakes.tick(workspace, case_id, Step.TELL_CLIENT, date(2026, 11, 3), 0)
    intakes.edit(workspace, case_id, {"glad_if": "weer wandelen\nmet Ria", "matters": "'; DROP TABLE client; --"}, 0)
    intake = case_file(workspace, case_id).intake
    assert (intake.exists, intake.steps, intake.glad_if) == (True, {6: date(2026, 11, 3)}, "weer wandelen\nmet Ria")
    intakes.tick(workspace, case_id, Step.TELL_CLIENT, None, 0)
    assert case_file(workspace, case_id).intake.steps == {}
    intakes.exclude(workspace, case_id, "addiction", "addiction_care", 0)
    file = case_file(workspace, case_id)
    assert (file.phase, file.case.passed_on_to, file.intake.exclusion) == ("passed_on", "addiction_care", "addiction")


def test_the_caseload_finds_and_shows(workspace: Workspace) -> None:
    one = a_case(workspace, place="Houten", neighbourhood="De Slinger")
    two = a_case(workspace, family_name="Bakker", prefix="", given_name="Jan", phone="", birth_date=date(1950, 1, 1))
    consented(workspace, one)
    caseload = index(workspace)
    assert caseload.ids == [two, one]
    assert neighbouring(caseload, two) == (None, one)
    assert [caseload.ids[at] for at in matching(caseload, "zoe 0612")] == [one]
    first, second = rows(workspace, caseload.ids)
    assert (first.name, first.age, first.phase) == ("Bakker, Jan", 76, "waiting_for_consent")
    assert (second.neighbourhood, second.contacts, second.contacts_planned) == ("De Slinger", 0, 5)
    assert second.unsent
    assert second.overdue  # the first contact was due on the 16th
    assert index(workspace, View.DUE).ids == [one]
    cases.end(workspace, one, "moved", TODAY, 0)
    assert index(workspace).ids == [two]
    assert index(workspace, View.TEAM).ids == [two, one]
    assert index(workspace, View.DUE).ids == []
    clients.edit(workspace, case_file(workspace, one).client.id, {"family_name": "Aalders"}, 0)
    assert index(workspace, View.TEAM).ids == [one, two]
    for _ in range(3):
        contacts.add(workspace, two, NewContact("phone", workspace.clock.now(), reached=False))
    assert index(workspace, View.NOT_REACHED).ids == [two]
    assert index(workspace, View.CONFLICTS).ids == []


def test_days_follow_each_other(workspace: Workspace) -> None:
    case_id = a_case(workspace)
    for entered, field in (
        ({"intake_on": date(2026, 11, 1)}, "intake_on"),
        ({"ended_on": TODAY}, "end_reason"),
        ({"ended_on": date(2026, 12, 1), "end_reason": "other"}, "ended_on"),
        ({"family": "x"}, "family"),
    ):
        with pytest.raises(Invalid) as refused:
            cases.edit(workspace, case_id, entered, 0)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        cases.edit(workspace, workspace.new_id(), {"track": "both"}, 0)
    with pytest.raises(Invalid):
        cases.extend(workspace, case_id, "  ", 0)
    cases.set_next_step(workspace, case_id, "bellen", date(2026, 11, 27), 0)
    assert [duty.what for duty in case_file(workspace, case_id).obligations] == ["first_contact", "next_step"]


def test_the_agenda_is_the_dutch_day(workspace: Workspace) -> None:
    practice = directory.add_practice(workspace, {"name": "De Linde"})
    late = appointments.plan(
        workspace,
        {"practice_id": practice, "client_name": "A.B.", "starts_at": datetime(2026, 11, 22, 22, 30, tzinfo=UTC)},
    )
    [row], bases = appointments.agenda(workspace, TODAY)
    assert (row.id, row.client, row.practice, row.minutes, row.status) == (late, "A.B.", "De Linde", 20, "planned")
    assert appointments.agenda(workspace, date(2026, 11, 23))[0] == []
    appointments.cancel(workspace, late, bases[row.scope])
    assert appointments.agenda(workspace, TODAY)[0][0].status == "cancelled"


def test_a_contact_in_the_wrong_case_is_taken_back_with_a_reason(workspace: Workspace) -> None:
    case_id = a_case(workspace)
    consented(workspace, case_id)
    wrong = contacts.add(workspace, case_id, NewContact("phone", workspace.clock.now(), 10, note="Over iemand anders"))
    assert case_file(workspace, case_id).progress.contacts == 1
    with pytest.raises(Invalid) as refused:
        contacts.make_void(workspace, wrong, "  ")
    assert (refused.value.field, refused.value.code) == ("note", Reason.REQUIRED)
    void = contacts.make_void(workspace, wrong, "Hoorde in een ander dossier")
    found = case_file(workspace, case_id)
    entries = {entry.id: entry for entry in found.timeline if entry.what == "contact"}
    assert entries[void].void
    assert entries[void].note == "Hoorde in een ander dossier"
    assert entries[wrong].corrected_by == void
    assert [entries[each].counts for each in (wrong, void)] == [False, False]
    assert found.progress.contacts == 0
    (row,) = rows(workspace, [case_id])
    assert row.contacts == 0


def test_a_whole_conversation_is_one_save_or_none(workspace: Workspace) -> None:
    case_id = a_case(workspace)
    consented(workspace, case_id)
    before = case_file(workspace, case_id)
    base = before.bases[before.case.scope]
    web = webs.starting(workspace, case_id, Variant.ADULT, TODAY, WebEntry((7, None, None, 5.5, None, None)))
    wrong = intakes.Conversation({"notices": "x" * 20_001}, held_on=TODAY, web=web)
    with pytest.raises(Invalid):
        intakes.save(workspace, case_id, wrong, base)
    after = case_file(workspace, case_id)
    assert (after.webs, after.case.intake_on, after.intake.exists) == ([], None, False)

    drafts.save(workspace, "intake", case_id, {"notices": "Slaapt slecht"}, {})
    out = intakes.WayOut("addiction", "mental_health_care", ends=True)
    with workspace.database.read() as connection:
        sent = connection.exec_driver_sql("SELECT max(n) FROM op").scalar_one()
    fine = intakes.Conversation({"notices": "Slaapt slecht"}, held_on=TODAY, way_out=out, web=web)
    intakes.save(workspace, case_id, fine, base, draft=("intake", case_id))
    after = case_file(workspace, case_id)
    assert after.webs[0].scores[0] == 7
    assert after.intake.notices == "Slaapt slecht"
    assert after.intake.steps[9] == TODAY
    assert (after.case.ended_on, after.case.passed_on_to) == (TODAY, "mental_health_care")
    assert drafts.load(workspace, "intake", case_id) is None
    with workspace.database.read() as connection:
        groups = connection.exec_driver_sql("SELECT kind, group_id FROM op WHERE n > ?", (sent,)).all()
        event = connection.exec_driver_sql("SELECT event FROM audit ORDER BY n DESC LIMIT 1").scalar_one()
    assert {kind for kind, _group in groups} == {"intake", "case", "web"}
    assert len({group for _kind, group in groups}) == 1
    assert event == "intake.exclude"
