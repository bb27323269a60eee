"""Whatever is typed, saved, imported, decided or refused: no text of it gets into the log, at its most talkative."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from sync.client.errors import Unreachable
from tests.services.central import Organisation
from wor_tui import logs
from wor_tui.config import Logs
from wor_tui.domain.codes import Role, Variant
from wor_tui.services import (
    appointments,
    cases,
    clients,
    consents,
    contacts,
    directory,
    drafts,
    enrolment,
    feedback,
    intakes,
    referrals,
    synchronisation,
    webs,
)
from wor_tui.services.case_file import case_file, opened
from wor_tui.services.caseload import index, matching
from wor_tui.services.contacts import NewContact
from wor_tui.services.errors import Invalid, NotFound
from wor_tui.services.intake_import import import_intakes
from wor_tui.services.webs import WebEntry
from wor_tui.services.workspace import Workspace
from wor_tui.vault.errors import VaultError
from wor_tui.wording import sentence

MARKER = "Wilhelmina-Geheimstra"
PHONE = "06-98765432"
DAY = date(2026, 1, 5)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    handler = logs.start(tmp_path, Logs(level="debug"))
    yield tmp_path / "logs" / "wor.log"
    logs.stop(handler)


def said(log: Path) -> str:
    return "".join(file.read_text("utf-8") for file in log.parent.iterdir())


def silent(text: str) -> bool:
    return not any(part in text for part in ("Wilhelmina", "Geheimstra", "98765432", "1957-03-02"))


def a_whole_case(workspace: Workspace) -> str:
    """Save through every service that takes a text; returns the case."""
    practice = directory.add_practice(workspace, {"name": MARKER, "place": MARKER, "phone": PHONE, "presence": MARKER})
    directory.edit_practice(workspace, practice, {"place": MARKER + "2"}, directory.base(workspace))
    person = directory.add_person(workspace, {"name": MARKER, "role": "referrer", "phone": PHONE, "presence": MARKER})
    directory.edit_person(workspace, person, {"presence": MARKER + "2"}, directory.base(workspace))
    referral = referrals.register(
        workspace,
        {
            "client_name": MARKER,
            "birth_date": date(1957, 3, 2),
            "phone": PHONE,
            "reason": MARKER,
            "received_on": DAY,
            "consent_on": DAY,
            "practice_id": practice,
        },
    )
    referrals.edit(workspace, referral, {"place": MARKER}, 0)
    case_id = cases.open_from_referral(workspace, referral, {"family_name": MARKER, "birth_date": date(1957, 3, 2)}, 0)
    cases.open_by_hand(workspace, {"family_name": MARKER})
    client = case_file(workspace, case_id).client.id
    clients.edit(workspace, client, {"phone": PHONE, "street": MARKER, "remarks": MARKER}, 0)
    cases.open_for_client(workspace, client, {"next_step": MARKER})
    cases.set_next_step(workspace, case_id, MARKER, DAY, 0)
    cases.extend(workspace, case_id, MARKER, 0)
    consents.record(workspace, case_id, "feedback", given=True, by_whom="client", how="spoken", on=DAY)
    contact = NewContact("visit", workspace.clock.now() - timedelta(hours=1), 60, note=MARKER)
    contacts.correct(workspace, contacts.add(workspace, case_id, contact, extension_reason=MARKER), contact)
    intakes.held(workspace, case_id, DAY, 0, {"notices": MARKER, "own_words": MARKER})
    intakes.edit(workspace, case_id, {"glad_if": MARKER}, 0)
    webs.start(workspace, case_id, Variant.ADULT, DAY, WebEntry(note=MARKER))
    web = case_file(workspace, case_id).webs[0]
    webs.save(workspace, web, WebEntry(note=MARKER + "2"), 0)
    letter = feedback.send(workspace, case_id, 1, sent_on=DAY, channel="phone", note=MARKER)
    feedback.correct(workspace, letter, sent_on=DAY, channel="phone", note=MARKER)
    planned = {"client_name": MARKER, "note_for_desk": MARKER, "practice_id": practice, "starts_at": DAY_AT}
    appointment = appointments.plan(workspace, {**planned, "reason": "intake"})
    appointments.edit(workspace, appointment, {"note_for_desk": MARKER + "2"}, 0)
    drafts.save(workspace, "contact", case_id, {"note": MARKER}, {})
    intake = {"id": MARKER, "client": {"family_name": MARKER, "phone": PHONE}, "received_on": "2026-01-05"}
    bad = {**intake, "id": MARKER + "2", "received_on": MARKER, MARKER: MARKER}
    found = import_intakes(workspace, json.dumps([intake, bad]).encode())
    assert (len(found.added), len(found.refused)) == (1, 1)
    opened(workspace, case_id)
    assert len(matching(index(workspace), MARKER)) == 4
    return case_id


DAY_AT = "2026-01-05T09:00:00Z"

REFUSED: list[Callable[[Workspace, str], object]] = [
    lambda workspace, case_id: clients.edit(workspace, case_id, {"phone": MARKER}, 0),
    lambda workspace, case_id: cases.edit(workspace, case_id, {"track": MARKER}, 0),
    lambda workspace, case_id: cases.edit(workspace, case_id, {MARKER: MARKER}, 0),
    lambda workspace, case_id: cases.set_next_step(workspace, case_id, MARKER * 100, None, 0),
    lambda workspace, case_id: contacts.add(workspace, case_id, NewContact(MARKER, workspace.clock.now(), note=MARKER)),
    lambda workspace, case_id: intakes.edit(workspace, case_id, {"matters": MARKER * 2_000}, 0),
    lambda workspace, _case_id: contacts.add(workspace, MARKER, NewContact("phone", workspace.clock.now())),
    lambda workspace, _case_id: directory.add_person(workspace, {"name": MARKER, "role": MARKER}),
]


def test_no_saved_text_is_in_the_log(workspace: Workspace, log: Path) -> None:
    case_id = a_whole_case(workspace)
    for refused in REFUSED:
        with pytest.raises((Invalid, NotFound)) as error:
            refused(workspace, case_id)
        # As the screens do with what goes wrong.
        logging.getLogger("wor_tui.screens").error("not saved", exc_info=error.value)
        assert silent(sentence(error.value))
    text = said(log)
    assert "saved contact.add" in text
    assert silent(text)


def test_nor_after_a_failure_of_the_vault(workspace: Workspace, log: Path) -> None:
    case_id = a_whole_case(workspace)
    workspace.database.close()
    with pytest.raises(VaultError) as error:
        contacts.add(workspace, case_id, NewContact("phone", workspace.clock.now(), note=MARKER))
    logging.getLogger("wor_tui.screens").error("not saved", exc_info=error.value)
    assert silent(said(log))
    assert silent(repr(error.value))


@pytest.mark.soak
def test_nor_in_what_exchanging_and_deciding_tell(tmp_path: Path, log: Path) -> None:
    with Organisation(tmp_path / "organisation") as organisation:
        one = organisation.joined("one", MARKER)
        other = organisation.joined("other", MARKER + "2", Role.COACH)
        case_id = a_whole_case(one)
        for workspace in (one, other, one):
            synchronisation.exchange_all(workspace)
        for workspace in (one, other):
            file = case_file(workspace, case_id)
            base = file.bases[file.case.scope]
            clients.edit(workspace, file.client.id, {"remarks": f"{MARKER} {workspace.me.name}"}, base)
        for workspace in (one, other, one):
            synchronisation.exchange_all(workspace)
        [conflict] = synchronisation.conflicts(other)
        synchronisation.resolve(other, conflict.id, 1)
        alone = organisation.device("alone")
        enrolment.begin_alone(alone, MARKER, label=MARKER)
        a_whole_case(alone)
        enrolment.join(alone, organisation.invited(MARKER)[0], label=MARKER)
        synchronisation.exchange_all(alone)
        organisation.server.kill()
        organisation.server.wait(120)
        with pytest.raises(Unreachable) as error:
            synchronisation.exchange(alone)
        logging.getLogger("wor_tui.screens").error("not exchanged", exc_info=error.value)
    assert silent(said(log))
    server = b"".join(
        file.read_bytes() for file in (tmp_path / "organisation" / "central").rglob("*") if file.is_file()
    )
    assert b"Geheimstra" not in server
