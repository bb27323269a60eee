"""`wor vault backup|restore|check|rekey` from outside, on a vault of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.door import Ran, wor
from tests.vault.made import PASSPHRASE, drafts, put_draft
from tests.vault.places import small_disk
from wor_tui.vault.errors import WrongSecret
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import Vault, create, open_vault, unlock


class Desk:
    """A vault that is closed between two commands."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.passphrase_file = folder / "passphrase"
        self.passphrase_file.write_text(PASSPHRASE)
        self.recovery_code = ""

    def run(self, *words: object, stdin: str = "") -> Ran:
        return wor("--home", self.home, "--passphrase-file", self.passphrase_file, "vault", *words, stdin=stdin)

    def note(self, form: str) -> None:
        with self.opened() as vault, vault.database.write() as connection:
            put_draft(connection, form)

    def notes(self) -> list[str]:
        with self.opened() as vault, vault.database.read() as connection:
            return drafts(connection)

    def opened(self) -> Vault:
        return open_vault(self.home, unlock(self.home, passphrase=PASSPHRASE))

    def flip(self, path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    created = create(made.home, PASSPHRASE, FLOOR)
    created.vault.close()
    made.recovery_code = created.recovery_code
    return made


def test_a_backup_is_made_and_put_back(desk: Desk) -> None:
    desk.note("before")
    made = desk.run("backup", "--json").json
    assert made["removed"] == []
    assert Path(made["backup"]["folder"]).parent == desk.home / "backups"
    desk.note("after")
    done = desk.run("restore", "--json").json
    assert done["restored"]["name"] == made["backup"]["name"]
    assert desk.notes() == ["before"]
    assert desk.run("restore", Path(done["kept"]).name).exit == 0
    assert desk.notes() == ["after", "before"]


def test_a_backup_of_a_day_to_come_is_not_taken_for_the_newest(desk: Desk) -> None:
    """The clock was wrong once: neither putting back nor looking over goes by that one from then on."""
    desk.note("before")
    first = Path(desk.run("backup", "--json").json["backup"]["folder"])
    wrong = first.rename(first.with_name("20990101T120000Z"))
    found = {each["check"]: each for each in json.loads(desk.run("check", "--json").out)["findings"]}
    assert (found["backups"]["code"], found["backups"]["ok"]) == ("old", False)
    desk.note("after")
    assert desk.run("backup").exit == 0
    desk.flip(wrong / "vault.db")
    found = {each["check"]: each for each in json.loads(desk.run("check", "--json").out)["findings"]}
    assert (found["backups"]["code"], found["backups"]["facts"]["count"]) == ("whole", 1)
    assert found["backup"]["facts"]["name"] == wrong.name
    desk.note("last")
    assert desk.run("restore").exit == 0
    assert desk.notes() == ["after", "before"]


def test_a_backup_that_is_not_there_is_refused(desk: Desk) -> None:
    for named in ((), ("20261122T093000Z",)):
        done = desk.run("restore", *named, "--json")
        assert (done.exit, done.error["error"]) == (4, "backup_missing")


def test_backups_go_to_the_folder_that_was_chosen_and_come_back_from_it(desk: Desk, tmp_path: Path) -> None:
    (desk.home / "config.toml").write_text(f"[backup]\nfolder = '{tmp_path / 'stick'}'\n")
    done = desk.run("backup", "--json")
    assert (done.exit, done.error["error"]) == (4, "backup_folder_missing")
    assert desk.run("check").exit == 1
    (tmp_path / "stick").mkdir()
    made = desk.run("backup", "--json").json
    assert Path(made["backup"]["folder"]).parent.parent == tmp_path / "stick"
    assert desk.run("check").exit == 0
    for name in ("vault.db", "vault.key"):
        (desk.home / name).unlink()
    assert desk.run("restore").exit == 0
    assert desk.notes() == []


def test_check_says_what_is_whole(desk: Desk) -> None:
    desk.run("backup")
    done = desk.run("check", "--json").json
    assert done["ok"] is True
    assert [(found["check"], found["code"]) for found in done["findings"]] == [
        ("key_file", "whole"),
        ("database", "whole"),
        ("backups", "whole"),
    ]
    assert desk.run("check").out.startswith("goed: ")


def test_check_says_what_to_do_about_a_damaged_database_also_when_it_does_not_open(desk: Desk) -> None:
    desk.run("backup")
    whole = (desk.home / "vault.db").read_bytes()
    for place in (100, len(whole) // 2, len(whole) - 10):
        broken = bytearray(whole)
        broken[place] ^= 4
        (desk.home / "vault.db").write_bytes(broken)
        done = desk.run("check")
        assert done.exit == 1
        assert "LET OP: De database is beschadigd" in done.out
        assert "wor vault restore" in done.out
        assert "Er is 1 reservekopie" in done.out
        assert (desk.home / "vault.db").read_bytes() == bytes(broken)
    assert desk.run("restore").exit == 0
    assert desk.run("check").exit == 0


def test_check_finds_a_damaged_backup(desk: Desk) -> None:
    made = desk.run("backup", "--json").json
    desk.flip(Path(made["backup"]["folder"]) / "vault.db")
    done = desk.run("check", "--json")
    assert done.exit == 1
    codes = {(found["check"], found["code"]) for found in json.loads(done.out)["findings"]}
    assert ("backup", "damaged") in codes
    assert desk.run("restore", "--json").error["error"] == "backup_damaged"


def test_rekey_gives_another_key_and_code_once_that_was_copied(desk: Desk) -> None:
    desk.note("kept")
    made = Path(desk.run("backup", "--json").json["backup"]["folder"])
    made.rename(made.with_name("20260101T120000Z"))  # of today only the newest would stay
    before = (desk.home / "vault.key").read_bytes()
    refused = desk.run("rekey", "--json", stdin="XXXXXX\n" * 3)
    assert refused.exit == 1
    assert "not_confirmed" in refused.err
    assert (desk.home / "vault.key").read_bytes() == before
    done, code = rekeyed(desk)
    assert (done["lost"], len(done["old_backups"])) == ([], 1)
    assert desk.notes() == ["kept"]
    unlock(desk.home, recovery_code=code)
    with pytest.raises(WrongSecret):
        unlock(desk.home, recovery_code=desk.recovery_code)
    assert "gold" in desk.run("check").out
    assert desk.run("restore", done["old_backups"][0]).exit == 0  # the passphrase was the same then
    assert desk.notes() == ["kept"]


def test_rekey_removes_what_opens_with_the_old_key_when_asked(desk: Desk) -> None:
    desk.note("kept")
    old = Path(desk.run("backup", "--json").json["backup"]["folder"])
    done, _code = rekeyed(desk, "--remove-old-backups")
    assert done["old_backups"] == []
    assert not old.exists()
    assert [path.name for path in (desk.home / "backups").iterdir()] == [done["backup"]["name"]]
    assert desk.notes() == ["kept"]


def test_the_passphrase_is_asked_before_anything_else(desk: Desk) -> None:
    desk.passphrase_file.write_text("something else")
    for command in ("backup", "check", "rekey"):
        assert desk.run(command).exit == 3
    assert not (desk.home / "backups").exists()


def test_a_backup_opens_with_the_recovery_code_too(desk: Desk) -> None:
    desk.note("before")
    desk.run("backup")
    desk.note("after")
    (desk.home / "vault.key").write_bytes(b"")
    desk.passphrase_file.write_text("forgotten")
    typed = desk.recovery_code.lower().replace("-", " ")
    mistyped = desk.run("restore", "--recovery-code", "--json", stdin=typed[:-1] + ("2" if typed[-1] != "2" else "3"))
    assert (mistyped.exit, mistyped.error["error"]) == (4, "recovery_code_mistyped")
    assert desk.run("restore", "--recovery-code", stdin=typed + "\n").exit == 0
    assert desk.notes() == ["before"]


def test_a_passphrase_that_opens_no_backup_is_told_what_would(desk: Desk, tmp_path: Path) -> None:
    """The passphrase was changed after the backup, and the key file of now is lost: the one of then counts."""
    desk.note("before")
    name = desk.run("backup", "--json").json["backup"]["name"]
    (tmp_path / "new").write_text("gitaar molen wolk fiets")
    assert desk.run("passphrase", "--new-passphrase-file", tmp_path / "new").exit == 0
    (desk.home / "vault.key").unlink()
    desk.passphrase_file.write_text("gitaar molen wolk fiets")
    refused = desk.run("restore", name)
    assert refused.exit == 3
    assert "toen" in refused.err
    assert "--recovery-code" in refused.err
    assert desk.run("restore", name, "--json").error["error"] == "wrong_secret"
    desk.passphrase_file.write_text(PASSPHRASE)
    assert "wachtzin en de herstelcode van toen" in desk.run("restore", name).out
    assert desk.notes() == ["before"]


def test_a_disk_for_backups_that_is_not_there_is_said_and_nothing_goes_elsewhere(desk: Desk, tmp_path: Path) -> None:
    """An older backup that is still in the home isn't put back for the newest."""
    desk.run("backup")
    (desk.home / "config.toml").write_text(f"[backup]\nfolder = '{tmp_path / 'stick'}'\n")
    done = desk.run("backup")
    assert done.exit == 4
    assert "ook niet ergens anders" in done.err
    assert len(list((desk.home / "backups").iterdir())) == 1
    assert desk.run("restore", "--json").error["error"] == "backup_folder_missing"
    checked = desk.run("check").out
    assert "De map voor reservekopieën is er niet" in checked
    assert "nieuwste" not in checked
    assert "nog geen reservekopie" not in checked
    [kept] = (desk.home / "backups").iterdir()
    assert desk.run("restore", kept.name).exit == 0


def test_a_full_disk_for_backups_is_named(desk: Desk, tmp_path: Path) -> None:
    with small_disk(tmp_path / "stick", 64) as disk:
        (desk.home / "config.toml").write_text(f"[backup]\nfolder = '{disk}'\n")
        done = desk.run("backup")
        assert done.exit == 4
        assert "schijf voor reservekopieën is vol" in done.err
        assert desk.run("backup", "--json").error["error"] == "disk_full"


def test_another_key_is_told_also_when_the_disk_for_backups_is_not_there(desk: Desk, tmp_path: Path) -> None:
    (desk.home / "config.toml").write_text(f"[backup]\nfolder = '{tmp_path / 'stick'}'\n")
    before = (desk.home / "vault.key").read_bytes()
    done, _code = rekeyed(desk)
    assert done["backup"] is None
    assert (desk.home / "vault.key").read_bytes() != before


def rekeyed(desk: Desk, *more: str) -> tuple[Any, str]:
    """The answer of a rekeying in which the new code was copied, and that code."""
    words = ["--home", str(desk.home), "--passphrase-file", str(desk.passphrase_file), "vault", "rekey", "--json"]
    words += more
    with subprocess.Popen(
        [sys.executable, "-m", "wor_tui", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        code = next(line.strip() for line in process.stderr if line.count("-") == 5)
        groups = code.split("-")
        process.stdin.write(f"{groups[1]}\n{groups[4]}\n")
        process.stdin.close()
        done = json.loads(process.stdout.read())
        process.stderr.read()
    assert process.returncode == 0
    return done, code
