"""The directory: practices, the people one works with, and the devices they use."""

from datetime import date

from sync.schema import Policy
from wor_tui.domain import bounds
from wor_tui.domain.codes import Function, Role
from wor_tui.domain.columns import Record, synced


class Practice(Record, table=True):
    """A practice and how to reach it; in the organisation's scope."""

    name: str = synced(Policy.ASK, bounds.line(), required=True)
    place: str | None = synced(Policy.ASK, bounds.line())
    phone: str | None = synced(Policy.ASK, bounds.phone())
    email: str | None = synced(Policy.ASK, bounds.email())
    presence: str | None = synced(Policy.LATEST, bounds.line())


class Person(Record, table=True):
    """Somebody who works here or at a practice, with their numbers; in the organisation's scope.

    Of a substitute: `covers_id` is the colleague for whom they go on, `until_on` the last day of it.
    """

    name: str = synced(Policy.ASK, bounds.line(), required=True)
    role: str = synced(Policy.ASK, bounds.code(Role), required=True)
    function: str | None = synced(Policy.ASK, bounds.code(Function))
    practice_id: str | None = synced(Policy.ASK, bounds.identifier())
    phone: str | None = synced(Policy.ASK, bounds.phone())
    mobile: str | None = synced(Policy.ASK, bounds.phone())
    email: str | None = synced(Policy.ASK, bounds.email())
    presence: str | None = synced(Policy.LATEST, bounds.line())
    team: str | None = synced(Policy.ASK, bounds.line())
    covers_id: str | None = synced(Policy.ASK, bounds.identifier())
    until_on: date | None = synced(Policy.ASK, bounds.day())


class Device(Record, table=True):
    """Whose device it is; in the organisation's scope. The record's id is the device's id.

    `keys` is the fingerprint of its keys (`sync.device_keys`), written by the device itself.
    """

    person_id: str = synced(Policy.ASK, bounds.identifier(), required=True, indexed=True)
    label: str | None = synced(Policy.LATEST, bounds.line())
    keys: str | None = synced(Policy.LATEST, bounds.digest())
