"""From one checked intake to the records that it makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sync.client.changes import Change
from wor_tui.domain import checks
from wor_tui.domain.ages import check_birth_date, check_signatures
from wor_tui.domain.codes import Variant
from wor_tui.domain.identifiers import derived_id, intake_id
from wor_tui.domain.steps import Step
from wor_tui.services.entry import Entered, whole
from wor_tui.services.errors import Invalid
from wor_tui.services.webs import INSTRUMENTS


@dataclass(frozen=True, slots=True)
class Place:
    """Something about one place in the file, such as `intakes[3].web.dimensions.2`.

    `reason` is a code; `limits` what its sentence names. Never the value: that may be personal.
    """

    place: str
    reason: str
    limits: Mapping[str, object] = field(default_factory=dict[str, object])


class BadPlace(Exception):
    """Something in one intake can't be taken in."""

    def __init__(self, place: Place) -> None:
        """Carry the place."""
        super().__init__(place.place, place.reason)
        self.place = place


@dataclass(slots=True)
class Builder:
    """Makes the records of one intake; `author` (who imports) and `team` (where to) are ids."""

    author: str
    team: str
    today: date
    place: str
    intake: Mapping[str, Any]

    def changes(self) -> list[Change]:
        """Everything that the intake makes, the case first; raises BadPlace, Invalid."""
        case_id, client_id = self.id_of("case"), self.id_of("client")
        made = [self.case(case_id, client_id), self.client(client_id), *self.consents(case_id)]
        if "web" in self.intake:
            made.append(self.web(case_id))
        if any(name in self.intake for name in ("words", "steps", "exclusion")):
            made.append(self.words(case_id))
        return made

    def id_of(self, *parts: str) -> str:
        """The id of one of its records: from the sender's own id alone, so that it outlives joining an organisation."""
        return derived_id("import", str(self.intake["id"]), *parts)

    def record(self, kind: str, record: str, where: str, entered: Mapping[str, Entered]) -> Change:
        try:
            values = whole(kind, entered)
        except Invalid as invalid:
            raise BadPlace(Place(self.at(where, kind, invalid.field), str(invalid.code), invalid.limits)) from None
        return Change(kind, record, self.team, values, 0)

    def at(self, where: str, kind: str, name: str) -> str:
        """Where a record's field came from in the file."""
        column, _, element = name.partition("/")
        if kind == "web" and column in {f"d{at}" for at in range(1, 7)}:
            return f"{self.place}{where}.dimensions.{int(column[1]) - 1}"
        return f"{self.place}{where}.{column}" + (f".{element}" if element else "")

    def case(self, case_id: str, client_id: str) -> Change:
        names = ("received_on", "intake_on", "track", "next_step", "next_step_on", "passed_on_to")
        entered: dict[str, Entered] = {name: self.intake[name] for name in names if name in self.intake}
        if "passed_on_to" in entered:
            entered["passed_on_on"] = self.intake.get("intake_on", self.intake["received_on"])
        made = self.record(
            "case",
            case_id,
            "",
            {**entered, "client_id": client_id, "coach_id": self.author},
        )
        days = {name: _day(made.values.get(name)) for name in ("received_on", "intake_on", "ended_on", "passed_on_on")}
        checks.check_case_dates(**days, today=self.today)
        return made

    def client(self, client_id: str) -> Change:
        made = self.record("client", client_id, ".client", self.intake["client"])
        birth_date = _day(made.values.get("birth_date"))
        if birth_date is not None:
            check_birth_date(birth_date, self.today, "client.birth_date")
        return made

    def consents(self, case_id: str) -> list[Change]:
        made: list[Change] = []
        birth_date = _day(self.intake["client"].get("birth_date"))
        for at, consent in enumerate(self.intake.get("consents", ())):
            where = f".consents.{at}"
            entered = {**consent, "case_id": case_id, "author_id": self.author}
            change = self.record("consent", self.id_of("consent", str(at)), where, entered)
            on = date.fromisoformat(str(change.values["on"]))
            try:
                checks.check_not_after_today("on", on, self.today)
                if consent["given"]:
                    check_signatures(birth_date, on, consent["by_whom"])
            except Invalid as invalid:
                raise BadPlace(Place(f"{self.place}{where}.{invalid.field}", str(invalid.code))) from None
            made.append(change)
        return made

    def web(self, case_id: str) -> Change:
        web = self.intake["web"]
        entered: dict[str, Entered] = {
            "case_id": case_id,
            "instrument": INSTRUMENTS[Variant(web["variant"])],
            "variant": web["variant"],
            "taken_on": web["taken_on"],
            "note": web.get("note"),
            "author_id": self.author,
        }
        entered |= {f"d{at}": _score(score) for at, score in enumerate(web["dimensions"], start=1)}
        entered |= {f"aspects/{name}": _score(score) for name, score in web.get("aspects", {}).items()}
        entered |= {f"talk/{name}": True for name in web.get("talk", ())}
        made = self.record("web", self.id_of("web"), ".web", entered)
        taken_on = _day(made.values["taken_on"])
        checks.check_not_after_today("web.taken_on", taken_on, self.today)
        return made

    def words(self, case_id: str) -> Change:
        entered: dict[str, Entered] = {"case_id": case_id, **self.intake.get("words", {})}
        entered |= {Step(int(number)).column: on for number, on in self.intake.get("steps", {}).items()}
        entered |= {name: self.intake[name] for name in ("exclusion", "passed_on_to") if name in self.intake}
        made = self.record("intake", intake_id(case_id), ".words", entered)
        for number, on in self.intake.get("steps", {}).items():
            checks.check_not_after_today(f"steps.{number}", _day(on), self.today)
        return made


def _score(score: float | None) -> float | None:
    return None if score is None else float(score)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
