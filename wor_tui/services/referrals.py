"""Referrals at the desk that a practice and its coaches share."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select

from sync.client.changes import Change
from wor_tui.domain.checks import check_not_after_today
from wor_tui.domain.codes import ReferralStatus
from wor_tui.domain.kinds import kind
from wor_tui.domain.referral import ICPC
from wor_tui.domain.rights import Act
from wor_tui.services import audit, records
from wor_tui.services.entry import Entered, values_of
from wor_tui.services.records import DESK, Draft
from wor_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A referral as the desk has it; codes, not words, and texts empty where nothing is known."""

    id: str
    scope: str
    client_name: str
    birth_date: date | None
    phone: str
    place: str
    practice_id: str
    practice: str
    referrer_id: str
    referrer: str
    type: str
    channel: str
    zd_number: str
    reason: str
    consent_on: date | None
    received_on: date
    status: str
    case_id: str
    icpc: str
    his_registered_on: date | None


def register(workspace: Workspace, entered: Mapping[str, Entered], *, draft: Draft | None = None) -> str:
    """Register a referral and return its id; received today with ICPC Z68 unless given.

    That is for a coach, whom it reached outside the program; a practice refers its candidates with their consent
    (`candidates.to_desk`). Raises NotAllowed, Invalid.
    """
    workspace.require("case", Act.CREATE)
    made = registering(workspace, entered)
    workspace.save([made], DESK, event="referral.add", action=audit.CREATE, draft=draft)
    return made.record


def registering(workspace: Workspace, entered: Mapping[str, Entered]) -> Change:
    """The change that registers a referral, filled in as `register` has it; raises Invalid."""
    filled = {
        "received_on": workspace.clock.today(),
        "status": ReferralStatus.RECEIVED,
        "icpc": ICPC,
        **entered,
    }
    _check_days(workspace, values_of("referral", filled))
    return records.adding(workspace, "referral", workspace.scopes.desk, filled)


def edit(
    workspace: Workspace, referral_id: str, entered: Mapping[str, Entered], base: int, *, draft: Draft | None = None
) -> None:
    """Change fields of a referral, only those that the person changed. Raises Invalid, NotFound, NothingToChange."""
    _check_days(workspace, values_of("referral", entered))
    records.edit(workspace, "referral", referral_id, entered, base, purpose=DESK, draft=draft)


def inbox(workspace: Workspace, *, waiting_only: bool = False) -> tuple[list[ReferralRow], dict[str, int]]:
    """The referrals, newest first, and the desks' bases for forms that open from them.

    `waiting_only`: those for which no case was opened yet. Raises NotAllowed.
    """
    workspace.require("referral")
    table, practice, person = kind("referral").table, kind("practice").table, kind("person").table
    statement = (
        select(table, practice.c.name.label("practice"), person.c.name.label("referrer"))
        .join(practice, practice.c.id == table.c.practice_id, isouter=True)
        .join(person, person.c.id == table.c.referrer_id, isouter=True)
        .order_by(table.c.received_on.desc(), table.c.id.desc())
    )
    if waiting_only:
        statement = statement.where(table.c.case_id.is_(None))
    with workspace.database.read() as connection:
        rows = [dict(row) for row in connection.execute(statement).mappings()]
        bases = {scope: records.current_base(connection, scope) for scope in workspace.scopes.desks}
    return [row_of(row) for row in rows], bases


def proposed_client(referral: ReferralRow) -> dict[str, Entered]:
    """What a form for the new client may start with; the name is taken apart as well as can be."""
    given, prefix, family = _name_parts(referral.client_name)
    return {
        "given_name": given,
        "prefix": prefix,
        "family_name": family,
        "birth_date": referral.birth_date,
        "phone": referral.phone,
        "place": referral.place,
    }


def row_of(row: Mapping[str, Any]) -> ReferralRow:
    """The row of a referral's columns; names of practice and referrer where they were joined in."""
    days = {"birth_date", "consent_on", "his_registered_on"}
    columns: dict[str, Any] = {name: row.get(name) if name in days else row.get(name) or "" for name in _COLUMNS}
    return ReferralRow(**columns)


_COLUMNS = tuple(each.name for each in fields(ReferralRow))


def _check_days(workspace: Workspace, values: Mapping[str, object]) -> None:
    today = workspace.clock.today()
    for name in ("received_on", "consent_on", "his_registered_on", "birth_date"):
        value = values.get(name)
        check_not_after_today(name, date.fromisoformat(value) if isinstance(value, str) else None, today)


def _name_parts(name: str) -> tuple[str, str, str]:
    """`Anna van der Berg` and `Berg, Anna van der` both give ("Anna", "van der", "Berg")."""
    family, comma, rest = (part.strip() for part in name.partition(","))
    words = rest.split() if comma else name.split()
    first = next((at for at, word in enumerate(words) if word[:1].islower()), len(words))
    if comma:
        return " ".join(words[:first]), " ".join(words[first:]), family
    prefix = [word for word in words[first:] if word[:1].islower()]
    if prefix:
        return " ".join(words[:first]), " ".join(prefix), " ".join(words[first + len(prefix) :]) or name
    return " ".join(words[:-1]), "", words[-1] if words else ""
