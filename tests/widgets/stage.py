"""A bare app to put widgets on, and fictional rows to fill them with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from textual.app import App, ComposeResult
from textual.message import Message
from textual.widget import Widget

from wor_tui.themes import themes

TODAY = date(2026, 11, 22)


class Stage(App[None]):
    """Shows widgets below each other, in a theme of ours.

    `run_test(message_hook=stage.hear)` keeps the messages.
    """

    def __init__(self, *widgets: Widget, theme: str = "dark", colour: bool = True) -> None:
        super().__init__()
        self._widgets = widgets
        self._named = f"wor-{theme}"
        self.no_color = not colour
        self.told: list[Message] = []

    def on_mount(self) -> None:
        """Take the theme."""
        for theme in themes():
            self.register_theme(theme)
        self.theme = self._named

    def hear(self, message: Message) -> None:
        """Keep a message, once on its way up."""
        if not any(message is each for each in self.told):
            self.told.append(message)

    def compose(self) -> ComposeResult:
        """All widgets."""
        yield from self._widgets


@dataclass(frozen=True, slots=True)
class FictionalCase:
    """A row of the caseload."""

    id: str
    name: str
    age: int | None
    neighbourhood: str
    referrer: str
    phone: str
    phase: str
    contacts: int
    contacts_planned: int
    week: int | None
    weeks_planned: int
    next_step: str
    next_step_on: date | None
    late: str
    late_on: date | None
    unsent: bool
    conflict: bool


NAMES = ("Janssen, M.", "Jansen-Bos, A.", "ter Jansum, K.", "El Amrani, S.", "de Vries, H.", "Ooijevaar-van Dijk, C.J.")
AREAS = ("Zuid", "Centrum", "Houten-N", "Bovenkerk", "Westwijk")
REFERRERS = ("De Linde · POH", "Zorgplein", "De Linde", "Praktijk Noord")
STEPS = ("bellen", "startgesprek", "thuis langs", "wandelgroep", "terugkoppeling", "")
PHASES = ("contacting", "intake", "running", "completing")


def fictional_case(number: int) -> FictionalCase:
    """The same case for the same number, always."""
    return FictionalCase(
        id=f"case-{number}",
        name=NAMES[number % len(NAMES)],
        age=None if number % 11 == 10 else 13 + number * 7 % 80,
        neighbourhood=AREAS[number % len(AREAS)],
        referrer=REFERRERS[number % len(REFERRERS)],
        phone=f"06-000000{number % 100:02}",
        phase=PHASES[number % len(PHASES)],
        contacts=number % 6,
        contacts_planned=5,
        week=None if number % 6 == 0 else number % 13 + 1,
        weeks_planned=13,
        next_step=STEPS[number % len(STEPS)],
        next_step_on=TODAY + timedelta(days=number % 17 - 3) if number % 6 != 5 else None,
        late="next_step" if number % 17 < 3 and number % 6 != 5 else "feedback_1" if number % 19 == 4 else "",
        late_on=TODAY + timedelta(days=number % 17 - 3) if number % 17 < 3 else TODAY - timedelta(days=9),
        unsent=number % 7 == 3,
        conflict=number % 13 == 5,
    )


def fetching(asked: list[list[str]] | None = None) -> Callable[[Sequence[str]], list[FictionalCase | None]]:
    """A `fetch` over fictional cases that notes what it was asked."""

    def fetch(ids: Sequence[str]) -> list[FictionalCase | None]:
        if asked is not None:
            asked.append(list(ids))
        return [fictional_case(int(each.removeprefix("case-"))) for each in ids]

    return fetch


def case_ids(count: int) -> list[str]:
    """Ids of `count` fictional cases."""
    return [f"case-{number}" for number in range(count)]
