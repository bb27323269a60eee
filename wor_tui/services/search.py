"""How the caseload is searched and sorted: texts folded to what a person types without thinking.

Folded means: lower case, no accents, telephone numbers as bare digits. The same folding is applied to what is stored
and to what is typed.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

# Letters of European names that have no decomposition in Unicode.
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_TELEPHONE = re.compile(r"\+?[\d(][\d()/.\-]*")
_COUNTRY = re.compile(r"^(\+|00)31(\(0\))?")


def folded(text: str) -> str:
    """`text` in lower case and without accents: "Zoë Ångström" gives "zoe angstrom"."""
    lower = text.casefold()
    if lower.isascii():
        return lower
    decomposed = unicodedata.normalize("NFKD", lower)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_LETTERS)


def digits(telephone: str) -> str:
    """The bare digits of a telephone number, with 0 for the Dutch country code: "+31 6-1234" gives "061234"."""
    compact = "".join(telephone.split())
    return re.sub(r"\D", "", _COUNTRY.sub("0", compact))


def search_key(texts: Iterable[str | None], telephones: Iterable[str | None]) -> str:
    """What the filter looks through for one case: its folded texts, and the digits of its numbers, in one line."""
    parts = [folded(text) for text in texts if text]
    parts += [digits(number) for number in telephones if number]
    return " ".join(" ".join(parts).split())


def sort_key(family_name: str, given_name: str, prefix: str) -> str:
    """Orders by family name as the Dutch do: "de Vries" under the v, the prefix last."""
    return f"{folded(family_name)}\u0001{folded(given_name)}\u0001{folded(prefix)}"


def words(typed: str) -> list[str]:
    """The words of what was typed, folded, longest first, since that one leaves the fewest to look at next."""
    found = {digits(word) if _TELEPHONE.fullmatch(word) else folded(word) for word in typed.split()}
    return sorted((word for word in found if word), key=len, reverse=True)


def matching(search_keys: Sequence[str], typed: str) -> list[int]:
    """The positions at which every typed word occurs, in their order; all of them when nothing is typed."""
    return narrowed(search_keys, range(len(search_keys)), typed)


def narrowed(search_keys: Sequence[str], among: Sequence[int], typed: str) -> list[int]:
    """Those of the positions `among` at which every typed word occurs."""
    left: Sequence[int] = among
    for word in words(typed):
        if len(left) == len(search_keys):
            left = [at for at, key in enumerate(search_keys) if word in key]
        else:
            left = [at for at in left if word in search_keys[at]]
    return list(left)


class Filter:
    """A search that goes on as one types: a longer text looks only through what the shorter one left.

    May be asked from several threads.
    """

    def __init__(self, search_keys: Sequence[str]) -> None:
        """Nothing is typed yet."""
        self._search_keys = search_keys
        # One value, so that threads see a text together with what it left.
        self._last: tuple[str, list[int] | None] = ("", None)

    def matching(self, typed: str) -> list[int]:
        """The same as `matching` of the keys and `typed`."""
        before, left = self._last
        among = range(len(self._search_keys)) if left is None or not _only_narrows(before, typed) else left
        found = left if left is not None and typed == before else narrowed(self._search_keys, among, typed)
        self._last = (typed, found)
        return found

    def looks_through(self, typed: str) -> int:
        """How many keys `matching` would look through now."""
        before, left = self._last
        return len(self._search_keys) if left is None or not _only_narrows(before, typed) else len(left)


def _only_narrows(before: str, after: str) -> bool:
    """Whether every earlier word lies in a later one, so that nothing dropped before can match now."""
    if not after.startswith(before):
        return False
    later = words(after)
    return all(any(word in longer for longer in later) for word in words(before))
