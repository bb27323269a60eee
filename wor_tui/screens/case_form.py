"""A new case by hand: who, how it came in, and whether the person agreed that their details were passed on."""

from __future__ import annotations

import contextlib
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from textual.widgets import Static

from wor_tui.domain.ages import age, usual_signer
from wor_tui.domain.codes import ConsentForm as Form
from wor_tui.domain.codes import ReferralChannel
from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.alike import SOMEBODY_ELSE, AlikeScreen
from wor_tui.screens.choices import Choice, LabelledChoice
from wor_tui.screens.client_form import no_bsn
from wor_tui.screens.date_field import DateField, When
from wor_tui.screens.fields import Field
from wor_tui.screens.forms import FormScreen, Wrong
from wor_tui.screens.notes import LabelledNote
from wor_tui.screens.trouble import Failed
from wor_tui.services import cases, directory, likeness
from wor_tui.services.entry import Entered
from wor_tui.services.errors import NothingToChange

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from wor_tui.services.directory import PersonCard
    from wor_tui.services.likeness import Resembling


class NewCaseForm(FormScreen):
    """Registers the referral at the desk and opens the case from it."""

    form = "new_case"

    def __init__(self) -> None:
        """An empty form; it has one draft."""
        super().__init__("")
        self.people: list[PersonCard] = []
        self.opened_case = ""
        self.person: dict[str, Entered] = {}
        """The person as the form had them when it was saved."""
        self.others: list[str] | None = None
        """Those who look like the person and are somebody else; None: nobody has looked yet."""

    def crumb(self) -> str:
        """Where we are."""
        return _("Nieuw traject")

    def fields(self) -> ComposeResult:
        """The person, then the referral."""
        today = self.wor.clock.today()
        yield Field(_("Voornaam of letters"), id="given_name", check=no_bsn)
        yield Field(_("Tussenvoegsel"), id="prefix")
        yield Field(_("Achternaam"), id="family_name", check=no_bsn)
        yield DateField(_("Geboortedatum"), None, id="birth_date", today=today, when=When.BIRTH)
        yield Field(_("Telefoon"), id="phone", hint="06 12345678")
        yield Field(_("Plaats"), id="place")
        yield Field(_("Wijk"), id="neighbourhood")
        yield LabelledChoice(
            _("Gekomen via"),
            options.keyed(
                ReferralChannel,
                {"zorgdomein": "z", "secure_mail": "m", "phone": "t", "case_meeting": "s", "self_referral": "e"},
            ),
            ReferralChannel.PHONE,
            id="channel",
        )
        yield Field(_("ZorgDomein-nummer"), id="zd_number", cap=40)
        yield LabelledChoice(_("Verwijzer"), [("", "0", _("geen"))], id="referrer_id")
        yield DateField(_("Ontvangen op"), today, id="received_on", today=today, asked=True)
        yield LabelledChoice(_("Mag gebeld worden"), options.yes_no(), options.YES, id="consent")
        yield LabelledNote(_("Reden van de verwijzing"), id="reason", classes="gap")
        yield Static(
            _("Zonder toestemming om contactgegevens door te geven wacht het dossier: leg die zo nodig later vast."),
            classes="says",
            markup=False,
        )

    async def on_mount(self) -> None:
        """The referrers of the directory to choose from."""
        found = await self.wor.attempt(lambda: directory.people(self.wor.desk))
        if isinstance(found, Failed):
            return
        self.people = [person for person in found if person.role == "referrer"]
        choice = self.query_one("#referrer_id", Choice)
        choice.options = options.named([(person.id, person.name) for person in self.people], none=_("geen"))
        choice.refresh(layout=True)

    def on_field_submitted(self, event: Field.Submitted) -> None:
        """Enter goes on."""
        event.stop()
        self.focus_next()

    def work(self) -> Callable[[], object]:
        """Register, then open."""
        if not self.text("family_name"):
            raise Wrong("family_name", _("Vul een achternaam in."))
        self.all_right()
        client: dict[str, Entered] = {
            name: self.text(name) for name in ("given_name", "prefix", "family_name", "phone", "place", "neighbourhood")
        }
        client["birth_date"] = self.day("birth_date")
        received_on = self.asked_day("received_on")
        referrer = next((person for person in self.people if person.id == self.text("referrer_id")), None)
        name = " ".join(self.text(part) for part in ("given_name", "prefix", "family_name") if self.text(part))
        consented = self.text("consent") == options.YES
        referral: dict[str, Entered] = {
            "client_name": name,
            "birth_date": client["birth_date"],
            "phone": self.text("phone"),
            "place": self.text("place"),
            "type": "welfare",
            "channel": self.text("channel"),
            "zd_number": self.text("zd_number"),
            "reason": self.text("reason"),
            "received_on": received_on,
            "consent_on": received_on if consented else None,
            "referrer_id": referrer.id if referrer is not None else "",
            "practice_id": referrer.practice_id if referrer is not None else "",
        }
        if self.person != client:
            self.person, self.others = client, None
        workspace, draft, others = self.wor.desk, self.draft, self.others or ()
        born = client["birth_date"]
        signer = usual_signer(age(born, received_on) if isinstance(born, date) else None)

        def save() -> None:
            self.opened_case = cases.open_with_referral(
                workspace, client, referral, consent=(signer, Form.SPOKEN), apart_from=others, draft=draft
            )

        return save

    async def action_form_save(self) -> None:
        """Save, unless somebody who is registered already looks like this person: then that is asked first."""
        with contextlib.suppress(Wrong, NothingToChange):
            self.work()
            if self.others is None and not self.saving:
                found = await self.wor.attempt(lambda: likeness.resembling(self.wor.desk, self.person), aloud=False)
                if found and not isinstance(found, Failed):
                    self.wor.push_screen(AlikeScreen(found), partial(self.is_known, found))
                    return
        await super().action_form_save()

    def is_known(self, found: Sequence[Resembling], chosen: str | None) -> None:
        """What was answered: on to the one who is there already, or save this one as somebody else."""
        if chosen is None:
            return
        if chosen == SOMEBODY_ELSE:
            self.others = [each.client_id for each in found]
            self.run_worker(self.action_form_save(), group="save")
            return
        self.opened_case = next(each.case_id for each in found if each.client_id == chosen)
        self.run_worker(self.go_there(), group="save")

    async def go_there(self) -> None:
        """To the case of the one who is registered already; what was typed stays as a draft."""
        await self.keep_draft()
        self.leave(saved=bool(self.opened_case))
        self.wor.say(_("Dit is een dossier dat er al was. Wat u typte, is als concept bewaard."))

    def leave(self, *, saved: bool) -> None:
        """After saving: on to the new case."""
        super().leave(saved=saved)
        if saved and self.opened_case:
            from wor_tui.screens.client import ClientScreen  # noqa: PLC0415

            self.wor.call_later(self.wor.push_screen, ClientScreen(self.opened_case))
