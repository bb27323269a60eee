"""Locking, on the screen: what starts it, what is kept, what can be seen meanwhile, and going on afterwards."""

import shutil
from pathlib import Path

import pytest
from textual.events import MouseMove
from textual.pilot import Pilot

from tests.lock.ticks import HandTicks
from tests.screens.driving import at, said, settled, text_of, to_client, type_text, until
from tests.screens.people import NOW, PASSPHRASE
from tests.vault.places import small_disk
from wor_tui import locking
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.config import Config, Lock
from wor_tui.lock import Locked, Reason
from wor_tui.screens import places
from wor_tui.screens.agenda import AgendaScreen
from wor_tui.screens.contact_form import ContactForm
from wor_tui.screens.forms import FormScreen
from wor_tui.screens.locked import LockedScreen
from wor_tui.screens.notes import Note
from wor_tui.screens.recovery import RecoveryScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.screens.unlock import UnlockScreen
from wor_tui.services import drafts, left_open, recovery
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.vault import open_vault, unlock

NOTE = "Midden in een zin over Mieke"
NAME = "Janssen"


def opened(home: Path) -> Workspace:
    return open_workspace(open_vault(home, unlock(home, passphrase=PASSPHRASE)), FixedClock(NOW))


def mouse_moved() -> MouseMove:
    return MouseMove(None, 5, 5, 1, 0, 0, shift=False, meta=False, ctrl=False)


def watched(home: Path, hand: HandTicks, minutes: int = 5, *, demo: bool = False) -> WorApp:
    config = Config(lock=Lock(minutes))
    return WorApp(home, clock=FixedClock(NOW), config=config, passphrase=PASSPHRASE, ticks=hand.ticks, demo=demo)


async def to_note(pilot: Pilot[int]) -> ContactForm:
    """Into the note of a new contact, with something typed and nothing kept yet."""
    await to_client(pilot)
    await pilot.press("n")
    await at(pilot, ContactForm)
    form = pilot.app.screen
    assert isinstance(form, ContactForm)
    form.query_one("#note", Note).focus()
    await pilot.pause()
    await type_text(pilot, NOTE)
    return form


async def ended(pilot: Pilot[int], app: WorApp) -> None:
    await until(pilot, lambda: app.locked is not None)
    assert app.workspace is not None
    assert app.workspace.database._closed


async def test_ctrl_l_keeps_the_draft_to_its_last_character_and_closes_the_vault(home: Path) -> None:
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        await to_note(pilot)
        await pilot.press("ctrl+l")
        await ended(pilot, app)
    assert app.locked == Locked(Reason.ASKED)
    with opened(home) as workspace:
        assert [draft.values["note"] for draft in drafts.every(workspace)] == [NOTE]


async def test_five_minutes_without_a_key_lock_and_a_key_begins_them_anew(home: Path) -> None:
    hand = HandTicks()
    app = watched(home, hand)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        hand.pass_by(299)
        await pilot.press("down")
        hand.pass_by(299)
        app.look()
        assert not app.locking
        hand.pass_by(1)
        app.look()
        await ended(pilot, app)
    assert app.locked == Locked(Reason.IDLE)


async def test_the_mouse_is_somebody_too(home: Path) -> None:
    hand = HandTicks()
    app = watched(home, hand)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        hand.pass_by(299)
        await app.on_event(mouse_moved())
        hand.pass_by(299)
        app.look()
        assert not app.locking


