"""Ten thousand Dutch contacts of about a kilobyte, the same on every run: what synchronisation is measured with."""

import json
import random
from collections.abc import Iterator

TEXT = (
    "gesprek welzijn coach huisarts afspraak wandelgroep eenzaam mantelzorg doel vervolg buurthuis vrijwilliger "
    "bewegen slaap geld netwerk dochter zoon praktijk telefonisch huisbezoek toestemming terugkoppeling plan "
    "koffie activiteit zin energie verdriet rouw werk dag taal hulp en de het een met naar voor niet wel graag meer "
    "samen week maand volgende besproken afgesproken ervaart geeft aan"
)
WORDS = tuple(TEXT.split(" "))


def contacts(count: int = 10_000) -> Iterator[dict[str, object]]:
    """Yield `count` contacts as plain JSON objects of about 920 bytes, each with an `_id`."""
    chance = random.Random(42)

    def words(number: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(number))

    for _ in range(count):
        yield {
            "_id": f"contact:{chance.getrandbits(128):032x}",
            "kind": "contact",
            "organisation": f"org-{chance.randrange(4):02d}",
            "client": f"{chance.getrandbits(128):032x}",
            "author": f"coach-{chance.randrange(40):03d}",
            "at": f"2026-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}T{chance.randrange(8, 18):02d}:00Z",
            "mode": chance.choice(["phone", "visit", "office", "email"]),
            "minutes": chance.randrange(5, 90),
            "subject": words(6),
            "text": words(90),
        }


def json_lines(count: int = 10_000) -> str:
    """The same as JSON, one a line."""
    return "".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in contacts(count))
