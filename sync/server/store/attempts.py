"""How often somebody tried to enrol in this window of time, for all nodes and over restarts; no address is kept.

Of a network there is a hash, keyed by a secret that is the window's own and goes with it. Nobody who tries is of an
organisation yet, so these tables aren't an organisation's either.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select, update

from sync.server.models import ATTEMPT, ATTEMPT_WINDOW

_KEPT_WINDOWS = 1
"""Windows before the present one that stay: the clock of another node may be a little behind."""


def admitted(
    connection: Connection, began: int, length: int, limits: Mapping[str, int], overall: int
) -> tuple[bool, str | None]:
    """Count an attempt, in the window that `began` then and is `length` long (seconds since 1970).

    `limits`: network → how many it may make. False when one of the limits is reached, with the network whose it is
    (None: the `overall` one); then nothing is counted, so that who is refused uses up nothing of the others'.
    """
    key, attempts = _window(connection, began, length)
    if attempts >= overall:
        return False, None
    sources = {_source(key, network): network for network in limits}
    mine = (ATTEMPT.c.began == began) & ATTEMPT.c.source.in_(sources)
    counted = connection.execute(select(ATTEMPT.c.source, ATTEMPT.c.attempts).where(mine))
    made: dict[str, int] = {row[0]: row[1] for row in counted}
    for source, network in sources.items():
        if made.get(source, 0) >= limits[network]:
            return False, network
    if made:
        connection.execute(update(ATTEMPT).where(mine).values(attempts=ATTEMPT.c.attempts + 1))
    new = [{"began": began, "source": source, "attempts": 1} for source in sources if source not in made]
    if new:
        connection.execute(insert(ATTEMPT), new)
    this = ATTEMPT_WINDOW.c.began == began
    connection.execute(update(ATTEMPT_WINDOW).where(this).values(attempts=attempts + 1))
    return True, None


def _window(connection: Connection, began: int, length: int) -> tuple[bytes, int]:
    """The window's key and how many attempts were made in it; it is held, so that others count after this one."""
    columns = select(ATTEMPT_WINDOW.c.secret, ATTEMPT_WINDOW.c.attempts).where(ATTEMPT_WINDOW.c.began == began)
    row = connection.execute(columns.with_for_update()).one_or_none()
    if row is not None:
        return row[0], row[1]
    secret = secrets.token_bytes(32)
    connection.execute(insert(ATTEMPT_WINDOW), [{"began": began, "secret": secret, "attempts": 0}])
    forget(connection, began - _KEPT_WINDOWS * length)
    return secret, 0


def forget(connection: Connection, before: int) -> None:
    """Drop the windows that began before this moment."""
    for table in (ATTEMPT, ATTEMPT_WINDOW):
        connection.execute(delete(table).where(table.c.began < before))


def _source(key: bytes, network: str) -> str:
    return hmac.digest(key, network.encode(), hashlib.sha256).hex()
