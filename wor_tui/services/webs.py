"""The spider web: started, filled in score by score, and never judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sync.client.changes import Change
from sync.schema import Value
from wor_tui.clock import moment_text
from wor_tui.domain.checks import check_not_after_today
from wor_tui.domain.codes import Variant
from wor_tui.domain.scores import DIMENSIONS
from wor_tui.services import audit, records
from wor_tui.services.case_views import WebView
from wor_tui.services.entry import Entered, values_of
from wor_tui.services.records import CARE, Draft
from wor_tui.services.workspace import Workspace

INSTRUMENTS = {Variant.ADULT: "adult-1", Variant.QUICK: "quick-1"}
"""The version of the instrument that a new web is taken with."""

EMPTY: tuple[float | None, ...] = (None,) * DIMENSIONS


@dataclass(frozen=True, slots=True)
class WebEntry:
    """What a form holds of a web: six scores clockwise from the top, aspects by name, those to talk about, a note."""

    scores: Sequence[float | None] = EMPTY
    aspects: Mapping[str, float] = field(default_factory=dict[str, float])
    talk: frozenset[str] = frozenset()
    note: str = ""


def start(
    workspace: Workspace,
    case_id: str,
    variant: Variant,
    taken_on: date,
    entry: WebEntry | None = None,
    *,
    draft: Draft | None = None,
) -> str:
    """Make a new web, with what is filled in already, and return its id; raises Invalid, NotFound."""
    made = starting(workspace, case_id, variant, taken_on, entry)
    workspace.save([made], CARE, event="web.start", action=audit.CREATE, draft=draft)
    return made.record


def starting(
    workspace: Workspace, case_id: str, variant: Variant, taken_on: date, entry: WebEntry | None = None
) -> Change:
    """The change that makes a new web; raises Invalid, NotFound."""
    check_not_after_today("taken_on", taken_on, workspace.clock.today())
    with workspace.database.read() as connection:
        scope = str(records.found(connection, "case", case_id)["scope"])
    fields: dict[str, Entered] = {
        "case_id": case_id,
        "instrument": INSTRUMENTS[variant],
        "variant": variant,
        "taken_on": taken_on,
        "author_id": workspace.me.person_id,
        **_fields(WebEntry(), entry or WebEntry()),
    }
    return records.adding(workspace, "web", scope, fields)


def save(workspace: Workspace, shown: WebView, entry: WebEntry, base: int, *, draft: Draft | None = None) -> None:
    """Write what the form changed of the web that it showed when it opened, on the base from then.

    Each dimension and each aspect is written apart, so that two people who fill in different ones don't clash. Raises
    Invalid, NotFound, NothingToChange.
    """
    records.edit(workspace, "web", shown.id, _fields(entry_of(shown), entry), base, purpose=CARE, draft=draft)


def editing(workspace: Workspace, shown: WebView, entry: WebEntry, base: int) -> Change:
    """The change that `save` would write; raises Invalid, NotFound, NothingToChange."""
    return records.editing(workspace, "web", shown.id, _fields(entry_of(shown), entry), base)


def set_score(workspace: Workspace, web_id: str, dimension: int, score: float | None, base: int) -> None:
    """Give dimension 1-6 its score (0-10 in halves), or take it away with None. Raises Invalid, NotFound."""
    records.edit(workspace, "web", web_id, {f"d{dimension}": score}, base, purpose=CARE)


def set_talk(workspace: Workspace, web_id: str, aspect: str, wanted: bool, base: int) -> None:
    """Mark an aspect as one that the person wants to talk about, or not any more. Raises Invalid, NotFound."""
    records.edit(workspace, "web", web_id, {f"talk/{aspect}": wanted}, base, purpose=CARE)


def delete(workspace: Workspace, web_id: str, base: int) -> None:
    """Take a web away; raises NotFound."""
    with workspace.database.read() as connection:
        scope = str(records.found(connection, "web", web_id)["scope"])
    values: dict[str, Value] = values_of("web", {"deleted_at": moment_text(workspace.clock.now())})
    workspace.save([Change("web", web_id, scope, values, base)], CARE, event="web.delete", action=audit.DELETE)


def previous(webs: Sequence[WebView], web_id: str) -> WebView | None:
    """The web that was taken before this one, of `webs` as a case file has them (newest first); None for the first."""
    at = next((place for place, web in enumerate(webs) if web.id == web_id), None)
    return webs[at + 1] if at is not None and at + 1 < len(webs) else None


def entry_of(web: WebView) -> WebEntry:
    """What a form starts with for a web that is there."""
    return WebEntry(web.scores, web.aspects, web.talk, web.note)


def _fields(before: WebEntry, after: WebEntry) -> dict[str, Entered]:
    """The fields in which two entries differ."""
    changed: dict[str, Entered] = {
        f"d{at}": new
        for at, (old, new) in enumerate(zip(before.scores, after.scores, strict=True), start=1)
        if old != new
    }
    for aspect in sorted(before.aspects.keys() | after.aspects.keys()):
        if before.aspects.get(aspect) != after.aspects.get(aspect):
            changed[f"aspects/{aspect}"] = after.aspects.get(aspect)
    for aspect in sorted(before.talk ^ after.talk):
        changed[f"talk/{aspect}"] = aspect in after.talk
    if before.note != after.note:
        changed["note"] = after.note
    return changed
