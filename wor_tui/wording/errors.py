"""The sentence for each class of error: what happened, that nothing is lost, what to do."""

from wor_tui.i18n import N_

VAULT = {
    "VaultError": N_("De kluis is nu niet te gebruiken. Wat bewaard is, blijft bewaard. Start het programma opnieuw."),
    "VaultExists": N_("In deze map staat al een kluis. Open die, of kies een andere map; er is niets veranderd."),
    "VaultMissing": N_("In deze map staat geen kluis. Kies de juiste map, of zet een reservekopie terug."),
    "KeyfileMissing": N_(
        "Het sleutelbestand (vault.key) ontbreekt. Uw gegevens staan er nog. Zet vault.key terug uit een reservekopie."
    ),
    "KeyfileDamaged": N_(
        "Het sleutelbestand (vault.key) is beschadigd. Uw gegevens zijn niet aangeraakt. "
        "Zet vault.key terug uit een reservekopie."
    ),
    "KeyfileTooNew": N_(
        "Deze kluis is gemaakt met een nieuwere versie van dit programma. Er is niets veranderd. "
        "Werk het programma bij en probeer het opnieuw."
    ),
    "KeyfileTampered": N_(
        "Het sleutelbestand (vault.key) is van buitenaf veranderd. Ga niet verder: meld dit bij uw coördinator en zet "
        "vault.key terug uit een reservekopie."
    ),
    "WrongSecret": N_(
        "De wachtzin of herstelcode klopt niet, of het sleutelbestand is beschadigd. Probeer het opnieuw: hoofdletters "
        "en spaties tellen mee."
    ),
    "RecoveryCodeMistyped": N_(
        "In de herstelcode zit een typefout. Vergelijk hem groep voor groep met uw papier en probeer het opnieuw."
    ),
    "OrganisationKeyMistyped": N_(
        "In de herstelsleutel van de organisatie zit een typefout. Vergelijk hem groep voor groep met het papier en "
        "probeer het opnieuw."
    ),
    "OrganisationKeyUnusable": N_(
        "De herstelsleutel van de organisatie is beschadigd. Er is niets veranderd. Vraag het uw coördinator."
    ),
    "OrganisationKeyChanged": N_(
        "De herstelsleutel van de organisatie is een andere dan deze kluis kent. Er is niets veranderd. Ga niet verder "
        "en vraag het uw coördinator, in persoon of aan de telefoon."
    ),
    "EscrowMissing": N_(
        "Deze kluis gaat niet open met een herstelsleutel van een organisatie. Er is niets veranderd. Gebruik de "
        "wachtzin of de herstelcode."
    ),
    "KeyringUnused": N_(
        "Deze kluis gaat niet open met de sleutelhanger van deze computer. Er is niets veranderd. Typ uw wachtzin."
    ),
    "KeyringUnavailable": N_(
        "De sleutelhanger van deze computer antwoordt niet, of bewaart niet veilig genoeg. Er is niets veranderd. Typ "
        "uw wachtzin."
    ),
    "KeyringEmptied": N_(
        "De sleutelhanger van deze computer heeft de sleutel van deze kluis niet meer. Er is niets kwijt. Typ uw "
        "wachtzin en zet de sleutelhanger daarna opnieuw aan."
    ),
    "PassphraseEmpty": N_("De wachtzin is leeg. Kies een wachtzin die u kunt onthouden en een ander niet kan raden."),
    "VaultMismatch": N_(
        "Dit sleutelbestand hoort bij een andere kluis. Er is niets veranderd. Zet vault.key en vault.db van dezelfde "
        "reservekopie bij elkaar."
    ),
    "VaultDamaged": N_(
        "Het gegevensbestand (vault.db) is beschadigd. Zet een reservekopie terug; wat al verstuurd was, komt daarna "
        "vanzelf terug."
    ),
    "VaultNewer": N_(
        "Deze kluis is gebruikt met een nieuwere versie van dit programma. Er is niets veranderd. Werk het programma "
        "bij en probeer het opnieuw."
    ),
    "VaultBusy": N_(
        "Een ander programma houdt het gegevensbestand bezet. Er is niets kwijt. Sluit dat programma (bijvoorbeeld een "
        "back-up) en probeer het opnieuw."
    ),
    "VaultClosed": N_("De kluis is op slot. Wat bewaard was, blijft bewaard. Ontgrendel de kluis en ga verder."),
    "Unreadable": N_(
        "De bestanden van de kluis mogen niet worden gelezen. Er is niets veranderd. Kijk of de map van u is en of u "
        "erin mag lezen."
    ),
    "DiskFull": N_(
        "De schijf is vol: dit is nog niet bewaard. Wat al bewaard was, is er nog. Maak ruimte en probeer het opnieuw."
    ),
    "ReadOnly": N_(
        "In de map van de kluis kan niet worden geschreven: dit is nog niet bewaard. Maak de map beschrijfbaar, of zet "
        "de kluis in een andere map."
    ),
    "AlreadyRunning": N_(
        "Deze kluis is al open in een ander venster. Er is niets veranderd. Ga naar dat venster, of sluit het eerst."
    ),
    "DiskFault": N_(
        "De schijf of de map doet het niet goed: dit is nog niet bewaard. Kijk of de schijf er nog is en start het "
        "programma opnieuw; wat al bewaard was, staat er nog."
    ),
    "UnsafeBuild": N_(
        "De versleuteling van dit programma ontbreekt of is te oud. Er is niets veranderd. Installeer het programma "
        "opnieuw."
    ),
    "BrokenOff": N_("Dit is gestopt. Er is niets veranderd; u kunt het later opnieuw beginnen."),
    "CopyFailed": N_(
        "De kopie klopte niet en is weggegooid. Uw kluis is niet aangeraakt. Laat de schijf nakijken en probeer het "
        "opnieuw."
    ),
    "BackupMissing": N_(
        "Die reservekopie is er niet. Er is niets veranderd. Met wor vault check ziet u welke er zijn."
    ),
    "BackupFolderMissing": N_(
        "De map voor reservekopieën is er niet. Uw kluis is heel. Sluit de schijf aan of maak de map, en probeer het "
        "opnieuw."
    ),
    "BackupDamaged": N_("Deze reservekopie is beschadigd. Uw kluis is niet aangeraakt. Kies een andere reservekopie."),
}

