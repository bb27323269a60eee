"""Contacts: what the coach did, written down once; a correction is a new entry that names the old one."""

from dataclasses import dataclass
from datetime import datetime

from sync.client.changes import Change
from wor_tui.domain.checks import check_happened
from wor_tui.domain.codes import ReferralStatus
from wor_tui.services import audit, records, referral_status
from wor_tui.services.entry import Entered, values_of
from wor_tui.services.errors import Invalid, Reason
from wor_tui.services.records import CARE, Draft
from wor_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact as it is entered: `kind` a `ContactKind`, `minutes` 0-1440 or None, `happened_at` aware.

    `reached`: the person was spoken. `client_bound`: the time is the client's, else it is collaboration time.
    """

    kind: str
    happened_at: datetime
    minutes: int | None = None
    reached: bool = True
    note: str = ""
    client_bound: bool = True


def add(
    workspace: Workspace,
    case_id: str,
    contact: NewContact,
    *,
    extension_reason: str = "",
    base: int = 0,
    draft: Draft | None = None,
) -> str:
    """Write a contact down and return its id; raises Invalid, NotFound.

    A contact past the plan is never refused: what happened is written down, and until the case has its
    `extension_reason` its progress asks for it. Given here, it is saved along, on the form's `base`.
    """
    return _write(workspace, case_id, contact, "", draft, (extension_reason, base))


def correct(workspace: Workspace, contact_id: str, contact: NewContact, *, draft: Draft | None = None) -> str:
    """Put a contact right with a new one, which counts in its place, and return the new one's id.

    Raises Invalid, NotFound.
    """
    with workspace.database.read() as connection:
        case_id = str(records.found(connection, "contact", contact_id)["case_id"])
    return _write(workspace, case_id, contact, contact_id, draft)


def make_void(workspace: Workspace, contact_id: str, reason: str, *, draft: Draft | None = None) -> str:
    """Take back a contact that was written down where it doesn't belong, with the reason; returns the new entry's id.

    It no longer counts, and both stay to be seen. Raises Invalid, NotFound.
    """
    if not reason.strip():
        raise Invalid("note", Reason.REQUIRED)
    with workspace.database.read() as connection:
        contact = records.found(connection, "contact", contact_id)
        case = records.found(connection, "case", str(contact["case_id"]))
    same = ("case_id", "happened_at", "kind", "minutes", "reached", "client_bound")
    entered: dict[str, Entered] = {name: contact[name] for name in same} | {
        "note": reason,
        "author_id": workspace.me.person_id,
        "corrects": contact_id,
        "void": True,
    }
    made = records.adding(workspace, "contact", str(case["scope"]), entered)
    workspace.save([made], CARE, event="contact.void", action=audit.CREATE, draft=draft)
    return made.record


def _write(
    workspace: Workspace,
    case_id: str,
    contact: NewContact,
    corrects: str,
    draft: Draft | None,
    extending: tuple[str, int] = ("", 0),
) -> str:
    check_happened("happened_at", contact.happened_at, workspace.clock.now())
    entered: dict[str, Entered] = {
        "case_id": case_id,
        "happened_at": contact.happened_at,
        "kind": contact.kind,
        "minutes": contact.minutes,
        "reached": contact.reached,
        "note": contact.note,
        "author_id": workspace.me.person_id,
        "client_bound": contact.client_bound,
        "corrects": corrects,
    }
    with workspace.database.read() as connection:
        case = records.found(connection, "case", case_id)
        reached = contact.reached and contact.client_bound
        told = referral_status.changes(connection, case, ReferralStatus.CONTACTED) if reached else []
    made: Change = records.adding(workspace, "contact", str(case["scope"]), entered)
    event = "contact.correct" if corrects else "contact.add"
    changes = [made, *told]
    reason, base = extending
    if reason.strip():
        changes.append(
            Change("case", case_id, str(case["scope"]), values_of("case", {"extension_reason": reason}), base)
        )
    workspace.save(changes, CARE, event=event, action=audit.CREATE, draft=draft)
    return made.record
