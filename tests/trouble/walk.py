"""One person's day with marker words in it, in a process of its own.

`python -m tests.trouble.walk HOME PRACTICE PASSPHRASE`; PRACTICE is the home of somebody who has candidates.
Prints what it did as JSON; whoever started it then looks for the words wherever bytes can be.
"""

import asyncio
import json
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.services.test_intake_import import GOOD
from tests.trouble.writing import begun, consent, marked, text_fields
from wor_tui import logs
from wor_tui.app import WorApp
from wor_tui.clock import SystemClock
from wor_tui.config import Config, Logs
from wor_tui.domain.errors import Invalid
from wor_tui.services import backups, caseload, contacts, drafts
from wor_tui.services.case_file import case_file, opened
from wor_tui.services.contacts import NewContact
from wor_tui.services.intake_import import import_intakes
from wor_tui.services.search import matching
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault import backup, recovery_code, rekey, restore
from wor_tui.vault.vault import open_vault, unlock

CORE = "Zwaluwmerk"
SECRET = bytes(range(20))
SIZE = (120, 40)
LOOKS = 400


def descriptors(*homes: Path) -> list[str]:
    """The open files of this process outside the homes, but for devices, pipes and what Python itself reads."""
    found: list[str] = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            target = str(link.readlink())
            elsewhere = target.startswith("/") and not target.startswith(("/dev/", "/proc/", *map(str, homes)))
            if elsewhere or target.endswith("(deleted)"):
                found.append(target)
    return found


def services(workspace: Workspace, practice: Workspace) -> dict[str, Any]:
    """Every text field of every kind, and the services beside them."""
    written = begun(workspace, practice)
    done = 0
    kinds: set[str] = set()
    for number, (kind, name) in enumerate(sorted(text_fields())):
        if name in {"icpc", "postcode", "instrument"}:  # codes, though their bound takes words
            continue
        marker = f"{CORE}{number:02d}"
        with suppress(Invalid):
            written.write(kind, name, marked(kind, name, marker))
            done += 1
            kinds.add(kind)
    entry = contacts.add(
        workspace,
        written.case,
        NewContact("phone", workspace.clock.now() - timedelta(minutes=2), 5, note=f"{CORE} fout"),
    )
    contacts.make_void(workspace, entry, f"{CORE} verkeerde persoon")
    consent(workspace, written.case)
    intake = GOOD | {
        "client": GOOD["client"] | {"family_name": f"{CORE}Invoer"},
        "words": {"glad_if": f"{CORE} {'weer wandelen ' * 300}"},
    }
    imported = import_intakes(workspace, json.dumps({"intakes": [intake]}).encode())
    drafts.save(workspace, "contact", written.case, {"note": f"{CORE}Concept " * 3000}, {})
    index = caseload.index(workspace, caseload.View.TEAM)
    found = matching(index.search_keys, CORE)
    caseload.rows(workspace, [index.ids[at] for at in found])
    case_file(workspace, written.case)
    opened(workspace, written.case)
    taken = backups.back_up(workspace).backup
    backups.back_up(practice)
    return {
        "fields": done,
        "kinds": sorted(kinds),
        "imported": len(imported.added),
        "found": len(found),
        "backup": str(taken.folder),
    }


async def settled(pilot: Pilot[int]) -> None:
    for _ in range(LOOKS):
        await pilot.pause()
        if not any(worker.is_running and worker.group == "reading" for worker in pilot.app.workers):
            break
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    await pilot.pause()


def typed_everywhere(app: WorApp) -> int:
    """The marker into each field of the screen; how many took it."""
    done = 0
    for field in app.screen.query(Input):
        field.value = f"{CORE}Veld"
        done += 1
    for area in app.screen.query(TextArea):
        area.text = f"{CORE}Tekst " * 20
        done += 1
    return done


async def screens(  # noqa: C901  one walk through the house
    home: Path, passphrase: str
) -> dict[str, Any]:
    """Each place, and each form that a letter opens there, with the marker in its fields; at last, locked."""
    app = WorApp(home, config=Config(), passphrase=passphrase)
    reached: dict[str, int] = {}
    outside: list[str] = []
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(LOOKS):
            await pilot.pause()
            if app.background is not None:
                break
            await asyncio.sleep(0.05)
        places = [("f2",), ("f3",), ("f4",), ("f8",), ("f9",), ("f3", "enter")]
        for place in places:
            await pilot.press(*place)
            await settled(pilot)
            standing = app.screen
            reached.setdefault(type(standing).__name__, 0)
            letters = [key for key, bound in standing.active_bindings.items() if len(key) == 1 and key.isalpha()]
            for letter in letters:
                if app.screen is not standing:
                    await pilot.press(*place)
                    await settled(pilot)
                    standing = app.screen
                await pilot.press(letter)
                await settled(pilot)
                name = type(app.screen).__name__
                if app.screen is not standing:
                    with suppress(NoMatches):
                        reached[name] = max(reached.get(name, 0), typed_everywhere(app))
                    await pilot.pause()
                    outside += descriptors(home)
                for _ in range(4):
                    if app.screen is standing:
                        break
                    await pilot.press("escape")
                    await settled(pilot)
                if not app.is_running:
                    return {"reached": reached, "outside": outside, "locked": False}
        await pilot.press("ctrl+l")
        for _ in range(LOOKS):
            await pilot.pause()
            if app.locked is not None:
                break
            await asyncio.sleep(0.02)
    return {"reached": reached, "outside": outside, "locked": app.locked is not None}


async def breaks(home: Path, passphrase: str) -> bool:
    """What nobody foresaw, with a name in it."""
    app = WorApp(home, config=Config(), passphrase=passphrase)
    with suppress(ZeroDivisionError):
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)

            def broken() -> None:
                raise ZeroDivisionError(f"{CORE}Fout")

            app.call_later(broken)
            for _ in range(LOOKS):
                await pilot.pause()
                if app.broke:
                    break
                await asyncio.sleep(0.02)
    return app.broke


def main() -> None:
    """The whole day."""
    home, beside, passphrase = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    log = logs.start(home, Logs(level="debug"))
    key, key_beside = unlock(home, passphrase=passphrase), unlock(beside, passphrase=passphrase)
    said: dict[str, Any] = {}
    with (
        open_workspace(open_vault(home, key), SystemClock()) as workspace,
        open_workspace(open_vault(beside, key_beside), SystemClock()) as practice,
    ):
        said |= services(workspace, practice)
        said["outside"] = descriptors(home, beside)
    chosen = next(iter(sorted((home / "backups").iterdir())))
    keys = restore.unlocked(home, backup.at(chosen), passphrase=passphrase)
    restore.restore(home, backup.at(chosen), keys, SystemClock().now())
    rekey.rekey(home, passphrase, SECRET)
    new = unlock(home, recovery_code=recovery_code.written(SECRET))
    said["secrets"] = [
        secret for each in (key, key_beside, new) for secret in (each.root.hex(), each.database_key()[:64])
    ]
    seen = asyncio.run(screens(home, passphrase))
    said["outside"] += seen.pop("outside")
    said |= seen
    # Last: what broke holds the vault until its process ends.
    said["broke"] = asyncio.run(breaks(home, passphrase))
    said["outside"] += descriptors(home)
    logs.stop(log)
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
