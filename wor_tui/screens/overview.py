"""The client's tabs as text: the overview's columns, the intake as it stands, the web as a table."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from textual.content import Content

from wor_tui.domain.codes import (
    Exclusion,
    Gender,
    LivingSituation,
    PassedOnTo,
    ReferralChannel,
    ReferralType,
    Track,
)
from wor_tui.domain.instruments import shown_by
from wor_tui.i18n import _, language
from wor_tui.screens.case_words import consent_words, duty_words, last_contact_words, person_words
from wor_tui.screens.dates import day_text, number_text, typed_date
from wor_tui.screens.step_words import step_names
from wor_tui.wording import label

if TYPE_CHECKING:
    from wor_tui.services.case_file import CaseFile


def heading(text: str) -> Content:
    """A part's title."""
    return Content.assemble((text, "bold $primary"))


def pair(name: str, value: str) -> Content:
    """A name and its value; nothing for no value."""
    return Content.assemble((f"{name:<15}", "$text-muted"), value)


def pairs(*found: tuple[str, str]) -> list[Content]:
    """The pairs that have a value."""
    return [pair(name, " ".join(value.split())) for name, value in found if value]


def left(case: CaseFile, today: date) -> Content:
    """What to do, who it is, how the case came in, what may be shared."""
    about, client = case.case, case.client
    lines: list[Content] = [heading(_("Te doen"))]
    lines += [duty_words(duty, today) for duty in case.obligations]
    if about.next_step and not any(duty.what == "next_step" for duty in case.obligations):
        lines.append(Content(f"○ {about.next_step}"))
    elif about.next_step:
        lines.append(Content(f"  {about.next_step}"))
    if len(lines) == 1:
        lines.append(Content.assemble((_("Niets met een datum. s zet een volgende stap."), "$text-muted")))
    lines += [Content(""), heading(_("Deelnemer"))]
    born = "" if client.birth_date is None else typed_date(client.birth_date)
    town = " ".join(part for part in (client.postcode, client.place) if part)
    where = ", ".join(part for part in (client.street, town) if part)
    lines += pairs(
        (_("Geboren"), born),
        (_("Geslacht"), label(Gender, client.gender)),
        (_("Telefoon"), " / ".join(part for part in (client.phone, client.phone_alternative) if part)),
        (_("E-mail"), client.email),
        (_("Adres"), where),
        (_("Wijk"), client.neighbourhood),
        (_("Woont"), label(LivingSituation, client.living_situation)),
        (_("Taal"), client.language),
        (_("Let op"), client.remarks),
        (_("Was ook"), "; ".join(each.name for each in case.merged)),
    )
    lines += [Content(""), heading(_("Traject"))]
    referrer = person_words(case.referrer) if case.referrer is not None else ""
    practice = case.practice.name if case.practice is not None else ""
    lines += pairs(
        (_("Coach"), about.coach),
        (_("Verwijzer"), " · ".join(part for part in (referrer, practice) if part)),
        (_("Ontvangen"), "" if about.received_on is None else day_text(about.received_on, today)),
        (_("Intake"), "" if about.intake_on is None else day_text(about.intake_on, today)),
        (_("Spoor"), label(Track, about.track)),
        (_("Doorverwezen"), label(PassedOnTo, about.passed_on_to)),
        (_("Afgerond"), "" if about.ended_on is None else day_text(about.ended_on, today)),
        (_("Gaat door om"), about.extension_reason),
        (_("Laatst"), last_contact_words(case.timeline, today)),
    )
    referral = case.referral
    if referral is not None:
        registered = referral.his_registered_on
        lines += pairs(
            (_("Verwezen voor"), label(ReferralType, referral.type)),
            (_("Via"), " ".join((label(ReferralChannel, referral.channel), referral.zd_number)).strip()),
            (_("Reden"), referral.reason),
            (_("In het HIS"), _("{icpc} op {day}").format(icpc=referral.icpc, day=day_text(registered, today))
             if registered is not None else ""),
        )  # fmt: skip
    lines += [Content(""), heading(_("Toestemming")), consent_words(case)]
    if case.conflict_fields:
        lines += [
            Content(""),
            Content.assemble((_("≠ Twee mensen hebben iets verschillend ingevuld: F8."), "bold $warning")),
        ]
    return Content("\n").join(lines)


