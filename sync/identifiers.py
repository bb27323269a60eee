"""Identifiers of records, ops, devices and groups: UUIDv7, made on the device without asking anybody."""

import os
import threading
import time
import uuid

_TAIL_BITS = 74
_LARGEST_TIME = (1 << 48) - 1
_lock = threading.Lock()
_last = {"ms": -1, "tail": 0}


def uuid7(now_ms: int | None = None) -> str:
    """A new UUIDv7 (RFC 9562) as 36 lower-case characters, greater than every one made before in this process.

    `now_ms`: milliseconds since 1970 UTC, by default the system's clock; must fit 48 bits (else ValueError). Ids of one
    millisecond count on from a random start by random steps, and a clock that goes back is overruled, so that ids sort
    in the order they were made. Safe to call from several threads.
    """
    wanted = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    if not 0 <= wanted <= _LARGEST_TIME:
        message = "a UUIDv7 holds a time of 48 bits"
        raise ValueError(message)
    with _lock:
        ms, tail = _last["ms"], _last["tail"]
        if wanted > ms:
            # The top bit starts at 0, so that a millisecond has room for counting on.
            ms, tail = wanted, int.from_bytes(os.urandom(10), "big") >> (80 - _TAIL_BITS + 1)
        else:
            tail += 1 + int.from_bytes(os.urandom(4), "big")
            if tail >> _TAIL_BITS:
                ms, tail = ms + 1, tail & ((1 << (_TAIL_BITS - 1)) - 1)
        _last["ms"], _last["tail"] = ms, tail
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    return str(uuid.UUID(int=(ms << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low))
