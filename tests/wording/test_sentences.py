"""Everything that can go wrong has a sentence, and every code has a word."""

import importlib
import inspect
import pkgutil
from enum import StrEnum
from pathlib import Path

import pytest

import sync
import wor_tui
from sync.schema import Kind
from sync.wire import ProblemType, RefusalCode
from wor_tui import config, i18n
from wor_tui.config import BadValue, UnknownKey
from wor_tui.domain import codes
from wor_tui.domain.errors import Invalid, Reason
from wor_tui.domain.kinds import schema
from wor_tui.services.caseload import View
from wor_tui.wording import field_label, is_worded, kind_label, label, labels, place_sentence, sentence, value_text
from wor_tui.wording.codes import CODES
from wor_tui.wording.errors import BY_MODULE, EXPECTED, OTHER, PROBLEMS
from wor_tui.wording.fields import CODE_LISTS, FIELDS, KIND_FIELDS, KINDS
from wor_tui.wording.reasons import HELD, REASONS

NOT_FOR_PEOPLE = {
    # The central API's own side answers other programs, and the demo's and the scripts' door word their own.
    "sync.server",
    "wor_tui.demo",
    "wor_tui.commands",
    "wor_tui.screens",
    "wor_tui.widgets",
    # Carry something from one function to the next, and are caught there.
    "sync.client.succession.PutBack",
    "wor_tui.services.intake_records.BadPlace",
    "sync.client.pinned.Unpinned",
    "sync.client.auditing.Forked",
    # Raised for a mistake in the program only.
    "wor_tui.actions.UnknownAction",
}


def modules() -> list[str]:
    return [
        found.name
        for package in (sync, wor_tui)
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        if not found.name.endswith("__main__") and not any(found.name.startswith(each) for each in NOT_FOR_PEOPLE)
    ]


def errors() -> list[type[BaseException]]:
    found: dict[str, type[BaseException]] = {}
    for name in modules():
        module = importlib.import_module(name)
        for _, one in inspect.getmembers(module, inspect.isclass):
            full = f"{one.__module__}.{one.__qualname__}"
            if issubclass(one, BaseException) and one.__module__ == name and full not in NOT_FOR_PEOPLE:
                found[full] = one
    return [found[name] for name in sorted(found)]


def test_every_error_has_a_sentence_of_its_own() -> None:
    assert [f"{one.__module__}.{one.__qualname__}" for one in errors() if not is_worded(one)] == []


def test_no_sentence_is_left_over() -> None:
    known = {one.__name__ for one in errors()}
    worded = {name.partition(".")[0] for table in BY_MODULE.values() for name in table}
    worded |= {name.rpartition(".")[2] for name in OTHER}
    assert worded - known == set()


def lists_of_codes() -> list[type[StrEnum]]:
    return [one for _, one in inspect.getmembers(codes, inspect.isclass) if issubclass(one, StrEnum) and one != StrEnum]


@pytest.mark.parametrize("codes_of", [*lists_of_codes(), View])
def test_every_code_has_a_word(codes_of: type[StrEnum]) -> None:
    assert {str(code) for code in codes_of} == set(CODES[codes_of.__name__])
    assert all(word for _, word in labels(codes_of))


def test_every_reason_has_an_end_of_a_sentence() -> None:
    assert {str(reason) for reason in Reason} - set(REASONS) == set()


def test_every_kind_and_field_has_a_word() -> None:
    fields = {field for kind in schema().kinds.values() for field in kind.fields}
    assert set(KINDS) == set(schema().kinds)
    assert fields - set(FIELDS) == set()
    assert {f"{kind.name}.{field}" for kind in schema().kinds.values() for field in kind.fields} >= set(KIND_FIELDS)


def refusal_of(kind: Kind, field: str) -> Reason | None:
    assert kind.validate is not None
    try:
        kind.validate({field: "no_such_code"})
    except Invalid as refused:
        return refused.code
    return None


def test_every_field_of_codes_is_known_as_one() -> None:
    of_codes = {
        f"{kind.name}.{field}"
        for kind in schema().kinds.values()
        for field in kind.fields
        if field not in {"icpc", "keys"} and refusal_of(kind, field) is Reason.UNKNOWN_CODE
    }
    assert of_codes == set(CODE_LISTS)


def test_every_refusal_of_the_central_api_has_words() -> None:
    assert set(HELD) == {code for name, code in vars(RefusalCode).items() if name.isupper()}
    assert set(PROBLEMS) <= {code for name, code in vars(ProblemType).items() if name.isupper()}


def test_a_place_in_a_file_is_named() -> None:
    assert place_sentence("intakes[3].web.dimensions.2", "out_of_range", {"least": 0, "most": 10}) == (
        "intakes[3].web.dimensions.2 moet liggen van 0 tot en met 10."
    )


def test_a_refused_value_is_named_in_a_sentence() -> None:
    assert sentence(Invalid("phone", Reason.NOT_A_PHONE_NUMBER)) == (
        "Telefoon is geen telefoonnummer: schrijf ten minste drie cijfers."
    )
    assert sentence(Invalid("d1", Reason.NOT_IN_HALVES)) == (
        "Lichaamsfuncties gaat met hele of halve punten, zoals 7 of 7,5."
    )
    assert "van 0 tot en met 10" in sentence(Invalid("aspects/1.3", Reason.OUT_OF_RANGE, least=0.0, most=10.0))
    assert "01-01-1900" in sentence(Invalid("birth_date", Reason.OUT_OF_RANGE, least="1900-01-01", most="2199-12-31"))
    assert sentence(Invalid("who_knows", Reason.REQUIRED)) == "Dit gegeven moet worden ingevuld."


def test_a_config_error_names_file_line_and_key() -> None:
    unknown = UnknownKey(Path("x/config.toml"), key="appointments.minuts", line=5, near="appointments.minutes")
    assert "config.toml, regel 5" in sentence(unknown)
    assert "Bedoelt u “appointments.minutes”" in sentence(unknown)
    assert set(EXPECTED) == set(config.EXPECTED)
    for expected, bounds in (("whole_number", (1, 60)), ("one_of", ("nl", "en")), ("yes_or_no", ())):
        said = sentence(BadValue(Path("config.toml"), key="k", line=None, expected=expected, bounds=bounds))
        assert all(str(bound) in said for bound in bounds)


def test_an_error_nobody_foresaw_says_nothing_of_its_inside() -> None:
    said = sentence(RuntimeError("Wilhelmina"))
    assert "Wilhelmina" not in said
    assert "Wat u bewaard had, is er nog" in said


def test_values_are_written_as_people_do() -> None:
    assert value_text("web", "d1", 7.5) == "7,5"
    assert value_text("case", "intake_on", "2026-11-22") == "22-11-2026"
    assert value_text("case", "track", "both") == "allebei"
    assert value_text("case", "track", "of_a_later_version") == "of_a_later_version"
    assert (value_text("contact", "reached", True), value_text("client", "phone", None)) == ("ja", "(leeg)")
    assert field_label("web", "aspects/1.3") == "onderdeel van het web 1.3"
    assert kind_label("web") == "spinnenweb"
    assert label(codes.ContactKind, "visit") == "huisbezoek"


def test_in_english_too() -> None:
    i18n.set_language("en")
    try:
        assert label(codes.ContactKind, "visit") == "home visit"
        assert sentence(Invalid("phone", Reason.REQUIRED)) == "Telephone must be filled in."
    finally:
        i18n.set_language("nl")
