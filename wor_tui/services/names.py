"""Names for ids, as what people read has them: who a person is, which practice, whose device."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection

from sync.client import state
from sync.op import device_of
from wor_tui.domain.text import listed_name

Given = TypeVar("Given")

_NAMED = {"coach_id": "person", "referrer_id": "person", "author_id": "person", "practice_id": "practice"}
"""Fields whose value is the id of somebody or something with a name."""
_CLIENTS = """
SELECT id, given_name, prefix, family_name FROM client WHERE id IN (SELECT value FROM json_each(?))
UNION ALL SELECT c.id, p.given_name, p.prefix, p.family_name FROM "case" c JOIN client p ON p.id = c.client_id
WHERE c.id IN (SELECT value FROM json_each(?))
"""
MERGED_INTO = "merged_into"
"""The field whose value is the id of a client, or of a client's case."""


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for: `devices` maps to the name of the device's person and its own, `own` is this device."""

    people: Mapping[str, str]
    practices: Mapping[str, str]
    devices: Mapping[str, tuple[str, str]]
    own: str
    clients: Mapping[str, str] = field(default_factory=dict[str, str])

    def shown(self, field: str, value: Given) -> Given | str:
        """The name that a field's value stands for; any other value, and an id that isn't known here, as it is."""
        if field == MERGED_INTO:
            return self.clients.get(value, "") or value if isinstance(value, str) else value
        known = {"person": self.people, "practice": self.practices}.get(_NAMED.get(field, ""))
        return value if known is None or not isinstance(value, str) else known.get(value, "") or value

    def whose(self, device: str) -> tuple[str, str]:
        """The name of the person of a device and of the device itself, empty where they aren't known here."""
        return self.devices.get(device_of(device), ("", ""))


def names(connection: Connection, clients: Iterable[str] = ()) -> Names:
    """All names that are here; of clients those that are asked for, by their own ids or their cases'."""
    people = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT id, name FROM person")}
    practices = {row[0]: row[1] for row in connection.exec_driver_sql("SELECT id, name FROM practice")}
    rows = connection.exec_driver_sql("SELECT id, person_id, label FROM device")
    devices = {row[0]: (people.get(row[1], ""), row[2] or "") for row in rows}
    asked = json.dumps(list(clients))
    found = connection.exec_driver_sql(_CLIENTS, (asked, asked))
    named = {row[0]: listed_name(*row[1:]) for row in found}
    return Names(people, practices, devices, str(state.get(connection, state.DEVICE, "")), named)
