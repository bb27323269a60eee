"""`wor`: opens the program, or does one thing and ends.

Only argparse is imported here: a command brings what it needs when it is chosen, so that the unlock screen paints
without waiting for what it doesn't use.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from wor_tui.i18n import _

PROGRAM = "wor"
KINDS_HELP = "phone, visit, office, walk, video, message, email, letter, case_meeting"


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in the form that was asked for, and leaves with 2."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Leave after --help, --version or a mistake; what was printed is written first."""
        if message:
            self._print_message(message, sys.stderr)
        if status == 0:
            sys.stdout.flush()
        _settle_output()
        sys.exit(status)

    def error(self, message: str) -> NoReturn:
        """Leave with 2; under `--json` with one JSON object on stderr."""
        from wor_tui.domain.text import harmless  # noqa: PLC0415

        message = harmless(message)
        if "--json" in sys.argv[1:]:
            found = {"error": "usage", "message": message, "exit": 2}
            self.exit(2, json.dumps(found, ensure_ascii=False) + "\n")
        super().error(message)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code (docs/cli.md); the process's own when `arguments` is None."""
    sys.excepthook = _last_words
    _open_closed_streams()
    if hasattr(sys.stdout, "reconfigure"):
        # A terminal that lacks a character gets its code: a list is never cut off by an accent.
        sys.stdout.reconfigure(errors="backslashreplace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    options = argparse.Namespace(json="--json" in sys.argv[1:])
    try:
        options = _understood(arguments)
        left = int(options.run(options))
        sys.stdout.flush()
        return left
    except SystemExit:
        # --help, --version or a mistake: nothing below is needed, and nothing heavy is imported to find that out.
        raise
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        left = 130
    except BrokenPipeError:
        # What read our output has seen enough.
        left = 0
    except _known_errors() as error:
        left = _told(error, as_json=options.json)
    _settle_output()
    return left


def _told(error: Exception, *, as_json: bool) -> int:
    from wor_tui.commands.exits import exit_of, report  # noqa: PLC0415

    try:
        return int(report(error, as_json=as_json))
    except BrokenPipeError:
        # Nobody reads what went wrong; the exit code still says it.
        return int(exit_of(error))


def _settle_output() -> None:
    """Write what still waits to be written, or drop it when it can't be: the interpreter's end would try again."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _open_closed_streams() -> None:
    """Give the null device for a standard stream that was closed (`>&-`): the next file that is opened, such as the
    database, would get its number, and what is printed would end up in it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 -- until the end


def _understood(arguments: Sequence[str] | None) -> argparse.Namespace:
    whole = parser()
    options = whole.parse_args(arguments)
    # A folder's name may be any bytes; what is looked for or stored is text.
    if any(isinstance(given, str) and not _is_text(given) for given in vars(options).values()):
        whole.error(_("de opdrachtregel bevat iets wat geen tekst in UTF-8 is"))
    return options


def _is_text(given: str) -> bool:
    """Whether every byte that was given stood for a character."""
    return not any("\ud800" <= each <= "\udfff" for each in given)


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    whole = Parser(
        prog=PROGRAM,
        allow_abbrev=False,
        # Its own common options: the defaults set below would reach those of the commands too.
        parents=[_common()],
        description=_("Het bureau van de welzijnscoach. Zonder opdracht opent het programma."),
        epilog=_("Alle opdrachten, uitkomsten en foutcodes staan in docs/cli.md."),
    )
    whole.set_defaults(run=_lazily("app", "open_app"), home=None, passphrase_file=None, json=False, plain=False)
    whole.add_argument(
        "--version", action=_Version, nargs=0, dest=argparse.SUPPRESS, help=_("het nummer van deze versie")
    )
    commands = whole.add_subparsers(title=_("opdrachten"), metavar=_("opdracht"), dest="command")
    adder = _Adder(commands, _common())
    _add_demo(adder)
    _add_reading(adder)
    _add_changing(adder)
    _add_organisation(adder)
    _add_devices(adder)
    _add_vault(adder)
    _add_audit(adder)
    return whole


class _Adder:
    """Adds commands that all know the common options."""

    def __init__(self, commands: Any, common: argparse.ArgumentParser) -> None:
        self.commands = commands
        self.common = common

    def add(self, name: str, help_text: str, module: str = "", function: str = "") -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = self.commands.add_parser(
            name, help=help_text, description=help_text, parents=[self.common], allow_abbrev=False
        )
        if module:
            command.set_defaults(run=_lazily(module, function))
        return command

    def under(self, command: argparse.ArgumentParser, *, required: bool) -> "_Adder":
        deeper: Any = command.add_subparsers(
            title=_("opdrachten"), metavar=_("opdracht"), required=required, dest="action"
        )
        return _Adder(deeper, self.common)


def _common() -> argparse.ArgumentParser:
    # SUPPRESS: an option that is left out after the command doesn't undo the one given before it.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = common.add_argument_group(_("overal"))
    group.add_argument("--home", type=Path, metavar="MAP", help=_("de map met de kluis"))
    group.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="BESTAND",
        help=_("leest de wachtzin uit een bestand (- is de invoer); anders wordt erom gevraagd"),
    )
    form = group.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=_("antwoord als JSON"))
    form.add_argument("--plain", action="store_true", help=_("antwoord als gewone regels tekst"))
    return common


