"""A grid of cells that is written to and read back as runs of one look."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len


class Run(NamedTuple):
    """Neighbouring cells with one look; colours are "#rrggbb", None is the colour that stands there already."""

    text: str
    ink: str | None = None
    paper: str | None = None
    bold: bool = False


class Canvas:
    """`width` × `height` cells; what falls outside is left out."""

    __slots__ = ("_characters", "_looks", "height", "width")

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._characters = [[" "] * width for _ in range(height)]
        self._looks: list[list[tuple[str | None, str | None, bool]]] = [
            [(None, None, False)] * width for _ in range(height)
        ]

    def set(
        self,
        column: int,
        row: int,
        character: str,
        ink: str | None = None,
        paper: str | None = None,
        *,
        bold: bool = False,
    ) -> None:
        """Put a character of one cell wide."""
        if 0 <= row < self.height and 0 <= column < self.width:
            self._characters[row][column] = character
            self._looks[row][column] = (ink, paper, bold)

    def write(self, column: int, row: int, text: str, ink: str | None = None, *, bold: bool = False) -> None:
        """Put a text; a character of two cells takes both, and one that would stick out is left out."""
        for character in text:
            wide = cell_len(character)
            if wide == 0:
                if 0 < column <= self.width and 0 <= row < self.height:
                    self._characters[row][column - 1] += character
                continue
            if column + wide > self.width:
                return
            if character == " ":
                self.set(column, row, character)
            else:
                self.set(column, row, character, ink, bold=bold)
            if wide == 2:
                self.set(column + 1, row, "", ink, bold=bold)
            column += wide

    def runs(self, *, colour: bool = True) -> tuple[tuple[Run, ...], ...]:
        """All rows as runs; each row is exactly `width` cells."""
        return tuple(
            tuple(self._row(characters, looks, colour=colour))
            for characters, looks in zip(self._characters, self._looks, strict=True)
        )

    @staticmethod
    def _row(characters: list[str], looks: list[tuple[str | None, str | None, bool]], *, colour: bool) -> list[Run]:
        runs: list[Run] = []
        start = 0
        for column in range(1, len(looks) + 1):
            if column == len(looks) or looks[column] != looks[start]:
                ink, paper, bold = looks[start]
                text = "".join(characters[start:column])
                runs.append(Run(text, ink, paper, bold) if colour else Run(text, bold=bold))
                start = column
        return runs
