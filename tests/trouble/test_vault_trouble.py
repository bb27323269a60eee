"""The vault's files damaged, foreign, half written, on a full disk, in a read-only folder, open elsewhere."""

import contextlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.trouble.conftest import Demo
from tests.trouble.judging import contents, copied, one_sentence
from tests.vault.places import read_only, small_disk
from wor_tui.clock import SystemClock
from wor_tui.services import caseload, contacts
from wor_tui.services.case_file import case_file
from wor_tui.services.contacts import NewContact
from wor_tui.services.workspace import open_workspace
from wor_tui.vault.vault import open_vault

MARKER = "Kwikstaartmerk"


def names(demo: Demo, home: Path) -> list[str]:
    """The caseload of the coach's home, or of a copy of it."""
    with demo.opened("coach", home) as workspace:
        ids = caseload.index(workspace, caseload.View.TEAM).ids
        return [row.name for row in caseload.rows(workspace, ids)]


@pytest.fixture(scope="module")
def whole(demo: Demo) -> list[str]:
    found = names(demo, demo.homes["coach"])
    assert len(found) >= 4
    return found


@pytest.fixture
def home(demo: Demo, tmp_path: Path) -> Path:
    return copied(demo.homes["coach"], tmp_path / "home")


def logged(home: Path) -> str:
    return "".join(path.read_text("utf-8") for path in (home / "logs").glob("*")) if (home / "logs").exists() else ""