SYNC = {
    "SyncError": N_(
        "Het uitwisselen lukte niet. Uw wijzigingen staan op dit apparaat. Het programma probeert het later opnieuw."
    ),
    "Refused": N_("Dit kan niet worden bewaard. Er is niets veranderd. Sluit het formulier en open het opnieuw."),
    "UnknownKind": N_("Dit programma kent dit soort gegeven niet. Er is niets veranderd. Werk het programma bij."),
    "UnknownField": N_("Dit programma kent dit veld niet. Er is niets veranderd. Werk het programma bij."),
    "AppendOnly": N_(
        "Dit staat vast en wordt niet meer veranderd. Er is niets kwijt. Leg een correctie vast: die komt ernaast."
    ),
    "WrongScope": N_(
        "U mag niet (meer) bij de plek waar dit hoort. Er is niets veranderd. Vraag uw coördinator om toegang."
    ),
    "NotAllSent": N_("Er is nog iets niet verstuurd. Er is niets veranderd. Verzend eerst en probeer het dan opnieuw."),
    "Leaving": N_(
        "Dit apparaat wordt afgemeld; er wordt niets meer bewaard. Maak het afmelden af in Instellingen › Kluis, of "
        "verzend eerst."
    ),
    "BeingErased": N_("Voor dit gegeven is om wissen gevraagd. Het kan niet meer veranderen."),
    "ErasedRecord": N_("Dit gegeven is op verzoek gewist en komt niet terug. Er is niets bewaard."),
    "BaseAhead": N_("Dit formulier past niet bij wat er nu staat. Er is niets veranderd. Open het opnieuw."),
    "NoSuchConflict": N_(
        "Dit verschil is al opgelost of inmiddels veranderd. Er is niets kwijt. Kijk opnieuw naar de lijst."
    ),
    "NotHeld": N_("Deze wijziging wordt niet meer tegengehouden. Er is niets kwijt. Kijk opnieuw naar de lijst."),
    "InvalidRecord": N_("Een van de gegevens klopt niet. Er is niets veranderd. Pas het aan en bewaar opnieuw."),
    "NotJoined": N_(
        "Deze kluis hoort nog bij geen organisatie. Alles blijft op dit apparaat bewaard. Vraag uw coördinator om een "
        "uitnodiging."
    ),
    "CopiedDatabase": N_(
        "Van deze kluis is een kopie gebruikt, of er is een reservekopie teruggezet. Er is niets kwijt, maar er wordt "
        "niets verstuurd tot dit apparaat opnieuw is aangemeld. Bel uw coördinator."
    ),
    "RestoredServer": N_(
        "De centrale computer is teruggezet uit een reservekopie. Er is niets kwijt: dit apparaat vult aan wat daar "
        "ontbreekt. Probeer het straks opnieuw."
    ),
    "ServerTooNew": N_(
        "De centrale computer vraagt een nieuwere versie van dit programma. Uw wijzigingen blijven hier bewaard. Werk "
        "het programma bij."
    ),
    "Unanswered": N_(
        "Er kwam geen bruikbaar antwoord. Uw wijzigingen staan op dit apparaat. Het programma probeert het vanzelf "
        "opnieuw."
    ),
    "Unreachable": N_(
        "Geen verbinding. U kunt gewoon doorwerken: alles wordt op dit apparaat bewaard en later vanzelf verstuurd."
    ),
    "Slow": N_(
        "De centrale computer antwoordt niet op tijd. Alles is op dit apparaat bewaard. Het programma probeert het "
        "vanzelf opnieuw."
    ),
    "TooLarge": N_("Er ging te veel in één keer. Er is niets kwijt: het programma verstuurt het in kleinere stukken."),
    "NotTheServer": N_(
        "Er antwoordt iets anders dan de centrale computer, vaak de inlogpagina van een gastnetwerk. Alles is hier "
        "bewaard. Meld u aan bij dat netwerk, of neem een ander."
    ),
    "BrokenAnswer": N_(
        "Het antwoord kwam niet heel aan. Er is niets kwijt. Het programma probeert het vanzelf opnieuw."
    ),
    "Busy": N_(
        "De centrale computer heeft het druk. Alles is op dit apparaat bewaard. Het programma probeert het vanzelf "
        "opnieuw."
    ),
    "TooFast": N_(
        "Dit apparaat vroeg te veel in korte tijd. Alles is hier bewaard. Het programma wacht even en gaat vanzelf "
        "verder."
    ),
    "CantBeOpened": N_(
        "Dit werk kan hier niet worden geopend: de sleutel ontbreekt. Het staat nog in bewaring. Vraag een collega die "
        "langer bij het team is, of uw coördinator."
    ),
    "NotAdmitted": N_(
        "De centrale computer laat dit apparaat niet toe. Alles is hier bewaard. Vraag uw coördinator of het apparaat "
        "nog is aangemeld."
    ),
    "ClockWrong": N_(
        "De klok van dit apparaat loopt niet gelijk. Alles is hier bewaard. Zet datum en tijd goed; daarna wordt er "
        "weer verstuurd."
    ),
    "AlreadyJoined": N_(
        "Deze kluis hoort al bij een organisatie. Er is niets veranderd. "
        "Neem voor een andere organisatie een andere map."
    ),
    "NotAnInvitation": N_(
        "Dit is een andere soort code. Er is niets veranderd. "
        "Vraag uw coördinator om een uitnodiging voor dit apparaat."
    ),
    "Declined": N_(
        "De centrale computer nam dit niet aan. Alles is op dit apparaat bewaard. Probeer het straks opnieuw; blijft "
        "het zo, bel dan uw coördinator."
    ),
    "Cancelled": N_("Gestopt. Wat al verstuurd is, is verstuurd; de rest staat op dit apparaat."),
}

