"""The nonces that all nodes on one database have seen."""

from sqlalchemy import Connection, delete, func, literal, select
from sqlalchemy import bindparam as given
from sqlalchemy.dialects.postgresql import insert

from sync.server.models import NONCE
from sync.server.store.prepared import Prepared

# Not waited for on the disk: after a crash a repeat may be handled again, which changes nothing. Set in the statement
# itself, so that it is one trip to the database.
_UNHURRIED = func.set_config("synchronous_commit", "off", literal(True)) == "off"  # for this transaction
# Of one statement, too: what row-level security asks.
_OURS = (
    func.set_config("wor.organisation", given("organisation_id", type_=NONCE.c.organisation_id.type), literal(True))
    != ""
)
_REMEMBER = Prepared(
    insert(NONCE)
    .from_select(
        ["organisation_id", "device_id", "nonce", "until"],
        select(
            *(given(name, type_=NONCE.c[name].type) for name in ("organisation_id", "device_id", "nonce", "until"))
        ).where(_UNHURRIED, _OURS),
    )
    .on_conflict_do_nothing()
    .returning(NONCE.c.until)
)
_FORGET = Prepared(delete(NONCE).where(NONCE.c.organisation_id == given("organisation"), NONCE.c.until < given("now")))


def first_time(connection: Connection, organisation: str, device: str, nonce: str, until: int) -> bool:
    """Keep the nonce until that moment (seconds since 1970 UTC); False when it was here already."""
    row = _REMEMBER.row(connection, organisation_id=organisation, device_id=device, nonce=nonce, until=until)
    return row is not None


def forget(connection: Connection, organisation: str, now: int) -> None:
    """Drop what needs no remembering any longer."""
    _FORGET.run(connection, organisation=organisation, now=now)
