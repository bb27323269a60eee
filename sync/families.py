"""Which devices belong together: one that was put back or copied goes on as another, its successor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping


def families(predecessors: Mapping[str, str], wanted: Iterable[str]) -> set[str]:
    """The devices `wanted` with all that they follow and all that follow those; `predecessors`: "" for none."""
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for one, before in predecessors.items():
        if before:
            beside[one].add(before)
            beside[before].add(one)
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += beside[one]
    return found
