"""A steady screen: no animations, no blinking, Dutch."""

from collections.abc import Iterator

import pytest

from wor_tui.i18n import set_language


@pytest.fixture(autouse=True)
def _steady(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.delenv("NO_COLOR", raising=False)
    set_language("nl")
    yield
    set_language("nl")
