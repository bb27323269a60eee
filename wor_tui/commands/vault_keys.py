"""`wor vault status|passphrase|recovery|keyring`: what opens this vault, and changing it.

No secret is ever an argument: each is asked for on the terminal, or read from a file or the standard input.
"""

import argparse
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from wor_tui import paths
from wor_tui.commands.exits import CommandError, Exit, FileRefused
from wor_tui.commands.opening import home_and_config, opened, passphrase_in, passphrase_of
from wor_tui.commands.output import day, write_facts, write_json, write_line
from wor_tui.commands.terminal import asked_hidden
from wor_tui.given_file import start_of
from wor_tui.i18n import _

if TYPE_CHECKING:
    from wor_tui.config import Config
    from wor_tui.vault.keyfile import UnlockedKey

LONGEST_SECRET = 4096
ATTEMPTS = 3


def status(options: argparse.Namespace) -> int:
    """List the secrets that open this vault, since when, and how strong the passphrase is."""
    with opened(options, without_contact=True) as workspace:
        from wor_tui.services import vault_keys  # noqa: PLC0415
        from wor_tui.wording.strength import strength_level  # noqa: PLC0415
        from wor_tui.wording.vault import way_in  # noqa: PLC0415

        found = vault_keys.protection(workspace)
    if options.json:
        write_json(
            {
                "generation": found.generation,
                "ways": found.ways,
                "strength": found.strength,
                "cost": found.cost,
                "organisation_key": found.organisation_key or None,
                "lock_minutes_at_most": found.lock_minutes_at_most,
                "lease_days": found.lease_days,
            }
        )
        return Exit.DONE
    for way in found.ways:
        since = _("sinds {day}").format(day=day(way.since)) if way.since else ""
        write_line(f"{way_in(way.kind)}: {since or _('ja')}")
    write_facts(
        [
            (_("sterkte van de wachtzin"), strength_level(found.strength).lower() if found.strength else ""),
            (_("kenmerk van de organisatiesleutel"), found.organisation_key),
            (_("op slot na hoogstens (minuten)"), str(found.lock_minutes_at_most or "")),
            (_("dicht na dagen zonder contact"), str(found.lease_days or "")),
        ]
    )
    return Exit.DONE


def passphrase(options: argparse.Namespace) -> int:
    """Choose another passphrase; only the key file changes."""
    home, config = home_and_config(options)
    from wor_tui.vault import rewriting  # noqa: PLC0415
    from wor_tui.vault.hardening import harden_process  # noqa: PLC0415

    harden_process()
    key = _unlocked(options, home)
    new = _new_passphrase(options)
    with rewriting.alone(home):
        rewriting.set_passphrase(home, key, new)
    _note_strength(home, key, config, new)
    if options.json:
        write_json({"changed": True})
    else:
        write_line(_("De nieuwe wachtzin geldt. De oude opent deze kluis niet meer."))
        if _has_backups(home, key, config):
            write_line(
                _(
                    "In reservekopieën van eerder geldt de oude nog. Kent iemand anders die, geef de kluis dan ook een "
                    "nieuwe sleutel: wor vault rekey --remove-old-backups."
                )
            )
    return Exit.DONE


def _has_backups(home: Path, key: "UnlockedKey", config: "Config") -> bool:
    """Whether there are backups that can be seen now: each has the key file of its day."""
    from wor_tui.services import backups  # noqa: PLC0415
    from wor_tui.vault import backup  # noqa: PLC0415
    from wor_tui.vault.errors import VaultError  # noqa: PLC0415

    with suppress(VaultError):
        return any(backup.found(folder) for folder in backups.folders(config, home, key))
    return False


def recovery(options: argparse.Namespace) -> int:
    """Show another recovery code; it takes the place of the one before when two groups of it were typed back."""
    with opened(options, without_contact=True) as workspace:
        from wor_tui.services import recovery as codes  # noqa: PLC0415
        from wor_tui.vault import recovery_code  # noqa: PLC0415

        code = recovery_code.fresh()
        aside(options, _("Schrijf deze herstelcode op papier. Hij verschijnt maar één keer:"), "", code, "")
        if not copied(options, code):
            raise CommandError(
                _("De herstelcode is niet bevestigd. Er is niets veranderd: de oude geldt nog."), code="not_confirmed"
            )
        codes.take(workspace, code)
    if options.json:
        write_json({"changed": True})
    else:
        write_line(_("De nieuwe herstelcode geldt. De oude werkt niet meer: vernietig dat papier."))
    return Exit.DONE


def keyring(options: argparse.Namespace) -> int:
    """Let this computer's keyring open the vault, or no more."""
    on = options.turn == "on"
    with opened(options, without_contact=True) as workspace:
        from wor_tui.services import vault_keys  # noqa: PLC0415

        vault_keys.use_keyring(workspace, on=on)
    if options.json:
        write_json({"keyring": on})
    elif on:
        write_line(_("De sleutelhanger van deze computer opent deze kluis voortaan ook."))
    else:
        write_line(_("De sleutelhanger van deze computer opent deze kluis niet meer."))
    return Exit.DONE


