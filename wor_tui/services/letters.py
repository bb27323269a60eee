"""The feedback letter: what it may hold follows from the consent, and it goes to the referrer at the desk."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from wor_tui.domain.codes import ConsentPurpose, Phase
from wor_tui.domain.kinds import kind
from wor_tui.domain.rights import Act
from wor_tui.services import audit, consents, records
from wor_tui.services.case_file import WebView, case_file
from wor_tui.services.errors import NotAllowed, NotFound
from wor_tui.services.feedback import WITHOUT_CONSENT
from wor_tui.services.records import CARE, DESK, Draft
from wor_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LetterContents:
    """What a letter about a case may say now; "" and None for what there is nothing of, or no consent for."""

    phase: Phase
    intake_on: date | None
    next_step: str
    next_step_on: date | None
    reason: str
    web: WebView | None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter at the desk."""

    id: str
    referral_id: str
    number: int
    sent_on: date
    text: str


def contents(workspace: Workspace, case_id: str) -> LetterContents:
    """What a letter about this case may hold: nothing beyond the consent as it is now.

    Without consent for feedback there is no letter: NotAllowed. The reason and the web stand in it only with consent
    for each. Raises NotFound.
    """
    file = case_file(workspace, case_id)
    if ConsentPurpose.FEEDBACK not in file.effective_consents:
        raise NotAllowed(WITHOUT_CONSENT)
    referral, webs = file.referral, file.webs
    return LetterContents(
        phase=Phase(file.phase),
        intake_on=file.case.intake_on,
        next_step=file.case.next_step,
        next_step_on=file.case.next_step_on,
        reason=referral.reason if referral is not None and ConsentPurpose.REASON in file.effective_consents else "",
        web=webs[0] if webs and ConsentPurpose.WEB in file.effective_consents else None,
    )


def share(workspace: Workspace, case_id: str, number: int, text: str, *, draft: Draft | None = None) -> str:
    """Put a letter at the desk where the referral came from, for the referrer to read; returns its id.

    Raises NotAllowed without consent for feedback, NotFound for a case without a referral here, Invalid.
    """
    workspace.require("letter", Act.CREATE)
    with workspace.database.read() as connection:
        case = records.found(connection, "case", case_id)
        consents.require(connection, case_id, ConsentPurpose.FEEDBACK, WITHOUT_CONSENT)
        referral = records.found_or_none(connection, "referral", case["referral_id"])
    if referral is None:
        raise NotFound("referral", case["referral_id"] or "")
    entered = {
        "referral_id": referral["id"],
        "number": number,
        "sent_on": workspace.clock.today(),
        "text": text,
        "author_id": workspace.me.person_id,
    }
    made = records.adding(workspace, "letter", str(referral["scope"]), entered)
    workspace.save([made], CARE, event="letter.share", action=audit.CREATE, draft=draft)
    return made.record


def of_referral(workspace: Workspace, referral_id: str) -> list[LetterRow]:
    """The letters about a referral, the newest first; raises NotAllowed."""
    workspace.require("letter")
    table = kind("letter").table
    chosen = select(table).where(table.c.referral_id == referral_id).order_by(table.c.id.desc())
    with workspace.database.read() as connection:
        rows = connection.execute(chosen).mappings().all()
    workspace.note_reading("referral", referral_id, DESK, event="open.letters")
    return [LetterRow(row["id"], row["referral_id"], row["number"], row["sent_on"], row["text"]) for row in rows]
