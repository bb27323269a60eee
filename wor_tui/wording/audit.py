"""The log in words."""

from typing import TYPE_CHECKING

from wor_tui.i18n import N_, _

if TYPE_CHECKING:
    from sync.trail import Finding

_FAULTS = {
    "edited": N_("Regel {n} is veranderd nadat hij geschreven was."),
    "gap": N_("Vanaf regel {n} ontbreken er regels."),
    "out_of_order": N_("Regel {n} staat niet op zijn plaats."),
    "cut_off": N_("Vanaf regel {n} ontbreekt het einde."),
    "rewritten": N_("Bij regel {n} klopt het logboek niet met wat de centrale computer ervan heeft."),
}


def finding_sentence(finding: "Finding") -> str:
    """A fault in a trail, as a sentence."""
    return _(_FAULTS[finding.fault]).format(n=finding.n)
