"""The log in words."""

from typing import TYPE_CHECKING

from wor_tui.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync.trail import Finding

_FAULTS = {
    "edited": N_("Regel {n} is veranderd nadat hij geschreven was."),
    "gap": N_("Vanaf regel {n} ontbreken er regels."),
    "out_of_order": N_("Regel {n} staat niet op zijn plaats."),
    "cut_off": N_("Vanaf regel {n} ontbreekt het einde."),
    "rewritten": N_("Bij regel {n} klopt het logboek niet met wat de centrale computer ervan heeft."),
}


_ACTIONS = {
    "C": N_("iets toegevoegd"),
    "R": N_("bekeken"),
    "U": N_("iets veranderd"),
    "D": N_("iets verwijderd"),
    "E": N_("iets uitgevoerd"),
}
_EVENTS = {
    "export": N_("buiten het programma gezet"),
    "search": N_("gezocht"),
    "list": N_("een lijst bekeken"),
    "history": N_("de geschiedenis bekeken"),
    "unlock": N_("de kluis geopend"),
    "client.erase": N_("het dossier gewist"),
    "client.merge": N_("twee registraties samengevoegd"),
    "client.unmerge": N_("samenvoegen ongedaan gemaakt"),
    "person.invite": N_("iemand uitgenodigd"),
    "vault.join": N_("een apparaat aangemeld"),
    "device.sign-out": N_("een apparaat afgemeld"),
    "open.log": N_("deze lijst bekeken"),
}
_RULES = {
    "own_name": N_("eigen achternaam"),
    "colleague": N_("naam van een collega"),
    "same_address": N_("zelfde nummer of e-mail"),
    "many": N_("veel dossiers in een uur"),
    "after_hours": N_("buiten werktijd"),
    "emergency": N_("noodtoegang"),
    "no_relation": N_("cliënt van een ander"),
    "refused": N_("mislukt of niet toegestaan"),
}


def done_words(event: str, action: str) -> str:
    """What somebody did, in words that a client understands."""
    return _(_EVENTS.get(event) or _ACTIONS.get(action, "") or "?")


def rule_words(rules: "Iterable[str]") -> str:
    """Why a line stands out."""
    return ", ".join(_(_RULES[rule]) for rule in rules)


def trail_words(findings: "Sequence[Finding]", forks: int) -> str:
    """Whether a device's lines are whole: yes, or the first thing that is wrong."""
    if findings:
        return _("nee: {why}").format(why=finding_sentence(findings[0]))
    if forks:
        return _("nee: er zijn ook andere regels gestuurd")
    return _("ja, heel")


def covers_sentence(*, own_only: bool) -> str:
    """What a client's list covers, and what not."""
    if own_only:
        return _(
            "Deze lijst laat zien wat er op dit apparaat is gedaan. Wat collega's op hun eigen apparaat deden, "
            "staat er niet in. De controleur van de organisatie heeft de hele lijst."
        )
    return _("Deze lijst laat zien wat er is gedaan op alle apparaten waarvan het logboek hier is.")


def finding_sentence(finding: "Finding") -> str:
    """A fault in a trail, as a sentence."""
    return _(_FAULTS[finding.fault]).format(n=finding.n)
