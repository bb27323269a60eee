"""Requests that were handled already: a signed request counts once."""

from collections import OrderedDict

from sync.signature import TOLERANCE_S

_REMEMBERED = 200_000


class Nonces:
    """The requests that this process handled while their signatures are still fresh.

    What a request changes is done once whoever repeats it; this only refuses the repeat itself.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], int] = OrderedDict()

    def first_time(self, key_name: str, nonce: str, now: int) -> bool:
        """Whether this nonce is new; `now` in seconds."""
        while self._seen:
            oldest, until = next(iter(self._seen.items()))
            if until >= now and len(self._seen) < _REMEMBERED:
                break
            del self._seen[oldest]
        if (key_name, nonce) in self._seen:
            return False
        self._seen[key_name, nonce] = now + 2 * TOLERANCE_S
        return True
