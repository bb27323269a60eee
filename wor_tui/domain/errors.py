"""What the domain refuses, as stable codes; the sentences a person reads are worded elsewhere."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a value was refused."""

    REQUIRED = "required"
    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"
    """Control characters, marks that turn the direction of writing, or half a character."""
    BSN = "bsn"
    """A number that may be a BSN, where it isn't allowed."""
    NOT_AN_ID = "not_an_id"
    NOT_A_DATE = "not_a_date"
    NOT_A_MOMENT = "not_a_moment"
    NOT_A_NUMBER = "not_a_number"
    NOT_IN_HALVES = "not_in_halves"
    OUT_OF_RANGE = "out_of_range"
    NOT_YES_OR_NO = "not_yes_or_no"
    UNKNOWN_CODE = "unknown_code"
    UNKNOWN_ELEMENT = "unknown_element"
    NOT_A_PHONE_NUMBER = "not_a_phone_number"
    NOT_AN_EMAIL_ADDRESS = "not_an_email_address"
    NOT_A_POSTCODE = "not_a_postcode"
    IN_THE_FUTURE = "in_the_future"
    OUT_OF_ORDER = "out_of_order"
    """A date that lies before one that it must follow."""
    TOO_YOUNG = "too_young"
    NEEDS_A_REASON = "needs_a_reason"
    SIGNATURE_MISSING = "signature_missing"


class Invalid(ValueError):
    """A value that the domain refuses: which field, why, and the limits that wording may name.

    Holds no part of the value itself: that may be personal.
    """

    def __init__(self, field: str, code: Reason, **limits: str | float) -> None:
        """`field`: the column, or `column/element`; `limits`: such as `least`, `most`, `limit`."""
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code
        self.limits = limits

    @property
    def reason(self) -> str:
        """The code as plain text, under the name that the synchronisation asks for."""
        return str(self.code)
