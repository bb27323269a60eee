"""Waking exchanges that wait: whoever waits for a scope is told at once when it grows in this process."""

import asyncio
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

Place = tuple[str, str]
"""An organisation's id, and that of one of its scopes or users."""


@dataclass(eq=False, slots=True)
class Waiting:
    """One waiting exchange: where its replica stands in each scope, and the event that is set when there is news."""

    heads: Mapping[str, int]
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Wakes:
    """The waiting exchanges of this process; used from the server's event loop only."""

    def __init__(self) -> None:
        self._waiting: dict[Place, set[Waiting]] = {}
        self.closing = False

    @contextmanager
    def waiting(self, organisation: str, names: Iterable[str], heads: Mapping[str, int]) -> Generator[asyncio.Event]:
        """An event that is set when one of these scopes (or users) of the organisation has something new.

        `heads`: scope → the seq up to which the waiting replica has everything.
        """
        one = Waiting(heads)
        places = [(organisation, name) for name in names]
        for place in places:
            self._waiting.setdefault(place, set()).add(one)
        if self.closing:
            one.news.set()
        try:
            yield one.news
        finally:
            for place in places:
                left = self._waiting[place]
                left.discard(one)
                if not left:
                    del self._waiting[place]

    def wake(self, organisation: str, names: Iterable[str]) -> None:
        """Something is new in these scopes, or for these users."""
        for name in names:
            for one in self._waiting.get((organisation, name), ()):
                one.news.set()

    def scopes(self) -> dict[str, set[str]]:
        """Organisation → the scopes that somebody waits for."""
        found: dict[str, set[str]] = {}
        for (organisation, name), waiting in self._waiting.items():
            if any(name in one.heads for one in waiting):
                found.setdefault(organisation, set()).add(name)
        return found

    def grown(self, organisation: str, heads: Mapping[str, int]) -> None:
        """These scopes are so far now: whoever stands before that has something to fetch."""
        for scope, head in heads.items():
            for one in self._waiting.get((organisation, scope), ()):
                if head > one.heads.get(scope, head):
                    one.news.set()

    def close(self) -> None:
        """The server stops: nobody waits any longer."""
        self.closing = True
        for waiting in self._waiting.values():
            for one in waiting:
                one.news.set()
