"""Doing a transaction again that PostgreSQL took back, or of which nobody can tell whether it was committed.

Everything that the server does may be done twice without harm: an op counts once by its n and digest, and what is set
up is passed over when it is there. So a lost connection needs no more thought than a deadlock.
"""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from sync.server.store.together import DatabaseBusyError

TRIES = 10
FIRST_S, LONGEST_S = 0.01, 1.0
"""Before try k (from 0) it waits a random time up to FIRST_S · 2^k, at most LONGEST_S: full jitter."""

SERIALIZATION_FAILURE, DEADLOCK_DETECTED = "40001", "40P01"
# Somebody was first: the second time it is seen, and passed over or refused.
_MADE_MEANWHILE = {"23505", "42P07", "42701"}
# The second wall was built before a membership that the first one sees came: the next time both do.
_MEMBER_MEANWHILE = {"42501"}
# The server is stopped, has just crashed, or is starting.
_SERVER_GONE = {"57P01", "57P02", "57P03", "25P03"}
_CONNECTION = "08"

Result = TypeVar("Result")


def passing(error: BaseException) -> bool:
    """Whether the same transaction may well succeed when it is done again."""
    cause = error.__cause__ if isinstance(error, DatabaseBusyError) else error
    if isinstance(cause, DBAPIError):
        if cause.connection_invalidated:
            return True
        cause = cause.orig
    if cause is None:
        return False
    state: str | None = getattr(cause, "sqlstate", None)
    if state is None:
        # libpq's own, as the server said nothing: the connection is gone, or there was none to be had.
        return type(cause).__name__ == "OperationalError"
    again = {SERIALIZATION_FAILURE, DEADLOCK_DETECTED} | _MADE_MEANWHILE | _MEMBER_MEANWHILE | _SERVER_GONE
    return state in again or state.startswith(_CONNECTION)


def again(work: Callable[[], Result], wait: Callable[[float], None] = time.sleep) -> Result:
    """What `work` gives; done again while its error is a `passing` one, at most TRIES times in all."""
    for attempt in range(TRIES - 1):
        try:
            return work()
        except (DatabaseBusyError, DBAPIError) as error:
            if not passing(error):
                raise
        wait(random.uniform(0, min(LONGEST_S, FIRST_S * 2**attempt)))  # noqa: S311 # no secret
    return work()
