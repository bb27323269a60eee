"""How long a device waits before it tries again."""

import random

from sync.client import errors
from sync.client.backoff import AWAY_CAP_S, CAP_S, Backoff


class Longest(random.Random):
    """Always draws the upper end."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


def test_the_ceiling_doubles_and_is_lower_while_nobody_answers() -> None:
    for cap in (CAP_S, AWAY_CAP_S):
        backoff = Backoff(Longest())
        assert [backoff.failed(cap_s=cap) for _ in range(3)] == [2, 4, 8]
        assert [backoff.failed(cap_s=cap) for _ in range(30)][-1] == cap
        backoff.succeeded()
        assert backoff.failed(cap_s=cap) == 2
    assert AWAY_CAP_S < 60 < CAP_S


def test_what_the_server_asks_for_is_kept_to() -> None:
    assert Backoff().failed(600, cap_s=AWAY_CAP_S) == 600


def test_only_the_central_apis_own_answers_count_as_its_own() -> None:
    assert all(kind.by_server for kind in (errors.Busy, errors.NotAdmitted, errors.ClockWrong, errors.TooLarge))
    away = (errors.Unreachable, errors.Slow, errors.NotTheServer, errors.BrokenAnswer)
    assert not any(kind.by_server for kind in away)
