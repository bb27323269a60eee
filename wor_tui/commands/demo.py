"""`wor demo`: prepares, opens, resets, or runs the whole demo as text."""

import argparse
import sys
from typing import TYPE_CHECKING

from wor_tui.commands.exits import CommandError, Exit
from wor_tui.commands.output import write_json, write_line
from wor_tui.commands.terminal import is_terminal
from wor_tui.demo.folder import DemoError, DemoFolder, default_root
from wor_tui.i18n import N_, _
from wor_tui.paths import expanded

if TYPE_CHECKING:
    from wor_tui.demo.central import Prepared
    from wor_tui.demo.plain import Shown

SENTENCES = {
    "not_a_demo": N_("In deze map staat iets anders dan een demo: {said}. Er is niets veranderd. Kies een andere map."),
    "is_open": N_("De demo is nog open in een ander venster. Sluit die eerst; er is niets veranderd."),
    "other_size": N_("De demo is gemaakt met {said} dossiers. Met --reset erbij wordt hij opnieuw gemaakt."),
    "port_taken": N_("Een ander programma gebruikt poort {said}. Sluit dat programma, of begin opnieuw met --reset."),
    "server_failed": N_("De centrale computer van de demo start niet. Kijk in {said} wat er mis is."),
    "not_running": N_("De centrale computer van de demo draait niet."),
    "not_open": N_("Er is geen demo open. Start er eerst een met wor demo."),
    "not_arrived": N_("Het contactmoment van de een kwam niet aan bij de ander."),
}


def run(options: argparse.Namespace) -> int:
    """Do what `wor demo` was asked."""
    folder = DemoFolder(expanded(options.folder or default_root()).absolute())
    try:
        return _run(options, folder)
    except DemoError as error:
        sentence = _(SENTENCES[error.code]).format(said=error.said)
        raise CommandError(sentence, code=f"demo_{error.code}") from None


def _run(options: argparse.Namespace, folder: DemoFolder) -> int:
    if options.server:
        return _switch(folder, options.server)
    from wor_tui import relaunch  # noqa: PLC0415
    from wor_tui.demo import central  # noqa: PLC0415

    say = _say if not options.json else _silent
    # Once: after a lock the same command line starts the program again.
    reset = options.reset and not relaunch.is_again()
    ready = None if reset else central.standing(folder, options.clients)
    if ready is None:
        from wor_tui.demo import prepare  # noqa: PLC0415

        if reset:
            prepare.reset(folder)
        ready = prepare.prepare(folder, say, options.clients)
    if options.prepare:
        write_json(ready.as_json())
        return Exit.DONE
    if is_terminal() and not (options.json or options.plain):
        if relaunch.is_to_be_kept():
            return relaunch.keep()
        from wor_tui.demo.run import on_screen  # noqa: PLC0415

        return relaunch.leave(on_screen(ready, options.who))
    from wor_tui.demo.plain import plainly  # noqa: PLC0415

    shown = plainly(ready, say)
    if options.json:
        write_json({**ready.as_json(), "cases": shown.total, "contact": shown.contact, "seconds": shown.seconds})
    else:
        _write(ready, shown)
    return Exit.DONE


def _switch(folder: DemoFolder, wanted: str) -> int:
    """Stop or start the central API of a demo that is open in another terminal."""
    from wor_tui.demo import central  # noqa: PLC0415
    from wor_tui.demo.guard import open_sessions  # noqa: PLC0415

    if not folder.is_prepared() or not open_sessions(folder):
        raise DemoError("not_open")
    if wanted == "start":
        central.start(folder, folder.facts()["port"])
        write_line(_("De centrale computer van de demo draait."))
    elif central.stop(folder):
        write_line(_("De centrale computer van de demo is gestopt. Met --server start komt hij terug."))
    else:
        raise DemoError("not_running")
    return Exit.DONE


def _write(ready: "Prepared", shown: "Shown") -> None:
    """The demo as text: the exchange, a caseload, a web, a timeline and the status."""
    from wor_tui.commands.cases import write_caseload, write_timeline, write_webs  # noqa: PLC0415
    from wor_tui.commands.sync import write_status  # noqa: PLC0415

    name = shown.case.client.name
    write_line(_("DEMO: verzonnen mensen, in {folder}").format(folder=ready.folder.root))
    write_line()
    write_line(
        _("Een contactmoment bij {name}, vastgelegd door de coach, staat na {seconds} s bij de collega.").format(
            name=name, seconds=f"{shown.seconds:.2f}".replace(".", ",")
        )
    )
    _heading(_("Caseload: {n} van {total}").format(n=len(shown.rows), total=shown.total))
    write_caseload(shown.rows)
    _heading(_("Spinnenweb van {name}, om over te praten").format(name=name))
    write_webs(shown.case.webs)
    _heading(_("Tijdlijn van {name}, zoals de collega die ziet").format(name=name))
    write_timeline(shown.case.timeline)
    _heading(_("Synchronisatie van de coach"))
    write_status(shown.coach, as_json=False)
    _heading(_("Synchronisatie van de collega"))
    write_status(shown.colleague, as_json=False)


def _heading(text: str) -> None:
    write_line()
    write_line(text)
    write_line()


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _silent(text: str) -> None:
    del text
