"""What has to be done before a device can be signed out."""

from wor_tui.i18n import _, ngettext
from wor_tui.services.leaving import Obstacles


def obstacle_sentences(found: Obstacles) -> list[str]:
    """Each thing that would be lost, and how to go on."""
    said: list[str] = []
    if found.alone:
        said.append(
            _(
                "Deze kluis hoort bij geen organisatie: wat erin staat, is nergens anders. Ga eerst bij een "
                "organisatie horen."
            )
        )
    elif found.unsent:
        said.append(
            ngettext(
                "{n} wijziging is nog niet verstuurd. Ctrl+R verstuurt; F8 laat zien wat er wacht.",
                "{n} wijzigingen zijn nog niet verstuurd. Ctrl+R verstuurt; F8 laat zien wat er wacht.",
                found.unsent,
            ).format(n=found.unsent)
        )
    if found.held:
        said.append(
            ngettext(
                "{n} wijziging is tegengehouden. Stuur haar in F8 opnieuw, of laat haar los.",
                "{n} wijzigingen zijn tegengehouden. Stuur ze in F8 opnieuw, of laat ze los.",
                found.held,
            ).format(n=found.held)
        )
    if found.drafts:
        said.append(
            ngettext(
                "{n} formulier is nog niet opgeslagen. Open het en sla het op, of gooi het concept weg met F5.",
                "{n} formulieren zijn nog niet opgeslagen. Open ze en sla ze op, of gooi het concept weg met F5.",
                found.drafts,
            ).format(n=found.drafts)
        )
    return said
