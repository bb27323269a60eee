"""How long to wait before the next try: full jitter, so that a thousand devices don't come back at once."""

import random

CAP_S = 300.0
"""The ceiling after what the central API itself answered: it knows why it asks for patience."""
AWAY_CAP_S = 45.0
"""The ceiling while it can't be reached: who comes back within reach expects to be in step soon."""
FIRST_S = 1.0


class Backoff:
    """Counts failures in a row and draws the next delay from 0 to min(ceiling, 2^failures) seconds."""

    def __init__(self, draw: random.Random | None = None) -> None:
        self._draw = draw or random.Random()  # noqa: S311 (a delay, no secret)
        self.failures = 0

    def failed(self, after_s: float = 0.0, cap_s: float = CAP_S) -> float:
        """Seconds to wait after one more failure, at most `cap_s`, but never less than the server asked (`after_s`)."""
        self.failures += 1
        ceiling = min(cap_s, FIRST_S * 2.0 ** min(self.failures, 20))
        return max(after_s, self._draw.uniform(0.0, ceiling))

    def succeeded(self) -> None:
        """Start anew."""
        self.failures = 0
