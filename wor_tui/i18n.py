"""What the user reads, in the user's language: the messages in the code are Dutch, a catalogue has the English.

`N_` marks a text that is translated later, where it is shown; `_` translates now. Dutch needs no catalogue, so the
program starts without importing gettext.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gettext

LANGUAGES = ("nl", "en")
LOCALE = Path(__file__).parent / "locale"
DOMAIN = "wor"

_catalogue: "gettext.NullTranslations | None" = None


class UnknownLanguage(Exception):
    """There are no messages in the language asked for."""


def set_language(language: str) -> None:
    """Show everything from now on in `language` (nl or en); raises UnknownLanguage."""
    global _catalogue  # noqa: PLW0603 -- the language is the process's, as gettext's own is
    if language not in LANGUAGES:
        raise UnknownLanguage(language)
    if language == "nl":
        _catalogue = None
        return
    import gettext  # noqa: PLC0415 -- Dutch needs no catalogue

    _catalogue = gettext.translation(DOMAIN, LOCALE, languages=[language])


def language() -> str:
    """The language that is shown now."""
    return "nl" if _catalogue is None else "en"


def _(message: str) -> str:
    """The message in the user's language; what the catalogue lacks stays Dutch."""
    if _catalogue is None or not message:
        return message
    return _catalogue.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The form that goes with `count` things."""
    if _catalogue is None:
        return one if count == 1 else many
    return _catalogue.ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """The message as it is meant in `context`, for a word that has two meanings."""
    return message if _catalogue is None else _catalogue.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 -- gettext's own name
    """Mark a message for the catalogue without translating it yet."""
    return message


def decimal(text: str) -> str:
    """A number written with a point, `7.5`, as the user's language writes it: `7,5` in Dutch."""
    return text.replace(".", ",") if _catalogue is None else text


def grouped(count: int) -> str:
    """A whole number with its thousands apart: `20.000` in Dutch, `20,000` in English."""
    return f"{count:,}" if _catalogue is not None else f"{count:,}".replace(",", ".")