def _add_demo(adder: _Adder) -> None:
    demo = adder.add("demo", _("een hele organisatie met verzonnen mensen"), "demo", "run")
    demo.add_argument("--folder", type=Path, metavar="MAP", help=_("de map van de demo"))
    demo.add_argument("--clients", type=_count, metavar="N", help=_("zoveel deelnemers (gewoonlijk 60)"))
    demo.add_argument(
        "--as",
        dest="who",
        choices=["coach", "colleague", "assistant"],
        default="coach",
        help=_("als wie de demo opent"),
    )
    demo.add_argument("--prepare", action="store_true", help=_("maakt alles klaar en schrijft als JSON op waar het is"))
    demo.add_argument("--reset", action="store_true", help=_("gooit de demo weg en begint opnieuw"))
    demo.add_argument(
        "--server", choices=["stop", "start"], help=_("zet de centrale computer van een open demo uit of weer aan")
    )


def _add_reading(adder: _Adder) -> None:
    adder.add("status", _("wat verstuurd is en wat nog niet"), "sync", "status")
    adder.add("sync", _("verstuurt en ontvangt tot er niets meer wacht"), "sync", "sync")
    adder.add("doctor", _("kijkt na of alles in orde is"), "doctor", "doctor")
    cases = adder.add("cases", _("de caseload"), "cases", "cases")
    cases.add_argument("--filter", metavar="TEKST", default="", help=_("naam, plaats, verwijzer of telefoon"))
    cases.add_argument(
        "--view",
        choices=["mine", "team", "due", "not_reached", "conflicts", "waiting_for_consent"],
        default="team",
        help=_("een deel van de caseload"),
    )
    case = adder.add("case", _("een dossier"), "cases", "case")
    case.add_argument("case", metavar="ID")
    web = adder.add("web", _("het spinnenweb van een dossier"), "cases", "web")
    web.add_argument("case", metavar="ID")


def _add_changing(adder: _Adder) -> None:
    contact = adder.under(adder.add("contact", _("contactmomenten")), required=True)
    added = contact.add("add", _("legt een contactmoment vast"), "changes", "contact_add")
    added.add_argument("case", metavar="ID")
    added.add_argument("--kind", required=True, metavar="SOORT", help=KINDS_HELP)
    added.add_argument("--note", default="", metavar="TEKST", help=_("wat er besproken is (- leest de invoer)"))
    added.add_argument("--minutes", type=_count, metavar="N")
    added.add_argument("--at", metavar="MOMENT", help=_("wanneer, zoals 2026-11-22T10:30 (gewoonlijk nu)"))
    added.add_argument("--not-reached", action="store_true", help=_("een poging: niemand gesproken"))

    void = contact.add("void", _("laat een contactmoment vervallen dat hier niet hoort"), "changes", "contact_void")
    void.add_argument("contact", metavar="ID")
    void.add_argument("--reason", required=True, metavar="TEKST", help=_("waarom"))

    client = adder.under(adder.add("client", _("deelnemers")), required=True)
    changed = client.add("set", _("verandert gegevens van een deelnemer"), "changes", "client_set")
    changed.add_argument("client", metavar="ID", help=_("van de deelnemer of van het dossier"))
    for field in CLIENT_FIELDS:
        changed.add_argument(f"--{field.replace('_', '-')}", dest=f"field_{field}", metavar="TEKST")

    conflicts = adder.add("conflicts", _("wat twee mensen verschillend veranderden"), "conflicts", "conflicts")
    resolve = adder.under(conflicts, required=False).add("resolve", _("kiest wat blijft staan"), "conflicts", "resolve")
    resolve.add_argument("conflict", metavar="VERSCHIL")
    resolve.add_argument("--take", type=_count, required=True, metavar="N", help=_("welke van de waarden, vanaf 1"))

    intake = adder.under(adder.add("intake", _("intakes")), required=True)
    imported = intake.add("import", _("leest intakes uit een JSON-bestand"), "intake", "import_file")
    imported.add_argument("file", type=Path, metavar="BESTAND")


