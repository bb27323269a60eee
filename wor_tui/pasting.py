"""A pasted text in one piece: Textual's parser walks through it character by character, 1.5 s for a megabyte.

The parser still sees where a paste begins and ends; what stands between is kept from it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from textual import events
from textual._xterm_parser import XTermParser

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from textual.driver import Driver
    from textual.message import Message

BEGIN, END = "\x1b[200~", "\x1b[201~"
"""What a terminal puts around a text that is pasted."""


class PasteParser(XTermParser):
    """Textual's parser of what a terminal sends, that takes a paste as a whole."""

    def __init__(self, debug: bool = False) -> None:
        """Nothing is being pasted."""
        super().__init__(debug)
        self._last = ""
        self._pieces: list[str] | None = None

    def feed(self, data: str) -> Iterable[Message]:
        """The messages in what the terminal sent; `data` may begin and stop anywhere."""
        if not data:
            yield from super().feed(data)
            return
        while data:
            if self._pieces is None:
                data = yield from self._typed(data)
            else:
                data = yield from self._pasted(self._pieces, data)

    def _typed(self, data: str) -> Generator[Message, None, str]:
        """Hand on what stands before a paste; returns what comes after its beginning."""
        # The beginning itself may be cut in two.
        before = len(self._last)
        at = (self._last + data).find(BEGIN)
        if at < 0:
            self._last = (self._last + data)[1 - len(BEGIN) :]
            yield from super().feed(data)
            return ""
        end = at + len(BEGIN) - before
        self._last, self._pieces = "", []
        yield from super().feed(data[:end])
        return data[end:]

    def _pasted(self, pieces: list[str], data: str) -> Generator[Message, None, str]:
        """Keep what is pasted until its end has come; returns what stands after it."""
        tail = pieces[-1][1 - len(END) :] if pieces else ""
        # A short piece may hold less than the end's beginning.
        while len(pieces) > 1 and len(tail) < len(END) - 1:
            last = pieces.pop()
            pieces[-1] += last
            tail = pieces[-1][1 - len(END) :]
        at = (tail + data).find(END)
        if at < 0:
            pieces.append(data)
            return ""
        end = at + len(END) - len(tail)
        whole = "".join((*pieces, data[:end]))[: -len(END)]
        self._pieces = None
        for message in super().feed(END):
            yield events.Paste(whole.replace("\x00", "")) if isinstance(message, events.Paste) else message
        return data[end:]


def take_pastes_whole(driver: type[Driver]) -> type[Driver]:
    """Have this kind of driver read with `PasteParser`: Textual has no other place to say so."""
    module = sys.modules[driver.__module__]
    if getattr(module, "XTermParser", None) is XTermParser:
        module.XTermParser = PasteParser  # type: ignore[attr-defined]
    return driver
