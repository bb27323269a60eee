"""A device signs itself out: the central API serves it no more, and what it keeps may be destroyed.

Nothing may be lost by it, so everything must have been sent and answered. While nobody knows whether the request
arrived the fact `leaving` stands here: nothing may be saved then, as it might never be sent. An exchange that the
central API answers as ever says that it didn't arrive.
"""

from sync.client import state
from sync.client.errors import NotAdmitted, NotJoined, SyncError, Unreachable
from sync.client.status import status
from sync.client.store import Database
from sync.client.transport import Declined, Transport
from sync.wire import ProblemType
from sync.wire.enrolment import SignOutAnswer, SignOutRequest

PATH = "/v1/sign-out"


class NotAllSent(SyncError):
    """Something of this device isn't at the central API, or was refused there and waits for a person."""


def sign_out(database: Database, transport: Transport) -> None:
    """Tell the central API; may be repeated. Raises NotAllSent, NotJoined, Declined, an `Unanswered`, Cancelled."""
    with database.write() as connection:
        stands = status(connection)
        if not stands.joined:
            raise NotJoined
        # What a central API that was put back lost may be nowhere else.
        if stands.unsent or stands.held or state.get(connection, state.LEFT) is not None:
            raise NotAllSent
        request = SignOutRequest(
            state.device_of(connection),
            int(state.get(connection, state.NEXT_N, 1)) - 1,
            str(state.get(connection, state.INCARNATION, "")),
        )
        state.put(connection, leaving=True)
    try:
        transport.post(PATH, request, SignOutAnswer)
    except NotAdmitted as refused:
        if str(refused) == ProblemType.REVOKED:
            # Served no more already: that is what was wanted.
            return
        _stay(database)
        raise
    except (Declined, Unreachable):
        # It surely wasn't done; of any other trouble nobody knows.
        _stay(database)
        raise


def _stay(database: Database) -> None:
    with database.write() as connection:
        state.put(connection, leaving=None)
