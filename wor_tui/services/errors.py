"""What can keep a service from doing what it was asked; worded in `wor_tui.wording`."""


class ServiceError(Exception):
    """A service refused; nothing was changed."""


class NotFound(ServiceError):
    """There is no such thing here (or not any more): `kind` is a kind of record, `record` its id."""

    def __init__(self, kind: str, record: str) -> None:
        """Name the kind and the id."""
        super().__init__(kind, record)
        self.kind = kind
        self.record = record


class Invalid(ServiceError):
    """A value can't be saved: `field` names it, `reason` is a code with a sentence in the wording."""

    def __init__(self, field: str, reason: str, **bounds: object) -> None:
        """Name the field, the reason, and the bounds that the sentence mentions; never the value itself."""
        super().__init__(field, reason)
        self.field = field
        self.reason = reason
        self.bounds = bounds


class NotAllowed(ServiceError):
    """This person, or this device, may not do that: `what` is the code of the act."""

    def __init__(self, what: str) -> None:
        """Name the act."""
        super().__init__(what)
        self.what = what


class NotJoined(ServiceError):
    """This needs an organisation, and the vault belongs to none yet."""


class NothingToChange(ServiceError):
    """What was asked to be saved is what is there already."""
