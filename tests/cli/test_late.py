"""The caseload as text says what is late."""

from datetime import date

import pytest

from wor_tui.commands.cases import step_words, write_caseload
from wor_tui.services.caseload import CaseRow

ON = date(2026, 11, 20)


def row(late: str, late_on: date | None, next_step: str = "bellen") -> CaseRow:
    return CaseRow(
        id="one", client_id="two", name="Bos, A.", age=67, neighbourhood="Zuid", referrer="", phone="", track="",
        phase="intake", contacts=1, contacts_planned=5, week=2, weeks_planned=13, next_step=next_step, next_step_on=ON,
        late=late, late_on=late_on, unsent=False, conflict=False,
    )  # fmt: skip


def test_another_duty_is_named_before_the_step() -> None:
    late = date(2026, 11, 11)
    assert step_words(row("feedback_1", late)).startswith("! terugkoppeling 1 ≤ ")
    assert step_words(row("feedback_1", late)).endswith(" · bellen")
    assert not step_words(row("feedback_1", late, "")).endswith("·")
    assert step_words(row("next_step", ON)) == step_words(row("", None)) == "bellen"


def test_the_mark_stands_before_the_date_that_is_late(capsys: pytest.CaptureFixture[str]) -> None:
    write_caseload([row("next_step", ON), row("feedback_1", date(2026, 11, 11)), row("", None)])
    lines = capsys.readouterr().out.splitlines()[-3:]
    assert [line.count("! ") for line in lines] == [1, 1, 0]
