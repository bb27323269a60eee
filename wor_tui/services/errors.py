"""What can keep a service from doing what it was asked; worded in `wor_tui.wording`.

A value that can't be saved is the domain's `Invalid(field, code, limits)`, handed on here under the same name.
"""

from wor_tui.domain.errors import Invalid, Reason

__all__ = [
    "CASE_FILES",
    "COVER_ENDED",
    "DESKS",
    "DIRECTORY_KEPT",
    "NOT_HANDED_OVER",
    "PRACTICES",
    "Invalid",
    "NotAllowed",
    "NotFound",
    "NothingToChange",
    "Reason",
    "ServiceError",
]

CASE_FILES = "case_files"
"""The act that who has no case files may not do: anything with them."""
DESKS = "desks"
"""The act that who works at no desk may not do: anything with referrals and appointments."""
COVER_ENDED = "cover_ended"
"""The act of somebody whose time as a substitute is over: anything."""
NOT_HANDED_OVER = "not_handed_over"
"""The act that a substitute may not do: opening a case of somebody for whom they don't go on."""
PRACTICES = "practices"
"""The act that who belongs to no practice may not do: anything with its candidates."""
DIRECTORY_KEPT = "directory"
"""The act that who doesn't keep the directory may not do: changing the cards of others."""


class ServiceError(Exception):
    """A service refused; nothing was changed."""


class NotFound(ServiceError):
    """There is no such thing here (or not any more): `kind` is a kind of record, `record` its id."""

    def __init__(self, kind: str, record: str) -> None:
        """Name the kind and the id."""
        super().__init__(kind, record)
        self.kind = kind
        self.record = record


class NotAllowed(ServiceError):
    """This person, or this device, may not do that: `what` is the code of the act."""

    def __init__(self, what: str) -> None:
        """Name the act."""
        super().__init__(what)
        self.what = what


class NothingToChange(ServiceError):
    """What was asked to be saved is what is there already."""
