import re
from gettext import GNUTranslations

from babel.messages.catalog import Message

from tests.messages import MO, REFRESH, in_catalogue, in_code, keys, misfits, pairs, untranslated


def test_every_message_of_the_program_has_its_english() -> None:
    assert keys(in_code()) - keys(in_catalogue()) == set(), REFRESH
    assert untranslated(in_catalogue()) == [], REFRESH


def test_no_english_is_left_over() -> None:
    assert keys(in_catalogue()) - keys(in_code()) == set(), REFRESH


def test_the_english_has_the_same_placeholders() -> None:
    assert misfits(in_catalogue()) == []


def test_the_english_names_the_same_keys() -> None:
    keys_named = re.compile(r"\bF\d+\b|\^[A-Z]\b|--[a-z-]+")
    assert [
        dutch
        for message in in_catalogue()
        for dutch, english in pairs(message)
        if sorted(keys_named.findall(dutch)) != sorted(keys_named.findall(english))
    ] == []


def test_the_compiled_catalogue_is_that_catalogue() -> None:
    with MO.open("rb") as file:
        compiled = GNUTranslations(file)
    for message in in_catalogue():
        for count, (_, english) in enumerate(pairs(message), start=1):
            assert translated(compiled, message, count) == english, REFRESH


def translated(compiled: GNUTranslations, message: Message, count: int) -> str:
    if not isinstance(message.id, str):
        one, many = message.id
        return compiled.ngettext(one, many, count)
    return compiled.pgettext(message.context, message.id) if message.context else compiled.gettext(message.id)


def test_the_code_gives_messages() -> None:
    assert len(in_code()) > 700
