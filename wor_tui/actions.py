"""The one registry of what a person can do: keys, footer, command palette, help and the keymap all come from it.

Every action has an id that never changes (a person's own keymap names it), a Dutch and an English name, and default
keys. The Textual action of `contact.add` is `contact_add`: the method `action_contact_add` of the screen or the app.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do: `keys` are Textual key names, the first is the one that is shown."""

    id: str
    nl: str
    en: str
    keys: tuple[str, ...]
    shown: bool = True
    priority: bool = False

    @property
    def method(self) -> str:
        """The Textual action's name."""
        return self.id.replace(".", "_").replace("-", "_")

    def name(self, language: str) -> str:
        """The name in `nl` or `en`; any other language reads the Dutch."""
        return self.en if language == "en" else self.nl


class UnknownAction(KeyError):
    """An id that the registry doesn't have."""


_ALL = (
    # Everywhere
    Action("help", "hulp", "help", ("f1",)),
    Action("palette", "alles", "everything", ("ctrl+p", "colon")),
    Action("back", "terug", "back", ("escape",)),
    Action("go.today", "vandaag", "today", ("f2",)),
    Action("go.caseload", "caseload", "caseload", ("f3",)),
    Action("go.agenda", "agenda", "agenda", ("f4",)),
    Action("go.sync", "verzenden en ontvangen", "sync", ("f8",), shown=False),
    Action("go.settings", "instellingen", "settings", ("f9",), shown=False),
    Action("sync.now", "nu verzenden en ontvangen", "send and receive now", ("ctrl+r",), shown=False),
    Action("theme.next", "ander kleurenthema", "another colour theme", ("f10",), shown=False),
    Action("lock.now", "vergrendelen", "lock", ("ctrl+l",), shown=False, priority=True),
    Action("resume", "verder waar u was", "go on where you were", ("ctrl+o",)),
    Action("quit", "stoppen", "quit", ("ctrl+q",), shown=False),
    # Unlock and first start
    Action("locked.again", "opnieuw proberen", "try again", ("f5",)),
    Action("locked.lose", "toch vergrendelen", "lock all the same", ("f6",)),
    Action("unlock.recovery", "herstelcode gebruiken", "use the recovery code", ("f5",)),
    Action("unlock.passphrase", "wachtzin gebruiken", "use the passphrase", ("f5",)),
    Action("unlock.keyring", "sleutelhanger van deze computer", "this computer's keyring", ("f6",)),
    Action("unlock.restore", "reservekopie terugzetten", "put a backup back", ("f7",)),
    Action("contact-first.try", "nu contact maken", "make contact now", ("enter",)),
    Action("start.go", "verder", "go on", ("ctrl+s",), priority=True),
    Action("recovery.show", "code nog eens zien", "see the code again", ("f5",)),
    Action("recovery.written", "ik heb hem opgeschreven", "I wrote it down", ("enter",)),
    # Vault
    Action("vault.open", "kluis", "vault", ("k",)),
    Action("vault.passphrase", "andere wachtzin", "another passphrase", ("w",)),
    Action("vault.recovery", "andere herstelcode", "another recovery code", ("h",)),
    Action("vault.keyring", "sleutelhanger aan of uit", "keyring on or off", ("s",)),
    Action("vault.backup", "reservekopie maken", "make a backup", ("b",)),
    Action("vault.restore", "reservekopie terugzetten", "put a backup back", ("t",)),
    Action("vault.clean-copies", "gewiste gegevens ook uit kopieën", "erased data from backups, too", ("g",)),
    Action("vault.check", "alles nakijken", "check everything", ("c",)),
    Action("vault.leave", "afmelden en leegmaken", "sign out and wipe", ("a",)),
    Action("leave.go", "dit apparaat afmelden en leegmaken", "sign this device out and wipe it", ("enter",)),
    Action("vault.rekey", "nieuwe sleutel", "new key", ("n",)),
    Action("backup.put-back", "terugzetten", "put back", ("enter",)),
    Action("backup.remove", "weggooien", "throw away", ("x",)),
    Action("work.stop", "stoppen", "stop", ("escape",)),
    Action("passphrase.words", "vier woorden", "four words", ("f6",)),
    Action("passphrase.save", "wijzigen", "change", ("ctrl+s",), priority=True),
    # Lists
    Action("list.down", "omlaag", "down", ("down", "j"), shown=False),
    Action("list.up", "omhoog", "up", ("up", "k"), shown=False),
    Action("list.page-down", "pagina omlaag", "page down", ("pagedown",), shown=False),
    Action("list.page-up", "pagina omhoog", "page up", ("pageup",), shown=False),
    Action("list.first", "naar het begin", "to the start", ("home", "g"), shown=False),
    Action("list.last", "naar het eind", "to the end", ("end", "G"), shown=False),
    Action("list.open", "openen", "open", ("enter",), shown=True),
    Action("list.search", "zoeken", "search", ("slash",)),
    Action("list.view", "andere weergave", "another view", ("v",)),
    Action("read.on", "verder lezen", "read on", ("space",)),
    # Case
    Action("case.open-new", "nieuw traject", "new case", ("a",)),
    Action("case.phones", "nummers", "numbers", ("f6",)),
    Action("case.edit", "gegevens", "details", ("e",)),
    Action("case.next-step", "volgende stap", "next step", ("s",)),
    Action("case.overview", "overzicht", "overview", ("o",), shown=False),
    Action("case.intake", "intake", "intake", ("i",), shown=False),
    Action("case.web", "web", "web", ("w",), shown=False),
    Action("case.timeline", "tijdlijn", "timeline", ("t",), shown=False),
    Action("tab.edit", "bewerken", "edit", ("enter",)),
    Action("case.extend", "reden om door te gaan", "reason to go on", ("r",)),
    Action("case.end", "traject afronden", "end the case", ("x",)),
    Action("client.erase", "deelnemer wissen", "erase this person", ("delete",), shown=False),
    Action("feedback.add", "terugkoppeling", "feedback", ("b",)),
    Action("contact.add", "contact", "contact", ("n",)),
    Action("contact.correct", "verbeteren", "correct", ("c",)),
    Action("contact.void", "laten vervallen", "take back", ("v",)),
    Action("timeline.filter", "filter", "filter", ("f",)),
    Action("referral.his", "in het HIS (Z68)", "in the record system (Z68)", ("z",)),
    Action("candidates.open", "kandidaten", "candidates", ("f3",)),
    Action("candidate.consent", "toestemming", "consent", ("t",)),
    Action("candidate.add", "nieuwe kandidaat", "new candidate", ("a",)),
    Action("candidate.refer", "verwijzen", "refer", ("v",)),
    Action("consent.add", "toestemming", "consent", ("g", "ctrl+g")),
    # History
    Action("history.open", "geschiedenis", "history", ("h",)),
    Action("history.kind", "waarover", "about what", ("f",)),
    # Agenda
    Action("appointment.add", "nieuwe afspraak", "new appointment", ("n",)),
    Action("appointment.edit", "verzetten", "move", ("e",)),
    Action("appointment.cancel", "afzeggen", "call off", ("x",)),
    Action("appointment.status", "hoe het ging", "how it went", ("u",)),
    # Sync
    Action("sync.here", "nu verzenden", "send now", ("r",)),
    Action("escrow.accept", "overnemen", "accept", ("o",)),
    Action("escrow.accept-all", "alles overnemen", "accept everything", ("a",)),
    Action("escrow.decline", "afwijzen", "decline", ("x",)),
    Action("held.resend", "opnieuw versturen", "send again", ("o",)),
    Action("held.drop", "loslaten", "let go", ("l",)),
    Action("conflict.decide", "kiezen", "decide", ("enter",)),
    # One person registered twice
    Action("merge.first", "eerste", "first", ("1", "left")),
    Action("merge.second", "tweede", "second", ("2", "right")),
    Action("merge.remains", "wissel", "swap", ("w",)),
    Action("merge.save", "samenvoegen", "merge", ("ctrl+s",), priority=True),
    Action("merge.apart", "2 mensen", "two people", ("t",)),
    Action("merge.undo", "samenvoegen ongedaan maken", "undo the merging", ("u",)),
    Action("alike.choose", "kiezen", "choose", ("enter",)),
    # Forms
    Action("form.save", "opslaan", "save", ("ctrl+s",), priority=True),
    Action("form.discard", "concept weggooien", "discard the draft", ("f5",)),
    Action("intake.step", "stap afvinken", "tick the step", ("ctrl+t",), priority=True),
    Action("web.new", "nieuwe meting", "new web", ("m",)),
    Action("web.quick", "korte meting", "quick web", ("k",)),
    Action("score.more", "half punt meer", "half a point more", ("right",), shown=False),
    Action("score.less", "half punt minder", "half a point less", ("left",), shown=False),
    Action("score.next", "volgende cijfer", "next score", ("down",), shown=False),
    Action("score.previous", "vorige cijfer", "previous score", ("up",), shown=False),
    Action("score.clear", "cijfer weg", "clear the score", ("delete",), shown=False),
    Action("web.talk", "bespreken", "talk about it", ("p",)),
    Action("web.aspects", "onderwerpen", "topics", ("enter", "plus")),
    Action("web.table", "tabel", "table", ("f7",)),
    Action("web.show", "web tonen", "show the web", ("f7",), priority=True),
)

ACTIONS: Mapping[str, Action] = MappingProxyType({action.id: action for action in _ALL})


def action(identifier: str) -> Action:
    """The action with this id; raises UnknownAction."""
    try:
        return ACTIONS[identifier]
    except KeyError:
        raise UnknownAction(identifier) from None
