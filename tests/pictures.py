"""`make pictures`: draws docs/pictures by the program itself, from invented people, at a moment that stands still."""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from tests.picture_of_conflict import disagree
from tests.screens.driving import settled
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.config import Config
from wor_tui.demo import fill
from wor_tui.demo.people import listed
from wor_tui.i18n import set_language
from wor_tui.services import appointments, caseload, directory, enrolment
from wor_tui.services.caseload import View
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

_WEBS = """SELECT w.case_id, w.d1, w.d2, w.d3, w.d4, w.d5, w.d6 FROM web w
JOIN "case" c ON c.id = w.case_id JOIN client p ON p.id = c.client_id JOIN case_summary s ON s.case_id = c.id
WHERE p.birth_date < ? AND s.coach_id = ? ORDER BY w.taken_on"""

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
"""A Tuesday, 10:12 in the Netherlands."""

COACH, PASSPHRASE, STORIES = "Marieke de Wit", "verzonnen mensen", 60
PAINTED_S = 0.4
"""The panel beside the caseload waits until the cursor rests."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A file's name without its ending, the size of the terminal, and the keys that lead there from Vandaag.

    The key `CASE` opens the case with the most to show.
    """

    name: str
    columns: int
    rows: int
    keys: Sequence[str]


SCORED = ("6", "tab", "5", "comma", "5", "tab", "7", "tab", "6", "comma", "5")
PICTURES = (
    Picture("caseload", 120, 40, ("f3", *("down",) * 6)),
    Picture("caseload-80x24", 80, 24, ("f3", *("down",) * 6)),
    Picture("today", 120, 40, ()),
    Picture("web", 120, 40, ("CASE", "w")),
    Picture("timeline", 120, 40, ("CASE", "t")),
    Picture("conflict", 120, 40, ("f8", "enter")),
    Picture("intake", 120, 40, ("CASE", "i", "enter", "tab", *SCORED)),
)


def made(home: Path, clock: FixedClock) -> str:
    """Make the vault of one coach in `home`; returns the name of the case with the most to show."""
    with open_workspace(create(home, PASSPHRASE, FLOOR).vault, clock) as workspace:
        enrolment.begin_alone(workspace, COACH, label="laptop")
        fill.fill_directory(workspace)
        around = _around(workspace)
        fill.fill(workspace, around, STORIES)
        _plan(workspace, around.practices["linde"])
        with workspace.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM op")  # nothing waits to be sent: there is nobody to send it to
        return _most_telling(workspace)


def _around(workspace: Workspace) -> fill.Around:
    people = {card.name: card.id for card in directory.people(workspace)}
    practices = {card.name: card.id for card in directory.practices(workspace)}
    known = listed("practices")
    return fill.Around(
        {each["key"]: people.get(each["name"], workspace.me.person_id) for each in known["people"]},
        {each["key"]: practices[each["name"]] for each in known["practices"]},
        dict.fromkeys((each["key"] for each in known["practices"]), workspace.scopes.desk),
        workspace.scopes.team,
    )


def make_apart(home: Path, clock: FixedClock) -> None:
    """Make a second vault of the same coach, in which a colleague's change and an own one don't agree."""
    with open_workspace(create(home, PASSPHRASE, FLOOR).vault, clock) as workspace:
        enrolment.begin_alone(workspace, COACH, label="laptop")
        fill.fill_directory(workspace)
        fill.fill(workspace, _around(workspace), 12)
        disagree(workspace, home.parent, clock, PASSPHRASE)


def _plan(workspace: Workspace, practice: str) -> None:
    for at, name, function, reason in (
        (time(10, 40), "mevr. R. de B.", "gp", "triage"),
        (time(14, 0), "dhr. M. K.", "poh_ggz", "frequency"),
        (time(15, 20), "mevr. S. el A.", "poh_ggz", "case_meeting"),
    ):
        starts_at = datetime.combine(workspace.clock.today(), at, UTC) - timedelta(hours=1)
        appointments.plan(
            workspace,
            {
                "practice_id": practice,
                "client_name": name,
                "with_function": function,
                "reason": reason,
                "starts_at": starts_at,
            },
        )


def _most_telling(workspace: Workspace) -> str:
    """The id of the coach's adult case in whose two webs the most changed; the first by name among equals."""
    webs: dict[str, list[Sequence[float]]] = {}
    with workspace.database.read() as connection:
        for case_id, *scores in connection.exec_driver_sql(_WEBS, ("2000-01-01", workspace.me.person_id)):
            webs.setdefault(case_id, []).append(scores)
    names = caseload.index(workspace, View.MINE).ids

    def change(case_id: str) -> float:
        first, last = webs[case_id][0], webs[case_id][-1]
        return sum(abs(one - other) for one, other in zip(first, last, strict=True))

    return max((case_id for case_id in names if len(webs.get(case_id, ())) == 2), key=change)


async def drawn(home: Path, clock: FixedClock, case_id: str, picture: Picture) -> str:
    """The SVG of one picture."""
    app = WorApp(home, clock=clock, config=Config(), demo=True, passphrase=PASSPHRASE)
    async with app.run_test(size=(picture.columns, picture.rows)) as pilot:
        while app.background is None or app.background.overview is None:
            await pilot.pause(0.05)
        await settled(pilot)
        for key in picture.keys:
            if key == "CASE":
                from wor_tui.screens.client import ClientScreen  # noqa: PLC0415

                await app.push_screen(ClientScreen(case_id, "overview"))
            else:
                await pilot.press(key)
            await settled(pilot)
        await pilot.pause(PAINTED_S)
        await settled(pilot)
        await pilot.pause()
        svg = app.export_screenshot(title=" ")
        await app.close_all()
    return standing_alone(svg)


def standing_alone(svg: str) -> str:
    """The SVG without what it would load from elsewhere, and with its blanks kept by every renderer."""
    svg = re.sub(r"<!--.*?-->|\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code", 'font-family: "Fira Code", "DejaVu Sans Mono", Menlo, Consolas')
    svg = svg.replace("<text ", '<text xml:space="preserve" ')
    assert "http" not in svg.replace("http://www.w3.org/", ""), "it loads something from outside"
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def main(wanted: Sequence[str]) -> None:
    """Draw all pictures, or those named."""
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    os.environ.pop("NO_COLOR", None)
    set_language("nl")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        clock, later = FixedClock(NOW), FixedClock(NOW)
        home, apart = Path(folder) / "home", Path(folder) / "apart"
        case_id = made(home, clock)
        make_apart(apart, later)
        for picture in PICTURES:
            if not wanted or picture.name in wanted:
                at = (apart, later) if picture.name == "conflict" else (home, clock)
                target = FOLDER / f"{picture.name}.svg"
                target.write_text(asyncio.run(drawn(*at, case_id, picture)), encoding="utf-8")
                print(target.relative_to(FOLDER.parent.parent))


if __name__ == "__main__":
    main(sys.argv[1:])