def questions() -> list[tuple[str, str]]:
    """The prompts of the conversation, by the intake's field, in the order in which they are offered."""
    return [
        ("notices", _("Wat valt u op?")),
        ("matters", _("Wat is nu belangrijk voor u?")),
        ("would_change", _("Wat zou u willen veranderen?")),
        ("glad_if", _("Waar wordt u blij van als het lukt?")),
        ("helper", _("Wie of wat kan helpen?")),
        ("needs", _("Wat hebt u daarvoor nodig?")),
        ("own_words", _("Wat maakt uw leven leuker? (in eigen woorden)")),
    ]


def words(case: CaseFile) -> Content:
    """The person's own words, for beside the web."""
    lines: list[Content] = []
    for name, question in questions():
        said = str(getattr(case.intake, name))
        if said:
            lines += [Content.assemble((question, "$text-muted")), Content(said), Content("")]
    return Content("\n").join(lines)


def intake(case: CaseFile, today: date) -> Content:
    """The ten steps and the words."""
    lines: list[Content] = [heading(_("De tien stappen"))]
    for number, name in enumerate(step_names(), 1):
        done = case.intake.steps.get(number)
        if done is not None:
            lines.append(Content.assemble(f"✓ {number:>2} {name:<31}", (day_text(done, today), "$text-muted")))
        else:
            lines.append(Content.assemble((f"○ {number:>2} {name}", "$text-muted")))
    lines += [Content(""), heading(_("In eigen woorden"))]
    said = words(case)
    lines.append(
        said if said.plain.strip() else Content.assemble((_("Nog niets. Enter opent de intake."), "$text-muted"))
    )
    if case.intake.exclusion:
        lines += [
            heading(_("Niet voor deze aanpak")),
            *pairs(
                (_("Reden"), label(Exclusion, case.intake.exclusion)),
                (_("Doorverwezen"), label(PassedOnTo, case.intake.passed_on_to)),
            ),
        ]
    return Content("\n").join(lines)


def web_table(case: CaseFile, today: date) -> Content:
    """Both measurements as a table, with what the person wants to talk about; no judgement, no order of scores."""
    webs = list(reversed(case.webs[:2]))
    if not webs:
        return Content("")
    known = shown_by(webs[-1].instrument)
    head = " " * 26 + "".join(f"{day_text(web.taken_on, today):>16}" for web in webs)
    lines: list[Content] = [Content.assemble((head, "bold"))]
    for dimension in known.dimensions:
        place = dimension.number - 1
        cells = ""
        for web in webs:
            given, suggested = web.scores[place], web.suggested[place]
            cells += (
                f"{number_text(given) if given is not None or suggested is None else '~' + number_text(suggested):>16}"
            )
        lines.append(Content.assemble((f"{dimension.label[language()]:<26}{cells}", "bold")))
        for aspect in dimension.aspects:
            if not any(aspect.code in web.aspects or aspect.code in web.talk for web in webs):
                continue
            talk = any(aspect.code in web.talk for web in webs)
            name = f"  {'» ' if talk else ''}{aspect.label[language()]}"
            cells = "".join(
                f"{number_text(web.aspects[aspect.code]) if aspect.code in web.aspects else '':>16}" for web in webs
            )
            lines.append(Content.assemble((f"{name:<26}{cells}", "bold" if talk else "$text-muted")))
    lines += [
        Content(""),
        Content.assemble((_("» hier wil ik over praten   ~ gemiddelde van de onderwerpen"), "$text-muted")),
    ]
    for web in webs:
        if web.note:
            lines += [Content(""), Content.assemble((day_text(web.taken_on, today), "bold")), Content(web.note)]
    return Content("\n").join(lines)
