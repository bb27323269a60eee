"""Why a request was not done: problem+json (RFC 9457)."""

from msgspec import Struct

from sync.wire.revoking import WipeOrder

PROBLEM_PREFIX = "urn:wor:problem:"
PROBLEM_JSON = "application/problem+json"


class ProblemType:
    """The `type` of every problem that the central API answers with (RFC 9457), without `urn:wor:problem:`."""

    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    UNSUPPORTED_ENCODING = "unsupported-encoding"
    UNSIGNED = "unsigned"
    WRONG_DIGEST = "wrong-digest"
    WRONG_SIGNATURE = "wrong-signature"
    WRONG_CLOCK = "wrong-clock"
    REPLAYED = "replayed"
    UNKNOWN_DEVICE = "unknown-device"
    REVOKED = "revoked"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    UNKNOWN_CODE = "unknown-code"
    USED_CODE = "used-code"
    EXPIRED_CODE = "expired-code"
    BLOCKED_CODE = "blocked-code"
    WRONG_PROOF = "wrong-proof"
    TAKEN = "taken"
    GAP = "gap"
    FORKED = "forked"
    OLDER = "older"
    RESTORED = "restored"
    STALE_KEY = "stale-key"
    WRONG_DEVICES = "wrong-devices"
    OUTDATED = "outdated"
    TOO_MANY = "too-many-requests"
    BUSY = "busy"
    INTERNAL = "internal"


class Problem(Struct, omit_defaults=True):
    """Why a request was not done; nothing of it was applied. The members after `detail` belong to some types only.

    `expected`: the n that a push must start with (gap). `last_n`, `incarnation`: what the server has of this device
    (restored, gap, forked, older). `epochs`: the current key epoch of each stale scope. `tries_left`: of a code.
    `server_time`: with wrong-clock. `wipe`: with revoked, where it was ordered.
    `missing`, `extra`: devices that a rotation left out or names wrongly (wrong-devices).
    """

    type: str
    title: str
    status: int
    detail: str = ""
    expected: int | None = None
    last_n: int | None = None
    incarnation: str | None = None
    epochs: dict[str, int] | None = None
    tries_left: int | None = None
    server_time: int | None = None
    wipe: WipeOrder | None = None
    missing: list[str] | None = None
    extra: list[str] | None = None

    @property
    def name(self) -> str:
        """The type without its prefix: one of `ProblemType`, or a text of a newer server."""
        return self.type.removeprefix(PROBLEM_PREFIX)
