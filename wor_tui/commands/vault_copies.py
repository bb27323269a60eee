"""`wor vault backup|restore|check|rekey`: copies of the vault, and another key for it."""

import argparse
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wor_tui import paths
from wor_tui.commands.exits import CommandError, Exit, code_of, exit_of
from wor_tui.commands.opening import asked_passphrase, home_and_config, passphrase_of
from wor_tui.commands.output import moment, write_json, write_line
from wor_tui.commands.vault_keys import aside, asked, copied
from wor_tui.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wor_tui.config import Config
    from wor_tui.services.backups import Taken
    from wor_tui.vault.backup import Backup
    from wor_tui.vault.checking import Finding
    from wor_tui.vault.errors import VaultError, WrongSecret
    from wor_tui.vault.keyfile import UnlockedKey


def backup(options: argparse.Namespace) -> int:
    """Make a backup now, and read it back."""
    home, config, key = _unlocked(options)
    from wor_tui.services import backups  # noqa: PLC0415
    from wor_tui.vault.errors import VaultError  # noqa: PLC0415
    from wor_tui.vault.vault import open_vault  # noqa: PLC0415

    with open_vault(home, key) as vault:
        try:
            taken = backups.backed_up(vault, config, _now(), _shown(options))
        except VaultError as error:
            raise _none_made(error) from None
    if options.json:
        write_json({"backup": _facts(taken.backup), "removed": [each.name for each in taken.removed]})
    else:
        _say_taken(taken)
    return Exit.DONE


def _none_made(error: "VaultError") -> CommandError:
    from wor_tui.wording.backups import none_made  # noqa: PLC0415

    return CommandError(none_made(error), code=code_of(error), leave=exit_of(error))


def check(options: argparse.Namespace) -> int:
    """Read everything and say what was found; leaves with 1 when something needs a person."""
    home, config, key = _unlocked(options)
    found = findings(home, config, key)
    well = all(each.ok for each in found)
    if options.json:
        write_json({"ok": well, "findings": [{**asdict(each), "message": _sentence(each)} for each in found]})
    else:
        for each in found:
            write_line(f"{_('goed') if each.ok else _('LET OP')}: {_sentence(each)}")
    return Exit.DONE if well else Exit.REFUSED


def findings(home: Path, config: "Config", key: "UnlockedKey") -> "Sequence[Finding]":
    """What is found in a vault that is closed, also when its database doesn't open."""
    from wor_tui.services import backups  # noqa: PLC0415
    from wor_tui.vault import checking  # noqa: PLC0415
    from wor_tui.vault.errors import VaultDamaged, VaultMismatch, VaultMissing  # noqa: PLC0415
    from wor_tui.vault.vault import open_vault  # noqa: PLC0415

    try:
        with open_vault(home, key) as vault:
            return backups.checked(vault, config, _now())
    except (VaultDamaged, VaultMismatch, VaultMissing) as error:
        return checking.unopened(error, home, key, dict.fromkeys(backups.folders(config, home, key), False), _now())


def restore(options: argparse.Namespace) -> int:
    """Put a backup back; what is there now is kept."""
    home, config = home_and_config(options)
    chosen = _chosen(home, config, options.backup)
    if options.recovery_code:
        secret = {"recovery_code": asked(_("Herstelcode van nu, of van toen de reservekopie is gemaakt: "))}
    else:
        question = _("Wachtzin van nu, of van toen de reservekopie is gemaakt: ")
        secret = {"passphrase": asked_passphrase(options, question)}
    _harden()
    from wor_tui.vault import restore as restoring  # noqa: PLC0415
    from wor_tui.vault.errors import WrongSecret  # noqa: PLC0415

    try:
        keys = restoring.unlocked(home, chosen, **secret)
    except WrongSecret as error:
        raise _wrong_secret(error, chosen) from None
    done = restoring.restore(home, chosen, keys, _now(), _shown(options))
    if options.json:
        write_json({"restored": _facts(done.backup), "kept": None if done.kept is None else str(done.kept)})
        return Exit.DONE
    write_line(_("De reservekopie van {when} is teruggezet.").format(when=_when(done.backup)))
    if done.kept is not None:
        write_line(_("Wat er stond, is bewaard in {folder}.").format(folder=done.kept))
    if not keys.keeps:
        write_line(_("De kluis opent nu met de wachtzin en de herstelcode van toen."))
    write_line(_("Wat daarna al verstuurd was, komt bij het uitwisselen vanzelf terug."))
    return Exit.DONE


def _wrong_secret(error: "WrongSecret", chosen: "Backup") -> CommandError:
    """What would open a backup: what counts now may not be what counted then."""
    said = _(
        "Hiermee gaat de reservekopie van {when} niet open. Er is niets veranderd. Een reservekopie opent met de "
        "wachtzin van toen, of met die van nu zolang het sleutelbestand van nu er is; met --recovery-code ook met de "
        "herstelcode. Hoofdletters en spaties tellen mee."
    )
    return CommandError(said.format(when=_when(chosen)), code=code_of(error), leave=exit_of(error))


