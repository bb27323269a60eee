"""`wor cases`, `wor case` and `wor web`: reading the caseload."""

import argparse
from typing import TYPE_CHECKING, Any

from wor_tui.commands.exits import Exit
from wor_tui.commands.opening import opened
from wor_tui.commands.output import day, moment, shown, write_facts, write_json, write_line, write_table
from wor_tui.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wor_tui.services.case_file import CaseFile, TimelineEntry, WebView
    from wor_tui.services.caseload import CaseRow
    from wor_tui.services.workspace import Workspace
    from wor_tui.widgets.spiderweb_measurement import Measurement

ROWS_AT_ONCE = 500
WEBS_SHOWN = 2
NEXT_STEP = "next_step"


def cases(options: argparse.Namespace) -> int:
    """Write the caseload, or what the filter leaves of it."""
    with opened(options) as workspace:
        from wor_tui.services import readings  # noqa: PLC0415

        found = rows_of(workspace, options.filter, options.view)
        readings.put_out(workspace, "list", f"caseload.{options.view}")
    if options.json:
        write_json([row_fields(row) for row in found])
    else:
        write_caseload(found)
    return Exit.DONE


def case(options: argparse.Namespace) -> int:
    """Write one case with everything around it."""
    with opened(options) as workspace:
        from wor_tui.services import case_file, readings  # noqa: PLC0415

        found = case_file.case_file(workspace, options.case)
        readings.put_out(workspace, "case", options.case)
    if options.json:
        write_json(case_fields(found))
    else:
        write_case(found)
    return Exit.DONE


def web(options: argparse.Namespace) -> int:
    """Write the spider web of a case, with the one before it."""
    with opened(options) as workspace:
        from wor_tui.services import case_file, readings  # noqa: PLC0415

        found = case_file.case_file(workspace, options.case)
        readings.put_out(workspace, "case", options.case)
    if options.json:
        write_json([web_fields(each) for each in found.webs])
    else:
        write_webs(found.webs)
    return Exit.DONE


def rows_of(workspace: "Workspace", text: str, view: str) -> "list[CaseRow]":
    """The rows of a view that hold every word of `text`, sorted by name."""
    from wor_tui.services import caseload  # noqa: PLC0415

    index = caseload.index(workspace, caseload.View(view))
    ids = [index.ids[place] for place in caseload.matching(index, text)] if text.strip() else index.ids
    return [
        row
        for start in range(0, len(ids), ROWS_AT_ONCE)
        for row in caseload.rows(workspace, ids[start:][:ROWS_AT_ONCE])
    ]


def row_fields(row: "CaseRow") -> dict[str, Any]:
    """A row as JSON says it."""
    return {
        "id": row.id,
        "client": row.client_id,
        "name": row.name,
        "age": row.age,
        "neighbourhood": row.neighbourhood,
        "referrer": row.referrer,
        "phone": row.phone,
        "track": row.track,
        "phase": row.phase,
        "contacts": row.contacts,
        "contacts_planned": row.contacts_planned,
        "week": row.week,
        "weeks_planned": row.weeks_planned,
        "next_step": row.next_step,
        "next_step_on": row.next_step_on,
        "overdue": row.overdue,
        "unsent": row.unsent,
        "conflict": row.conflict,
    }


def write_caseload(rows: "Sequence[CaseRow]") -> None:
    """Write rows as a table, the id last, so that a screen reader comes to it last too."""
    from wor_tui.domain.codes import Phase  # noqa: PLC0415
    from wor_tui.wording import label  # noqa: PLC0415

    if not rows:
        write_line(_("Geen dossiers gevonden."))
        return
    write_table(
        (_("Naam"), _("Lft"), _("Wijk"), _("Fase"), _("Contact"), _("Week"), _("Volgende stap"), _("Op"), "id"),
        (
            (
                row.name,
                shown(row.age),
                row.neighbourhood,
                label(Phase, row.phase),
                f"{row.contacts}/{row.contacts_planned}",
                f"{row.week}/{row.weeks_planned}" if row.week else "",
                step_words(row),
                ("! " if row.late == NEXT_STEP else "") + day(row.next_step_on),
                row.id,
            )
            for row in rows
        ),
    )


def step_words(row: "CaseRow") -> str:
    """The next step, after what is late when that is something else."""
    from wor_tui.domain.codes import Duty  # noqa: PLC0415
    from wor_tui.wording import label  # noqa: PLC0415

    if row.late in {"", NEXT_STEP}:
        return row.next_step
    late = f"! {label(Duty, row.late)} ≤ {day(row.late_on)}"
    return f"{late} · {row.next_step}" if row.next_step else late


def case_fields(found: "CaseFile") -> dict[str, Any]:
    """A case as JSON says it."""
    return {
        "client": found.client,
        "consents": found.consents,
        "webs": [web_fields(each) for each in found.webs],
        "contacts": [entry for entry in found.timeline if entry.what == "contact"],
        "feedback": found.feedback,
        "case": found.case,
        "referral": found.referral,
        "intake": found.intake,
        "progress": found.progress,
        "phase": found.phase,
        "obligations": found.obligations,
        "effective_consents": sorted(found.effective_consents),
    }


