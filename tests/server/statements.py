"""What every statement of the server must be like, so that the database may be spread over machines by organisation."""

import re
import threading
from typing import Any

from sync.server.models import INVITE, ORGANISATION, ServerTable

TENANTS = {table.name for table in ServerTable.metadata.sorted_tables if "organisation_id" in table.c}
FORBIDDEN = re.compile(
    r"\b(nextval|currval|sequence|serial|bigserial|autoincrement|identity|pg_(try_)?advisory\w*|trigger|listen|notify|xmin|"
    r"xmax|txid_\w+|pg_current_xact\w*|ctid|now|clock_timestamp|current_timestamp|random|gen_random_uuid)\b",
    re.IGNORECASE,
)
"""Sequences, advisory locks, triggers, transaction ids, and the database's own clock and chance."""
_TOUCHED = re.compile(r"\b(FROM|JOIN|UPDATE|INTO)\s+\"?(\w+)\"?", re.IGNORECASE)
_APP_THREAD = "AnyIO worker thread"


def complaints(statement: str) -> list[str]:
    """What is wrong with a statement; nothing when all is well."""
    text = " ".join(statement.split())
    found = [f"uses {word[0]}" for word in FORBIDDEN.finditer(text)]
    for how, table in {(each[1].upper(), each[2].lower()) for each in _TOUCHED.finditer(text)}:
        if table not in TENANTS or _excused(table, text):
            continue
        if how == "INTO":
            names = re.search(rf"INTO \"?{table}\"? \(([^)]*)\)", text)
            bound = names is not None and "organisation_id" in names[1]
        else:
            where = text[re.search(r"\b(WHERE|ON)\b", text).start() :] if re.search(r"\b(WHERE|ON)\b", text) else ""
            bound = re.search(rf"\b({table}\.organisation_id =|= {table}\.organisation_id)", where) is not None
        if not bound:
            found.append(f"touches {table} without its organisation")
    return found


def check(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    """Hear what the app asks while a test runs; what a test asks itself is its own matter."""
    if threading.current_thread().name == _APP_THREAD:
        assert not complaints(statement), (complaints(statement), statement)


def _excused(table: str, text: str) -> bool:
    """Who has a code knows no organisation yet; whether there is any organisation is asked of all."""
    by_lookup = table == INVITE.name and "invite.lookup =" in text
    any_at_all = table == ORGANISATION.name and text.startswith(
        "SELECT organisation.organisation_id FROM organisation LIMIT"
    )
    return by_lookup or any_at_all
