from gettext import GNUTranslations

from babel.messages.catalog import Catalog

from tests.messages import CODE, MO, in_catalogue, in_code, keys, untranslated


def test_all_that_the_wording_says_has_its_english() -> None:
    without = set(untranslated(in_catalogue()))
    here = keys(in_code(CODE / "wording"))
    assert here - keys(in_catalogue()) == set()
    assert {message for message, _ in here if message in without} == set()


def test_the_compiled_catalogue_is_that_catalogue() -> None:
    with MO.open("rb") as file:
        compiled = GNUTranslations(file)
    singular = [message for message in in_catalogue() if isinstance(message.id, str) and message.id and message.string]
    assert [message.id for message in singular if compiled.gettext(message.id) != message.string] == []


def test_the_code_gives_messages() -> None:
    assert isinstance(in_code(), Catalog)
    assert len(in_code()) > 300