CORE = {
    "SchemaError": N_("Dit programma is niet goed geïnstalleerd. Er is niets veranderd. Installeer het opnieuw."),
    "CodeError": N_("Deze code is niet te gebruiken. Er is niets veranderd. Vraag een nieuwe uitnodiging."),
    "MistypedCode": N_("In de code zit een typefout. Vergelijk hem groep voor groep en probeer het opnieuw."),
    "BadInvitation": N_(
        "Dit is geen hele uitnodiging. Er is niets veranderd. Plak de hele regel, van https:// tot en met de code."
    ),
    "WireError": N_("Een bericht is niet te lezen. Er is niets kwijt. Probeer het opnieuw."),
    "Malformed": N_("Een bericht is niet te lezen. Er is niets kwijt. Probeer het opnieuw."),
    "TooLarge": N_("Een bericht is te groot. Er is niets kwijt. Probeer het opnieuw."),
    "UnsupportedEncoding": N_("Een bericht is niet te lezen. Er is niets kwijt. Probeer het opnieuw."),
    "SealError": N_("Een bericht kon niet worden geopend. Er is niets kwijt. Het staat apart bij Synchronisatie."),
    "Unopenable": N_(
        "Een bericht kon niet worden geopend: het is beschadigd of voor een ander. Er is niets kwijt. Het staat apart "
        "bij Synchronisatie."
    ),
    "TooMuch": N_("Een bericht is te groot om te openen. Er is niets kwijt. Het staat apart bij Synchronisatie."),
    "SignatureError": N_("Een handtekening klopt niet. Er is niets veranderd. Probeer het opnieuw."),
    "Unsigned": N_("Een handtekening ontbreekt. Er is niets veranderd. Probeer het opnieuw."),
    "WrongDigest": N_("Een bericht is onderweg veranderd. Er is niets overgenomen. Probeer het opnieuw."),
    "WrongSignature": N_("Een handtekening klopt niet. Er is niets overgenomen. Probeer het opnieuw."),
    "WrongClock": N_("De klok van dit apparaat loopt niet gelijk. Er is niets kwijt. Zet datum en tijd goed."),
}