async def test_it_looks_by_itself(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wor_tui.lock.LOOK_EVERY_S", 0.05)
    hand = HandTicks()
    app = watched(home, hand, minutes=1)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        hand.pass_by(60)
        await ended(pilot, app)


async def test_after_sleep_the_first_key_does_nothing_but_lock(home: Path) -> None:
    hand = HandTicks()
    app = watched(home, hand)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_note(pilot)
        hand.sleep(30)
        await pilot.press("x")
        await ended(pilot, app)
    assert app.locked == Locked(Reason.SUSPENDED)
    with opened(home) as workspace:
        assert [draft.values["note"] for draft in drafts.every(workspace)] == [NOTE], "without the x"


async def test_sleep_at_the_door_locks_nothing_later(home: Path) -> None:
    hand = HandTicks()
    app = WorApp(home, clock=FixedClock(NOW), config=Config(), ticks=hand.ticks)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        hand.sleep(3600)
        await type_text(pilot, PASSPHRASE)
        await pilot.press("enter")
        await at(pilot, TodayScreen)
        app.look()
        assert not app.locking
        await pilot.press("ctrl+l")
        await ended(pilot, app)


async def test_the_organisation_may_set_fewer_minutes(home: Path) -> None:
    with opened(home) as workspace, workspace.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO sync_state (key, value) VALUES ('lock_minutes_at_most', '2')")
    hand = HandTicks()
    app = watched(home, hand, minutes=60)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        hand.pass_by(120)
        app.look()
        await ended(pilot, app)


async def test_while_it_locks_nothing_but_the_cover_is_painted_and_no_key_passes(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []
    keep = locking.LockingApp.keep_drafts

    async def looked(app: locking.LockingApp, *, aloud: bool = False) -> object:
        seen.append((said(app.screen), isinstance(app.screen, LockedScreen)))
        await pilot.press("y", "escape", "f3")
        seen.append((said(app.screen), isinstance(app.screen, LockedScreen)))
        return await keep(app, aloud=aloud)

    monkeypatch.setattr(locking.LockingApp, "keep_drafts", looked)
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        await to_note(pilot)
        assert NAME in said(app.screen)
        await pilot.press("ctrl+l")
        await ended(pilot, app)
    assert len(seen) == 2
    for screen, covered in seen:
        assert covered
        assert screen.split() == ["Vergrendelen…"]
    with opened(home) as workspace:
        assert [draft.values["note"] for draft in drafts.every(workspace)] == [NOTE]


async def test_a_form_that_is_being_saved_leaves_no_draft_behind(home: Path) -> None:
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        form = await to_note(pilot)
        app.call_later(form.action_form_save)
        await pilot.press("ctrl+l")
        await ended(pilot, app)
    with opened(home) as workspace:
        assert drafts.every(workspace) == []
        with workspace.database.read() as connection:
            found = connection.exec_driver_sql("SELECT count(*) FROM contact WHERE note = ?", (NOTE,)).scalar()
        assert found == 1, "saved once"


async def test_the_unlock_screen_says_why_and_one_key_goes_on_where_it_stood(home: Path) -> None:
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        await to_note(pilot)
        await pilot.press("ctrl+l")
        await ended(pilot, app)
    again = WorApp(home, clock=FixedClock(NOW), config=Config(), locked_by=app.locked)
    async with again.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        assert "U hebt het programma vergrendeld" in text_of(again, "#why")
        assert NAME not in said(again.screen)
        await type_text(pilot, PASSPHRASE)
        await pilot.press("enter")
        await at(pilot, TodayScreen)
        await until(pilot, lambda: "Met ^O gaat u verder" in said(again.screen))
        assert "Nieuw contact" in said(again.screen)
        await pilot.press("ctrl+o")
        await at(pilot, ContactForm)
        note = again.screen.query_one("#note", Note)
        await until(pilot, lambda: note.text == NOTE)
        assert again.screen.focused is note
        await pilot.press("!")
        assert note.text == NOTE + "!"
        assert [type(screen).__name__ for screen in again.screen_stack[-3:]] == [
            "CaseloadScreen", "ClientScreen", "ContactForm",
        ]  # fmt: skip
        await again.action_quit()
    with opened(home) as workspace:
        assert left_open.take(workspace) == [], "it is offered once"


def known(screen: object) -> tuple[str, str, str]:
    """What tells one form from another."""
    return type(screen).__name__, getattr(screen, "record", ""), str(getattr(screen, "variant", ""))


@pytest.mark.parametrize(("way", "kind"), [(("f4", "n"), "new"), (("f4", "enter"), "one"), (("a",), "case")])
async def test_forms_outside_a_case_open_again(home: Path, way: tuple[str, ...], kind: str) -> None:
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        for key in way:
            await pilot.press(key)
            await settled(pilot)
        form = app.screen
        assert isinstance(form, FormScreen)
        assert bool(form.record) is (kind == "one")
        focused = form.focused.parent.id if form.focused is not None and form.focused.parent is not None else ""
        await type_text(pilot, "Bep")
        stood = form.filled()
        await pilot.press("ctrl+l")
        await ended(pilot, app)
    again = watched(home, HandTicks())
    async with again.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(again.left_open))
        await pilot.press("ctrl+o")
        await at(pilot, type(form))
        back = again.screen
        assert isinstance(back, FormScreen)
        assert back.record == form.record
        await until(pilot, lambda: back.filled() == stood)
        assert back.focused is not None
        assert back.focused.parent is not None
        assert back.focused.parent.id == focused
        await again.action_quit()


FORMS: list[tuple[str, list[str]]] = [
    ("e", ["ClientForm"]),
    ("s", ["NextStepForm"]),
    ("i enter", ["IntakeForm"]),
    ("i enter ctrl+g", ["IntakeForm", "ConsentForm"]),
    ("w enter", ["WebForm"]),
    ("w m", ["WebForm"]),
    ("w k", ["WebForm"]),
    ("t c", ["ContactForm"]),
    ("t v", ["VoidForm"]),
    ("x", ["EndForm"]),
    ("g", ["ConsentForm"]),
    ("b", ["FeedbackForm"]),
    ("t f1", []),
]
"""From a case by keys, and what is open then over it."""


async def test_every_form_of_a_case_opens_again(home: Path) -> None:
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        for keys, stack in FORMS:
            await to_client(pilot)
            await until(pilot, lambda: getattr(app.screen, "case", None) is not None)
            for key in keys.split():
                await pilot.press(key)
                await settled(pilot)
            left = places.of(app.screen_stack)
            stood = [known(screen) for screen in app.screen_stack[2 : 3 + len(stack)]]
            assert [name for name, *_rest in stood[1:]] == stack
            await app.show_only(TodayScreen())
            await places.reopen(app, left)
            await settled(pilot)
            assert [known(screen) for screen in app.screen_stack[2:]] == stood, keys
            await app.show_only(TodayScreen())
        await app.action_quit()


async def test_from_vandaag_there_is_nothing_to_go_on_with(home: Path) -> None:
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        await pilot.press("ctrl+l")
        await ended(pilot, app)
    with opened(home) as workspace:
        assert left_open.take(workspace) == []


async def test_a_case_that_is_gone_says_so_and_opens_nothing_over_it(home: Path) -> None:
    with opened(home) as workspace:
        left_open.keep(workspace, [left_open.Place("contact", "nobody", "nobody", crumb="Nieuw contact")])
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(app.left_open))
        await pilot.press("ctrl+o")
        await at(pilot, TodayScreen)
        await app.action_quit()