def _add_organisation(adder: _Adder) -> None:
    organisation = adder.under(adder.add("organisation", _("de organisatie en haar mensen")), required=True)
    found = organisation.add(
        "found", _("richt een organisatie op bij een nieuwe centrale computer"), "organisation", "found"
    )
    found.add_argument("server", metavar="ADRES", help=_("zoals https://wor.example; de code wordt gevraagd"))
    recovery = found.add_mutually_exclusive_group()
    recovery.add_argument(
        "--recovery-key-file",
        type=Path,
        metavar="BESTAND",
        help=_("schrijft het herstelblad van de organisatie hierin, en als PDF ernaast; anders verschijnt de code"),
    )
    recovery.add_argument(
        "--no-recovery-key",
        action="store_true",
        help=_("geen herstelblad: dan kan alleen iemand zelf in zijn kluis"),
    )
    found.add_argument(
        "--lock-minutes", type=_minutes, metavar="N", help=_("elke kluis gaat op slot na hoogstens N minuten (1-60)")
    )
    found.add_argument(
        "--lease-days",
        type=_days,
        metavar="N",
        help=_("elke kluis blijft dicht na N dagen zonder contact (1-90, gewoonlijk 14)"),
    )
    recover = organisation.add(
        "recover", _("gaat verder met het herstelblad, als nieuwe coördinator"), "recovery", "recover"
    )
    recover.add_argument("server", metavar="ADRES", help=_("zoals het op het herstelblad staat"))
    recover.add_argument("--name", default="", metavar="NAAM", help=_("wie u bent, voor de collega's"))
    checked = organisation.add("check-sheet", _("kijkt of dit het goede herstelblad is"), "recovery", "check_sheet")
    for command in (recover, checked):
        command.add_argument(
            "--recovery-key-file",
            type=Path,
            metavar="BESTAND",
            help=_("leest de code van het herstelblad uit een bestand; anders wordt hij gevraagd"),
        )
    invite = organisation.add("invite", _("nodigt iemand uit, voor één apparaat"), "organisation", "invite")
    invite.add_argument("name", metavar="NAAM")
    invite.add_argument(
        "--lead", action="store_true", help=_("leidt het team: beslist over werk van een afgemeld apparaat")
    )
    invite.add_argument("--role", required=True, choices=ROLES, help=_("wat iemand doet en dus mag zien"))


def _add_devices(adder: _Adder) -> None:
    devices = adder.under(adder.add("devices", _("de mensen en hun apparaten")), required=True)
    devices.add("list", _("wie welke apparaten heeft"), "devices", "listed")
    devices.add("invite", _("nodigt een tweede apparaat van uzelf uit"), "devices", "invite")
    renamed = devices.add("rename", _("geeft een apparaat een andere naam"), "devices", "rename")
    renamed.add_argument("device", metavar="APPARAAT")
    renamed.add_argument("name", metavar="NAAM")
    revoked = devices.add("revoke", _("trekt apparaten in: ze krijgen niets meer"), "devices", "revoke")
    whom = revoked.add_mutually_exclusive_group(required=True)
    whom.add_argument("devices", nargs="*", default=[], metavar="APPARAAT")
    whom.add_argument("--person", default="", metavar="PERSOON", help=_("iemand met alle apparaten en rechten"))
    revoked.add_argument("--wipe", action="store_true", help=_("het apparaat moet ook alles wissen wat het heeft"))
    revoked.add_argument("--yes", action="store_true", help=_("zonder dit gebeurt er niets"))
    handed = devices.add("hand-over", _("draagt alle lopende trajecten van iemand over"), "devices", "hand_over")
    handed.add_argument("person", metavar="PERSOON")
    handed.add_argument("to", metavar="AAN")