def _unlocked(options: argparse.Namespace, home: Path) -> "UnlockedKey":
    """The key, by whichever secret was named."""
    from wor_tui.vault.errors import VaultMissing  # noqa: PLC0415
    from wor_tui.vault.vault import exists, unlock  # noqa: PLC0415

    if not exists(home):
        raise VaultMissing
    if options.organisation_key_file is not None:
        return unlock(home, organisation_key=organisation_key_in(options.organisation_key_file))
    if options.recovery_code:
        return unlock(home, recovery_code=asked(_("Herstelcode: ")))
    return unlock(home, passphrase=passphrase_of(options, home))


def organisation_key_in(path: Path) -> str:
    """The organisation's recovery key in a file: the line that isn't a remark; raises FileRefused."""
    refused = FileRefused(
        _("De herstelsleutel kon niet uit het bestand worden gelezen. Kijk of het bestaat en of u het mag lezen."),
        path,
        code="organisation_key_file",
    )
    try:
        content = start_of(paths.expanded(path), LONGEST_SECRET + 1)
        lines = [line for line in content.decode("utf-8-sig").splitlines() if line.strip() and line[0] != "#"]
    except (OSError, UnicodeDecodeError):
        raise refused from None
    if len(content) > LONGEST_SECRET or not lines:
        raise refused
    return " ".join(lines)


def _new_passphrase(options: argparse.Namespace) -> str:
    """The new passphrase, from a file or asked for twice; raises CommandError for a weak one, with the reason."""
    from wor_tui.vault.strength import Level, judged, offered  # noqa: PLC0415
    from wor_tui.wording.strength import strength_sentence  # noqa: PLC0415

    if options.new_passphrase_file is not None:
        new = passphrase_in(options.new_passphrase_file)
    else:
        aside(options, _("Vier willekeurige woorden, als voorbeeld: {words}").format(words=offered()))
        new = asked(_("Nieuwe wachtzin: "))
        if asked(_("Nog een keer: ")) != new:
            raise CommandError(
                _("De twee wachtzinnen zijn niet gelijk. Er is niets veranderd."), code="not_the_same", leave=Exit.USAGE
            )
    found = judged(new)
    if found.level is Level.WEAK:
        raise CommandError(strength_sentence(found), code="passphrase_weak")
    aside(options, strength_sentence(found))
    return new


def _note_strength(home: Path, key: "UnlockedKey", config: "Config", new: str) -> None:
    """Keep how strong it is inside the vault; a database that doesn't open now keeps nobody from a new passphrase."""
    from wor_tui.clock import SystemClock  # noqa: PLC0415
    from wor_tui.services import vault_keys  # noqa: PLC0415
    from wor_tui.services.workspace import open_workspace  # noqa: PLC0415
    from wor_tui.vault.errors import VaultError  # noqa: PLC0415
    from wor_tui.vault.strength import judged  # noqa: PLC0415
    from wor_tui.vault.vault import open_vault  # noqa: PLC0415

    with (
        suppress(VaultError),
        open_vault(home, key) as vault,
        open_workspace(vault, SystemClock(), config) as workspace,
    ):
        vault_keys.note_strength(workspace, judged(new))


def copied(options: argparse.Namespace, code: str) -> bool:
    """Whether two groups of the code were typed back, within some attempts each."""
    from wor_tui.wording.vault import ASKED_GROUPS, same_group  # noqa: PLC0415

    groups = code.split("-")
    for number in ASKED_GROUPS:
        for _attempt in range(ATTEMPTS):
            typed = asked(_("Typ groep {number} van {count} over: ").format(number=number, count=len(groups)))
            if same_group(typed, groups[number - 1]):
                break
            aside(options, _("Dit is niet gelijk aan de code. Kijk op uw papier."))
        else:
            return False
    return True


def aside(options: argparse.Namespace, *lines: str) -> None:
    """Say something beside the answer: with `--json` on stderr."""
    for line in lines:
        if options.json:
            sys.stderr.write(line + "\n")
        else:
            write_line(line)
    sys.stdout.flush()


def asked(question: str) -> str:
    """What somebody types without showing it, or the next line of the standard input."""
    if sys.stdin.isatty():
        try:
            return asked_hidden(question)
        except EOFError:
            raise KeyboardInterrupt from None
    line = sys.stdin.readline(LONGEST_SECRET)
    if not line:
        raise CommandError(
            _("Er kwam geen antwoord op de vraag. Er is niets veranderd."), code="no_answer", leave=Exit.USAGE
        )
    return line.rstrip("\r\n")
