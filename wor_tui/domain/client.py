"""The client: the person whom it is about."""

from datetime import date, datetime

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import Gender, LivingSituation
from wor_tui.domain.columns import Record, synced


class Client(Record, table=True):
    """Who somebody is and how to reach them; in a team's scope. There is no BSN, and no column that could hold one."""

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
    deleted_at: datetime | None = synced(Policy.LATEST, bounds.moment())
