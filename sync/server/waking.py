"""Waking exchanges that wait: whoever waits for a scope is told at once when it grows in this process."""

import asyncio
from collections.abc import Generator, Iterable
from contextlib import contextmanager


class Wakes:
    """The waiting exchanges of this process; used from the server's event loop only."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], set[asyncio.Event]] = {}
        self.closing = False

    @contextmanager
    def waiting(self, organisation: str, names: Iterable[str]) -> Generator[asyncio.Event]:
        """An event that is set when one of these scopes (or users) of the organisation has something new."""
        event = asyncio.Event()
        places = [(organisation, name) for name in names]
        for place in places:
            self._waiting.setdefault(place, set()).add(event)
        if self.closing:
            event.set()
        try:
            yield event
        finally:
            for place in places:
                left = self._waiting[place]
                left.discard(event)
                if not left:
                    del self._waiting[place]

    def wake(self, organisation: str, names: Iterable[str]) -> None:
        """Something is new in these scopes, or for these users."""
        for name in names:
            for event in self._waiting.get((organisation, name), ()):
                event.set()

    def close(self) -> None:
        """The server stops: nobody waits any longer."""
        self.closing = True
        for events in self._waiting.values():
            for event in events:
                event.set()
