"""A draft that can't be kept holds the lock back, covered, and asks what to do."""

import shutil
from pathlib import Path

import pytest

from tests.lock.driving import NAME, ended, opened, to_note, watched
from tests.lock.ticks import HandTicks
from tests.screens.driving import said, type_text, until
from tests.screens.people import PASSPHRASE
from tests.vault.places import small_disk
from wor_tui import locking
from wor_tui.lock import Locked, Reason
from wor_tui.screens.locked import LockedScreen
from wor_tui.screens.notes import Note
from wor_tui.services import drafts


@pytest.mark.parametrize(
    "choice", ["again", "lose", *(pytest.param(each, marks=pytest.mark.soak) for each in ("back", "give up"))]
)
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
