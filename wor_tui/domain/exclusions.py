"""For whom it isn't meant, and who may take over: always possible, never a dead end (Zorgenz)."""

from wor_tui.domain.codes import Exclusion, PassedOnTo

_TARGETS = {
    Exclusion.PSYCHIATRIC_DISORDER: (PassedOnTo.MENTAL_HEALTH_CARE, PassedOnTo.GP),
    Exclusion.ADDICTION: (PassedOnTo.ADDICTION_CARE, PassedOnTo.MENTAL_HEALTH_CARE, PassedOnTo.GP),
    Exclusion.COMPLEX_PROBLEMS: (PassedOnTo.NEIGHBOURHOOD_TEAM, PassedOnTo.SOCIAL_WORK, PassedOnTo.DEBT_HELP),
    Exclusion.OTHER: (),
}


def targets(exclusion: Exclusion) -> tuple[PassedOnTo, ...]:
    """Everybody who may take over, those first who fit this exclusion."""
    first = _TARGETS[exclusion]
    return (*first, *(each for each in PassedOnTo if each not in first))