def web_fields(each: "WebView") -> dict[str, Any]:
    """A web as JSON says it."""
    found = {name: getattr(each, name) for name in each.__slots__}
    return {**found, "talk": sorted(each.talk)}


def write_case(found: "CaseFile") -> None:
    """Write a case as lines: who, how far, what is due, the words, the web and the timeline."""
    from wor_tui.domain.codes import ConsentPurpose, Phase  # noqa: PLC0415
    from wor_tui.wording import label  # noqa: PLC0415

    client, progress = found.client, found.progress
    week = _(" · week {week}/{weeks}").format(week=progress.week, weeks=progress.weeks_planned) if progress.week else ""
    write_facts(
        (
            (_("Naam"), client.name),
            (_("Leeftijd"), shown(client.age)),
            (_("Telefoon"), client.phone),
            (_("Adres"), " ".join(part for part in (client.street, client.postcode, client.place) if part)),
            (_("Wijk"), client.neighbourhood),
            (_("Taal"), client.language),
            (_("Let op"), client.remarks),
            (_("Coach"), found.case.coach),
            (_("Verwijzer"), found.referrer.name if found.referrer else ""),
            (_("Praktijk"), found.practice.name if found.practice else ""),
            (_("Fase"), label(Phase, found.phase)),
            (_("Voortgang"), f"contact {progress.contacts}/{progress.contacts_planned}{week}"),
            (_("Volgende stap"), f"{found.case.next_step} {day(found.case.next_step_on)}".strip()),
            (_("Reden"), found.referral.reason if found.referral else ""),
            (
                _("Toestemming voor"),
                ", ".join(label(ConsentPurpose, each) for each in sorted(found.effective_consents)),
            ),
        )
    )
    write_words(found)
    if found.webs:
        write_line()
        write_webs(found.webs)
    write_line()
    write_timeline(found.timeline)


def write_words(found: "CaseFile") -> None:
    """Write the person's own words from the intake."""
    from wor_tui.wording import field_label  # noqa: PLC0415

    fields = ("notices", "matters", "would_change", "glad_if", "helper", "needs", "own_words")
    said = [(field_label("intake", each), str(getattr(found.intake, each))) for each in fields]
    if any(text for _name, text in said):
        write_line()
        write_facts((name[:1].upper() + name[1:], text) for name, text in said)


def write_timeline(entries: "Sequence[TimelineEntry]") -> None:
    """Write the line of time, newest first, an entry a line with its note under it."""
    from wor_tui.domain.codes import ConsentPurpose, ContactKind, FeedbackChannel  # noqa: PLC0415
    from wor_tui.wording import label  # noqa: PLC0415

    codes = {"contact": ContactKind, "consent": ConsentPurpose, "feedback": FeedbackChannel}
    for entry in entries:
        words = [moment(entry.at), label(codes[entry.what], entry.code)]
        if entry.what == "consent":
            words.insert(1, _("toestemming") if entry.given else _("geen toestemming"))
        if entry.what == "feedback":
            words.insert(1, _("terugkoppeling {n}").format(n=entry.number or "").strip())
        if entry.minutes:
            words.append(_("{n} min").format(n=entry.minutes))
        if entry.reached is False:
            words.append(_("niet bereikt"))
        if entry.void:
            words.append(_("vervallen"))
        if entry.corrected_by:
            words.append(_("geldt niet meer"))
        write_line(", ".join([*words, entry.author] if entry.author else words))
        for line in entry.note.splitlines():
            write_line(f"  {line}")


def write_webs(webs: "Sequence[WebView]") -> None:
    """Write the newest web as lines of numbers and bars, with the one before it, oldest first."""
    from wor_tui.widgets.spiderweb_text import as_text  # noqa: PLC0415
    from wor_tui.widgets.spiderweb_wording import adult_wording  # noqa: PLC0415

    if not webs:
        write_line(_("Er is nog geen spinnenweb."))
        return
    measurements = [measurement(each) for each in reversed(webs[:WEBS_SHOWN])]
    write_line(as_text(measurements, adult_wording()).rstrip("\n"))


def measurement(each: "WebView") -> "Measurement":
    """A web as the widgets draw it, with the names of the aspects that the person wants to talk about."""
    from wor_tui.domain.instruments import shown_by  # noqa: PLC0415
    from wor_tui.i18n import language  # noqa: PLC0415
    from wor_tui.widgets.spiderweb_measurement import Measurement  # noqa: PLC0415

    aspects = shown_by(each.instrument).aspects
    talk = tuple(
        (int(code.partition(".")[0]) - 1, aspects[code].label[language()] if code in aspects else "")
        for code in sorted(each.talk)
    )
    return Measurement(each.scores, day(each.taken_on), talk)
