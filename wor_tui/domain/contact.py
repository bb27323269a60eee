"""Contacts: what the coach did, with the client or about them. Which of them count is in `progress`."""

from datetime import datetime

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import ContactKind
from wor_tui.domain.columns import Record, synced

LONGEST_MINUTES = 24 * 60


class Contact(Record, table=True):
    """One contact or attempt, never changed; in a team's scope.

    `reached`: the person was spoken. `client_bound`: the time is the client's, else it is collaboration time.
    `corrects` names the contact that this one takes the place of. `void`: this entry takes that one back, because it
    doesn't belong here, as in the wrong case; the note says why.
    """

    case_id: str = synced(Policy.ASK, bounds.identifier(), required=True, indexed=True)
    happened_at: datetime = synced(Policy.ASK, bounds.moment(), required=True)
    kind: str = synced(Policy.ASK, bounds.code(ContactKind), required=True)
    minutes: int | None = synced(Policy.ASK, bounds.whole(0, LONGEST_MINUTES))
    reached: bool = synced(Policy.ASK, bounds.yes_or_no(), required=True)
    note: str | None = synced(Policy.ASK, bounds.note())
    author_id: str = synced(Policy.ASK, bounds.identifier(), required=True)
    client_bound: bool = synced(Policy.ASK, bounds.yes_or_no(), required=True)
    corrects: str | None = synced(Policy.ASK, bounds.identifier())
    void: bool | None = synced(Policy.ASK, bounds.yes_or_no())
