"""Locking, on the screen: what starts it, what is kept, and what can be seen meanwhile."""

from pathlib import Path

import pytest
from textual.app import App

from tests.lock.driving import NAME, NOTE, ended, mouse_moved, opened, to_note, watched
from tests.lock.ticks import HandTicks
from tests.screens.driving import at, said, text_of, type_text, until
from tests.screens.people import NOW, PASSPHRASE
from wor_tui import locking
from wor_tui.app import WorApp
from wor_tui.clock import FixedClock
from wor_tui.config import Config
from wor_tui.lock import Locked, Reason
from wor_tui.screens.confirm import ConfirmScreen
from wor_tui.screens.locked import LockedScreen
from wor_tui.screens.recovery import RecoveryScreen
from wor_tui.screens.today import TodayScreen
from wor_tui.screens.unlock import UnlockScreen
from wor_tui.services import drafts, recovery


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


async def test_a_screen_that_opens_while_it_locks_is_not_painted_and_gets_no_key(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as the question of a piece of work that still goes on."""
    painted: list[str] = []
    keep = locking.LockingApp.keep_drafts

    async def opens(app: locking.LockingApp, *, aloud: bool = False) -> object:
        painted.clear()
        await app.push_screen(asks := ConfirmScreen(NAME, NAME))
        await pilot.press("j", "n", "escape")
        assert app.screen is asks
        assert NAME in said(asks)
        return await keep(app, aloud=aloud)

    monkeypatch.setattr(App, "_display", lambda _app, screen, _what: painted.append(type(screen).__name__))
    monkeypatch.setattr(locking.LockingApp, "keep_drafts", opens)
    app = watched(home, HandTicks())
    async with app.run_test(size=(80, 24)) as pilot:
        await to_note(pilot)
        assert painted
        await pilot.press("ctrl+l")
        await ended(pilot, app)
    assert set(painted) <= {LockedScreen.__name__}


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
