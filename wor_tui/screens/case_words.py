"""How a case is put in words: the same in the caseload, its side panel and the client's screen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from wor_tui.actions import action
from wor_tui.domain.codes import ConsentPurpose, ContactKind, Function, Phase
from wor_tui.i18n import _
from wor_tui.screens.dates import day_text, local
from wor_tui.wording import label

if TYPE_CHECKING:
    from wor_tui.services.case_file import CaseFile, Obligation, PersonCard, ProgressView, TimelineEntry

PURPOSES = tuple(ConsentPurpose)


def phase_words(code: str) -> str:
    """The phase's word."""
    return label(Phase, code)


def progress_words(progress: ProgressView) -> str:
    """`contact 3/5 · week 7/13`."""
    text = _("contact {n}/{of}").format(n=progress.contacts, of=progress.contacts_planned)
    if progress.week is not None:
        text += " · " + _("week {n}/{of}").format(n=progress.week, of=progress.weeks_planned)
    return text


def plan_words(progress: ProgressView) -> str:
    """What was planned for a case."""
    return _("Gepland: {n} contacten in {weeks} weken. Het traject mag langer, met een reden erbij.").format(
        n=progress.contacts_planned, weeks=progress.weeks_planned
    )


def planned_words(progress: ProgressView) -> str:
    """What of the plan is over, in a few words."""
    if progress.contacts >= progress.contacts_planned:
        return _("de {n} geplande contacten zijn geweest").format(n=progress.contacts_planned)
    return _("de {n} geplande weken zijn om").format(n=progress.weeks_planned)


def reason_asked(progress: ProgressView, today: date) -> str:
    """The notice that a case is past its plan and has no reason yet; empty when there is nothing to ask."""
    if not progress.needs_reason:
        return ""
    planned = planned_words(progress)
    done = f"{planned[:1].upper()}{planned[1:]}."
    if progress.reason_owed_since is None:
        return done + " " + _("Gaat u door? Leg met r vast waarom.")
    since = day_text(progress.reason_owed_since, today)
    return done + " " + _("Sinds {day} gaat het door zonder reden: leg met r vast waarom.").format(day=since)


def person_words(card: PersonCard) -> str:
    """A name with the profession."""
    function = label(Function, card.function) if card.function else ""
    return " · ".join(part for part in (card.name, function) if part)


def person_line(case: CaseFile) -> str:
    """Who it is, above a form."""
    client = case.client
    age = "" if client.age is None else _("{age} jaar").format(age=client.age)
    return " · ".join(part for part in (client.name, age, client.phone) if part)


def headline(case: CaseFile, room: int) -> str:
    """Who it is and where the case stands, on one line of `room` cells; the neighbourhood and the age go first."""
    client = case.client
    age = "" if client.age is None else _("{age} jaar").format(age=client.age)
    where, stands = client.neighbourhood or client.place, (phase_words(case.phase), progress_words(case.progress))
    lines = [
        " · ".join(part for part in (*who, *stands) if part)
        for who in ((client.name, age, where), (client.name, age), (client.name,))
    ]
    return next((line for line in lines if cell_len(line) <= room), lines[-1])


DUTY_KEYS = {"first_contact": "contact.add", "feedback_1": "feedback.add", "feedback_2": "feedback.add"}
"""With what action an obligation is met."""


def duty_words(duty: Obligation, today: date) -> Content:
    """An obligation with its date; a mark, and not only a colour, when it is late; the key that meets it."""
    words = {
        "first_contact": _("Eerste contact"),
        "feedback_1": _("Terugkoppeling 1"),
        "feedback_2": _("Terugkoppeling 2"),
        "next_step": _("Volgende stap"),
    }.get(duty.what, duty.what)
    if duty.done_on is not None:
        return Content.assemble((f"✓ {words} · {day_text(duty.done_on, today)}", "$text-muted"))
    if not duty.allowed:
        return Content.assemble((f"– {words} · {_('mag nu niet: geen toestemming')}", "$text-muted"))
    key = DUTY_KEYS.get(duty.what)
    pressed = "" if key is None else " · " + _("toets {key}").format(key=action(key).keys[0])
    if duty.overdue:
        late = _("had gemoeten op {day}").format(day=day_text(duty.due_on, today))
        return Content.assemble((f"! {words} · {late}", "bold $warning"), (pressed, "$text-muted"))
    due = _("uiterlijk {day}").format(day=day_text(duty.due_on, today))
    return Content.assemble(f"○ {words} · {due}", (pressed, "$text-muted"))


def last_contact_words(timeline: list[TimelineEntry], today: date) -> str:
    """The newest contact that counts, `di 18 nov · telefoon · 10 min`."""
    for entry in timeline:
        if entry.what == "contact" and not entry.corrected_by and not entry.void:
            parts = [day_text(local(entry.at).date(), today), label(ContactKind, entry.code)]
            if entry.minutes is not None:
                parts.append(_("{n} min").format(n=entry.minutes))
            if entry.reached is False:
                parts.append(_("niet bereikt"))
            return " · ".join(parts)
    return _("nog geen contact")


def consent_words(case: CaseFile) -> Content:
    """Each purpose with whether there is consent for it today."""
    lines: list[Content] = []
    for purpose in PURPOSES:
        word = label(ConsentPurpose, purpose)
        asked = any(consent.purpose == purpose for consent in case.consents)
        if purpose in case.effective_consents:
            lines.append(Content(f"✓ {word}"))
        elif asked:
            lines.append(Content.assemble((f"✗ {word} · {_('ingetrokken of geweigerd')}", "bold $warning")))
        else:
            lines.append(Content.assemble((f"○ {word} · {_('nog niet gevraagd')}", "$text-muted")))
    return Content("\n").join(lines)
