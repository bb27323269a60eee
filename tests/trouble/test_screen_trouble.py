"""Trouble on the screens: the real app on a real vault, driven as a person would; a few in a real terminal."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.terminal import tmux
from tests.trouble import portal
from tests.trouble.conftest import Demo
from tests.trouble.judging import TRACES, clean, copied
from tests.trouble.test_hostile_text import LITERAL, STEERING
from tests.trouble.test_vault_trouble import fill_up
from tests.trouble.writing import begun
from tests.vault.places import small_disk
from wor_tui.app import WorApp
from wor_tui.clock import SystemClock
from wor_tui.config import Config
from wor_tui.services import caseload, drafts
from wor_tui.services.case_file import case_file
from wor_tui.vault.vault import open_vault

MARKER = "Tapuitmerkteken"
FORMS = 120
"""Seconds within which something must appear; it mostly takes a fraction of one."""


@asynccontextmanager
async def running(
    home: Path, *, passphrase: str | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[WorApp, Pilot[int]]]:
    """The app on a home; it must end without having broken."""
    app = WorApp(home, clock=SystemClock(), config=Config(), passphrase=passphrase)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield app, pilot
        await app.close_all()
    assert not app.broke


def text_of(app: WorApp) -> str:
    """What stands on the screen, line by line, toasts too."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    assert len(lines) <= height
    return "\n".join(line.text[:width].rstrip() for line in lines)


async def until(app: WorApp, pilot: Pilot[int], *texts: str) -> str:
    """The screen as soon as one of the texts stands on it, whatever the line breaks."""
    deadline = time.monotonic() + FORMS
    while True:
        await pilot.pause()
        shown = text_of(app)
        if any(text in " ".join(shown.split()) for text in texts):
            return shown
        assert time.monotonic() < deadline, f"{texts} never came:\n{shown}"
        await asyncio.sleep(0.02)


async def at_home(app: WorApp, pilot: Pilot[int]) -> None:
    """Past the door."""
    deadline = time.monotonic() + FORMS
    while app.background is None:
        assert time.monotonic() < deadline, text_of(app)
        await pilot.pause()
        await asyncio.sleep(0.02)
    await pilot.pause()


@pytest.fixture
def home(demo: Demo, tmp_path: Path) -> Path:
    return copied(demo.homes["coach"], tmp_path / "home")


async def test_a_wrong_passphrase_is_said_and_the_right_one_still_opens(demo: Demo, home: Path) -> None:
    async with running(home) as (app, pilot):
        await pilot.press(*f"{MARKER}x", "enter")
        shown = await until(app, pilot, "klopt niet")
        clean(shown.replace("\n", " "))
        assert MARKER not in shown
        field = app.screen.query_one("#passphrase Input", Input)
        field.value = demo.passphrase
        await pilot.press("enter")
        await at_home(app, pilot)


async def test_pasting_a_megabyte_as_passphrase_is_refused_calmly(demo: Demo, home: Path) -> None:
    async with running(home) as (app, pilot):
        app.screen.query_one("#passphrase Input", Input).post_message(events.Paste("x" * 1_000_000))
        await until(app, pilot, "Te lang voor dit veld")
        await pilot.press("enter")
        await until(app, pilot, "klopt niet")


