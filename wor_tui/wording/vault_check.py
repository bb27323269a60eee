"""What was found in a vault, as a sentence that also says what to do."""

from collections.abc import Mapping
from datetime import datetime

from wor_tui.i18n import N_, _, ngettext

_RESTORE = N_("Zet een reservekopie terug met wor vault restore; wat al verstuurd was, komt daarna vanzelf terug.")

_FOUND = {
    ("key_file", "whole"): N_("Het sleutelbestand is heel."),
    ("key_file", "KeyfileMissing"): N_(
        "Het sleutelbestand (vault.key) is weg. Sluit het programma en zet een reservekopie terug met "
        "wor vault restore."
    ),
    ("key_file", ""): N_(
        "Het sleutelbestand (vault.key) is beschadigd. Sluit het programma en zet een reservekopie terug met "
        "wor vault restore."
    ),
    ("database", "whole"): N_("De database is heel: elke bladzijde is gelezen en klopt."),
    ("database", "references"): N_(
        "In de database verwijst iets naar wat er niet is. Er is niets kwijt. Meld dit bij uw coördinator."
    ),
    ("database", "structure"): N_("De indeling van de database klopt niet."),
    ("database", "pages"): N_("De database is beschadigd: er staat iets anders op de schijf dan geschreven is."),
    ("database", "VaultMismatch"): N_("De database hoort bij een ander sleutelbestand."),
    ("database", ""): N_("De database is beschadigd en gaat niet open."),
    ("backups", "none"): N_(
        "Er is nog geen reservekopie. Het programma maakt er elke dag een na het ontgrendelen; met wor vault backup nu."
    ),
    ("backups", "BackupFolderMissing"): N_(
        "De map voor reservekopieën is er niet. Sluit de schijf aan, of maak de map."
    ),
    ("backups", ""): N_("De map met reservekopieën is niet te lezen. Kijk of de schijf is aangesloten."),
}
_WORSE = {"structure", "pages", "VaultMismatch", ""}


def found_sentence(check: str, code: str, facts: Mapping[str, object]) -> str:
    """The sentence for one finding of `vault.checking`; a code without its own gets the check's general one."""
    taken = facts.get("taken")
    when = _day_and_time(taken) if isinstance(taken, datetime) else ""
    count = int(str(facts.get("count", 0)))
    if (check, code) == ("backups", "whole"):
        return ngettext(
            "Er is {count} reservekopie, van {when}.",
            "Er zijn {count} reservekopieën; de nieuwste is van {when}.",
            count,
        ).format(count=count, when=when)
    if (check, code) == ("backups", "old"):
        return _("De nieuwste reservekopie is van {when}. Maak een nieuwe met wor vault backup.").format(when=when)
    if (check, code) == ("backup", "damaged"):
        return _("De reservekopie {name} is beschadigd. Gebruik haar niet; u kunt haar map weggooien.").format(
            name=facts.get("name", "")
        )
    if (check, code) == ("backup", "other_key"):
        return ngettext(
            "{count} reservekopie is van voor de nieuwe sleutel: die opent met wat toen gold.",
            "{count} reservekopieën zijn van voor de nieuwe sleutel: die openen met wat toen gold.",
            count,
        ).format(count=count)
    if check == "set_aside":
        return _(
            "In {folder} staat wat bij het terugzetten opzij is gelegd. Werkt alles, dan kunt u die map weggooien."
        ).format(folder=facts.get("folder", ""))
    known = code if (check, code) in _FOUND else ""
    said = _(_FOUND[check, known])
    return f"{said} {_(_RESTORE)}" if check == "database" and known in _WORSE else said


def _day_and_time(moment: datetime) -> str:
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    return f"{moment.astimezone(ZoneInfo('Europe/Amsterdam')):%d-%m-%Y %H:%M}"
