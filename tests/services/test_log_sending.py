"""The log's way through a real central API to an auditor: all of it, once, unread on the way, and what is cut shows."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from sync.client import auditing, state
from sync.client.errors import SyncError
from sync.trail import Fault
from sync.wire import AuditAnswer
from tests.services.central import Organisation
from wor_tui.domain.codes import Role
from wor_tui.domain.log_review import Rule
from wor_tui.services import audit, case_file, cases, log_review, log_sending, synchronisation
from wor_tui.services.errors import NotAllowed
from wor_tui.services.workspace import Workspace

NAME = "Vondeling-Canarius"


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    with Organisation(tmp_path_factory.mktemp("log")) as made:
        yield made


@pytest.fixture(scope="module")
def coach(organisation: Organisation) -> Workspace:
    return organisation.joined("coach", "Ina de Wit")


@pytest.fixture(scope="module")
def auditor(organisation: Organisation) -> Workspace:
    return organisation.joined("auditor", "Noor Kramer", Role.AUDITOR)


def trail_of(workspace: Workspace, device: str) -> list[tuple[Any, ...]]:
    workspace.flush()
    with workspace.database.read() as connection:
        found = connection.exec_driver_sql("SELECT * FROM audit WHERE device = ? ORDER BY n", (device,))
        return [tuple(row) for row in found]


def faults(workspace: Workspace, device: str) -> list[tuple[Fault, int]]:
    with workspace.database.read() as connection:
        [verdict] = [one for one in audit.verify(connection) if one.device == device]
    return [(each.fault, each.n) for each in verdict.findings]


def at_work(coach: Workspace) -> None:
    case_id = cases.open_by_hand(coach, {"family_name": NAME})
    case_file.opened(coach, case_id)


def central(organisation: Organisation, statement: str, *values: object) -> None:
    with sqlite3.connect(organisation.folder / "central" / "central.db") as file:
        file.execute(statement, values)
    file.close()


def test_an_auditor_reads_every_line_and_nobody_on_the_way(
    organisation: Organisation, coach: Workspace, auditor: Workspace
) -> None:
    at_work(coach)
    synchronisation.exchange_all(coach)
    assert log_sending.unsent(coach) == 0
    log_sending.take(auditor)
    device = coach.me.device_id
    assert trail_of(auditor, device) == trail_of(coach, device)
    assert faults(auditor, device) == []
    files = [path.read_bytes() for path in (organisation.folder / "central").rglob("*") if path.is_file()]
    assert not any(NAME.encode() in content or b"case.open" in content for content in files)
    # The coordinator, who hands the key out, isn't given a line, and a coach hasn't the key.
    for other in (organisation.coordinator, coach):
        with pytest.raises(SyncError, match="forbidden"):
            log_sending.take(other)
    with coach.database.read() as connection:
        assert not auditing.private_pairs(connection)
        assert not auditing.readers(connection)


@pytest.mark.parametrize("lost", ["request", "answer", "killed"])
def test_broken_off_anywhere_nothing_is_lost_or_doubled(
    coach: Workspace, auditor: Workspace, lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        at_work(coach)
    coach.flush()
    plain = coach.transport.post
    calls = 0

    def post(path: str, message: Any, kind: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2 and lost == "request":
            raise SyncError("lost")
        answer = plain(path, message, kind)
        if calls == 2 and lost == "answer":
            raise SyncError("lost")
        return answer

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(coach.transport, "post", post)
        own = log_sending._OwnLines()  # pyright: ignore[reportPrivateUsage]
        if lost == "killed":
            patched.setattr(own, "sent", killed)
        with pytest.raises(KeyboardInterrupt if lost == "killed" else SyncError):
            auditing.send(coach.database, coach.transport, own, most=3)
    at_work(coach)
    log_sending.send(coach)
    log_sending.take(auditor)
    device = coach.me.device_id
    assert trail_of(auditor, device) == trail_of(coach, device)
    assert faults(auditor, device) == faults(coach, device) == []


def test_a_batch_that_the_central_api_withholds_or_changes_shows(
    organisation: Organisation, coach: Workspace, auditor: Workspace
) -> None:
    at_work(coach)
    log_sending.send(coach)
    device = coach.me.device_id
    have = len(trail_of(auditor, device))
    where = "device_id = ? AND first_n > ?"
    central(organisation, f"CREATE TABLE aside AS SELECT * FROM auditsealed WHERE {where}", device, have)  # noqa: S608
    central(organisation, f"DELETE FROM auditsealed WHERE {where}", device, have)  # noqa: S608
    log_sending.take(auditor)
    assert faults(auditor, device) == [(Fault.CUT_OFF, have + 1)]
    central(organisation, "INSERT INTO auditsealed SELECT * FROM aside")
    central(organisation, f"UPDATE auditsealed SET first_n = first_n + 1 WHERE {where}", device, have)  # noqa: S608
    assert log_sending.take(auditor).refused == (device,)
    assert faults(auditor, device) == [(Fault.CUT_OFF, have + 1)]
    central(organisation, f"UPDATE auditsealed SET first_n = first_n - 1 WHERE {where}", device, have)  # noqa: S608
    central(organisation, "DROP TABLE aside")
    assert log_sending.take(auditor).refused == ()
    assert faults(auditor, device) == []


def test_a_central_api_that_went_back_gets_the_lines_again(
    organisation: Organisation, coach: Workspace, auditor: Workspace
) -> None:
    device = coach.me.device_id
    at_work(coach)
    log_sending.send(coach)
    central(organisation, "DELETE FROM auditsealed WHERE device_id = ?", device)
    central(organisation, "DELETE FROM audittrail WHERE device_id = ?", device)
    at_work(coach)
    log_sending.send(coach)
    log_sending.take(auditor)
    assert trail_of(auditor, device) == trail_of(coach, device)
    assert faults(auditor, device) == []


def test_under_another_identity_what_wasnt_sent_goes_along(coach: Workspace) -> None:
    at_work(coach)
    log_sending.send(coach)
    at_work(coach)
    coach.flush()
    old, new = coach.me.device_id, coach.new_id()
    unsent = log_sending.unsent(coach)
    before = [row[2] for row in trail_of(coach, old)]
    with coach.database.write() as connection:
        audit.rechain(connection, old, new)
    after = [row[2] for row in (*trail_of(coach, old), *trail_of(coach, new))]
    assert (len(trail_of(coach, new)), after) == (unsent, before)
    assert faults(coach, old) == faults(coach, new) == []
    with coach.database.write() as connection:  # as it was, for the tests beside this one
        state.put(connection, **{log_sending.TOLD: None})


def test_what_the_central_api_answers_is_checked(coach: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with coach.database.write() as connection:
        audit.write(connection, [coach.line("open", "R", "case", "x", "care")], coach.me)

    def lies(*_: object) -> AuditAnswer:
        return AuditAnswer(10_000, b"x" * 32, 0)

    monkeypatch.setattr(coach.transport, "post", lies)
    with pytest.raises(auditing.Forked):
        log_sending.send(coach)
    assert log_sending.unsent(coach) > 0


def test_an_auditor_reviews_all_devices_and_nobody_else_does(coach: Workspace, auditor: Workspace) -> None:
    case_id = cases.open_by_hand(coach, {"family_name": "Wit", "prefix": "de"})
    client_id = case_file.case_file(coach, case_id).client.id
    log_sending.send(coach)
    log_sending.take(auditor)
    found = log_review.reviewed(auditor)
    mine = {line.client for line in found.lines if Rule.OWN_NAME in line.rules}
    assert mine == {client_id}
    only = log_review.reviewed(auditor, client=client_id)
    assert {line.client for line in only.lines} == {client_id}
    assert log_review.reviewed(auditor, until=date(2020, 1, 1)).lines == []
    assert {line.person for line in log_review.reviewed(auditor, person=coach.me.person_id).lines} == {"Ina de Wit"}
    with pytest.raises(NotAllowed):
        log_review.reviewed(coach)


def test_a_client_reads_who_was_at_their_file_and_what_the_list_covers(coach: Workspace) -> None:
    case_id = cases.open_by_hand(coach, {"family_name": NAME})
    case_file.opened(coach, case_id)
    seen = log_review.who_saw(coach, case_id)
    assert [(line.person, line.role, line.action) for line in seen.lines] == [
        ("Ina de Wit", "coach", "R"),
        ("Ina de Wit", "coach", "C"),
    ]
    assert seen.own_only
    again = log_review.who_saw(coach, case_file.case_file(coach, case_id).client.id)
    assert again.lines[0].event == "open.log"