@pytest.mark.parametrize(
    ("damage", "essence"),
    [("vault.key", "sleutelbestand"), ("vault.db", "gegevensbestand"), ("both elsewhere", "andere kluis")],
)
async def test_damaged_files_are_said_at_the_door(demo: Demo, home: Path, damage: str, essence: str) -> None:
    if damage == "both elsewhere":
        (home / "vault.key").write_bytes((demo.homes["colleague"] / "vault.key").read_bytes())
    else:
        content = (home / damage).read_bytes()
        (home / damage).write_bytes(content[: len(content) // 2])
    async with running(home, passphrase=None) as (app, pilot):
        app.screen.query_one("#passphrase Input", Input).value = demo.passphrase
        await pilot.press("enter")
        clean((await until(app, pilot, essence)).replace("\n", " "))


async def test_a_vault_that_is_open_elsewhere_is_said_at_the_door(demo: Demo, home: Path) -> None:
    with open_vault(home, demo.key("coach")):
        async with running(home) as (app, pilot):
            app.screen.query_one("#passphrase Input", Input).value = demo.passphrase
            await pilot.press("enter")
            await until(app, pilot, "al open in een ander venster")


async def test_a_tiny_terminal_says_so_everywhere_and_loses_nothing(demo: Demo, home: Path) -> None:
    async with running(home, passphrase=demo.passphrase) as (app, pilot):
        await at_home(app, pilot)
        for key in ("f2", "f3", "f4", "f8", "f9"):
            await pilot.press(key)
            await pilot.resize_terminal(40, 10)
            await until(app, pilot, "te klein")
            await pilot.resize_terminal(1, 1)
            await pilot.pause()
            await pilot.resize_terminal(80, 24)
            await pilot.pause()
            assert "te klein" not in text_of(app)
        await pilot.press("f3", "n")
        note = await a_note(app, pilot)
        note.text = MARKER
        await pilot.resize_terminal(40, 10)
        await until(app, pilot, "te klein")
        await pilot.resize_terminal(80, 24)
        await until(app, pilot, MARKER)


async def a_note(app: WorApp, pilot: Pilot[int]) -> TextArea:
    """The note of the contact form, once it is there."""
    deadline = time.monotonic() + FORMS
    while True:
        await pilot.pause()
        found = [one for one in app.screen.query(TextArea) if one.id == "note"]
        if found:
            return found[0]
        assert time.monotonic() < deadline, text_of(app)
        await asyncio.sleep(0.02)


async def test_a_megabyte_pasted_into_every_field_is_cut_and_said_and_the_rest_is_kept(demo: Demo, home: Path) -> None:
    paste = (f"{MARKER} [bold]'; DROP TABLE x;--\x1b[2J\u202e\n" * 30_000)[:1_000_000]
    async with running(home, passphrase=demo.passphrase, size=(100, 40)) as (app, pilot):
        await at_home(app, pilot)
        await pilot.press("f3", "n")
        note = await a_note(app, pilot)
        before = time.monotonic()
        for field in [*app.screen.query(Input), *app.screen.query(TextArea)]:
            field.post_message(events.Paste(paste))
            await pilot.pause()
            held = field.value if isinstance(field, Input) else field.text
            assert 0 < len(held) <= 20_000
            assert "\x1b" not in held
            assert "\u202e" not in held
        assert time.monotonic() - before < FORMS
        assert note.text.startswith(f"{MARKER} [bold]'; DROP TABLE x;--[2J")
        await until(app, pilot, "Te lang voor dit veld")
    with demo.opened("coach", home) as workspace:
        kept = drafts.every(workspace)
        assert any(str(draft.values.get("note", "")).startswith(MARKER) for draft in kept)


async def test_markup_and_sql_in_names_stand_literally_on_the_screens(demo: Demo, home: Path) -> None:
    with demo.opened("coach", home) as workspace:
        made = begun(workspace)
        made.write("client", "family_name", "[bold]Aa[/] '); DROP--")
        made.write("client", "given_name", "[@click=app.quit]x[/]")
        made.write("client", "remarks", f"{LITERAL['markup']} {STEERING}")
        made.write("case", "next_step", "[red]bellen[/red]")
        made.write("contact", "note", "[link=https://x.invalid]klik[/link] {0} %s")
        made.write("practice", "name", "[b]De Linde")
        made.write("person", "name", "[i]Peters[/i")
    async with running(home, passphrase=demo.passphrase, size=(140, 40)) as (app, pilot):
        await at_home(app, pilot)
        await pilot.press("f3")
        await until(app, pilot, "[bold]Aa[/] '); DROP--")
        app.screen.query_one("#search", Input).value = "[bold]aa"
        await until(app, pilot, "[bold]Aa[/] '); DROP--")
        await pilot.pause()
        await pilot.press("enter")
        shown = await until(app, pilot, "[link=https://x.invalid]klik[/link] {0} %s", "[red]bellen[/red]")
        assert not [each for each in shown if each < " " and each != "\n"]
        for key in ("f6", "escape", "f1", "escape", "ctrl+p", "escape", "f2", "f4", "f8", "f9"):
            await pilot.press(key)
            await pilot.pause()
            assert not [each for each in text_of(app) if each < " " and each != "\n"]


async def test_a_guest_network_and_no_network_are_said_and_work_goes_on(demo: Demo, home: Path) -> None:
    async with running(home, passphrase=demo.passphrase, size=(120, 40)) as (app, pilot):
        await at_home(app, pilot)
        await pilot.press("f8")
        await pilot.press("ctrl+r")
        shown = await until(app, pilot, "Geen verbinding", "geen verbinding", "offline")
        assert not [trace for trace in TRACES if trace in shown]
        with portal.answering(demo.port, 200, {"content-type": "text/html"}, portal.LOGIN):
            await pilot.press("ctrl+r")
            await until(app, pilot, "iets anders", "gastnetwerk")


async def test_a_full_disk_keeps_the_form_and_saves_once_there_is_room(demo: Demo, tmp_path: Path) -> None:
    size = sum(path.stat().st_size for path in demo.homes["coach"].rglob("*") if path.is_file())
    with small_disk(tmp_path / "disk", size // 1024 + 1500) as disk:
        home = copied(demo.homes["coach"], disk / "home")
        async with running(home, passphrase=demo.passphrase, size=(100, 40)) as (app, pilot):
            await at_home(app, pilot)
            await pilot.press("f3", "n")
            note = await a_note(app, pilot)
            filler = disk / "filler"
            fill_up(filler)
            note.text = f"{MARKER} " * 1200
            await pilot.press("ctrl+s")
            shown = await until(app, pilot, "schijf is vol")
            assert not [trace for trace in TRACES if trace in shown]
            assert MARKER in app.screen.query_one("#note", TextArea).text
            filler.unlink()
            await pilot.press("ctrl+s")
            await until(app, pilot, "Contact bewaard")
        with demo.opened("coach", home) as workspace:
            notes = [
                entry.note
                for case in caseload.index(workspace, caseload.View.TEAM).ids
                for entry in case_file(workspace, case).timeline
            ]
        assert sum(MARKER in each for each in notes) == 1
        logged = "".join(path.read_text("utf-8") for path in (home / "logs").glob("*"))
        assert MARKER not in logged


# In a real terminal

in_terminal = pytest.mark.skipif(not tmux.installed(), reason=tmux.MISSING)


def wor_in(home: Path, columns: int, rows: int) -> tmux.Terminal:
    # A size in the environment would count for more than the terminal's own.
    unset = {"COLUMNS": "", "LINES": ""}
    command = [sys.executable, "-m", "wor_tui", "--home", str(home)]
    return tmux.Terminal(command, columns=columns, rows=rows, environment=unset)


@pytest.mark.terminal
@in_terminal
def test_a_terminal_of_40_by_10_says_so_and_grows_into_the_program(demo: Demo, home: Path) -> None:
    with wor_in(home, 40, 10) as terminal:
        screen = terminal.wait_until(lambda shown: "te klein" in " ".join(shown.split()), 30, "te klein")
        assert not [trace for trace in TRACES if trace in screen]
        terminal.resize(80, 24)
        terminal.wait_for("Ontgrendelen")
        terminal.type("verkeerd")
        terminal.press("Enter")
        screen = terminal.wait_for("klopt niet")
        assert not [trace for trace in TRACES if trace in screen]
        terminal.press("C-q")
        assert "[left 0]" in terminal.wait_for("[left")


@pytest.mark.terminal
@in_terminal
def test_a_malformed_configuration_stops_the_program_with_a_sentence(home: Path) -> None:
    (home / "config.toml").write_text('"\\u001b[31mcolour" = "red"\n')
    with wor_in(home, 100, 24) as terminal:
        screen = terminal.wait_for("[left 2]")
        assert "config.toml" in screen
        assert "bestaat niet" in screen
        assert not [trace for trace in TRACES if trace in screen]


def test_statics_never_read_markup() -> None:
    """Whatever a name holds: a Static of ours that shows a text is made without markup."""
    folder = Path(sys.modules["wor_tui.app"].__file__ or "").parent
    careless = [
        f"{path.name}:{number}"
        for path in [*folder.glob("screens/*.py"), *folder.glob("widgets/*.py")]
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if "markup=True" in line or "from_markup" in line
    ]
    assert careless == []