SERVICES = {
    "ServiceError": N_("Dit lukte niet. Er is niets veranderd. Probeer het opnieuw."),
    "NotFound": N_("Dit is er niet (meer). Er is niets veranderd. Ga terug en kijk opnieuw."),
    "NotAllowed": N_("Dit mag u niet doen met uw rol. Er is niets veranderd. Vraag het uw coördinator."),
    "ImportFileError": N_("Dit bestand kan niet worden ingelezen. Er is niets veranderd. Controleer het bestand."),
    "FileUnreadable": N_(
        "Dit bestand is er niet of mag niet worden gelezen. Er is niets veranderd. Controleer de naam en de map."
    ),
    "FileTooLarge": N_(
        "Dit bestand is te groot om in één keer in te lezen. Er is niets veranderd. "
        "Verdeel het over kleinere bestanden."
    ),
    "NotIntakes": N_(
        "Dit bestand is geen lijst met intakes in JSON. Er is niets veranderd. "
        "Vergelijk het met docs/intake.schema.json."
    ),
    "PassphraseWeak": N_(
        "Deze wachtzin is te makkelijk te raden. Er is niets veranderd. Neem er losse woorden bij: vier is genoeg."
    ),
    "NotYet": N_("Afmelden kan nog niet: er staat hier nog iets wat nergens anders is. Er is niets veranderd."),
    "NotTheName": N_("Dat is niet de naam. Er is niets gewist. Typ de naam zoals hij boven het veld staat."),
    "Ordered": N_(
        "Uw organisatie heeft dit apparaat afgemeld. De kluis toont niets meer. Wat u nog niet had verstuurd, gaat "
        "naar uw teamleider zodra er verbinding is. Geef daarvoor: wor sync"
    ),
    "LeaseOver": N_(
        "Dit apparaat had te lang geen contact met de centrale computer, of zijn klok loopt achter. De kluis blijft "
        "dicht tot er contact is. Er is niets kwijt. Maak contact met: wor sync"
    ),
    "NothingToChange": N_("Er is niets veranderd, dus er is niets te bewaren."),
}

CONFIG = {
    "ConfigError": N_("Er klopt iets niet in {file}. Uw gegevens zijn niet aangeraakt."),
    "ConfigUnreadable": N_(
        "{file} kan niet worden gelezen. Uw gegevens zijn niet aangeraakt. Kijk of het een gewoon tekstbestand is "
        "dat u mag lezen, of haal het weg."
    ),
    "ConfigMalformed": N_(
        "{file}, regel {line}: dit is niet goed geschreven. Uw gegevens zijn niet aangeraakt. Vergelijk de regel met "
        "config.example.toml."
    ),
    "UnknownKey": N_(
        "{file}, regel {line}: de instelling “{key}” bestaat niet. Uw gegevens zijn niet aangeraakt. Verbeter de naam "
        "of haal de regel weg."
    ),
    "UnknownKey.near": N_(
        "{file}, regel {line}: de instelling “{key}” bestaat niet. Bedoelt u “{near}”? "
        "Uw gegevens zijn niet aangeraakt."
    ),
    "BadValue": N_("{file}, regel {line}: “{key}” {expected}. Uw gegevens zijn niet aangeraakt."),
}

