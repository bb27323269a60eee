"""What may be taken in of a pasted text, and the sentence about what may not."""

from __future__ import annotations

from wor_tui.domain.text import clean_line, clean_note
from wor_tui.i18n import _, grouped


def fitting(text: str, room: int, *, lines: bool) -> tuple[str, str]:
    """(what may be inserted into `room` characters, the sentence that tells what was left out, or an empty text).

    Only what may fit is looked at: a pasted text may be of any length.
    """
    looked_at = text[: 4 * room + 64]
    clean = clean_note(looked_at) if lines else clean_line(looked_at)
    kept = clean[: max(0, room)]
    if len(clean) <= room and len(text) <= len(looked_at):
        return kept, ""
    if not kept:
        return "", _("Dit veld is vol: van de {count} geplakte tekens is niets overgenomen.").format(
            count=grouped(len(text))
        )
    return kept, _(
        "Te lang voor dit veld: de eerste {kept} van de {count} geplakte tekens staan er, de rest niet. "
        "Op uw klembord staat nog alles."
    ).format(kept=grouped(len(kept)), count=grouped(len(text)))
