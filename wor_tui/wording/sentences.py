"""From an exception to the sentence that a person reads."""

from collections.abc import Mapping
from typing import Any

from wor_tui.domain.text import harmless
from wor_tui.i18n import _, decimal
from wor_tui.wording.errors import ACTS, BY_MODULE, EXPECTED, OTHER, PROBLEMS, UNKNOWN
from wor_tui.wording.fields import field_label
from wor_tui.wording.reasons import HELD, MISFITS, QUARANTINE, REASONS

_INVALID = "wor_tui.domain.errors.Invalid"
_CONFIG = "wor_tui.config"


def sentence(error: BaseException) -> str:
    """What happened, that nothing is lost, and what to do; for any exception, never with what it carried inside."""
    name = _name(type(error))
    if name == _INVALID:
        return reason(str(_of(error, "field")), str(_of(error, "code")), _of(error, "limits") or {})
    if name == "sync.client.errors.InvalidRecord":
        code = MISFITS.get(str(_of(error, "reason")), "")
        return reason(str(_of(error, "field")), code, {}) if code else _(found(type(error)) or UNKNOWN)
    if name == "wor_tui.services.errors.NotAllowed":
        return _(ACTS.get(str(_of(error, "what"))) or found(type(error)) or UNKNOWN)
    if name == "sync.client.transport.Declined":
        return _(PROBLEMS.get(str(_of(_of(error, "problem"), "name"))) or found(type(error)) or UNKNOWN)
    if name.startswith(f"{_CONFIG}."):
        return _config(error)
    return _(found(type(error)) or UNKNOWN)


def reason(field: str, code: str, limits: Mapping[str, object]) -> str:
    """Why a field was refused: "Telefoon is geen telefoonnummer: …"."""
    worded = REASONS.get(code)
    if worded is None:
        return _(OTHER[_INVALID])
    said = _filled(_(worded), limits)
    subject = field_label("", field)
    return f"{subject[:1].upper()}{subject[1:]} {said}."


def place_sentence(place: str, code: str, limits: Mapping[str, object]) -> str:
    """What is the matter at a place of an imported file: "intakes[3].web.dimensions.2 moet liggen van 0 …"."""
    worded = REASONS.get(code)
    said = _(worded) if worded else _("kan niet worden ingelezen")
    return f"{place} {_filled(said, limits)}."


def held_reason(code: str) -> str:
    """Why the central API refused a change; a code that this version doesn't know is shown as it is."""
    return _(HELD[code]) if code in HELD else code


def older_sentence(reason: str, *, complete: bool) -> str:
    """What a person reads when this vault turned out to be older than what was sent, or not its only copy.

    `complete`: what was missing has come back.
    """
    if reason == "older":
        if complete:
            return _("Deze kluis is ouder dan wat al was verstuurd. Wat ontbrak, is teruggehaald.")
        return _("Deze kluis is ouder dan wat al was verstuurd. Wat ontbreekt, wordt teruggehaald.")
    if complete:
        return _("Van deze kluis is nog een kopie in gebruik, of er is een oudere teruggezet. Beide gaan verder.")
    return _("Van deze kluis is nog een kopie in gebruik, of er is een oudere teruggezet. Het wordt samengevoegd.")


def quarantine_reason(code: str) -> str:
    """Why a change from elsewhere was set aside; a code that this version doesn't know is shown as it is."""
    return _(QUARANTINE[code]) if code in QUARANTINE else code


def is_worded(error: type[BaseException]) -> bool:
    """Whether this very class has a sentence of its own."""
    return _own(_name(error)) is not None


def found(error: type[BaseException]) -> str | None:
    """The untranslated sentence of a class, or of the nearest class above it that has one."""
    for above in error.__mro__:
        worded = _own(_name(above))
        if worded:
            return worded
    return None


def _filled(said: str, limits: Mapping[str, object]) -> str:
    filled = {"limit": "", "least": "", "most": ""} | {name: _number(value) for name, value in limits.items()}
    return (
        said.replace("{limit}", filled["limit"]).replace("{least}", filled["least"]).replace("{most}", filled["most"])
    )


def _own(name: str) -> str | None:
    if name in OTHER:
        return OTHER[name]
    module, _dot, class_name = name.rpartition(".")
    while module:
        table = BY_MODULE.get(module)
        if table is not None:
            return table.get(class_name)
        module = module.rpartition(".")[0]
    return None


def _config(error: BaseException) -> str:
    name = type(error).__name__
    near = str(_of(error, "near") or "")
    plain = BY_MODULE[_CONFIG][f"{name}.near" if near else name]
    worded = _(plain)
    bounds = tuple(_of(error, "bounds") or ())
    expected = _(EXPECTED.get(str(_of(error, "expected")), "")).format(*bounds, all=", ".join(map(str, bounds)))
    path, line = _of(error, "path"), _of(error, "line")
    # TOML can write any character in a key: it is named without steering the terminal that reads it.
    return worded.format(
        file=harmless(path.name),
        line="?" if line is None else line,
        key=harmless(str(_of(error, "key"))),
        near=near,
        expected=expected,
    )


def _of(error: object, attribute: str) -> Any:
    return getattr(error, attribute, None)


def _number(value: object) -> str:
    """A bound as it is written in the Netherlands: a comma for halves, a date as day-month-year."""
    if isinstance(value, float):
        return decimal(f"{value:g}")
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        return f"{text[8:]}-{text[5:7]}-{text[:4]}"
    return text


def _name(error: type[BaseException]) -> str:
    return f"{error.__module__}.{error.__qualname__}"