def test_a_wrong_passphrase_is_said_and_changes_nothing(demo: Demo, home: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(f"{MARKER} geheim\n", "utf-8")
    before = contents(home.iterdir())
    done = demo.wor(home, "cases", "--passphrase-file", wrong)
    one_sentence(done, 3, "wachtzin", "klopt niet")
    assert MARKER not in done.err + logged(home)
    # When it was goes into the log inside, at the next opening.
    assert re.fullmatch(r"[-\dT:]+Z\n", (home / "vault.failed").read_text("ascii"))
    (home / "vault.failed").unlink()
    assert contents(home.iterdir()) == before
    assert demo.wor(home, "status", "--json").json["complete"] is True


def flipped(content: bytes) -> bytes:
    where = content.index(b'"', len(content) // 2) - 3
    return content[:where] + bytes([content[where] ^ 1]) + content[where + 1 :]


KEYFILES: dict[str, tuple[Callable[[bytes], bytes], int, str]] = {
    "empty": (lambda _: b"", 4, "beschadigd"),
    "half": (lambda whole: whole[: len(whole) // 2], 4, "beschadigd"),
    "zeros": (lambda whole: bytes(len(whole)), 4, "beschadigd"),
    "another JSON": (lambda _: b'{"a": [1, 2, 3]}', 4, "beschadigd"),
    "not UTF-8": (lambda whole: b"\xff\xfe" + whole, 4, "beschadigd"),
    "nested deeply": (lambda _: b"[" * 60_000, 4, "beschadigd"),
    "much too long": (lambda whole: whole + b" " * 100_000, 4, "beschadigd"),
    "a picture": (lambda _: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), 4, "beschadigd"),
}


@pytest.mark.parametrize("name", KEYFILES)
def test_a_damaged_keyfile_is_said_and_put_back_everything_is_there(
    demo: Demo, home: Path, whole: list[str], name: str
) -> None:
    damage, leave, essence = KEYFILES[name]
    keyfile = home / "vault.key"
    good = keyfile.read_bytes()
    keyfile.write_bytes(damage(good))
    before = contents(home.iterdir())
    one_sentence(demo.inside(home, "cases"), leave, "sleutelbestand", essence)
    assert contents(home.iterdir()) == before
    keyfile.write_bytes(good)
    assert names(demo, home) == whole


def test_one_flipped_bit_of_the_keyfile_never_opens_and_is_said(demo: Demo, home: Path) -> None:
    keyfile = home / "vault.key"
    keyfile.write_bytes(flipped(keyfile.read_bytes()))
    done = demo.inside(home, "cases")
    one_sentence(done, done.exit, "sleutelbestand")
    assert done.exit in {3, 4}


def test_costs_beyond_the_bounds_in_a_keyfile_are_refused_before_they_are_paid(demo: Demo, home: Path) -> None:
    keyfile = home / "vault.key"
    text = keyfile.read_text("utf-8")

    def dearer(value: object) -> object:
        if isinstance(value, dict):
            return {
                name: 2**40 if "mem" in name or "kib" in name.lower() else dearer(held) for name, held in value.items()
            }
        return [dearer(held) for held in value] if isinstance(value, list) else value

    changed = json.dumps(dearer(json.loads(text)))
    assert changed.count(str(2**40)) >= 1
    keyfile.write_text(changed, "utf-8")
    one_sentence(demo.inside(home, "cases"), 4, "sleutelbestand")


def test_a_missing_keyfile_is_said(demo: Demo, home: Path) -> None:
    (home / "vault.key").unlink()
    one_sentence(demo.inside(home, "cases"), 4, "vault.key", "ontbreekt")


def test_somebody_elses_keyfile_is_said(demo: Demo, home: Path, whole: list[str]) -> None:
    """The same passphrase opens it; still it belongs to another vault."""
    good = (home / "vault.key").read_bytes()
    shutil.copy(demo.homes["colleague"] / "vault.key", home / "vault.key")
    one_sentence(demo.wor(home, "cases"), 4, "hoort bij een andere kluis", "niets veranderd")
    (home / "vault.key").write_bytes(good)
    assert names(demo, home) == whole


DATABASES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "vault.db"),
    "100 bytes": (lambda whole: whole[:100], "beschadigd"),
    "half": (lambda whole: whole[: len(whole) // 2], "beschadigd"),
    "half a page short": (lambda whole: whole[:-2048], "beschadigd"),
    "zeros": (lambda whole: bytes(len(whole)), "vault.db"),
    "zeros behind the salt": (lambda whole: whole[:16] + bytes(len(whole) - 16), "beschadigd"),
    "a text": (lambda _: b"dit is geen database\n" * 500, "vault.db"),
}


@pytest.mark.parametrize("name", DATABASES)
def test_a_half_written_database_is_said_and_put_back_everything_is_there(
    demo: Demo, home: Path, whole: list[str], name: str
) -> None:
    damage, essence = DATABASES[name]
    database = home / "vault.db"
    good = database.read_bytes()
    database.write_bytes(damage(good))
    broken = database.read_bytes()
    one_sentence(demo.inside(home, "cases", role="coach"), 4, essence)
    assert database.read_bytes() == broken, "a damaged database was written to"
    database.write_bytes(good)
    for suffix in ("-wal", "-shm"):
        (home / f"vault.db{suffix}").unlink(missing_ok=True)
    assert names(demo, home) == whole


def test_a_page_damaged_inside_is_found_by_the_doctor(demo: Demo, home: Path) -> None:
    database = home / "vault.db"
    content = bytearray(database.read_bytes())
    middle = len(content) // 2
    content[middle] ^= 0x40
    database.write_bytes(content)
    done = demo.inside(home, "doctor", "--plain", role="coach")
    assert done.exit in {1, 4}
    assert "beschadigd" in done.out + done.err


def test_power_lost_in_the_middle_of_a_save_leaves_the_vault_whole(
    demo: Demo, home: Path, whole: list[str], tmp_path: Path
) -> None:
    """The files as they lie on the disk between two commits, with the log of changes cut off at several places."""
    with demo.opened("coach", home) as workspace:
        case = caseload.index(workspace, caseload.View.TEAM).ids[0]
        before = len(case_file(workspace, case).timeline)
        contacts.add(workspace, case, NewContact("phone", workspace.clock.now(), 5, note=MARKER * 50))
        kept = len((home / "vault.db-wal").read_bytes())
        contacts.add(workspace, case, NewContact("phone", workspace.clock.now(), 5, note=MARKER * 50))
        snapshot = copied(home, tmp_path / "snapshot")
    log = (snapshot / "vault.db-wal").read_bytes()
    assert len(log) > kept > 0
    for number, (size, least) in enumerate([(len(log), 2), (kept + 100, 1), (kept, 1), (kept // 2, 0), (0, 0)]):
        cut = copied(snapshot, tmp_path / f"cut{number}")
        (cut / "vault.db-wal").write_bytes(log[:size])
        (cut / "vault.db-shm").unlink(missing_ok=True)
        assert names(demo, cut) == whole
        with demo.opened("coach", cut) as workspace:
            assert len(case_file(workspace, case).timeline) == before + least


def fill_up(filler: Path) -> None:
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(1024)):
            pass


def test_a_full_disk_refuses_the_save_keeps_the_rest_and_works_again(demo: Demo, tmp_path: Path) -> None:
    size = sum(path.stat().st_size for path in demo.homes["coach"].rglob("*") if path.is_file())
    with small_disk(tmp_path / "disk", size // 1024 + 1500) as disk:
        home = copied(demo.homes["coach"], disk / "home")
        with demo.opened("coach", home) as workspace:
            case = caseload.index(workspace, caseload.View.TEAM).ids[0]
            before = len(case_file(workspace, case).timeline)
        filler = disk / "filler"
        fill_up(filler)
        done = demo.inside(home, "contact", "add", case, "--kind", "phone", "--note", f"{MARKER} " * 1000, role="coach")
        one_sentence(done, 4, "schijf is vol", "nog niet bewaard")
        assert MARKER not in done.err + logged(home)
        filler.unlink()
        with demo.opened("coach", home) as workspace:
            assert len(case_file(workspace, case).timeline) == before
        assert demo.inside(home, "contact", "add", case, "--kind", "phone", "--note", MARKER, role="coach").exit == 0
        with demo.opened("coach", home) as workspace:
            assert len(case_file(workspace, case).timeline) == before + 1


def test_a_read_only_folder_is_said_and_nothing_is_lost(demo: Demo, home: Path, whole: list[str]) -> None:
    with demo.opened("coach", home) as workspace:
        case = caseload.index(workspace, caseload.View.TEAM).ids[0]
    with read_only(home):
        done = demo.wor(home, "contact", "add", case, "--kind", "phone", "--note", MARKER)
        one_sentence(done, 4, "niet worden geschreven", "nog niet bewaard")
        assert MARKER not in done.err
    assert names(demo, home) == whole


def test_a_second_instance_is_told_and_the_first_goes_on(demo: Demo, home: Path) -> None:
    with open_workspace(open_vault(home, demo.key("coach")), SystemClock()) as first:
        case = caseload.index(first, caseload.View.TEAM).ids[0]
        one_sentence(demo.wor(home, "cases"), 4, "al open in een ander venster")
        contacts.add(first, case, NewContact("phone", first.clock.now(), 5, note="gaat door"))
    with demo.opened("coach", home) as again:
        assert any(entry.note == "gaat door" for entry in case_file(again, case).timeline)