def rekey(options: argparse.Namespace) -> int:
    """Give the vault another key and another recovery code; the passphrase stays."""
    home, config = home_and_config(options)
    passphrase = passphrase_of(options, home)
    _harden()
    from wor_tui.vault.vault import unlock  # noqa: PLC0415

    unlock(home, passphrase=passphrase)
    from wor_tui.clock import SystemClock  # noqa: PLC0415
    from wor_tui.services import backups, vault_keys  # noqa: PLC0415
    from wor_tui.services.workspace import open_workspace  # noqa: PLC0415
    from wor_tui.vault import backup as copies  # noqa: PLC0415
    from wor_tui.vault import recovery_code  # noqa: PLC0415
    from wor_tui.vault import rekey as rekeying  # noqa: PLC0415
    from wor_tui.vault.errors import VaultError  # noqa: PLC0415
    from wor_tui.vault.strength import judged  # noqa: PLC0415
    from wor_tui.vault.vault import open_vault  # noqa: PLC0415
    from wor_tui.wording.backups import none_made  # noqa: PLC0415
    from wor_tui.wording.vault import way_in  # noqa: PLC0415

    failure: VaultError | None = None
    secret = os.urandom(recovery_code.SECRET_BYTES)
    code = recovery_code.written(secret)
    aside(options, _("Schrijf deze herstelcode op papier. Hij verschijnt maar één keer:"), "", code, "")
    if not copied(options, code):
        raise CommandError(
            _("De herstelcode is niet bevestigd. Er is niets veranderd: de oude geldt nog."), code="not_confirmed"
        )
    done = rekeying.rekey(home, passphrase, secret, _shown(options))
    with open_vault(home, done.key) as vault, open_workspace(vault, SystemClock(), config) as workspace:
        vault_keys.note_strength(workspace, judged(passphrase))
        # The vault has its new key from here on: what fails now mustn't look as if it hadn't.
        try:
            taken = backups.back_up(workspace, why=copies.DAILY)
        except VaultError as error:
            taken, failure = None, error
    older = backups.older_than(done.key, config, home)
    if options.remove_old_backups:
        for each in older:
            copies.remove(each)
        older = []
    if options.json:
        made = None if taken is None else _facts(taken.backup)
        write_json({"lost": done.lost, "backup": made, "old_backups": [each.name for each in older]})
        return Exit.DONE
    write_line(_("De kluis heeft een nieuwe sleutel. Uw wachtzin is dezelfde; alleen de nieuwe herstelcode werkt nog."))
    if taken is not None:
        _say_taken(taken)
    elif failure is not None:
        write_line(none_made(failure))
    if done.lost:
        kinds = ", ".join(way_in(kind) for kind in done.lost)
        write_line(_("Deze manieren om te openen zijn vervallen: {kinds}.").format(kinds=kinds))
    if older:
        said = ngettext(
            "{count} oudere reservekopie opent nog met de oude sleutel. Kan iemand die hebben? Gooi haar weg.",
            "{count} oudere reservekopieën openen nog met de oude sleutel. Kan iemand die hebben? Gooi ze weg.",
            len(older),
        )
        write_line(said.format(count=len(older)))
    return Exit.DONE


def _unlocked(options: argparse.Namespace) -> "tuple[Path, Config, UnlockedKey]":
    home, config = home_and_config(options)
    passphrase = passphrase_of(options, home)
    _harden()
    from wor_tui.vault.vault import unlock  # noqa: PLC0415

    return home, config, unlock(home, passphrase=passphrase)


def _harden() -> None:
    from wor_tui.vault.hardening import harden_process  # noqa: PLC0415

    harden_process()


def _chosen(home: Path, config: "Config", named: Path | None) -> "Backup":
    """The backup of that name or folder, or the newest; raises BackupMissing, BackupFolderMissing."""
    from wor_tui.services import backups  # noqa: PLC0415
    from wor_tui.vault import backup as copies  # noqa: PLC0415
    from wor_tui.vault.errors import BackupMissing  # noqa: PLC0415

    places = backups.places(config, home)
    if named is None:
        # The newest that can be seen may be far from the newest that there is.
        if (outside := backups.chosen(config, home)) is not None:
            copies.check_reachable(outside, made=True)
        found = [each for place in places for each in copies.found(place)]
        if not found:
            raise BackupMissing
        return copies.newest_first(found, _now())[0]
    for folder in (paths.expanded(named), *(place / named.name for place in places)):
        if folder.is_dir():
            return copies.at(folder.absolute())
    raise BackupMissing


def _shown(options: argparse.Namespace) -> Any:
    """Parts of a hundred on one line of the terminal; None where nobody looks."""
    if options.json or not sys.stderr.isatty():
        return None

    def show(done: int, whole: int) -> None:
        sys.stderr.write(f"\r{100 * done // max(whole, 1):3} % " + ("\n" if done == whole else ""))
        sys.stderr.flush()

    return show


def _say_taken(taken: "Taken") -> None:
    said = _("Reservekopie gemaakt en nagelezen: {folder} ({size} kB).")
    write_line(said.format(folder=taken.backup.folder, size=_size(taken.backup) // 1024))


def _facts(each: "Backup") -> dict[str, object]:
    return {"name": each.name, "folder": str(each.folder), "taken": each.taken, "bytes": _size(each)}


def _size(each: "Backup") -> int:
    return each.database.stat().st_size


def _when(each: "Backup") -> str:
    return moment(each.taken) if each.taken.year > 1970 else each.name


def _sentence(each: "Finding") -> str:
    from wor_tui.wording.vault_check import found_sentence  # noqa: PLC0415

    return found_sentence(each.check, each.code, each.facts)


def _now() -> datetime:
    return datetime.now(UTC)
