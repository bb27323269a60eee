"""The recovery sheet on paper: as text, and as a page to print with a QR code of the same letters."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wor_tui.i18n import _

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_MARGIN, _LEADING, _QR_SIDE = 56, 17, 150
"""Points: 56 is 2 cm, and the QR code is about 5 cm wide."""
_WIDE = 92
"""Characters of 11 points on a line."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the sheet; `code` is the secret. `made_on` as people read it."""

    server: str
    code: str
    fingerprint: str
    made_on: str

    def text(self) -> str:
        """The sheet as a text file: remarks, and the code on a line of its own."""
        return "".join(f"# {line}".rstrip() + "\n" for line in self._lines()) + self.code + "\n"

    def write_pdf(self, path: Path, mode: int = 0o600) -> None:
        """The sheet as one page A4; raises OSError, also for a file that is there."""
        import os  # noqa: PLC0415
        from io import BytesIO  # noqa: PLC0415

        from reportlab.lib.pagesizes import A4  # noqa: PLC0415
        from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

        page = BytesIO()
        canvas = Canvas(page, pagesize=A4, invariant=1)
        canvas.setTitle(_("Herstelblad"))
        down = self._drawn_lines(canvas, A4[1] - _MARGIN - 20)
        _draw_qr(canvas, self.code, _MARGIN, down - _QR_SIDE - 12)
        canvas.save()
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(page.getvalue())
            file.flush()
            os.fsync(file.fileno())

    def _drawn_lines(self, canvas: "Canvas", down: float) -> float:
        canvas.setFont("Helvetica-Bold", 20)
        canvas.drawString(_MARGIN, down, _("Herstelblad"))
        down -= 2 * _LEADING
        for line in self._lines()[1:]:
            canvas.setFont("Helvetica", 11)
            canvas.drawString(_MARGIN, down, line)
            down -= _LEADING
        canvas.setFont("Courier-Bold", 12)
        groups = self.code.split("-")
        for start in range(0, len(groups), 4):
            canvas.drawString(_MARGIN, down, "-".join(groups[start : start + 4]))
            down -= _LEADING
        return down

    def _lines(self) -> list[str]:
        from textwrap import wrap  # noqa: PLC0415

        said = [
            _("Herstelblad"),
            "",
            _("Centrale computer: {server}").format(server=self.server),
            _("Kenmerk van de sleutel: {fingerprint}").format(fingerprint=self.fingerprint),
            _("Gemaakt op: {day}").format(day=self.made_on),
            "",
            _(
                "Met deze code gaat de organisatie verder als geen enkele coördinator meer bij een eigen apparaat kan. "
                "Wie de code heeft, kan elke kluis openen en iedereen uitnodigen."
            ),
            _("Bewaar dit blad in een kluis of bij de notaris, en niet op een computer. Maak er geen foto van."),
            "",
            _("Verder met dit blad: maak op een nieuw apparaat een kluis met wor, en geef daarna de opdracht"),
            f"    wor organisation recover {self.server}",
            _("Nakijken of dit blad nog goed is: wor organisation check-sheet"),
            "",
            _("De code:"),
        ]
        return [part for line in said for part in (wrap(line, _WIDE, drop_whitespace=False) or [""])]


def _draw_qr(canvas: "Canvas", code: str, left: float, bottom: float) -> None:
    import segno  # noqa: PLC0415

    rows: list[Any] = list(segno.make(code, error="m", micro=False).matrix)
    side = _QR_SIDE / len(rows)
    for row, dots in enumerate(rows):
        for column, dark in enumerate(dots):
            if dark:
                canvas.rect(left + column * side, bottom + (len(rows) - 1 - row) * side, side, side, stroke=0, fill=1)


__all__ = ["Paper"]