ACTS = {
    "case_files": N_(
        "De dossiers zijn er alleen voor de welzijnscoaches van het team. Er is niets veranderd. Vraag uw coördinator "
        "om toegang als u die nodig hebt."
    ),
    "desks": N_(
        "De balie is er alleen voor wie er werkt. Er is niets veranderd. Vraag uw coördinator om toegang als u die "
        "nodig hebt."
    ),
    "directory": N_(
        "De kaarten van anderen beheert u niet met uw rol. Er is niets veranderd. Vraag het uw coördinator."
    ),
    "cover_ended": N_(
        "Uw waarneming is voorbij. Wat u hebt opgeslagen, is bewaard. Vraag uw coördinator als u langer waarneemt."
    ),
    "not_handed_over": N_(
        "Dit dossier is niet aan u overgedragen. Er is niets veranderd. Vraag het de coach of uw coördinator."
    ),
    "practices": N_(
        "De kandidaten zijn er alleen voor de eigen praktijk. Er is niets veranderd. Vraag uw coördinator om toegang "
        "als u die nodig hebt."
    ),
    "share_without_consent": N_(
        "Er is nog geen toestemming om de contactgegevens te delen. Er is niets gedeeld. Vraag de patiënt eerst om "
        "toestemming en leg die vast."
    ),
    "feedback_without_consent": N_(
        "Er is geen toestemming om aan de verwijzer terug te koppelen. Er is niets vastgelegd. Vraag de deelnemer "
        "eerst om toestemming."
    ),
    "erase": N_("Alleen een coach kan een deelnemer laten wissen. Er is niets veranderd."),
    "invite": N_("Alleen de coördinator nodigt iemand uit. Er is niets veranderd. Vraag het uw coördinator."),
}
"""What a person may not do, by the code of the act."""

PROBLEMS = {
    "unknown-code": N_("Deze code is niet bekend. Er is niets veranderd. Vraag uw coördinator om een nieuwe."),
    "used-code": N_("Deze code is al gebruikt. Er is niets veranderd. Vraag uw coördinator om een nieuwe."),
    "expired-code": N_("Deze code is verlopen. Er is niets veranderd. Vraag uw coördinator om een nieuwe."),
    "blocked-code": N_(
        "Deze code is te vaak verkeerd gebruikt en werkt niet meer. Er is niets veranderd. Vraag uw coördinator om een "
        "nieuwe."
    ),
    "wrong-proof": N_("Deze code klopt niet. Er is niets veranderd. Vraag uw coördinator om een nieuwe."),
    "forbidden": N_("Dit mag u niet doen met uw rol. Er is niets veranderd. Vraag het uw coördinator."),
    "unknown-device": N_(
        "De centrale computer kent dit apparaat niet. Alles is hier bewaard. Vraag uw coördinator om een uitnodiging."
    ),
    "revoked": N_(
        "Dit apparaat is afgemeld. Alles is hier nog bewaard, maar er wordt niets meer verstuurd. Bel uw coördinator."
    ),
    "taken": N_("Dit is al in gebruik bij de centrale computer. Er is niets veranderd. Bel uw coördinator."),
}
"""What the central API turned down, where there is more to say than that it did."""

EXPECTED = {
    "whole_number": N_("moet een heel getal zijn van {0} tot en met {1}"),
    "yes_or_no": N_("moet true (ja) of false (nee) zijn"),
    "text": N_("moet een tekst zijn, tussen aanhalingstekens"),
    "one_of": N_("moet een van deze zijn: {all}"),
    "section": N_("is een kopje: schrijf de instellingen eronder"),
    "key_name": N_('moet een toets zijn, zoals "ctrl+r" of "f5,ctrl+r"'),
}

OTHER = {
    "wor_tui.i18n.UnknownLanguage": N_("Deze taal is er niet. Kies Nederlands (nl) of Engels (en)."),
    "wor_tui.domain.instruments.BrokenInstrument": N_(
        "De vragen van het spinnenweb zijn niet te lezen. Uw gegevens zijn er nog. Installeer het programma opnieuw."
    ),
    "wor_tui.domain.instruments.UnknownInstrument": N_(
        "Deze vorm van het spinnenweb kent dit programma niet. Er is niets kwijt. Werk het programma bij."
    ),
    "wor_tui.domain.errors.Invalid": N_("Een van de gegevens klopt niet. Er is niets veranderd."),
}

BY_MODULE = {
    "wor_tui.vault": VAULT,
    "sync.client": SYNC,
    "sync": CORE,
    "wor_tui.services": SERVICES,
    "wor_tui.config": CONFIG,
}
"""The table for each package; the longest name that fits counts."""

UNKNOWN = N_(
    "Er ging iets mis dat niet was voorzien. Wat u bewaard had, is er nog. Start het programma opnieuw; gebeurt het "
    "weer, meld het dan."
)
