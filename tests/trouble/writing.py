"""Writes a text into every text field of every kind, through the services that the screens use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wor_tui.domain.codes import Variant
from wor_tui.domain.errors import Invalid
from wor_tui.domain.identifiers import intake_id
from wor_tui.domain.kinds import kind, schema
from wor_tui.services import (
    appointments,
    candidates,
    cases,
    clients,
    contacts,
    directory,
    feedback,
    intakes,
    letters,
    records,
    referrals,
    webs,
)
from wor_tui.services.case_file import case_file
from wor_tui.services.contacts import NewContact
from wor_tui.services.webs import WebEntry
from wor_tui.services.workspace import Workspace

PROBE = "hallo [b]Ü"


def text_fields() -> Iterator[tuple[str, str]]:
    """Every (kind, field) that holds words of people: by the schema, those whose bound takes more than codes."""
    for name, declared in schema().kinds.items():
        assert declared.validate is not None
        for field, rule in declared.fields.items():
            if rule.elements or declared.table.c[field].type.python_type is not str:
                continue
            if any(takes(declared.validate, field, text) for text in (PROBE, shaped(field, PROBE))):
                yield name, field


def takes(validate: Callable[[Any], None], field: str, text: str) -> bool:
    """Whether a field's bound lets this text in."""
    try:
        validate({field: text})
    except Invalid:
        return False
    return True


def shaped(field: str, text: str) -> str:
    """The text in the form that a field asks for: some digits before a phone number's words, an at in an address."""
    if "phone" in field or field == "mobile":
        return f"030 1 {text}"[:60]
    if field == "email":
        return text.replace(" ", "_").replace("@", "") + "@voorbeeld.invalid"
    return text


def marked(kind_name: str, field: str, marker: str) -> str:
    """The marker twice, in the form that the field asks for; once where there is room for no more."""
    twice = shaped(field, f"{marker} x {marker}")[:40].strip()
    validate = schema().kinds[kind_name].validate
    assert validate is not None
    return twice if takes(validate, field, twice) else marker


@dataclass(slots=True)
class Written:
    """One case with everything around it, made for writing texts into.

    `at_practice`: the vault of somebody in a practice, who alone has candidates; without it there is no `candidate`.
    """

    workspace: Workspace
    at_practice: Workspace | None
    practice: str
    person: str
    referral: str
    appointment: str
    case: str
    client: str
    candidate: str

    def write(self, kind_name: str, field: str, text: str) -> None:
        """Put a text into a field; raises Invalid."""
        self._writers()[kind_name](field, text)

    def read(self, kind_name: str, field: str) -> list[str]:
        """What stands in that field of the records that were written to."""
        table = kind(kind_name).table
        where = self._practice() if kind_name == "candidate" else self.workspace
        with where.database.read() as connection:
            rows = connection.execute(table.select()).mappings().all()
        mine = {self.practice, self.person, self.referral, self.appointment, self.case, self.client}
        mine |= {self.candidate, intake_id(self.case), self.workspace.me.device_id}
        found = [row for row in rows if row["id"] in mine or row.get("case_id") == self.case]
        if kind_name == "letter":
            found = [row for row in rows if row["referral_id"] == self.referral]
        return [row[field] for row in found if row[field] is not None]

    def _practice(self) -> Workspace:
        assert self.at_practice is not None, "a candidate is written in a practice's vault"
        return self.at_practice

    def _writers(self) -> dict[str, Callable[[str, str], object]]:
        w = self.workspace
        today, now = w.clock.today(), w.clock.now()

        def web(field: str, text: str) -> None:
            if field == "note":
                view = case_file(w, self.case).webs[0]
                webs.save(w, view, WebEntry(view.scores, {}, frozenset(), text), 0)
            else:
                records.edit(w, "web", case_file(w, self.case).webs[0].id, {field: text}, 0, purpose="care")

        return {
            "practice": lambda field, text: directory.edit_practice(w, self.practice, {field: text}, 0),
            "person": lambda field, text: directory.edit_person(w, self.person, {field: text}, 0),
            "device": lambda field, text: records.edit(
                w, "device", w.me.device_id, {field: text}, 0, purpose="administration"
            ),
            "referral": lambda field, text: referrals.edit(w, self.referral, {field: text}, 0),
            "appointment": lambda field, text: appointments.edit(w, self.appointment, {field: text}, 0),
            "client": lambda field, text: clients.edit(w, self.client, {field: text}, 0),
            "case": lambda field, text: cases.edit(w, self.case, {field: text}, 0),
            "intake": lambda field, text: intakes.edit(w, self.case, {field: text}, 0),
            "web": web,
            "contact": lambda field, text: contacts.add(
                w, self.case, NewContact("phone", now - timedelta(minutes=1), 5, **{field: text})
            ),
            "candidate": lambda field, text: candidates.edit(self._practice(), self.candidate, {field: text}, 0),
            "letter": lambda field, text: letters.share(w, self.case, 1, **{field: text}),
            "feedback": lambda field, text: feedback.send(
                w, self.case, 1, sent_on=today, channel="secure_mail", **{field: text}
            ),
        }


def begun(workspace: Workspace, at_practice: Workspace | None = None) -> Written:
    """A practice, a person, a referral, an appointment and a case with a web, all new.

    And a candidate, in the vault of somebody in a practice.
    """
    today = workspace.clock.today()
    practice = directory.add_practice(workspace, {"name": "De Proef"})
    person = directory.add_person(workspace, {"name": "P. Proef", "role": "referrer", "practice_id": practice})
    referral = referrals.register(
        workspace,
        {"client_name": "A. Proef", "practice_id": practice, "referrer_id": person, "received_on": today,
         "consent_on": today},
    )  # fmt: skip
    appointment = appointments.plan(
        workspace, {"practice_id": practice, "client_name": "A. Proef", "starts_at": workspace.clock.now()}
    )
    _rows, bases = referrals.inbox(workspace)
    case = cases.open_from_referral(
        workspace, referral, {"given_name": "A.", "family_name": "Proef"}, max(bases.values())
    )
    consent(workspace, case)
    webs.start(workspace, case, Variant.ADULT, today, WebEntry((1, 2, 3, 4, 5, 6)))
    client = case_file(workspace, case).client.id
    candidate = "" if at_practice is None else candidates.add(at_practice, {"initials": "A.P."})
    return Written(workspace, at_practice, practice, person, referral, appointment, case, client, candidate)


def consent(workspace: Workspace, case: str) -> None:
    """Everything is allowed."""
    from wor_tui.domain.codes import ConsentPurpose  # noqa: PLC0415
    from wor_tui.services import consents  # noqa: PLC0415

    for purpose in ConsentPurpose:
        consents.record(
            workspace, case, purpose, given=True, by_whom="client", how="spoken", on=workspace.clock.today()
        )
