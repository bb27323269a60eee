"""The client: the person whom it is about."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import Gender, LivingSituation
from wor_tui.domain.columns import Record, synced
from wor_tui.domain.identifiers import FORM
from wor_tui.domain.merged import FIELD_NAME


class Client(Record, table=True):
    """Who somebody is and how to reach them; in a team's scope. There is no BSN, and no column that could hold one.

    `merged_into`: the record of the same person at which this one shows (`merged.remaining`). `settled` and `replaced`
    belong to it: per field the mark of the value that whoever merged saw here, and what was at the other one before
    this value took its place. `apart`: the ids of clients who look like this one and are somebody else.
    """

    __table_args__ = (Index("client_merged", "merged_into", sqlite_where=text("merged_into IS NOT NULL")),)

    family_name: str = synced(Policy.ASK, bounds.line(), required=True)
    given_name: str | None = synced(Policy.ASK, bounds.line())
    prefix: str | None = synced(Policy.ASK, bounds.line(40))
    birth_date: date | None = synced(Policy.ASK, bounds.day())
    gender: str | None = synced(Policy.ASK, bounds.code(Gender))
    phone: str | None = synced(Policy.ASK, bounds.phone())
    phone_alternative: str | None = synced(Policy.ASK, bounds.phone())
    email: str | None = synced(Policy.ASK, bounds.email())
    street: str | None = synced(Policy.ASK, bounds.line())
    postcode: str | None = synced(Policy.ASK, bounds.postcode())
    place: str | None = synced(Policy.ASK, bounds.line())
    neighbourhood: str | None = synced(Policy.ASK, bounds.line())
    living_situation: str | None = synced(Policy.ASK, bounds.code(LivingSituation))
    language: str | None = synced(Policy.ASK, bounds.line(60))
    remarks: str | None = synced(Policy.ASK, bounds.note())
    merged_into: str | None = synced(Policy.ASK, bounds.identifier())
    settled: dict[str, Any] = synced(Policy.LATEST, bounds.mark(), elements=FIELD_NAME)
    replaced: dict[str, Any] = synced(Policy.LATEST, bounds.note(), elements=FIELD_NAME)
    apart: dict[str, Any] = synced(Policy.LATEST, bounds.yes_or_no(), elements=FORM)
    deleted_at: datetime | None = synced(Policy.LATEST, bounds.moment())