def _add_vault(adder: _Adder) -> None:
    vault = adder.under(adder.add("vault", _("de kluis: sleutels en reservekopieën")), required=True)
    vault.add("status", _("wat deze kluis beschermt"), "vault_keys", "status")
    changed = vault.add("passphrase", _("kiest een andere wachtzin"), "vault_keys", "passphrase")
    changed.add_argument(
        "--new-passphrase-file",
        type=Path,
        metavar="BESTAND",
        help=_("leest de nieuwe wachtzin uit een bestand; anders wordt er twee keer om gevraagd"),
    )
    other = changed.add_mutually_exclusive_group()
    other.add_argument(
        "--recovery-code", action="store_true", help=_("vraagt de herstelcode in plaats van de oude wachtzin")
    )
    other.add_argument(
        "--organisation-key-file",
        type=Path,
        metavar="BESTAND",
        help=_("opent met de herstelsleutel van de organisatie in plaats van met de oude wachtzin"),
    )
    vault.add("recovery", _("maakt een andere herstelcode; de oude werkt dan niet meer"), "vault_keys", "recovery")
    keyring = vault.add(
        "keyring", _("laat de sleutelhanger van deze computer de kluis openen"), "vault_keys", "keyring"
    )
    keyring.add_argument("turn", choices=["on", "off"], help=_("aan of uit"))
    vault.add("backup", _("maakt een reservekopie en leest haar na"), "vault_copies", "backup")
    restore = vault.add(
        "restore", _("zet een reservekopie terug; wat er staat wordt bewaard"), "vault_copies", "restore"
    )
    restore.add_argument(
        "backup",
        nargs="?",
        type=Path,
        metavar="RESERVEKOPIE",
        help=_("haar naam of haar map; anders de nieuwste"),
    )
    restore.add_argument(
        "--recovery-code", action="store_true", help=_("vraagt de herstelcode in plaats van de wachtzin")
    )
    vault.add("check", _("leest de hele kluis en de reservekopieën na"), "vault_copies", "check")
    wiped = vault.add("wipe", _("meldt dit apparaat af en vernietigt de kluis"), "vault_wipe", "wipe")
    wiped.add_argument("--yes", action="store_true", help=_("zonder dit zegt het alleen wat er zou gebeuren"))
    wiped.add_argument("--backups-too", action="store_true", help=_("ook de reservekopieën buiten de map met de kluis"))
    rekey = vault.add("rekey", _("geeft de kluis een nieuwe sleutel en herstelcode"), "vault_copies", "rekey")
    rekey.add_argument(
        "--remove-old-backups",
        action="store_true",
        help=_("gooit de reservekopieën weg die met de oude sleutel opengaan"),
    )


def _add_audit(adder: _Adder) -> None:
    audit = adder.under(adder.add("audit", _("het logboek: wie zag of deed wat")), required=True)
    audit.add("verify", _("kijkt na of er in het logboek niets veranderd is of ontbreekt"), "audit", "verify")
    review = audit.add("review", _("wat een controleur het eerst bekijkt, van alle apparaten"), "audit", "review")
    review.add_argument("--all", action="store_true", help=_("alle regels, niet alleen die opvallen"))
    review.add_argument("--person", default="", metavar="ID", help=_("alleen wat deze medewerker deed"))
    review.add_argument("--client", default="", metavar="ID", help=_("alleen wat over deze deelnemer gaat"))
    review.add_argument("--since", type=_day, metavar="DAG", help=_("vanaf deze dag, zoals 2026-11-22"))
    review.add_argument("--until", type=_day, metavar="DAG", help=_("tot en met deze dag"))
    seen = audit.add("client", _("wie heeft mijn dossier gezien: een lijst voor de deelnemer"), "audit", "client")
    seen.add_argument("client", metavar="ID", help=_("van de deelnemer of van het dossier"))


ROLES = ("coach", "substitute", "assistant", "referrer", "coordinator", "auditor")
"""Who may be invited; the domain's roles, without importing the domain."""

CLIENT_FIELDS = (
    "given_name",
    "prefix",
    "family_name",
    "birth_date",
    "gender",
    "phone",
    "phone_alternative",
    "email",
    "street",
    "postcode",
    "place",
    "neighbourhood",
    "living_situation",
    "language",
    "remarks",
)
"""The fields of a client that `wor client set` changes, each by an option of its name."""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("geen dag zoals 2026-11-22")) from None


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


_count.__name__ = _("getal")


def _minutes(text: str) -> int:
    number = _count(text)
    if number > 60:
        raise ValueError(text)
    return number


_minutes.__name__ = _("aantal minuten")


def _days(text: str) -> int:
    number = _count(text)
    if number > 90:
        raise ValueError(text)
    return number


_days.__name__ = _("aantal dagen")


def _lazily(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(f"wor_tui.commands.{module}"), function)(options)

    return run


def _known_errors() -> tuple[type[Exception], ...]:
    from wor_tui.commands.exits import known_errors  # noqa: PLC0415

    return known_errors()


class _Version(argparse.Action):
    """Says which version this is; only then the installation is searched for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415

        sys.stdout.write(f"{PROGRAM} {version('wor-desk')}\n")
        parser.exit(0)


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody foresaw: a line in the log, a sentence for the person, no traceback across the screen."""
    import logging  # noqa: PLC0415

    # Without a log (no vault was opened yet) logging itself would write to the terminal.
    if logging.getLogger().hasHandlers():
        logging.getLogger(__name__).error("unexpected %s", error, exc_info=(kind, error, trace))
    said = _("Er ging iets mis wat niet was voorzien. Wat bewaard is, blijft bewaard. Probeer het opnieuw.")
    said = f"{said} ({kind.__name__})"
    if "--json" in sys.argv[1:]:
        sys.stderr.write(json.dumps({"error": "unforeseen", "message": said, "exit": 1}, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"{PROGRAM}: {said}\n")


if __name__ == "__main__":
    sys.exit(main())
