"""The client's details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wor_tui.domain.bsn import looks_like_bsn
from wor_tui.domain.codes import Gender, LivingSituation
from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.case_words import person_line
from wor_tui.screens.choices import LabelledChoice
from wor_tui.screens.date_field import DateField, When
from wor_tui.screens.fields import Field
from wor_tui.screens.forms import FormScreen
from wor_tui.screens.notes import LabelledNote
from wor_tui.services import clients
from wor_tui.services.entry import Entered
from wor_tui.services.errors import NothingToChange

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile

LINES = (
    "given_name", "prefix", "family_name", "phone", "phone_alternative", "email", "street", "postcode", "place",
    "neighbourhood", "language",
)  # fmt: skip


def no_bsn(typed: str) -> str:
    """A BSN has no place here."""
    if looks_like_bsn(typed):
        return _("Dit lijkt een burgerservicenummer. Dat mogen we niet bewaren; haal het weg.")
    return ""


def person_fields() -> list[tuple[str, str]]:
    """The single-line fields with their labels, in order."""
    return [
        ("given_name", _("Voornaam of letters")),
        ("prefix", _("Tussenvoegsel")),
        ("family_name", _("Achternaam")),
        ("birth_date", _("Geboortedatum")),
        ("phone", _("Telefoon")),
        ("phone_alternative", _("Tweede telefoon")),
        ("email", _("E-mail")),
        ("street", _("Straat en nummer")),
        ("postcode", _("Postcode")),
        ("place", _("Plaats")),
        ("neighbourhood", _("Wijk")),
        ("language", _("Taal")),
    ]


class ClientForm(FormScreen):
    """Every detail, in one column; only what was changed is saved."""

    form = "client"

    def __init__(self, case: CaseFile) -> None:
        """The details of a case's client."""
        super().__init__(case.client.id, case.bases)
        self.case = case

    def crumb(self) -> str:
        """Where we are."""
        return _("Gegevens")

    def about(self) -> str:
        """Whom it is about."""
        return person_line(self.case)

    def fields(self) -> ComposeResult:
        """The details."""
        client = self.case.client
        for name, words in person_fields():
            if name == "birth_date":
                yield DateField(words, client.birth_date, id=name, today=self.wor.clock.today(), when=When.BIRTH)
            else:
                yield Field(words, str(getattr(client, name)), id=name, check=no_bsn)
        yield LabelledChoice(
            _("Geslacht"), options.keyed(Gender, {"woman": "v", "man": "m", "other": "a", "unknown": "o"}),
            client.gender, id="gender",
        )  # fmt: skip
        yield LabelledChoice(_("Woont"), options.keyed(LivingSituation), client.living_situation, id="living_situation")
        yield LabelledNote(_("Let op (wat collega's moeten weten)"), client.remarks, id="remarks", classes="gap")

    def on_field_submitted(self, event: Field.Submitted) -> None:
        """Enter goes on."""
        event.stop()
        self.focus_next()

    def work(self) -> Callable[[], object]:
        """Save what was changed."""
        self.all_right()
        entered: dict[str, Entered] = dict(self.different(*LINES, "gender", "living_situation", "remarks"))
        if self.different("birth_date"):
            entered["birth_date"] = self.day("birth_date")
        if not entered:
            raise NothingToChange(self.form)
        workspace, draft, base = self.wor.desk, self.draft, self.bases.get(self.case.case.scope, 0)
        return lambda: clients.edit(workspace, self.case.client.id, entered, base, draft=draft)
