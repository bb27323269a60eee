"""The central API's errors: raised where the fact is known, answered once as problem+json (RFC 9457)."""

from sync.wire import PROBLEM_PREFIX, Problem, ProblemType, WipeOrder


class ProblemError(Exception):
    """A request that isn't done; `problem` is what the caller reads, `retry_after` the seconds to wait where known."""

    def __init__(
        self, name: str, status: int, title: str, *, retry_after: int | None = None, **members: object
    ) -> None:
        super().__init__(name)
        self.problem = Problem(PROBLEM_PREFIX + name, title, status, **members)  # pyright: ignore[reportArgumentType] # members are Problem's own
        self.retry_after = retry_after


def malformed() -> ProblemError:
    """The body isn't the message that belongs here."""
    return ProblemError(ProblemType.MALFORMED, 400, "The request can't be read")


def too_large() -> ProblemError:
    """The body is over the limit."""
    return ProblemError(ProblemType.TOO_LARGE, 413, "The request is too large")


def unsupported_encoding() -> ProblemError:
    """The body's encoding isn't known."""
    return ProblemError(ProblemType.UNSUPPORTED_ENCODING, 415, "The content encoding isn't supported")


def slow_body() -> ProblemError:
    """The body didn't arrive in time."""
    return ProblemError(ProblemType.MALFORMED, 408, "The request took too long to arrive")


def unsigned() -> ProblemError:
    """There is no signature of the profile."""
    return ProblemError(ProblemType.UNSIGNED, 401, "The request isn't signed")


def wrong_digest() -> ProblemError:
    """The body isn't the signed one."""
    return ProblemError(ProblemType.WRONG_DIGEST, 401, "The body isn't the one that was signed")


def wrong_signature() -> ProblemError:
    """Signed by somebody else, or something else was signed."""
    return ProblemError(ProblemType.WRONG_SIGNATURE, 401, "The signature doesn't fit")


def wrong_clock(server_time: int) -> ProblemError:
    """The device's clock is off by more than the tolerance."""
    return ProblemError(ProblemType.WRONG_CLOCK, 401, "The device's clock is off", server_time=server_time)


def replayed() -> ProblemError:
    """This very request was handled before."""
    return ProblemError(ProblemType.REPLAYED, 401, "The request was sent before")


def unknown_device() -> ProblemError:
    """The server knows no such device."""
    return ProblemError(ProblemType.UNKNOWN_DEVICE, 401, "The device isn't enrolled here")


def revoked(wipe: WipeOrder | None = None) -> ProblemError:
    """The device may no longer take part, and is to be wiped where that was ordered."""
    return ProblemError(ProblemType.REVOKED, 403, "The device is no longer enrolled", wipe=wipe)


def forbidden() -> ProblemError:
    """The caller's role doesn't allow this."""
    return ProblemError(ProblemType.FORBIDDEN, 403, "Not allowed for this role")


def gap(expected: int) -> ProblemError:
    """Ops from `expected` on aren't here."""
    return ProblemError(ProblemType.GAP, 409, "Ops are missing here", expected=expected, last_n=expected - 1)


def forked(last_n: int) -> ProblemError:
    """The same numbers carry other ops: this database was copied or put back."""
    return ProblemError(ProblemType.FORKED, 409, "The device's history forked", last_n=last_n)


def older(last_n: int) -> ProblemError:
    """The device's database was further once: it was put back, or lost what was last written."""
    return ProblemError(ProblemType.OLDER, 409, "The device's database is older than it was", last_n=last_n)


def restored(incarnation: str, last_n: int) -> ProblemError:
    """The replica stands on a history that the server doesn't have."""
    return ProblemError(ProblemType.RESTORED, 409, "The server was restored", incarnation=incarnation, last_n=last_n)


def stale_key(epochs: dict[str, int]) -> ProblemError:
    """Ops were sealed with another key epoch than the scope's; nothing was consumed."""
    return ProblemError(ProblemType.STALE_KEY, 409, "Sealed with an old key", epochs=epochs)


def wrong_devices(missing: list[str], extra: list[str]) -> ProblemError:
    """A rotation leaves out devices that hold the scope's keys, or names some that may not have it."""
    return ProblemError(
        ProblemType.WRONG_DEVICES, 409, "The new key isn't for the right devices", missing=missing, extra=extra
    )


def taken() -> ProblemError:
    """An id exists already, as something else."""
    return ProblemError(ProblemType.TAKEN, 409, "The id is in use for something else")


def outdated() -> ProblemError:
    """A part of a snapshot that isn't wanted, or not any more."""
    return ProblemError(ProblemType.OUTDATED, 409, "The snapshot isn't wanted, or not any more")


def unknown_code() -> ProblemError:
    """No such code."""
    return ProblemError(ProblemType.UNKNOWN_CODE, 404, "There is no such code")


def used_code() -> ProblemError:
    """The code was used."""
    return ProblemError(ProblemType.USED_CODE, 410, "The code was used already")


def expired_code() -> ProblemError:
    """The code is too old."""
    return ProblemError(ProblemType.EXPIRED_CODE, 410, "The code has expired")


def blocked_code() -> ProblemError:
    """Too many wrong proofs."""
    return ProblemError(ProblemType.BLOCKED_CODE, 429, "The code is blocked after too many tries")


def wrong_proof(tries_left: int) -> ProblemError:
    """The proof doesn't belong to the code."""
    return ProblemError(ProblemType.WRONG_PROOF, 403, "The proof doesn't fit the code", tries_left=tries_left)


def too_many(retry_after_s: int) -> ProblemError:
    """More requests than this device, or this address, may make in so short a time."""
    return ProblemError(ProblemType.TOO_MANY, 429, "Too many requests", retry_after=max(1, retry_after_s))


def busy(retry_after_s: int = 2) -> ProblemError:
    """The database can't take this now."""
    return ProblemError(ProblemType.BUSY, 503, "The server is busy", retry_after=retry_after_s)


def internal() -> ProblemError:
    """A mistake of the server's; what it was stands in its log."""
    return ProblemError(ProblemType.INTERNAL, 500, "Something went wrong on the server")