async def test_the_demo_locks_on_request_only_and_says_its_passphrase(home: Path) -> None:
    hand = HandTicks()
    app = watched(home, hand, minutes=1, demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, TodayScreen)
        hand.pass_by(4000)
        hand.sleep(4000)
        app.look()
        await pilot.press("down")
        assert not app.locking
        await pilot.press("ctrl+l")
        await ended(pilot, app)
    again = WorApp(home, clock=FixedClock(NOW), passphrase=PASSPHRASE, demo=True, locked_by=app.locked)
    async with again.run_test(size=(80, 24)) as pilot:
        await at(pilot, UnlockScreen)
        assert PASSPHRASE in text_of(again, "#why")


async def test_an_unconfirmed_recovery_code_goes_away_too(home: Path) -> None:
    with opened(home) as workspace:
        recovery.expect(workspace)
    hand = HandTicks()
    app = watched(home, hand)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, RecoveryScreen)
        hand.pass_by(300)
        app.look()
        await until(pilot, lambda: app.locked is not None)


@pytest.mark.parametrize("choice", ["again", "lose", "back", "give up"])
async def test_a_draft_that_cannot_be_kept_keeps_it_covered_and_asks(home: Path, tmp_path: Path, choice: str) -> None:
    with small_disk(tmp_path / "disk", 6000) as disk:
        shutil.copytree(home, disk / "home")
        hand = HandTicks()
        app = watched(disk / "home", hand)
        async with app.run_test(size=(80, 24)) as pilot:
            form = await to_note(pilot)
            form.query_one("#note", Note).text = "z" * 15_000
            fill(disk)
            await pilot.press("ctrl+l")
            await until(pilot, lambda: "F6" in said(app.screen))
            assert isinstance(app.screen, LockedScreen)
            shown = said(app.screen)
            assert "vol" in shown
            assert NAME not in shown
            assert "zzz" not in shown
            await pilot.press("escape", "f3")
            assert isinstance(app.screen, LockedScreen)
            if choice == "again":
                (disk / "filling").unlink()
                await pilot.press("f5")
            elif choice == "lose":
                await pilot.press("f6")
            elif choice == "give up":
                hand.pass_by(locking.GIVE_UP_S)
                await pilot.press("f5")
            else:
                await type_text(pilot, "wrong")
                await pilot.press("enter")
                await until(pilot, lambda: "klopt niet" in said(app.screen))
                await type_text(pilot, PASSPHRASE)
                await pilot.press("enter")
                await until(pilot, lambda: app.screen is form)
                assert not app.locking
                assert NAME in said(app.screen)
                (disk / "filling").unlink()
                await pilot.press("ctrl+l")
            await ended(pilot, app)
        lost = choice in {"lose", "give up"}
        assert app.locked == Locked(Reason.ASKED, lost=lost)
        (disk / "filling").unlink(missing_ok=True)
        with opened(disk / "home") as workspace:
            kept = [str(draft.values["note"]) for draft in drafts.every(workspace)]
        assert (kept == ["z" * 15_000]) is not lost


def fill(disk: Path) -> None:
    """Leave not a byte."""
    with (disk / "filling").open("wb", buffering=0) as file:
        for size in (65_536, 4096, 512, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue


async def test_another_key_for_it_is_the_one_that_is_said(home: Path) -> None:
    with opened(home) as workspace:
        left_open.keep(workspace, [left_open.Place("today"), left_open.Place("agenda", crumb="Agenda")])
    config = Config(keys={"resume": "f12", "lock.now": "f11"})
    app = WorApp(home, clock=FixedClock(NOW), config=config, passphrase=PASSPHRASE, ticks=HandTicks().ticks)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Met F12 gaat u verder bij Agenda." in said(app.screen))
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(app.screen, AgendaScreen))
        await pilot.press("f11")
        await ended(pilot, app)
