from datetime import UTC, date, datetime

import pytest

from wor_tui.domain.errors import Invalid, Reason
from wor_tui.domain.kinds import schema
from wor_tui.services.entry import NOTES, values_of, whole


def takes_lines(kind_name: str, field: str) -> bool:
    validate = schema().kinds[kind_name].validate
    assert validate is not None
    try:
        validate({field: "een\ntwee"})
    except Invalid:
        return False
    return True


@pytest.mark.parametrize(
    ("kind_name", "field"), [(kind.name, field) for kind in schema().kinds.values() for field in kind.fields]
)
def test_exactly_the_fields_that_take_lines_are_cleaned_as_notes(kind_name: str, field: str) -> None:
    if not schema().kinds[kind_name].fields[field].elements:
        assert (field in NOTES or f"{kind_name}.{field}" in NOTES) == takes_lines(kind_name, field)


def test_what_is_typed_becomes_what_is_kept() -> None:
    assert values_of(
        "client",
        {
            "family_name": "  de\u202eVries\x07 ",
            "birth_date": date(1957, 3, 2),
            "postcode": "3991ab",
            "remarks": "een\r\ntwee\t!",
            "email": "   ",
        },
    ) == {
        "family_name": "deVries",
        "birth_date": "1957-03-02",
        "postcode": "3991 AB",
        "remarks": "een\ntwee !",
        "email": None,
    }
    assert values_of("appointment", {"starts_at": datetime(2026, 11, 22, 9, 30, tzinfo=UTC)}) == {
        "starts_at": "2026-11-22T09:30:00Z"
    }


@pytest.mark.parametrize(
    ("kind_name", "entered", "field", "reason"),
    [
        ("client", {"family_name": "  "}, "family_name", Reason.REQUIRED),
        ("client", {"phone": "bel maar"}, "phone", Reason.NOT_A_PHONE_NUMBER),
        ("client", {"shoe_size": "43"}, "shoe_size", Reason.UNKNOWN_ELEMENT),
        ("client", {"remarks": "x" * 1_000_000}, "remarks", Reason.TOO_LONG),
        ("client", {"given_name": "Jan 111222333"}, "given_name", Reason.BSN),
        ("web", {"d1": 10.5}, "d1", Reason.OUT_OF_RANGE),
        ("web", {"aspects/9.9": 3}, "aspects", Reason.UNKNOWN_ELEMENT),
    ],
)
def test_what_doesnt_fit_is_refused(kind_name: str, entered: dict, field: str, reason: Reason) -> None:
    with pytest.raises(Invalid) as refused:
        values_of(kind_name, entered)
    assert (refused.value.field, refused.value.code) == (field, reason)


def test_a_new_record_needs_all_that_is_required() -> None:
    with pytest.raises(Invalid) as refused:
        whole("client", {"given_name": "Anna"})
    assert refused.value.field == "family_name"
    assert whole("client", {"family_name": "Bos", "prefix": ""}) == {"family_name": "Bos"}
