"""How dear a guess at the passphrase is: the bounds of Argon2id, and what this computer can bear.

Floor: RFC 9106's second recommendation. Ceiling: a key file from elsewhere can't make unlocking take minutes.
"""

import time
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

KEY_BYTES = 32
AIM_S = 0.85
LEAST_S, MOST_S = 0.7, 1.0
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id's parameters: memory in KiB (65,536–262,144), passes (3–64), lanes (4–16)."""

    memory: int = 65_536
    passes: int = 3
    lanes: int = 4

    def within_bounds(self) -> bool:
        """False for what would be too cheap to be safe or too dear to be honest."""
        return all(
            least <= value <= most
            for value, least, most in (
                (self.memory, FLOOR.memory, CEILING.memory),
                (self.passes, FLOOR.passes, CEILING.passes),
                (self.lanes, FLOOR.lanes, CEILING.lanes),
            )
        )


FLOOR = Cost()
CEILING = Cost(memory=262_144, passes=64, lanes=16)


def stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """The 32-byte key of a passphrase; NFKC first, so that two keyboards' forms of one character are one."""
    # surrogatepass: whatever a terminal hands over has bytes, and no exception ever quotes it.
    secret = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    kdf = Argon2id(salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory)
    return kdf.derive(secret)


def calibrated() -> Cost:
    """The cost that takes this computer 0.7 to 1.0 s, or the nearest within the bounds; takes about three seconds."""
    cost = FLOOR
    for _ in range(_ATTEMPTS):
        took = _seconds(cost)
        if LEAST_S <= took <= MOST_S:
            break
        nearer = scaled(cost, AIM_S / took)
        if nearer == cost:
            break
        cost = nearer
    return cost


def scaled(cost: Cost, factor: float) -> Cost:
    """`cost` made `factor` times as dear: memory first, passes once the memory is at its ceiling; within the bounds."""
    work = max(cost.memory * cost.passes * factor, FLOOR.memory * FLOOR.passes)
    memory = min(int(work / FLOOR.passes) // 1024 * 1024, CEILING.memory)
    memory = max(memory, FLOOR.memory)
    passes = min(max(round(work / memory), FLOOR.passes), CEILING.passes)
    return Cost(memory, passes, cost.lanes)


def _seconds(cost: Cost) -> float:
    start = time.perf_counter()
    stretched("", bytes(16), cost)
    return time.perf_counter() - start
