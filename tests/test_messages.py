from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from tests.messages import CODE, MO, in_catalogue, in_code, keys, untranslated


def test_all_that_the_wording_says_has_its_english() -> None:
    without = set(untranslated(in_catalogue()))
    here = keys(in_code(CODE / "wording"))
    assert here - keys(in_catalogue()) == set()
    assert {message for message, _ in here if message in without} == set()


def test_the_compiled_catalogue_is_that_catalogue() -> None:
    with MO.open("rb") as file:
        compiled = [(message.id, message.string) for message in read_mo(file) if message.id]
    written = [(message.id, message.string) for message in in_catalogue() if message.id and any(message.string or ())]
    assert sorted(map(repr, compiled)) == sorted(map(repr, written))


def test_the_code_gives_messages() -> None:
    assert isinstance(in_code(), Catalog)
    assert len(in_code()) > 300
