"""What the device's side refuses, and what can go wrong on the way to the central API. No message holds a value."""

from sync.wire import WipeOrder


class SyncError(Exception):
    """Base of everything that this package raises."""


class Refused(SyncError):
    """A change that this device won't make; nothing was saved."""


class UnknownKind(Refused):
    """The schema knows no such kind of record."""


class UnknownField(Refused):
    """The kind has no such field, or names a whole map where only its elements are fields."""


class AppendOnly(Refused):
    """The record exists, and records of its kind are never changed; a correction is a new record."""


class WrongScope(Refused):
    """The scope is unknown or lost, may not hold such a record, or the record lives elsewhere."""


class ErasedRecord(Refused):
    """The record was erased by law."""


class Leaving(Refused):
    """This device is being signed out: what is saved now might never be sent."""


class BeingErased(Refused):
    """Somebody here asked to have the record erased by law; that waits for the central API."""


class BaseAhead(Refused):
    """The base lies beyond what this device has seen of the scope."""


class NoSuchConflict(Refused):
    """The conflict is gone or its values changed since it was shown, or there is no such option."""


class NotHeld(Refused):
    """No op with that number is held."""


class InvalidRecord(Refused):
    """A value doesn't fit: `field` names it ("" for the record as a whole), `reason` says why without the value."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


class NotJoined(SyncError):
    """This device isn't enrolled with a central API yet."""


class CopiedDatabase(SyncError):
    """This database was copied or put back: another copy already sent other ops under this device's numbers.

    Nothing is lost: what is unsent stays in the outbox. It is raised only when the central API doesn't let the device
    go on under another identity.
    """


class RestoredServer(SyncError):
    """The central API came back from a backup and this device couldn't yet bring it what it lacks."""


class ServerTooNew(SyncError):
    """The central API asks for a newer version of the program."""


class Unanswered(SyncError):
    """No usable answer; nothing changed on this device, and a later try may do better. `after_s`: not before then.

    `by_server`: the central API itself answered, so that it can be reached.
    """

    by_server = False

    def __init__(self, message: str, after_s: float = 0.0) -> None:
        super().__init__(message)
        self.after_s = after_s


class Unreachable(Unanswered):
    """No connection to the central API."""


class Slow(Unanswered):
    """The central API didn't answer in time."""


class TooLarge(Unanswered):
    """The request or its answer was too large; the next try is smaller."""

    by_server = True


class NotTheServer(Unanswered):
    """Something else answered, for instance the sign-in page of a guest network."""


class BrokenAnswer(Unanswered):
    """The answer was cut or damaged on the way."""


class Busy(Unanswered):
    """The central API asks to wait, or has trouble of its own."""

    by_server = True


class TooFast(Busy):
    """This device asked more in a short time than the central API takes; after `after_s` it may go on."""


class NotAdmitted(Unanswered):
    """The central API doesn't know this device (any more) or turned its signature down.

    `wipe`: the order to wipe this device that came with it, as it came; it is believed only when it is checked.
    """

    by_server = True

    def __init__(self, message: str, wipe: WipeOrder | None = None) -> None:
        super().__init__(message)
        self.wipe = wipe


class ClockWrong(Unanswered):
    """This device's clock is too far from the central API's. `ahead_s`: how far, in seconds."""

    by_server = True

    def __init__(self, message: str, ahead_s: float) -> None:
        super().__init__(message)
        self.ahead_s = ahead_s


class Cancelled(SyncError):
    """The caller asked to stop waiting."""
