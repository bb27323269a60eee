"""Why no backup was made, as a sentence: which disk it is about, and what is still there."""

from wor_tui.i18n import N_, _

_NONE_MADE = {
    "BackupFolderMissing": N_(
        "De map voor reservekopieën is er nu niet. Er is geen kopie gemaakt, ook niet ergens anders. Uw kluis is heel. "
        "Sluit de schijf aan."
    ),
    "DiskFull": N_(
        "De schijf voor reservekopieën is vol: er is geen nieuwe kopie gemaakt. Uw kluis is heel en de oudere kopieën "
        "zijn er nog. Maak ruimte op die schijf."
    ),
    "ReadOnly": N_(
        "In de map voor reservekopieën kan niet worden geschreven: er is geen nieuwe kopie gemaakt. Uw kluis is heel "
        "en de oudere kopieën zijn er nog. Kijk of u in die map mag schrijven."
    ),
    "": N_(
        "De map voor reservekopieën doet het nu niet: er is geen nieuwe kopie gemaakt. Uw kluis is heel. Kijk of de "
        "schijf is aangesloten."
    ),
}
_OF_THE_FOLDER = {*_NONE_MADE, "Unreadable", "DiskFault"} - {""}


def folder_words(failure: Exception) -> str:
    """How the folder for backups is, in a few words, when its backups can't be seen."""
    if type(failure).__name__ == "BackupFolderMissing":
        return _("is er nu niet: sluit de schijf aan")
    return _("doet het nu niet: kijk of de schijf is aangesloten")


def none_made(error: Exception) -> str:
    """Why no backup was made; of what isn't about the folder the error's own sentence."""
    from wor_tui.wording import sentence  # noqa: PLC0415

    name = type(error).__name__
    if name not in _OF_THE_FOLDER:
        return sentence(error)
    return _(_NONE_MADE.get(name, _NONE_MADE[""]))
