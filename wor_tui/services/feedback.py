"""Feedback to the referrer: that it was given, when, and through which channel. The program sends nothing itself."""

from datetime import date

from wor_tui.domain.checks import check_not_after_today
from wor_tui.domain.codes import ConsentPurpose
from wor_tui.services import audit, consents, records
from wor_tui.services.records import CARE, Draft
from wor_tui.services.workspace import Workspace

WITHOUT_CONSENT = "feedback_without_consent"


def send(
    workspace: Workspace,
    case_id: str,
    number: int,
    *,
    sent_on: date,
    channel: str,
    note: str = "",
    draft: Draft | None = None,
) -> str:
    """Write down that feedback `number` (1 after the intake, 2 at three months) was given; returns its id.

    Raises NotAllowed without consent for feedback, Invalid, NotFound.
    """
    return _write(workspace, case_id, number, sent_on, channel, note, "", draft)


def correct(
    workspace: Workspace,
    feedback_id: str,
    *,
    sent_on: date,
    channel: str,
    note: str = "",
    draft: Draft | None = None,
) -> str:
    """Put right what was written down about a letter, with a new entry; returns its id. Raises Invalid, NotFound."""
    with workspace.database.read() as connection:
        before = records.found(connection, "feedback", feedback_id)
    return _write(workspace, before["case_id"], before["number"], sent_on, channel, note, feedback_id, draft)


def _write(
    workspace: Workspace,
    case_id: str,
    number: int,
    sent_on: date,
    channel: str,
    note: str,
    corrects: str,
    draft: Draft | None,
) -> str:
    check_not_after_today("sent_on", sent_on, workspace.clock.today())
    with workspace.database.read() as connection:
        case = records.found(connection, "case", case_id)
        if not corrects:
            consents.require(connection, case_id, ConsentPurpose.FEEDBACK, WITHOUT_CONSENT)
    made = records.adding(
        workspace,
        "feedback",
        str(case["scope"]),
        {
            "case_id": case_id,
            "number": number,
            "sent_on": sent_on,
            "channel": channel,
            "note": note,
            "author_id": workspace.me.person_id,
            "corrects": corrects,
        },
    )
    event = "feedback.correct" if corrects else "feedback.send"
    workspace.save([made], CARE, event=event, action=audit.CREATE, draft=draft)
    return made.record
