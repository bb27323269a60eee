"""Which errors a person can do something about, and the sentence for each."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failed:
    """A piece of work that a known error stopped: the error, and the sentence for the person."""

    error: Exception
    sentence: str


def known() -> tuple[type[Exception], ...]:
    """The roots of the error trees that are loaded; anything else is a mistake of ours."""
    from wor_tui.domain.errors import Invalid  # noqa: PLC0415
    from wor_tui.services.errors import ServiceError  # noqa: PLC0415
    from wor_tui.vault.errors import VaultError  # noqa: PLC0415

    roots: list[type[Exception]] = [Invalid, ServiceError, VaultError]
    # Only when the database has been loaded can these be raised at all.
    if (sync := sys.modules.get("sync.client.errors")) is not None:
        roots.append(sync.SyncError)
    if (codes := sys.modules.get("sync.codes")) is not None:
        roots.append(codes.CodeError)
    return tuple(roots)


def sentence(error: Exception) -> str:
    """The sentence that says what is wrong and what to do."""
    from wor_tui import wording  # noqa: PLC0415

    return wording.sentence(error)


def field_of(error: Exception) -> str:
    """The field that an error is about, or an empty text."""
    return str(getattr(error, "field", "")).partition("/")[0]
