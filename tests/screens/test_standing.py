"""The badge and the answer to "exchange now" say what is stored, and never that all is well when it isn't."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wor_tui.i18n import set_language
from wor_tui.screens.standing import Line, answer, badge, warnings
from wor_tui.services.synchronisation import SyncOverview

TODAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 11, 4, tzinfo=UTC)
WELL = SyncOverview(joined=True, unsent=0, conflicts=0, held=0, quarantined=0, complete=True, last_exchange=AT)
ALONE = replace(WELL, joined=False, last_exchange=None)
FAILED = "Er kwam geen antwoord."


@pytest.fixture(autouse=True)
def _dutch() -> None:
    set_language("nl")


@pytest.mark.parametrize(
    ("overview", "line", "short", "said"),
    [
        (WELL, Line.UP, True, "● alles verstuurd (12:04)"),
        (WELL, Line.DOWN, True, "○ alles verstuurd (12:04) · geen verbinding"),
        (WELL, Line.TRYING, True, "… alles verstuurd (12:04)"),
        (WELL, Line.STOPPED, True, "! alles verstuurd (12:04) · verzenden staat stil: F8"),
        (replace(WELL, unsent=3), Line.UP, True, "● 3 nog niet verstuurd"),
        (replace(WELL, unsent=3), Line.UP, False, "● op dit apparaat bewaard · 3 nog niet verstuurd"),
        (replace(WELL, unsent=3), Line.DOWN, True, "○ 3 nog niet verstuurd · geen verbinding"),
        (replace(WELL, unsent=3, complete=False), Line.UP, True, "● 3 nog niet verstuurd"),
        (replace(WELL, complete=False), Line.UP, True, "● nog niet alles is binnen"),
        (replace(WELL, complete=False, come=4000, whole=10000), Line.UP, True, "● 4000 van 10000 binnen"),
        (replace(WELL, last_exchange=None), Line.TRYING, True, "…"),
        (replace(WELL, held=1), Line.UP, True, "●"),
        (replace(WELL, quarantined=1), Line.UP, True, "● alles verstuurd (12:04)"),
        (replace(WELL, conflicts=2), Line.UP, True, "● alles verstuurd (12:04)"),
        (replace(WELL, stopped="copied"), Line.STOPPED, True, "! alles verstuurd (12:04) · verzenden staat stil: F8"),
        (ALONE, Line.ALONE, True, "■ bewaard"),
        (ALONE, Line.ALONE, False, "■ op dit apparaat bewaard"),
        (replace(ALONE, unsent=41), Line.ALONE, False, "■ op dit apparaat bewaard · 41 nog niet verstuurd"),
        (replace(WELL, last_exchange=datetime(2026, 11, 20, 8, 30, tzinfo=UTC)), Line.DOWN, True,
         "○ alles verstuurd (vr 20 nov 09:30) · geen verbinding"),
    ],
)  # fmt: skip
def test_each_state_has_its_badge(overview: SyncOverview, line: Line, short: bool, said: str) -> None:
    assert badge(overview, line, TODAY, short=short) == said


@pytest.mark.parametrize(
    ("overview", "line", "trouble", "said"),
    [
        (WELL, Line.UP, "", "Alles is verstuurd en binnengehaald."),
        (replace(WELL, conflicts=2), Line.UP, "", "Alles is verstuurd en binnengehaald."),
        (replace(WELL, unsent=1), Line.UP, "", "Nog 1 wijziging te versturen."),
        (replace(WELL, unsent=2, held=1), Line.UP, "", "Nog 2 wijzigingen te versturen."),
        (replace(WELL, held=1), Line.UP, "", "1 apart gezet"),
        (replace(WELL, quarantined=2), Line.UP, "", "2 apart gezet"),
        (replace(WELL, complete=False), Line.UP, "", "nog niet alles is binnen"),
        (replace(WELL, unsent=2), Line.DOWN, FAILED, FAILED),
        (WELL, Line.STOPPED, FAILED, FAILED),
        (ALONE, Line.ALONE, "", "Deze kluis hoort nog bij geen organisatie; alles staat op dit apparaat."),
        (None, Line.TRYING, "", ""),
    ],
)
def test_each_state_has_its_answer(overview: SyncOverview | None, line: Line, trouble: str, said: str) -> None:
    assert answer(overview, line, trouble) == said


@pytest.mark.parametrize(
    ("overview", "said"),
    [
        (WELL, []),
        (replace(WELL, conflicts=1), ["1 verschil"]),
        (replace(WELL, held=1, quarantined=2), ["3 apart gezet"]),
        (replace(WELL, older="older", unread=True, conflicts=2), ["kluis was ouder: F8", "2 verschillen"]),
        (replace(WELL, older="copied", unread=True), ["kopie van kluis: F8"]),
        (replace(WELL, older="older"), []),
    ],
)
def test_each_trouble_has_its_warning(overview: SyncOverview, said: list[str]) -> None:
    assert warnings(overview) == said


counts = st.integers(0, 3)
overviews = st.builds(
    SyncOverview, st.booleans(), counts, counts, counts, counts, st.booleans(), st.sampled_from([None, AT])
)


@given(overviews, st.sampled_from(Line), st.booleans())
def test_nothing_says_that_all_was_sent_unless_it_was(overview: SyncOverview, line: Line, short: bool) -> None:
    if overview.unsent or overview.held or not overview.complete or overview.last_exchange is None:
        assert "alles verstuurd" not in badge(overview, line, TODAY, short=short)
    if overview.unsent or overview.held or overview.quarantined or not overview.complete:
        assert "Alles is verstuurd" not in answer(overview, line, "")
    if overview.unsent:
        assert str(overview.unsent) in badge(overview, line, TODAY, short=short)
    if overview.conflicts or overview.held or overview.quarantined:
        assert warnings(overview)
