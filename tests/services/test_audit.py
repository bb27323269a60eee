"""The log: what a line holds, the chain that it is in, and what is found when somebody meddles with it."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sync.op import canonical_json
from sync.trail import Fault
from tests.services.vaults import PASSPHRASE, Kept
from tests.vault.writing import FOLDER
from tests.vault.writing import PASSPHRASE as EARLIER_PASSPHRASE
from wor_tui.clock import FixedClock
from wor_tui.services import audit, case_file, cases, clients, consents, directory, readings, waiting_lines
from wor_tui.services.records import CARE
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.connection import opened
from wor_tui.vault.errors import DiskFull, WrongSecret
from wor_tui.vault.vault import open_vault, unlock

NAME = "Vondeling-Canarius"


def lines_of(workspace: Workspace) -> list[dict[str, str]]:
    workspace.flush()
    with workspace.database.read() as connection:
        return [dict(row) for row in connection.exec_driver_sql("SELECT * FROM audit ORDER BY device, n").mappings()]


def faults(workspace: Workspace) -> list[tuple[Fault, int]]:
    with workspace.database.read() as connection:
        return [(each.fault, each.n) for verdict in audit.verify(connection) for each in verdict.findings]


def changed(workspace: Workspace, statement: str) -> None:
    with workspace.database.write() as connection:
        connection.exec_driver_sql(statement)


def a_case(workspace: Workspace) -> tuple[str, str]:
    case_id = cases.open_by_hand(workspace, {"family_name": NAME, "given_name": "Ko"})
    return case_id, case_file.case_file(workspace, case_id).client.id


def test_a_line_says_all_that_the_norm_asks(workspace: Workspace) -> None:
    case_id, client_id = a_case(workspace)
    line = lines_of(workspace)[-1]
    me = workspace.me
    assert (line["event"], line["action"], line["outcome"], line["at"]) == (
        "case.open",
        "C",
        "done",
        "2026-11-22T09:30:00Z",
    )
    assert (line["person_id"], line["responsible_id"], line["role"]) == (me.person_id, me.person_id, "coach")
    assert (line["purpose"], line["access_point"], line["source"]) == ("care", me.device_id, "wor-desk")
    assert (line["kind"], line["record"], line["client_id"]) == ("case", case_id, client_id)
    assert line["device"] == me.device_id
    assert not any(NAME in str(value) or me.name in str(value) for value in line.values())


def test_the_checks_tell_of_treatment_relation_and_consent(workspace: Workspace) -> None:
    case_id, client_id = a_case(workspace)
    assert lines_of(workspace)[-1]["checks"][:4] == "TTUF"
    on = workspace.clock.today()
    consents.record(workspace, case_id, "contact_details", given=True, by_whom="client", how="spoken", on=on)
    workspace.note_reading("client", client_id, CARE)
    assert lines_of(workspace)[-1]["checks"][:4] == "TTTF"
    consents.record(workspace, case_id, "contact_details", given=False, by_whom="client", how="spoken", on=on)
    assert lines_of(workspace)[-1]["checks"][:4] == "TTFF"
    colleague = workspace.new_id()
    cases.edit(
        workspace,
        case_id,
        {"coach_id": colleague},
        case_file.case_file(workspace, case_id).bases[workspace.scopes.team],
    )
    assert lines_of(workspace)[-1]["checks"][:4] == "TFFF"
    workspace.note_reading("person", workspace.me.person_id, CARE)
    assert lines_of(workspace)[-1]["checks"][:4] == "TUUF"


def test_the_chain_holds_and_its_bytes_are_those_of_the_documentation(workspace: Workspace) -> None:
    a_case(workspace)
    rows = lines_of(workspace)
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    assert faults(workspace) == []
    columns = tuple(rows[-1][name] for name in audit.COLUMNS)
    assert audit.canonical(columns) == canonical_json(["wor audit 1", *columns])
    # The database makes the same bytes of whatever may stand in an id that was imported.
    workspace.note_reading("case", 'é"\\/ 1\x7f👩', CARE)
    workspace.flush()
    assert faults(workspace) == []


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE audit SET person_id = 'somebody else' WHERE n = 3", [(Fault.EDITED, 3)]),
        ("UPDATE audit SET at = '2020-01-01T00:00:00Z' WHERE n = 2", [(Fault.EDITED, 2)]),
        ("DELETE FROM audit WHERE n = 2", [(Fault.GAP, 2)]),
        ("DELETE FROM audit WHERE n >= 3", [(Fault.CUT_OFF, 3)]),
        ("DELETE FROM audit", [(Fault.CUT_OFF, 1)]),
        (
            "UPDATE audit SET n = 1 - n WHERE n IN (3, 4)",
            [(Fault.OUT_OF_ORDER, -3), (Fault.OUT_OF_ORDER, -2), (Fault.CUT_OFF, 3)],
        ),
        ("DELETE FROM audit_chain", []),
    ],
)
def test_meddling_is_found(workspace: Workspace, tampering: str, found: list[tuple[Fault, int]]) -> None:
    a_case(workspace)
    workspace.note_reading("case", "x", CARE)
    workspace.flush()
    workspace.note_reading("case", "y", CARE)
    workspace.flush()
    changed(workspace, tampering)
    assert faults(workspace) == found


def test_a_chain_that_was_made_anew_doesnt_fit_what_the_central_api_has(workspace: Workspace) -> None:
    a_case(workspace)
    changed(workspace, "UPDATE audit_chain SET sent_n = 2, sent_hash = (SELECT hash FROM audit WHERE n = 2)")
    assert faults(workspace) == []
    changed(workspace, "UPDATE audit SET event = 'nothing', device = '' WHERE n <= 9")
    changed(workspace, "UPDATE audit_chain SET n = 0, hash = zeroblob(32)")
    with workspace.database.write() as connection:
        audit.chain_earlier(connection)
    assert (Fault.REWRITTEN, 2) in faults(workspace)


def test_a_save_that_fails_leaves_no_line_and_loses_no_reading(workspace: Workspace) -> None:
    _, client_id = a_case(workspace)
    before = len(lines_of(workspace))
    workspace.note_reading("case", "x", CARE)
    with pytest.raises(Exception, match="phone"):
        clients.edit(workspace, client_id, {"phone": "bel maar"}, 0)
    lines = lines_of(workspace)[before:]
    assert [line["event"] for line in lines] == ["open"]
    assert faults(workspace) == []


def test_reading_is_written_within_a_second_in_one_commit(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_lines, "AFTER_S", 0.05)
    before, commits = len(lines_of(workspace)), workspace.database.vault_seq()
    for _ in range(3):
        workspace.note_reading("case", "x", CARE)
    deadline = time.monotonic() + 10
    count = before
    while count == before and time.monotonic() < deadline:
        time.sleep(0.02)
        with workspace.database.read() as connection:
            count = connection.exec_driver_sql("SELECT count(*) FROM audit").scalar_one()
    assert count == before + 3
    assert workspace.database.vault_seq() == commits + 1


def test_reading_waits_for_a_vault_that_can_be_written_to(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(lines_of(workspace))

    def full(*_: object) -> None:
        raise DiskFull

    with monkeypatch.context() as patched:
        patched.setattr(audit, "write", full)
        workspace.note_reading("case", "x", CARE)
        workspace.flush()
    a_case(workspace)
    assert [line["event"] for line in lines_of(workspace)[before:]] == ["open", "case.open"]


def test_what_waits_is_written_when_the_vault_closes(tmp_path: Path, clock: FixedClock, kept: Kept) -> None:
    home = tmp_path / "home"
    shutil.copytree(kept.home, home)
    with open_workspace(open_vault(home, kept.key), clock) as workspace:
        workspace.note_reading("case", "x", CARE)
    with open_workspace(open_vault(home, kept.key), clock) as workspace:
        assert lines_of(workspace)[-1]["record"] == "x"
        assert faults(workspace) == []


def test_lines_from_before_there_was_a_chain_are_taken_into_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for file in ("vault.db", "vault.key"):
        shutil.copyfile(FOLDER / "0004" / file, home / file)
    key = unlock(home, passphrase=EARLIER_PASSPHRASE)
    connection = opened(home / "vault.db", key)
    earlier = [row[0] for row in connection.execute("SELECT id FROM audit ORDER BY id")]
    connection.close()
    with open_vault(home, key) as vault, vault.database.write() as writing:
        assert audit.waits_for_chain(writing)
        audit.chain_earlier(writing)
        [verdict] = [each for each in audit.verify(writing) if each.device != "audit_chain.device 1"][:1]
        rows = writing.exec_driver_sql("SELECT id FROM audit ORDER BY n").scalars().all()
        assert not audit.waits_for_chain(writing)
    assert list(rows) == earlier
    assert (verdict.lines, verdict.findings) == (len(earlier), ())


def test_an_unlocking_and_what_failed_before_are_in_the_log(tmp_path: Path, clock: FixedClock, kept: Kept) -> None:
    home = tmp_path / "home"
    shutil.copytree(kept.home, home)
    for _ in range(2):
        with pytest.raises(WrongSecret):
            unlock(home, passphrase="a guess")
    key = unlock(home, passphrase=PASSPHRASE)
    with open_workspace(open_vault(home, key), clock) as workspace:
        before = len(lines_of(workspace))
        readings.unlocked(workspace)
        told = [(line["event"], line["outcome"], line["checks"][:4]) for line in lines_of(workspace)[before:]]
        assert told == [("unlock", "failed", "FUUF")] * 2 + [("unlock", "done", "TUUF")]
        readings.unlocked(workspace)
        assert len(lines_of(workspace)) == before + 4
    with open_workspace(open_vault(home, replace(key, by="recovery")), clock) as workspace:
        readings.unlocked(workspace)
        assert lines_of(workspace)[-1]["checks"][:4] == "TUUT"


def test_a_line_says_whom_the_client_resembles_without_a_name(workspace: Workspace) -> None:
    cases.open_by_hand(workspace, {"family_name": "Wit", "prefix": "de", "given_name": "Ko"})
    assert lines_of(workspace)[-1]["checks"][4:] == "TFF"
    directory.add_person(workspace, {"name": "Ko Vos", "role": "coach"})
    cases.open_by_hand(workspace, {"family_name": "Vos", "given_name": "Ko"})
    assert lines_of(workspace)[-1]["checks"][4:] == "FTF"
    a_case(workspace)
    assert lines_of(workspace)[-1]["checks"][4:] == "FFF"
    workspace.note_reading("list", "today", CARE)
    assert lines_of(workspace)[-1]["checks"][4:] == "UUU"
